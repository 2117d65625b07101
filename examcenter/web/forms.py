"""The base of every form: messages in the reader's language."""

from typing import Any

import wtforms
from flask_babel import get_locale
from wtforms.meta import DefaultMeta

from examcenter.errors import InvalidFormError


class _Meta(DefaultMeta):
    def get_translations(self, form: Any) -> Any:
        locale = get_locale()
        self.locales = ["en"] if locale and locale.language == "en" else ["zh"]
        return super().get_translations(form)


class Form(wtforms.Form):
    """A form whose built-in messages follow the page's language."""

    Meta = _Meta

    def checked(self) -> None:
        """Validate; raises InvalidFormError with every field's reasons."""
        if not self.validate():
            raise InvalidFormError(self.errors)
