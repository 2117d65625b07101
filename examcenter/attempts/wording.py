"""Sentences for the codes of this feature."""

from flask_babel import lazy_gettext as _

SENTENCES = {
    "attempt_closed": _("本次作答已经结束，不能再修改答案。"),
    "lease_lost": _("答卷已在另一台机器或另一个页面打开，本页已转为只读。"),
    "version_conflict": _("第 {number} 题的答案与已保存的版本冲突，请刷新页面。"),
    "no_such_question": _("试卷中没有第 {number} 题。"),
    "no_such_option": _("答案不在本题的选项之中。"),
    "consent_outdated": _("监考告知书已更新，请重新阅读后再开始。"),
    "exempt": _("您已获准免考，无需参加本场考试。"),
    "not_yet_open": _("考试尚未开始。"),
    "closed": _("考试已经结束。"),
    "no_attempts_left": _("您的作答次数已用完。"),
    "too_late": _("已超过迟到截止时间，不能再进入考试；请联系监考员。"),
}
