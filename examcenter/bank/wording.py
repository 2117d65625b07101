"""Sentences for the codes of this feature."""

from flask_babel import lazy_gettext as _

SENTENCES = {
    "bank_not_found": _("没有名为“{name}”的题库。请先导入题库文件。"),
    "import_refused": _("文件中有需要改正的内容，没有写入任何题目。"),
    "pool_differs": _(
        "题库“{bank}”已经存在，用途与所选的不同。请换一个题库名称，或改选用途。"
    ),
}
