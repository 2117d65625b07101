"""What may be said when signing in and choosing a password."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import EqualTo, InputRequired, Length, ValidationError

from examcenter.accounts.rules import normalised_login
from examcenter.accounts.wording import ROLE_NAMES
from examcenter.errors import MalformedError
from examcenter.web.forms import Form, is_storable


class SignInForm(Form):
    login = StringField(
        _("工号或登录名"),
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


class RoleForm(Form):
    role = SelectField(
        _("角色"), choices=[SelectChoice(*pair) for pair in ROLE_NAMES.items()]
    )
    department = StringField(
        _("单位代码"),
        description=_("考务管理员和人事可以只管一个单位及其下级；空着就是全中心。"),
        validators=[Length(max=40)],
    )
    room = StringField(
        _("考场代码"),
        description=_("只有监考员要填：监考员只看到这个考场。"),
        validators=[Length(max=40)],
    )


class StaffForm(RoleForm):
    login = StringField(
        _("登录名"),
        description=_("一般用工号；不区分大小写。"),
        validators=[InputRequired(), Length(max=64)],
        render_kw={"autocomplete": "off"},
    )
    name = StringField(
        _("姓名"),
        validators=[InputRequired(), Length(max=100)],
        render_kw={"autocomplete": "off"},
    )

    def validate_login(self, field: StringField) -> None:
        if not normalised_login(field.data or ""):
            raise ValidationError(_("登录名中没有可见的字符。"))


class ReasonForm(Form):
    reason = StringField(
        _("原因"),
        description=_("会记入日志。"),
        validators=[InputRequired(), Length(max=200)],
    )


def text_of(document: Any, key: str, *, longest: int = 200) -> str:
    """Return the text under *key* of a JSON object; raises MalformedError."""
    value = document.get(key) if isinstance(document, dict) else None
    if not isinstance(value, str) or not value or len(value) > longest:
        raise MalformedError(f"{key} must be a text of 1 to {longest} characters")
    if not is_storable(value):
        raise MalformedError(f"{key} holds a character that is none")
    return value
