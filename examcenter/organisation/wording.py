"""Sentences for the codes of this feature, and words for its states."""

from flask_babel import lazy_gettext as _

from examcenter.organisation.people import PasswordState

SENTENCES = {
    "import_collided": _("另一次导入刚刚写入了相同的内容。请重新检查后再导入。"),
    "staff_password": _("此人同时是工作人员，初始密码由系统管理员发放。"),
}

PASSWORD_STATES = {
    PasswordState.NONE: _("还没有密码"),
    PasswordState.FIRST: _("初始密码，等待本人修改"),
    PasswordState.EXPIRED: _("初始密码已过期"),
    PasswordState.OWN: _("本人已设置"),
}
