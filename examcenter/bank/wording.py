"""Words of this feature: sentences for its codes, and names for what it counts."""

from flask_babel import lazy_gettext as _

from examcenter.bank.rules import Pool
from question_bank.model import Kind

SENTENCES = {
    "bank_not_found": _("没有名为“{name}”的题库。请先导入题库文件。"),
    "import_refused": _("文件中有需要改正的内容，没有写入任何题目。"),
    "pool_differs": _(
        "题库“{bank}”已经存在，用途与所选的不同。请换一个题库名称，或改选用途。"
    ),
}

POOLS = {Pool.FORMAL: _("正式考试"), Pool.PRACTICE: _("练习")}

KINDS = {
    Kind.SINGLE: _("单选题"),
    Kind.MULTIPLE: _("多选题"),
    Kind.INDETERMINATE: _("不定项选择题"),
    Kind.TRUE_FALSE: _("判断题"),
    Kind.BLANK: _("填空题"),
    Kind.SHORT_ANSWER: _("简答题"),
}
