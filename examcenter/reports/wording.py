"""Sentences for the codes of this feature, and words for its lists."""

from flask_babel import lazy_gettext as _

from examcenter.reports.people import PeopleList

SENTENCES = {
    "pdf_not_offered": _(
        "报表目前不能直接生成 PDF；请下载 HTML 后在浏览器中打印为 PDF。"
    ),
}

LISTS = {
    PeopleList.ABSENT: _("缺考名单"),
    PeopleList.FAILED: _("不合格名单"),
    PeopleList.VOIDED: _("作废名单"),
    PeopleList.EXEMPT: _("免考名单"),
    PeopleList.EXEMPT_AFTER_CUTOFF: _("截止后新增免考名单"),
}

NOBODY = {
    PeopleList.ABSENT: _("没有缺考人员：应考人员都已交卷。"),
    PeopleList.FAILED: _("没有不合格人员。"),
    PeopleList.VOIDED: _("没有成绩被作废的人员。"),
    PeopleList.EXEMPT: _("没有免考人员。"),
    PeopleList.EXEMPT_AFTER_CUTOFF: _("发布考试之后没有新增免考。"),
}
