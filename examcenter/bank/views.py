"""Pages about the questions there are, for editors; nobody else sees a key."""

from collections.abc import Sequence
from typing import Any

from flask import (
    Blueprint,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from examcenter.accounts.rules import Role
from examcenter.bank import (
    doubt_views,
    finding,
    import_views,
    service,
    staleness,
    wiring,
)
from examcenter.bank.downloads import workbook
from examcenter.bank.finding import LARGEST_NUMBER
from examcenter.bank.wording import DOUBTS, KINDS, POOLS
from examcenter.web import lists
from examcenter.web.context import now, reading, unit_of_work
from examcenter.web.signin import allow, me
from examcenter.wishes import Wish
from question_bank.checks import ASKED_KINDS
from question_bank.writers.questions_xlsx import write_questions, write_template

bp = Blueprint("bank", __name__, url_prefix="/bank")
bp.register_blueprint(import_views.bp)
bp.register_blueprint(doubt_views.bp)


@bp.get("/questions")
@allow(Role.BANK_EDITOR)
def index() -> ResponseReturnValue:
    asked = _wish()
    with reading() as db:
        banks = service.banks(db)
        found = finding.find_questions(db, asked)
        filters = _filters(db, [bank.name for bank in banks])
    listing = lists.listing(
        asked,
        found,
        filters=filters,
        export=_export_url,
    )
    return render_template(
        "bank/index.html",
        listing=listing,
        banks=banks,
        kinds=KINDS,
        shown_kinds=[k for k in KINDS if any(k in bank.by_kind for bank in banks)],
        pools=POOLS,
    )


@bp.get("/questions.xlsx")
@allow(Role.BANK_EDITOR)
def export() -> ResponseReturnValue:
    asked = _wish()
    with reading() as db:
        questions = list(finding.every_question(db, asked))
        filters = _filters(db, [bank.name for bank in service.banks(db)])
    heading = [
        _("题库试题（含答案，请妥善保管），共 %(count)s 道题", count=len(questions)),
        _("条件：%(conditions)s", conditions=_conditions(asked, filters)),
        _("导出时间：%(at)s　导出人：%(name)s", at=_now_text(), name=me().name),
    ]
    return workbook(write_questions(questions, heading=heading), _("题库试题.xlsx"))


@bp.get("/template.xlsx")
@allow(Role.BANK_EDITOR)
def template() -> ResponseReturnValue:
    return workbook(write_template(), _("题库模板.xlsx"))


@bp.get("/questions/<public_id>")
@allow(Role.BANK_EDITOR)
def question(public_id: str) -> ResponseReturnValue:
    with reading() as db:
        found = service.question(db, public_id)
        standing = staleness.standing(db, wiring.hooks().statutes, public_id, now=now())
    return render_template(
        "bank/question.html",
        question=found,
        standing=standing,
        kinds=KINDS,
        pools=POOLS,
        doubts=DOUBTS,
    )


@bp.post("/questions/<public_id>/retire")
@allow(Role.BANK_EDITOR)
def retire(public_id: str) -> ResponseReturnValue:
    with unit_of_work() as db:
        service.retire(db, public_id, now=now())
    flash(_("这道题已停用，以后发布的考试不再抽到它。"), "good")
    return redirect(url_for(".question", public_id=public_id), 303)


@bp.post("/questions/<public_id>/restore")
@allow(Role.BANK_EDITOR)
def restore(public_id: str) -> ResponseReturnValue:
    with unit_of_work() as db:
        service.restore(db, public_id)
    flash(_("这道题已恢复使用。"), "good")
    return redirect(url_for(".question", public_id=public_id), 303)


@bp.get(f"/imports/<int(max={LARGEST_NUMBER}):import_id>")
@allow(Role.BANK_EDITOR)
def imported(import_id: int) -> ResponseReturnValue:
    with reading() as db:
        record = service.imported(db, import_id)
    return render_template("bank/imported.html", record=record)


def _export_url(state: dict[str, object]) -> str:
    given: dict[str, Any] = dict(state)
    return url_for(".export", **given)


def _wish() -> Wish:
    return lists.wish(filters=finding.FILTERS, sorts=finding.SORTS)


def _filters(db: Session, banks: Sequence[str]) -> Sequence[lists.Filter]:
    words = finding.choices(db)
    kinds = [(kind.value, str(KINDS[kind])) for kind in KINDS if kind in ASKED_KINDS]
    states = [(finding.IN_USE, _("在用")), (finding.RETIRED, _("已停用"))]
    number = request.args.get("import", "")
    batch = [lists.Filter("import", _("导入批次"), [(number, number)])]
    return [
        lists.Filter("bank", _("题库"), [(name, name) for name in banks]),
        lists.Filter("kind", _("题型"), kinds),
        lists.Filter("category", _("知识点"), [(w, w) for w in words["category"]]),
        lists.Filter("difficulty", _("难度"), [(w, w) for w in words["difficulty"]]),
        lists.Filter("state", _("状态"), states),
        *(batch if number else []),
    ]


def _conditions(asked: Wish, filters: Sequence[lists.Filter]) -> str:
    """Return in words what *asked* looks for."""
    told = [_("查找“%(text)s”", text=asked.text)] if asked.text else []
    for given in filters:
        value = asked.filters.get(given.name)
        if value:
            label = dict(given.choices).get(value, value)
            told.append(_("%(name)s：%(value)s", name=given.label, value=label))
    return str(_("；").join(told) or _("全部题目"))


def _now_text() -> str:
    return str(format_datetime(now(), "yyyy-MM-dd HH:mm"))
