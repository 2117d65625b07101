"""Sentences for the codes of this feature."""

from flask_babel import lazy_gettext as _

from examcenter.attempts.act_rules import Kind

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
    "no_clock_alarm": _("各时钟已经一致，无须办理。"),
    "attempt_paused": _("作答已暂停，答案保存在本机，恢复后自动上传。"),
    "attempt_not_running": _("这份答卷已经结束或已到时，不能这样办理。"),
    "already_paused": _("这份答卷已经暂停。"),
    "not_resumable": _("不能续考：正在作答、本人已交卷、已作废，或没有剩余时间。"),
    "exam_over": _("考试已经结束，不能再改变作答时间。"),
    "reason_missing": _("请写明原因。"),
    "attempt_not_latest": _("考生已经开始了另一次作答，不能再处理这一次。"),
    "already_voided": _("这份答卷已经作废或重置。"),
    "not_voided": _("这份答卷没有作废，无需恢复。"),
    "already_requested": _("这份答卷已有一项申请等待第二人确认。"),
    "already_decided": _("这项申请刚刚已由别人处理。"),
    "second_person_needed": _("申请人不能自己确认，请另一位考务管理员办理。"),
    "late_entry_refused": _("迟到进入的时刻应晚于现在，且不晚于考试结束。"),
    "grant_out_of_range": _("补时应为 1 分钟至 6 小时的整数分钟，起止时刻要先后有序。"),
    "grant_in_the_future": _("恢复作答的时刻还没有到，请恢复后再补时。"),
    "grant_is_one_of_two": _("请只填补时分钟，或只填故障起止时刻（两个都填）。"),
    "grant_clock": _("时刻请写成 10:03 的样子。"),
    "grant_cause_too_long": _("起因太长，最多 40 个字符。"),
    "standing_grant_is_personal": _("长期有效的补时只能给一个人，并写明分钟数。"),
    "grant_touches_nobody": _("没有可以补时的答卷：没有人在作答，或故障时没有人在答。"),
}

ACT_NAMES = {
    Kind.GRANTED: _("补时"),
    Kind.PAUSED: _("暂停"),
    Kind.RESUMED: _("恢复作答"),
    Kind.REOPENED: _("收卷后恢复作答"),
    Kind.FORCE_SUBMITTED: _("强制交卷"),
    Kind.RESET_REQUESTED: _("申请重考"),
    Kind.RESET: _("重考：本次作废，另发新卷"),
    Kind.VOID_REQUESTED: _("申请作废"),
    Kind.VOIDED: _("作废"),
    Kind.REINSTATE_REQUESTED: _("申请撤销作废"),
    Kind.REINSTATED: _("撤销作废"),
    Kind.DECLINED: _("申请未获确认"),
    Kind.LATE_ENTRY: _("准许迟到进入"),
    Kind.LEASE_TAKEN: _("在一个页面打开作答"),
    Kind.SEAT_CHANGED: _("换机"),
}
"""What each kind of act is called in an attempt's record."""

ACT_BUTTONS = {
    "pause": (
        _("暂停 1 份答卷"),
        _("考生暂时不能作答，页面显示原因；恢复后补回暂停的时间。"),
        "",
    ),
    "resume": (
        _("续考：恢复 1 份答卷"),
        _("同一份试卷，答案都在；请先核对证件，并在原因中写明。"),
        "",
    ),
    "force-submit": (
        _("强制交卷 1 份"),
        _("在考试结束前、还有剩余时间时，可以用续考恢复。"),
        _("考生立即不能再作答，以已保存的答案评分；原因考生会看到。"),
    ),
    "reset": (
        _("重考：作废这份答卷，另发新卷"),
        _("考生开始新的作答之前，可以撤销。"),
        _("这次作答不再计分，答案留档；考生须重新作答一份新试卷。"),
    ),
    "void": (
        _("作废 1 份答卷"),
        _("可以撤销作废。"),
        _("成绩取消：仍计入实考，不计入合格，也不退还作答次数。"),
    ),
    "reinstate": (_("撤销 1 份答卷的作废"), _("可以再次作废。"), ""),
}
"""The button of an act, what can be undone about it, and what cannot."""

NOTICE_NAMES = {
    "time_granted": _("补时"),
    "paused": _("作答暂停"),
    "resumed": _("恢复作答"),
    "reopened": _("恢复作答"),
    "force_submitted": _("由工作人员交卷"),
}
"""What an examinee's pages call a notice."""
