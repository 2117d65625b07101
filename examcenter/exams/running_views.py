"""The exam officer's pages of a published exam: the board, codes, closing, release."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

import structlog
from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from examcenter.accounts.rules import Role
from examcenter.csv_text import csv_bytes
from examcenter.exams import board, codes, service, wiring, wording
from examcenter.exams.board import Seat
from examcenter.exams.codes import IssuedCode
from examcenter.exams.forms import CodesForm, ReasonForm
from examcenter.exams.plan_views import my_scope, zone
from examcenter.exams.rules import NotPublishedError
from examcenter.exams.service import ExamFacts
from examcenter.web import lists
from examcenter.web.context import centre, now, reading, unit_of_work
from examcenter.web.signin import allow, me

bp = Blueprint("running", __name__)
log = structlog.get_logger()

_NAMED = 20


@bp.get("/<exam_id>/board")
@allow(Role.EXAM_OFFICER)
def progress(exam_id: str) -> ResponseReturnValue:
    moment = now()
    asked = lists.wish(filters=board.FILTERS, sorts=board.SORTS)
    with reading() as db:
        exam = _published(db, exam_id)
        begun = wiring.hooks().progress(db, exam.id)
        totals = board.totals(db, exam, begun, now=moment)
        found = board.seats(db, exam, begun, asked, now=moment)
        units = board.units(db, exam)
        alarm = wiring.hooks().clock_alarm(db)
    places = [(key, str(words)) for key, (words, _tone) in wording.STANDINGS.items()]
    page = lists.listing(
        asked,
        found,
        filters=[
            lists.Filter("standing", _("状态"), places),
            lists.Filter("department", _("单位（含下级）"), units),
        ],
        export=lambda state: _export_url(exam_id, state),
    )
    return render_template(
        "exams/board.html",
        exam=exam,
        state=exam.state(moment),
        totals=totals,
        listing=page,
        standings=wording.STANDINGS,
        question_count=exam.plan.question_count,
        attempt_url=wiring.hooks().attempt_url,
        moment=moment,
        alarm=alarm,
    )


def _export_url(exam_id: str, state: dict[str, object]) -> str:
    # It holds values of filters alone, whose names are no options of url_for.
    return url_for(".board_export", exam_id=exam_id, **state)  # type: ignore[arg-type]


def _published(db: Session, exam_id: str) -> ExamFacts:
    exam = service.find(db, exam_id, my_scope(db))
    if not exam.is_published:
        raise NotPublishedError
    return exam


@bp.get("/<exam_id>/board.csv")
@allow(Role.EXAM_OFFICER)
def board_export(exam_id: str) -> ResponseReturnValue:
    moment = now()
    asked = lists.wish(filters=board.FILTERS)
    with reading() as db:
        exam = _published(db, exam_id)
        begun = wiring.hooks().progress(db, exam.id)
        seats = board.every_seat(db, exam, begun, asked, now=moment)
        rows = [_seat_row(seat) for seat in seats]
    name = f"{exam.plan.title} {_('考试进度')}"
    return csv_answer(name, [_SEAT_HEADINGS, *rows])


_SEAT_HEADINGS = ("工号", "姓名", "单位", "状态", "第几次", "开始", "交卷", "已答题数")


def _seat_row(seat: Seat) -> tuple[object, ...]:
    words = wording.STANDINGS[seat.standing][0]
    who = (seat.staff_number, seat.name, seat.department, words)
    if seat.progress is None:
        return (*who, "", "", "", "")
    begun = seat.progress
    times = (_clock(begun.started_at), _clock(begun.submitted_at))
    return (*who, begun.number, *times, begun.answered)


def _clock(moment: datetime | None) -> str:
    local = moment and moment.astimezone(zone())
    return f"{local:%Y-%m-%d %H:%M:%S}" if local else ""


def csv_answer(name: str, rows: Sequence[Sequence[object]]) -> Response:
    """Return *rows* as a file to keep, called *name*."""
    answer = Response(csv_bytes(rows), mimetype="text/csv")
    told = f"attachment; filename*=UTF-8''{quote(name)}.csv"
    answer.headers["Content-Disposition"] = told
    return answer


@bp.get("/<exam_id>/codes")
@allow(Role.EXAM_OFFICER)
def codes_form(exam_id: str) -> ResponseReturnValue:
    with reading() as db:
        exam = _published(db, exam_id)
        return _codes_page(db, exam, CodesForm())


@bp.post("/<exam_id>/codes")
@allow(Role.EXAM_OFFICER)
def issue_codes(exam_id: str) -> ResponseReturnValue:
    form = CodesForm(request.form)
    with unit_of_work() as db:
        exam = _published(db, exam_id)
        form.offer(board.units(db, exam))
        issued = codes.issue_codes(
            db,
            exam,
            key=centre().secret,
            department_code=form.chosen(),
            by=me().id,
            now=now(),
        )
    log.info("exam.codes_issued", exam=exam_id, by=me().id, people=len(issued))
    name = f"{exam.plan.title} {_('登录码')}"
    return csv_answer(name, [_CODE_HEADINGS, *map(_code_row, issued)])


_CODE_HEADINGS = ("工号", "姓名", "单位代码", "登录码")


def _code_row(one: IssuedCode) -> tuple[str, ...]:
    return one.staff_number, one.name, one.department, one.code


def _codes_page(db: Session, exam: ExamFacts, form: CodesForm) -> str:
    form.offer(board.units(db, exam))
    return render_template(
        "exams/codes.html", exam=exam, form=form, entry=codes.ENTRY_OPENS
    )


@bp.get("/<exam_id>/close")
@allow(Role.EXAM_OFFICER)
def close(exam_id: str) -> ResponseReturnValue:
    with reading() as db:
        exam = _published(db, exam_id)
        return _close_page(db, exam, ReasonForm())


@bp.post("/<exam_id>/close")
@allow(Role.EXAM_OFFICER)
def confirm_closing(exam_id: str) -> ResponseReturnValue:
    moment = now()
    form = ReasonForm(request.form)
    with unit_of_work() as db:
        exam = _published(db, exam_id)
        if not form.validate():
            return _close_page(db, exam, form), 422
        wiring.hooks().close(db, exam_id, by=me().id, now=moment)
    log.info("exam.closed", exam=exam_id, by=me().id, reason=form.reason.data)
    flash(_("考试已结束，答卷已收回并评分。"), "good")
    return redirect(url_for("exams.overview", exam_id=exam_id), 303)


def _close_page(db: Session, exam: ExamFacts, form: ReasonForm) -> str:
    begun = wiring.hooks().progress(db, exam.id)
    unfinished = board.unfinished(db, exam, begun, now=now())
    return render_template(
        "exams/close.html",
        exam=exam,
        form=form,
        running=len(unfinished),
        touched=[f"{one.name}（{one.department}）" for one in unfinished[:_NAMED]],
    )


@bp.get("/<exam_id>/release")
@allow(Role.EXAM_OFFICER)
def release(exam_id: str) -> ResponseReturnValue:
    with reading() as db:
        exam = _published(db, exam_id)
        return _release_page(db, exam, ReasonForm())


@bp.post("/<exam_id>/release")
@allow(Role.EXAM_OFFICER)
def confirm_release(exam_id: str) -> ResponseReturnValue:
    form = ReasonForm(request.form)
    with unit_of_work() as db:
        exam = _published(db, exam_id)
        if not form.validate():
            return _release_page(db, exam, form), 422
        service.release(db, exam.id, now=now())
    log.info("exam.released", exam=exam_id, by=me().id, reason=form.reason.data)
    flash(_("成绩已公布，考生现在可以看到。"), "good")
    return redirect(url_for("exams.overview", exam_id=exam_id), 303)


def _release_page(db: Session, exam: ExamFacts, form: ReasonForm) -> str:
    begun = wiring.hooks().progress(db, exam.id)
    totals = board.totals(db, exam, begun, now=now())
    return render_template("exams/release.html", exam=exam, form=form, totals=totals)
