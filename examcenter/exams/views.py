"""The exam officer's pages: all exams, one exam, publishing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog
from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from examcenter.accounts.rules import Role
from examcenter.errors import Fault
from examcenter.exams import (
    board,
    plan_views,
    planning,
    publishing,
    readiness,
    running_views,
    service,
    wiring,
    wording,
)
from examcenter.exams.plan_views import my_scope
from examcenter.exams.readiness import Check
from examcenter.exams.rules import AlreadyPublishedError, CannotPublishError, cautions
from examcenter.exams.running_views import csv_answer
from examcenter.exams.service import ExamFacts
from examcenter.web import lists
from examcenter.web.context import now, reading, unit_of_work
from examcenter.web.signin import allow, me
from question_bank.scoring import decimal_text

bp = Blueprint("exams", __name__, url_prefix="/exams")
bp.register_blueprint(plan_views.bp)
bp.register_blueprint(running_views.bp)
log = structlog.get_logger()

# Half of what was measured with 150,000 people on two shared cores: a promise of how
# long something takes should rather be kept early.
_PAPERS_A_SECOND = 1400


@bp.get("")
@allow(Role.EXAM_OFFICER)
def index() -> ResponseReturnValue:
    asked = lists.wish(filters=("state",), sorts=planning.SORTS)
    with reading() as db:
        found = planning.exams(db, asked, scope=my_scope(db), now=now())
    states = [(state, str(words)) for state, (words, _tone) in wording.STATES.items()]
    state = lists.Filter("state", _("状态"), states)
    page = lists.listing(asked, found, filters=[state], export=_export_url)
    return render_template("exams/index.html", listing=page, states=wording.STATES)


def _export_url(state: dict[str, object]) -> str:
    return url_for(".export", **state)  # type: ignore[arg-type]  # names of filters


@bp.get("/export.csv")
@allow(Role.EXAM_OFFICER)
def export() -> ResponseReturnValue:
    asked = lists.wish(filters=("state",))
    with reading() as db:
        rows = planning.every_exam(db, asked, scope=my_scope(db), now=now())
    return csv_answer(_("考试列表"), [_HEADINGS, *map(_exam_row, rows)])


_HEADINGS = ("考试", "状态", "开始时间", "结束时间", "应考", "免考", "编号")


def _exam_row(line: planning.ExamLine) -> tuple[object, ...]:
    plan, zone = line.exam.plan, plan_views.zone()
    return (
        plan.title,
        wording.STATES[line.state][0],
        f"{plan.opens_at.astimezone(zone):%Y-%m-%d %H:%M}",
        f"{plan.closes_at.astimezone(zone):%Y-%m-%d %H:%M}",
        line.enrolled - line.exempt,
        line.exempt,
        line.exam.public_id,
    )


@bp.get("/<exam_id>")
@allow(Role.EXAM_OFFICER)
def overview(exam_id: str) -> ResponseReturnValue:
    moment = now()
    with reading() as db:
        exam = service.find(db, exam_id, my_scope(db))
        departments = planning.names_of(db, exam.plan.departments)
        totals = _totals(db, exam, moment) if exam.is_published else None
    return render_template(
        "exams/overview.html",
        exam=exam,
        plan=exam.plan,
        state=exam.state(moment),
        departments=departments,
        totals=totals,
        rules=[
            _("%(category)s %(least)d 题", category=category, least=least)
            for category, least in exam.plan.by_category
        ],
        grades=[
            _("%(name)s %(begins)s 分起", name=g.name, begins=decimal_text(g.from_))
            for g in exam.plan.grades
        ],
        marks=decimal_text,
        cautions=[wording.CAUTIONS[code] for code in cautions(exam.plan)],
        words=wording,
    )


def _totals(db: Session, exam: ExamFacts, moment: datetime) -> board.Totals:
    return board.totals(db, exam, wiring.hooks().progress(db, exam.id), now=moment)


@bp.get("/<exam_id>/publish")
@allow(Role.EXAM_OFFICER)
def publish(exam_id: str) -> ResponseReturnValue:
    with reading() as db:
        checked = readiness.check(db, exam_id, scope=my_scope(db), now=now())
    if checked.exam.is_published:
        return redirect(url_for(".overview", exam_id=exam_id), 303)
    return _publish_page(checked, checked.faults)


@bp.post("/<exam_id>/publish")
@allow(Role.EXAM_OFFICER)
def confirm_publishing(exam_id: str) -> ResponseReturnValue:
    moment = now()
    try:
        with reading() as db:
            checked = readiness.check(db, exam_id, scope=my_scope(db), now=moment)
            prepared = publishing.draw(db, checked)
        with unit_of_work() as db:
            done = publishing.store(db, prepared, by=me().id, now=moment)
    except CannotPublishError as error:
        return _publish_page(checked, error.faults), 422
    except AlreadyPublishedError:
        flash(_("这场考试已经发布过，没有重复发布。"), "warn")
        return redirect(url_for(".overview", exam_id=exam_id), 303)
    log.info("exam.published", exam=exam_id, by=me().id, papers=done.papers)
    words = _("已发布：%(people)s 人，%(papers)s 份试卷。")
    flash(
        words % {"people": f"{done.examinees:,}", "papers": f"{done.papers:,}"}, "good"
    )
    return redirect(url_for(".overview", exam_id=exam_id), 303)


def _publish_page(checked: Check, faults: Sequence[Fault]) -> str:
    codes_ = [*cautions(checked.exam.plan)]
    codes_ += ["papers_repeat"] if checked.papers_repeat else []
    return render_template(
        "exams/publish.html",
        check=checked,
        faults=[replace(one, place=wording.place(one.place)) for one in faults],
        cautions=[wording.CAUTIONS[code] for code in codes_],
        left_out=wording.LEFT_OUT,
        seconds=1 + checked.papers // _PAPERS_A_SECOND,
    )
