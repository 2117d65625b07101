"""What may be said when signing in and choosing a password."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from examcenter.errors import MalformedError
from examcenter.web.forms import Form


class SignInForm(Form):
    login = StringField(
        _("工号"),
        validators=[InputRequired(), Length(max=64)],
        render_kw={"autocomplete": "username", "autofocus": True},
    )
    password = PasswordField(
        _("密码或本场考试登录码"),
        validators=[InputRequired(), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(Form):
    new_password = PasswordField(
        _("新密码"),
        description=_(
            "至少 10 个字符，含大写、小写、数字、符号中的三类，不含姓名和工号。"
        ),
        validators=[InputRequired(), Length(max=200)],
        render_kw={"autocomplete": "new-password", "autofocus": True},
    )
    again = PasswordField(
        _("再输入一次"),
        validators=[
            InputRequired(),
            EqualTo("new_password", message=_("两次输入的密码不一致。")),
        ],
        render_kw={"autocomplete": "new-password"},
    )


def text_of(document: Any, key: str, *, longest: int = 200) -> str:
    """Return the text under *key* of a JSON object; raises MalformedError."""
    value = document.get(key) if isinstance(document, dict) else None
    if not isinstance(value, str) or not value or len(value) > longest:
        raise MalformedError(f"{key} must be a text of 1 to {longest} characters")
    return value
