"""Sentences for people about failures; Chinese is the source, English is translated.

A feature adds the sentences of its own codes with `add`, from ``app.py``.
"""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

_SENTENCES: dict[str, object] = {
    "error": _("系统出现意外错误，已记录。"),
    "malformed": _("提交的内容格式不正确。"),
    "not_signed_in": _("您还没有登录，或登录已失效。"),
    "not_allowed": _("您没有权限进行此操作。"),
    "password_change_required": _("请先修改初始密码。"),
    "not_found": _("没有找到这个页面或内容。"),
    "method_not_allowed": _("此地址不支持这种操作。"),
    "conflict": _("当前状态下不能进行此操作。"),
    "too_large": _("提交的内容太大。"),
    "unsupported_type": _("不支持这种类型的内容。"),
    "refused": _("内容未通过检查，没有写入任何数据。"),
    "invalid_form": _("有些内容需要改正。"),
    "faulty_input": _("文件中有需要改正的内容，没有写入任何数据。"),
    "not_storable": _("内容中有不能保存的数字或字符，没有写入任何数据。"),
    "too_many": _("操作太频繁，请稍候再试。"),
    "unavailable": _("系统繁忙，本次没有保存，请稍候再试。"),
    "csrf": _("页面已过期，请刷新后重试。"),
}

_TITLES: dict[int, object] = {
    400: _("内容格式不正确"),
    401: _("请先登录"),
    403: _("没有权限"),
    404: _("没有找到"),
    409: _("与当前状态冲突"),
    413: _("内容太大"),
    422: _("未通过检查"),
    429: _("操作太频繁"),
    500: _("系统错误"),
    503: _("系统繁忙"),
}


def add(sentences: Mapping[str, object]) -> None:
    """Add the sentences of a feature's own codes."""
    _SENTENCES.update(sentences)


def known_codes() -> frozenset[str]:
    return frozenset(_SENTENCES)


def sentence(code: str, facts: Mapping[str, object] | None = None) -> str:
    """Return the sentence for *code*, its ``{names}`` filled from *facts*."""
    text = str(_SENTENCES.get(code, _SENTENCES["error"]))
    return text.format_map(dict(facts)) if facts and "{" in text else text


def title(status: int) -> str:
    return str(_TITLES.get(status, _TITLES[500]))


def was_anything_lost(status: int) -> str:
    if status == 500:  # noqa: PLR2004
        return str(_("本次操作可能没有完成；此前已保存的内容不受影响。"))
    return str(_("没有。此前已保存的内容不受影响，本次操作没有写入任何数据。"))


def what_now(status: int) -> str:
    if status in {500, 503}:
        return str(_("请稍候再试；如果仍然出现，请把下面的请求编号告诉管理员。"))
    if status == 403:  # noqa: PLR2004
        return str(_("请返回首页；如果您认为应当有权限，请联系系统管理员。"))
    return str(_("请返回上一页或首页重新操作。"))
