"""Sentences about answers that came after the end, and about answer files."""

from flask_babel import lazy_gettext as _

from examcenter.attempts.late_rules import Decision, Source

SENTENCES = {
    "attempt_running": _("作答还没有结束，答案照常保存，不作为迟到材料。"),
    "forged_seal": _("封签与这份答卷不符，没有保存。"),
    "late_full": _("这次作答的迟到材料已达上限，没有再保存。"),
    "late_too_large": _("内容超过一份答卷可能的大小，没有保存。"),
    "late_decided": _("这份迟到材料已有决定，不能再改。"),
    "nothing_new": _("其中没有比已存答案更新的内容，没有写入任何数据。"),
    "not_an_answer_file": _(
        "这不是答卷文件。请选择考试页面上下载的文件，不要用别的程序打开后另存。"
    ),
    "answer_file_version": _("答卷文件的格式版本高于本系统。请先升级，再载入。"),
    "answer_file_damaged": _(
        "答卷文件已损坏、被改动，或不是本中心的答卷。没有写入任何数据。"
    ),
}

SOURCES = {Source.PAGE: _("考生页面上传"), Source.FILE: _("由考务人员载入文件")}

DECISIONS = {
    Decision.ADMITTED: (_("已采用"), "good"),
    Decision.DECLINED: (_("未采用"), "quiet"),
}

WAITING = (_("待决定"), "warn")
