"""An invigilator's pages: the exams of a room, its board, and 换机."""

from collections import Counter

import structlog
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.accounts.rules import Role
from examcenter.attempts import act_pages, reach, room_board, swapping, wiring
from examcenter.attempts.act_pages import Whom
from examcenter.attempts.act_views import acting, my_reach
from examcenter.attempts.forms import SwapForm
from examcenter.errors import ConflictError, NotFoundError, RefusedError
from examcenter.exams import service as exams
from examcenter.exams import wording as exams_wording
from examcenter.exams.models import Exam
from examcenter.rooms import service as rooms
from examcenter.rooms.models import Seat, Seating
from examcenter.rooms.service import RoomFacts
from examcenter.web import wording
from examcenter.web.context import now, reading, unit_of_work
from examcenter.web.errors import status_of
from examcenter.web.signin import allow

bp = Blueprint("room_board", __name__, url_prefix="/rooms/<room_id>")
log = structlog.get_logger()

_STAFF = (Role.EXAM_OFFICER, Role.INVIGILATOR)


@bp.get("")
@allow(*_STAFF)
def index(room_id: str) -> ResponseReturnValue:
    moment = now()
    with reading() as db:
        mine = my_reach(db)
        room = reach.room(db, room_id, mine)
        counts = rooms.exams_in(db, room.id)
        found = db.execute(
            select(Exam).where(Exam.id.in_(counts)).order_by(Exam.opens_at)
        ).scalars()
        facts = [exams.facts_of(exam) for exam in found]
        if room.id not in mine.rooms:
            facts = [exam for exam in facts if _is_mine(db, exam.public_id, mine)]
    return render_template(
        "rooms/room.html",
        room=room,
        exams=[(exam, counts[exam.id], exam.state(moment)) for exam in facts],
        states=exams_wording.STATES,
    )


def _is_mine(db: Session, exam_id: str, mine: reach.Reach) -> bool:
    try:
        exams.find(db, exam_id, mine.scope)
    except NotFoundError:
        return False
    return True


@bp.get("/exams/<exam_id>")
@allow(*_STAFF)
def board(room_id: str, exam_id: str) -> ResponseReturnValue:
    moment = now()
    with reading() as db:
        mine = my_reach(db)
        room = reach.room(db, room_id, mine)
        exam = act_pages.exam_named(db, exam_id)
        act_pages.refuse_elsewhere(db, exam, room, mine)
        seats = room_board.seats(db, room.id, exam.id, now=moment)
    counts = Counter(seat.standing for seat in seats if seat.standing)
    return render_template(
        "rooms/board.html",
        room=room,
        exam=exam,
        state=exam.state(moment),
        seats=seats,
        counts=counts,
        standings=exams_wording.STANDINGS,
        question_count=exam.plan.question_count,
        moment=moment,
    )


@bp.get("/exams/<exam_id>/swap")
@allow(*_STAFF)
def swap(room_id: str, exam_id: str) -> ResponseReturnValue:
    return _swap_page(room_id, exam_id, SwapForm())


@bp.post("/exams/<exam_id>/swap")
@allow(*_STAFF)
def change_seat(room_id: str, exam_id: str) -> ResponseReturnValue:
    form, moment = SwapForm(request.form), now()
    with reading() as db:
        form.offer(_free(db, *_room_and_person(db, room_id, exam_id)))
    if not form.validate():
        return _swap_page(room_id, exam_id, form), 422
    try:
        with unit_of_work() as db:
            _room, whom = _room_and_person(db, room_id, exam_id)
            order = swapping.Order(whom.person_id, int(form.seat.data), form.seconds())
            swapping.swap(
                db,
                whom.exam.id,
                order,
                acting(form, moment),
                unmark=wiring.hooks.unmark,
            )
    except (ConflictError, RefusedError) as error:
        sentence = wording.sentence(error.code, error.facts)
        form.reason.errors = [*form.reason.errors, sentence]
        return _swap_page(room_id, exam_id, form), status_of(error)
    log.info("exam.seat_changed", exam=exam_id, person=whom.person_id)
    flash(_("已换机并记入作答记录。"), "good")
    return redirect(url_for(".board", room_id=room_id, exam_id=exam_id), 303)


def _room_and_person(db: Session, room_id: str, exam_id: str) -> tuple[RoomFacts, Whom]:
    mine = my_reach(db)
    room = reach.room(db, room_id, mine)
    return room, act_pages.one_person(db, exam_id, request.args, mine)


def _free(db: Session, room: RoomFacts, whom: Whom) -> list[tuple[int, str]]:
    taken = select(Seating.seat_id).where(Seating.exam_id == whom.exam.id)
    seats = db.execute(
        select(Seat)
        .where(Seat.room_id == room.id, Seat.id.not_in(taken))
        .order_by(Seat.line, Seat.place, Seat.label)
    ).scalars()
    return [(seat.id, f"{seat.label}（{seat.workstation or '—'}）") for seat in seats]


def _swap_page(room_id: str, exam_id: str, form: SwapForm) -> str:
    with reading() as db:
        room, whom = _room_and_person(db, room_id, exam_id)
        free = _free(db, room, whom)
    form.offer(free)
    return render_template(
        "rooms/swap.html",
        room=room,
        whom=whom,
        free=free,
        form=form,
        action=whom.url(".change_seat", room_id=room_id),
        back=url_for(".board", room_id=room_id, exam_id=exam_id),
    )
