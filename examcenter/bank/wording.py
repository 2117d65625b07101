"""Words of this feature: sentences for its codes, and names for what it counts."""

from flask_babel import lazy_gettext as _

from examcenter.bank.checking import Finding
from examcenter.bank.rules import Pool
from question_bank.library import Doubt
from question_bank.model import Kind

SENTENCES = {
    "bank_not_found": _("没有名为“{name}”的题库。请先导入题库文件。"),
    "not_stale": _(
        "这道题没有等待确认的法条修改，或者法条在您打开页面之后又有变化。请重新打开这道题。"
    ),
    "not_in_conflict": _("这两道题没有等待裁定的答案冲突，可能已经有人裁定过。"),
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

DOUBTS = {
    Doubt.UNKNOWN_LAW: _("法规库中没有这部法律"),
    Doubt.REPEALED_LAW: _("这部法律已经废止"),
    Doubt.NOT_IN_FORCE: _("这部法律还没有施行"),
    Doubt.UNKNOWN_ARTICLE: _("现行文本中没有这一条"),
    Doubt.UNKNOWN_PART: _("这一条中没有所引的款或项"),
    Doubt.SUPERSEDED_VERSION: _("引用的是已被取代的版本"),
}

FINDINGS = {
    Finding.KEY_CONFLICT: _("与另一题相同而答案不同，裁定前都不参加抽题"),
    Finding.STALE: _("引用的法条已经修改，确认前不参加抽题"),
    Finding.DUPLICATE: _("与另一题完全相同"),
    Finding.SIMILAR_OTHER_KEY: _("与另一题几乎相同，答案文字不同"),
    Finding.SIMILAR: _("与另一题几乎相同"),
    **{Finding(doubt.value): sentence for doubt, sentence in DOUBTS.items()},
}
