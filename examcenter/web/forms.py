"""The base of every form: messages in the reader's language."""

from dataclasses import dataclass
from typing import Any

import wtforms
from flask_babel import get_locale
from wtforms.meta import DefaultMeta

from examcenter.errors import InvalidFormError


class _Meta(DefaultMeta):
    def get_translations(self, form: Any) -> Any:
        locale = get_locale()
        if locale and locale.language == "en":
            self.locales = ["en"]
            return super().get_translations(form)
        self.locales = ["zh"]
        return _Chinese(super().get_translations(form))


@dataclass(frozen=True, slots=True)
class _Chinese:
    """WTForms' own Chinese, but for what an office would never write."""

    built_in: Any

    def gettext(self, text: str) -> str:
        return _OURS.get(text) or str(self.built_in.gettext(text))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return str(self.built_in.ngettext(singular, plural, n))


_OURS = {"This field is required.": "请填写这一项。"}


class Form(wtforms.Form):
    """A form whose built-in messages follow the page's language."""

    Meta = _Meta

    def checked(self) -> None:
        """Validate; raises InvalidFormError with every field's reasons."""
        if not self.validate():
            raise InvalidFormError(self.errors)
