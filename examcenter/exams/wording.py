"""Sentences and names of this feature."""

import re

from flask_babel import gettext
from flask_babel import lazy_gettext as _

SENTENCES = {
    "already_published": _("考试已经发布，方案、题目和名册不能再改。"),
    "not_published": _("考试还没有发布。"),
    "plan_changed": _("方案刚刚被别人修改过，没有发布。请重新核对后再发布。"),
    "plan_refused": _("方案中有需要改正的内容，没有保存。"),
    "cannot_publish": _("考试还不能发布，没有写入任何数据。"),
    "no_such_unit": _("本场考试没有代码为 {department} 的单位。"),
}

CAUTIONS = {
    "longer_than_window": _("考试时长超过开放时间段，没有人能用满时长。"),
    "no_late_entry": _("迟到时限是 0 分钟：开考那一刻之后没有人能进入考试。"),
    "grade_out_of_reach": _("有等次的起点分高于满分，没有人能达到。"),
    "papers_repeat": _(
        "有的题目类别太少，同一个人的几份试卷会有重复的题目。扩充题库可以避免。"
    ),
}
"""What is allowed and worth a second look before publishing."""

STATES = {
    "draft": (_("草稿"), "quiet"),
    "published": (_("已发布，未开始"), "quiet"),
    "open": (_("进行中"), "good"),
    "closed": (_("已结束"), "quiet"),
}
"""Each state of an exam in words, and its tone."""

STANDINGS = {
    "absent": (_("未进入"), "quiet"),
    "running": (_("答题中"), "good"),
    "paused": (_("已暂停"), "warn"),
    "overdue": (_("已到时，等待收卷"), "warn"),
    "handed_in": (_("已交卷"), "good"),
    "reset": (_("已重置，等待重考"), "warn"),
    "voided": (_("已作废"), "bad"),
    "exempt": (_("免考"), "quiet"),
}
"""Where somebody stands in an exam, in words, and its tone."""

KINDS = {
    "single": _("单项选择题"),
    "multiple": _("多项选择题"),
    "indeterminate": _("不定项选择题"),
    "true_false": _("判断题"),
}

SCORINGS = {
    "all_or_nothing": _("全对得分，多选、少选、错选不得分"),
    "half_if_incomplete": _("少选得一半，错选不得分"),
    "per_option": _("每选对一项得一份，错选不得分"),
}

ATTEMPT_RULES = {
    "best": _("取最高分"),
    "last": _("取最后一次"),
    "first": _("取第一次"),
}

RELEASES = {
    "at_submission": _("交卷后立即公布"),
    "at_close": _("考试结束后公布"),
    "manual": _("由考务人员公布"),
}

REVIEWS = {
    "none": _("不公布答案和解析"),
    "after_close": _("考试结束后可以看答案和解析"),
}

CAMERAS = {
    "required": _("必须使用摄像头"),
    "optional": _("可以不使用摄像头"),
    "off": _("不使用摄像头"),
}

PLACES = {
    "closes_at": _("结束时间"),
    "departments": _("参加单位"),
    "draw.max_neighbour_overlap": _("相邻座位最多相同题数"),
}
"""What a place in a plan file is called on a page."""


def place(path: str) -> str:
    """Return a *path* of a plan in words: ``sections[2]`` is the second part."""
    section = re.fullmatch(r"sections\[(\d+)\]", path)
    if section:
        return str(gettext("第 %(number)s 大题", number=section[1]))
    category = path.removeprefix("draw.by_category.")
    if category != path:
        return str(gettext("各类题目至少多少：%(category)s", category=category))
    return str(PLACES.get(path, path))


_WHEN = _("请填写日期和时间。")
IN_A_FORM = {
    ("opens_at", "wrong_type"): _WHEN,
    ("closes_at", "wrong_type"): _WHEN,
    ("sections", "missing"): _("至少要有一个大题。"),
}
"""What a form says instead of the sentence for a plan file, by place and code."""
