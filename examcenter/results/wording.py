"""Sentences for the codes of this feature."""

from flask_babel import lazy_gettext as _

SENTENCES = {
    "not_released": _("成绩尚未发布；发布后可在“我的考试”中查看。"),
    "result_voided": _("本次作答已作废，没有成绩。"),
}
