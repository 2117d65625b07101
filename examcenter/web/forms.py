"""The base of every form: messages in the reader's language."""

from dataclasses import dataclass
from typing import Any

import wtforms
from flask_babel import get_locale
from flask_babel import gettext as _
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

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether every field passed; a text that no database keeps never does."""
        passed = super().validate(extra_validators)
        for field in self:
            if isinstance(field.data, str) and not is_storable(field.data):
                words = _("有看不见的控制字符，请重新输入。")
                field.errors = [*field.errors, words]
                passed = False
        return passed

    def checked(self) -> None:
        """Validate; raises InvalidFormError with every field's reasons."""
        if not self.validate():
            raise InvalidFormError(self.errors)


def is_storable(text: str) -> bool:
    """Whether a database can keep *text*: no NUL in it, and no half of a character."""
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
