"""Pages of rooms: the list, loading them, giving seats for an exam."""

import structlog
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from examcenter.accounts.rules import Role
from examcenter.errors import ConflictError, RefusedError
from examcenter.exams import service as exams
from examcenter.exams.rules import NotPublishedError
from examcenter.organisation import import_steps
from examcenter.organisation.import_steps import Kind
from examcenter.organisation.service import scope_of
from examcenter.rooms import importing, seating, service
from examcenter.rooms.forms import SeatingForm
from examcenter.web import wording
from examcenter.web.context import now, reading, unit_of_work
from examcenter.web.errors import status_of
from examcenter.web.signin import allow, me

bp = Blueprint("rooms", __name__)
log = structlog.get_logger()

ROOMS = Kind(
    "rooms",
    "rooms",
    importing.read,
    lambda db, table, _by: importing.preview(db, table),
    lambda db, table, _by, _now: importing.take_in(db, table),
    "rooms.index",
)


@bp.get("/rooms")
@allow(Role.EXAM_OFFICER, Role.INVIGILATOR)
def index() -> ResponseReturnValue:
    with reading() as db:
        is_officer = Role.EXAM_OFFICER in me().roles
        only = None if is_officer else service.looked_after(db, me().id)
        rooms = service.rooms(db, only)
        exams_of = {room.id: service.exams_in(db, room.id) for room in rooms}
    return render_template(
        "rooms/index.html", rooms=rooms, exams_of=exams_of, is_officer=is_officer
    )


@bp.get("/rooms/import")
@allow(Role.EXAM_OFFICER)
def rooms_choose() -> ResponseReturnValue:
    return import_steps.choose(ROOMS)


@bp.post("/rooms/import")
@allow(Role.EXAM_OFFICER)
def rooms_keep() -> ResponseReturnValue:
    return import_steps.keep(ROOMS)


@bp.get("/rooms/import/<token>")
@allow(Role.EXAM_OFFICER)
def rooms_preview(token: str) -> ResponseReturnValue:
    return import_steps.preview(ROOMS, token)


@bp.get("/rooms/import/<token>/errors.xlsx")
@allow(Role.EXAM_OFFICER)
def rooms_errors(token: str) -> ResponseReturnValue:
    return import_steps.errors(ROOMS, token)


@bp.post("/rooms/import/<token>")
@allow(Role.EXAM_OFFICER)
def rooms_confirm(token: str) -> ResponseReturnValue:
    return import_steps.confirm(ROOMS, token)


@bp.get("/exams/<exam_id>/seating")
@allow(Role.EXAM_OFFICER)
def seats(exam_id: str) -> ResponseReturnValue:
    return _seating_page(exam_id, SeatingForm())


@bp.post("/exams/<exam_id>/seating")
@allow(Role.EXAM_OFFICER)
def give_seats(exam_id: str) -> ResponseReturnValue:
    form = SeatingForm(request.form)
    with reading() as db:
        form.offer(service.rooms(db))
    if not form.validate():
        return _seating_page(exam_id, form), 422
    try:
        with unit_of_work() as db:
            exam = exams.find(db, exam_id, scope_of(db, me().id, Role.EXAM_OFFICER))
            chosen = form.rooms.data or []
            done = seating.give(db, exam, chosen, by=me().id, now=now())
    except (RefusedError, ConflictError) as error:
        sentence = wording.sentence(error.code, error.facts)
        form.rooms.errors = [*form.rooms.errors, sentence]
        return _seating_page(exam_id, form), status_of(error)
    log.info("exam.seated", exam=exam_id, by=me().id, people=done.people)
    told = _(
        "已为 %(people)s 人编排座位，空余 %(free)s 座。",
        people=done.people,
        free=done.free,
    )
    flash(told, "good")
    return redirect(url_for("exams.overview", exam_id=exam_id), 303)


def _seating_page(exam_id: str, form: SeatingForm) -> str:
    with reading() as db:
        exam = exams.find(db, exam_id, scope_of(db, me().id, Role.EXAM_OFFICER))
        if not exam.is_published:
            raise NotPublishedError
        rooms = service.rooms(db)
    form.offer(rooms)
    return render_template("rooms/seating.html", exam=exam, form=form, rooms=rooms)
