"""Pages for what staff do about sitting: each names whom it touches and asks why."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from examcenter.accounts.rules import Role
from examcenter.attempts import (
    act_pages,
    ending,
    entering,
    granting,
    pausing,
    reach,
    wiring,
)
from examcenter.attempts.act_rules import Act, Asked
from examcenter.attempts.forms import (
    GrantForm,
    LateEntryForm,
    PersonGrantForm,
    ReasonForm,
)
from examcenter.attempts.reach import Reach
from examcenter.attempts.wording import ACT_BUTTONS
from examcenter.errors import ConflictError, NotFoundError, RefusedError
from examcenter.web import wording
from examcenter.web.context import now, reading, settings, unit_of_work
from examcenter.web.errors import status_of
from examcenter.web.signin import allow, me

bp = Blueprint("acts", __name__, url_prefix="/exams")
log = structlog.get_logger()

_STAFF = (Role.EXAM_OFFICER, Role.INVIGILATOR)
_AT_ONCE = {"pause", "resume", "force-submit"}


def zone() -> ZoneInfo:
    return ZoneInfo(settings().locale.timezone)


def my_reach(db: Session) -> Reach:
    """Return whom the signed-in member of staff may touch."""
    return reach.of_staff(db, me().id)


def acting(form: ReasonForm, moment: datetime) -> Act:
    return Act(me().id, moment, (form.reason.data or "").strip())


@bp.get("/attempts/<attempt_id>/acts")
@allow(*_STAFF)
def record(attempt_id: str) -> ResponseReturnValue:
    with reading() as db:
        shown = act_pages.record(db, attempt_id, my_reach(db), now=now())
    is_officer = Role.EXAM_OFFICER in me().roles
    return render_template(
        "acts/record.html", shown=shown, is_officer=is_officer, my_id=me().id
    )


@bp.get("/attempts/<attempt_id>/acts/<act>")
@allow(*_STAFF)
def confirm(attempt_id: str, act: str) -> ResponseReturnValue:
    if act not in _AT_ONCE:
        raise NotFoundError
    return _confirm_page(attempt_id, act, ReasonForm())


@bp.post("/attempts/<attempt_id>/acts/<act>")
@allow(*_STAFF)
def do(attempt_id: str, act: str) -> ResponseReturnValue:
    if act not in _AT_ONCE:
        raise NotFoundError
    moment, form = now(), ReasonForm(request.form)

    def work(db: Session, one: int) -> None:
        if act == "pause":
            pausing.pause(db, one, acting(form, moment))
        elif act == "resume":
            unmark = wiring.hooks.unmark
            pausing.resume(db, one, acting(form, moment), unmark=unmark)
        else:
            ending.force_submit(db, one, acting(form, moment))

    answer = _done(attempt_id, act, form, work)
    if act == "force-submit":
        wiring.marked(attempt_id)
    return answer


@bp.get("/attempts/<attempt_id>/requests/<act>")
@allow(Role.EXAM_OFFICER)
def confirm_asking(attempt_id: str, act: str) -> ResponseReturnValue:
    _asked(act)
    return _confirm_page(attempt_id, act, ReasonForm())


@bp.post("/attempts/<attempt_id>/requests/<act>")
@allow(Role.EXAM_OFFICER)
def ask(attempt_id: str, act: str) -> ResponseReturnValue:
    wanted, moment, form = _asked(act), now(), ReasonForm(request.form)
    two = settings().attempts.two_person

    def work(db: Session, one: int) -> None:
        ending.ask(db, one, wanted, acting(form, moment), two_people=two)

    return _done(attempt_id, act, form, work)


def _asked(act: str) -> Asked:
    try:
        return Asked(act)
    except ValueError as error:
        raise NotFoundError from error


def _done(
    attempt_id: str,
    act: str,
    form: ReasonForm,
    work: Callable[[Session, int], None],
) -> ResponseReturnValue:
    if not form.validate():
        return _confirm_page(attempt_id, act, form), 422
    try:
        with unit_of_work() as db:
            work(db, reach.attempt(db, attempt_id, _reach_for(db, act)).id)
    except (ConflictError, RefusedError) as error:
        return _refused(form, error, lambda: _confirm_page(attempt_id, act, form))
    log.info("attempt.act", act=act, attempt=attempt_id, by=me().id)
    flash(_("已办理并记入作答记录。"), "good")
    return redirect(url_for(".record", attempt_id=attempt_id), 303)


def _reach_for(db: Session, act: str) -> Reach:
    return my_reach(db) if act in _AT_ONCE else reach.of_officer(db, me().id)


def _confirm_page(attempt_id: str, act: str, form: ReasonForm) -> str:
    with reading() as db:
        shown = act_pages.record(db, attempt_id, _reach_for(db, act), now=now())
    return render_template(
        "acts/confirm.html",
        shown=shown,
        form=form,
        words=ACT_BUTTONS[act],
        action=url_for(
            ".do" if act in _AT_ONCE else ".ask", attempt_id=attempt_id, act=act
        ),
        second=act not in _AT_ONCE and settings().attempts.two_person,
    )


def _refused(
    form: ReasonForm, error: ConflictError | RefusedError, page: Callable[[], str]
) -> ResponseReturnValue:
    """Show the page again with the sentence of what stands in the way."""
    sentence = wording.sentence(error.code, error.facts)
    form.reason.errors = [*form.reason.errors, sentence]
    return page(), status_of(error)


@bp.get("/requests/<request_id>")
@allow(Role.EXAM_OFFICER)
def waiting(request_id: str) -> ResponseReturnValue:
    return _request_page(request_id, ReasonForm())


@bp.post("/requests/<request_id>/<decision>")
@allow(Role.EXAM_OFFICER)
def decide(request_id: str, decision: str) -> ResponseReturnValue:
    if decision not in {"approve", "decline"}:
        raise NotFoundError
    form, moment = ReasonForm(request.form), now()
    if not form.validate():
        return _request_page(request_id, form), 422
    try:
        with unit_of_work() as db:
            asked = reach.request(db, request_id, reach.of_officer(db, me().id))
            work = ending.approve if decision == "approve" else ending.decline
            work(db, asked, acting(form, moment))
            attempt_id = act_pages.attempt_of(db, asked)
    except (ConflictError, RefusedError) as error:
        return _refused(form, error, lambda: _request_page(request_id, form))
    log.info("attempt.request", decision=decision, request=request_id, by=me().id)
    flash(_("已办理并记入作答记录。"), "good")
    return redirect(url_for(".record", attempt_id=attempt_id), 303)


def _request_page(request_id: str, form: ReasonForm) -> str:
    with reading() as db:
        mine = reach.of_officer(db, me().id)
        row = reach.request(db, request_id, mine)
        asked, attempt_id = act_pages.waiting(row), act_pages.attempt_of(db, row)
        shown = act_pages.record(db, attempt_id, mine, now=now())
    return render_template(
        "acts/request.html",
        shown=shown,
        asked=asked,
        form=form,
        words=ACT_BUTTONS[asked.kind],
        is_mine=asked.by == me().id,
    )


@bp.get("/<exam_id>/acts/grant")
@allow(*_STAFF)
def grant(exam_id: str) -> ResponseReturnValue:
    return _grant_page(exam_id, _grant_form())


@bp.post("/<exam_id>/acts/grant")
@allow(*_STAFF)
def give_time(exam_id: str) -> ResponseReturnValue:
    form, moment = _grant_form(), now()
    if not form.validate():
        return _grant_page(exam_id, form), 422
    try:
        with unit_of_work() as db:
            whom = act_pages.whom(db, exam_id, request.args, my_reach(db))
            wanted = form.grant(whom.target, moment, zone())
            done = granting.grant(
                db,
                whom.exam.id,
                wanted,
                acting(form, moment),
                unmark=wiring.hooks.unmark,
            )
    except (ConflictError, RefusedError) as error:
        return _refused(form, error, lambda: _grant_page(exam_id, form))
    log.info("exam.time_granted", exam=exam_id, by=me().id, attempts=done.attempts)
    told = _(
        "已为 %(number)s 份答卷补时，其中恢复作答 %(again)s 份。考生页面 5 秒内可见。",
        number=done.attempts,
        again=done.reopened,
    )
    flash(told, "good")
    return redirect(act_pages.back_to(whom), 303)


def _grant_form() -> GrantForm:
    kind = PersonGrantForm if "person" in request.args else GrantForm
    return kind(request.form)


def _grant_page(exam_id: str, form: GrantForm) -> str:
    with reading() as db:
        whom = act_pages.whom(db, exam_id, request.args, my_reach(db))
        touched = granting.count_reached(db, whom.exam.id, whom.target)
    return render_template(
        "acts/grant.html",
        whom=whom,
        touched=touched,
        form=form,
        action=whom.url(".give_time"),
        back=act_pages.back_to(whom),
    )


@bp.get("/<exam_id>/acts/late-entry")
@allow(*_STAFF)
def late_entry(exam_id: str) -> ResponseReturnValue:
    return _late_page(exam_id, LateEntryForm())


@bp.post("/<exam_id>/acts/late-entry")
@allow(*_STAFF)
def admit(exam_id: str) -> ResponseReturnValue:
    form, moment = LateEntryForm(request.form), now()
    if not form.validate():
        return _late_page(exam_id, form), 422
    try:
        with unit_of_work() as db:
            whom = act_pages.one_person(db, exam_id, request.args, my_reach(db))
            until = form.moment(moment, zone())
            entering.admit(db, whom.exam, whom.person_id, until, acting(form, moment))
    except (ConflictError, RefusedError) as error:
        return _refused(form, error, lambda: _late_page(exam_id, form))
    log.info("exam.late_entry", exam=exam_id, by=me().id, person=whom.person_id)
    flash(_("已准许迟到进入。"), "good")
    return redirect(act_pages.back_to(whom), 303)


def _late_page(exam_id: str, form: LateEntryForm) -> str:
    with reading() as db:
        whom = act_pages.one_person(db, exam_id, request.args, my_reach(db))
    return render_template(
        "acts/late_entry.html",
        whom=whom,
        form=form,
        action=whom.url(".admit"),
        back=act_pages.back_to(whom),
    )
