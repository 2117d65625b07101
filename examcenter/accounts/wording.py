"""Sentences for the codes of this feature."""

from flask_babel import lazy_gettext as _

from examcenter.accounts.rules import Role

ROLE_NAMES = {
    Role.EXAM_OFFICER.value: _("考务管理员"),
    Role.INVIGILATOR.value: _("监考员"),
    Role.BANK_EDITOR.value: _("题库管理员"),
    Role.HR.value: _("人事（考核办）"),
    Role.SYSTEM.value: _("系统管理员"),
}

SENTENCES = {
    "wrong_credentials": _("工号或密码不正确。"),
    "wait_before_sign_in": _("密码错误次数过多，请 {minutes} 分钟后再试。"),
    "weak_password": _("新密码不符合要求。"),
    "password_too_short": _("密码太短。"),
    "password_too_long": _("密码太长，最多 200 个字符。"),
    "password_too_plain": _("请使用大写字母、小写字母、数字、符号中的至少三类。"),
    "password_is_about_you": _("密码中不能含有工号、姓名或单位名称。"),
    "password_is_common": _("密码中含有常见的弱密码片段。"),
    "login_taken": _("登录名 {login} 已被使用。"),
    "last_administrator": _(
        "这是最后一个可以登录的系统管理员，不能停用，也不能收回该角色。"
    ),
    "role_not_scoped": _("这个角色只能授予全中心，请不要填写单位代码。"),
    "invigilator_needs_a_room": _("监考员要写明考场代码；其他角色不写考场。"),
    "staff_room_unknown": _("没有考场代码 {room}。"),
    "staff_department_unknown": _("没有单位代码 {department}。"),
}
