"""Giving seats for an exam, and changing one: 换机."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from examcenter.db import CHUNK
from examcenter.exams.models import Enrolment, Exam
from examcenter.exams.rules import NotPublishedError
from examcenter.exams.service import ExamFacts
from examcenter.organisation.models import Person
from examcenter.rooms.models import Room, Seat, Seating
from examcenter.rooms.rules import (
    NoSuchRoomError,
    NotSeatedError,
    SeatingBegunError,
    SeatTakenError,
    dealt,
)


@dataclass(frozen=True, slots=True)
class Seated:
    """How many people got seats in how many rooms, and how many seats stay free."""

    people: int
    rooms: int
    free: int


def give(
    session: Session,
    exam: ExamFacts,
    codes: Collection[str],
    *,
    by: int | None,
    now: datetime,
) -> Seated:
    """Give everybody a seat in the rooms of *codes*; earlier seats of the exam end.

    Raises NotPublishedError, NoSuchRoomError, TooFewSeatsError, and SeatingBegunError
    when there are seats already and the exam has opened.
    """
    seed = _seed(session, exam)
    _refuse_begun(session, exam, now)
    rooms = _rooms(session, codes)
    seats = [seat for room in rooms for seat in _seats(session, room)]
    people = _people(session, exam.id)
    taken = dealt(seats, [room.code for room in rooms], people=len(people), seed=seed)
    session.execute(delete(Seating).where(Seating.exam_id == exam.id))
    rows = [
        {
            "exam_id": exam.id,
            "person_id": person,
            "seat_id": seat.id,
            "workstation": seat.workstation,
            "at": now,
            "by": by,
        }
        for person, seat in zip(people, taken, strict=True)
    ]
    for at in range(0, len(rows), CHUNK):
        session.execute(insert(Seating), rows[at : at + CHUNK])
    return Seated(len(people), len(rooms), len(seats) - len(people))


def _seed(session: Session, exam: ExamFacts) -> bytes:
    # Locked, so that of two officers one gives seats after the other.
    seed = session.execute(
        select(Exam.seed).where(Exam.id == exam.id).with_for_update()
    ).scalar_one()
    if seed is None:
        raise NotPublishedError
    return seed


def _refuse_begun(session: Session, exam: ExamFacts, now: datetime) -> None:
    there = select(Seating.person_id).where(Seating.exam_id == exam.id).limit(1)
    if now >= exam.plan.opens_at and session.execute(there).first() is not None:
        raise SeatingBegunError


def _rooms(session: Session, codes: Collection[str]) -> list[Room]:
    found = session.execute(select(Room).where(Room.code.in_(codes))).scalars().all()
    missing = set(codes) - {room.code for room in found}
    if missing or not found:
        raise NoSuchRoomError(room="、".join(sorted(missing)))
    # In Python, because databases disagree about the order of letters.
    return sorted(found, key=lambda room: room.code)


def _seats(session: Session, room: Room) -> list[Seat]:
    seats = session.execute(select(Seat).where(Seat.room_id == room.id)).scalars()
    return sorted(
        seats,
        key=lambda seat: (
            seat.line is None,
            seat.line or 0,
            seat.place or 0,
            "" if seat.line else seat.label,
        ),
    )


def _people(session: Session, exam_id: int) -> list[int]:
    rows = session.execute(
        select(Person.staff_number, Person.id)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.exam_id == exam_id, Enrolment.exemption == "")
    )
    return [one for _number, one in sorted((row.staff_number, row.id) for row in rows)]


@dataclass(frozen=True, slots=True)
class Swap:
    """What a change of seat was, for the record: seats and machines, old and new."""

    from_room: str
    from_seat: str
    from_workstation: str
    to_room: str
    to_seat: str
    to_workstation: str


def move(  # noqa: PLR0913 - who moves where, by whom and when, by name
    session: Session,
    exam_id: int,
    person_id: int,
    seat_id: int,
    *,
    by: int | None,
    now: datetime,
) -> Swap:
    """Give somebody another seat; raises NotSeatedError, SeatTakenError."""
    old = session.execute(
        select(Seating, Seat, Room)
        .join(Seat, Seat.id == Seating.seat_id)
        .join(Room, Room.id == Seat.room_id)
        .where(Seating.exam_id == exam_id, Seating.person_id == person_id)
        .with_for_update(of=Seating)
    ).one_or_none()
    new = session.execute(
        select(Seat, Room).join(Room, Room.id == Seat.room_id).where(Seat.id == seat_id)
    ).one_or_none()
    if old is None or new is None:
        raise NotSeatedError
    seating, old_seat, old_room = old
    new_seat, new_room = new
    swap = Swap(
        old_room.code,
        old_seat.label,
        seating.workstation,
        new_room.code,
        new_seat.label,
        new_seat.workstation,
    )
    try:
        with session.begin_nested():
            session.execute(
                update(Seating)
                .where(Seating.exam_id == exam_id, Seating.person_id == person_id)
                .values(
                    seat_id=seat_id, workstation=new_seat.workstation, at=now, by=by
                )
            )
    except IntegrityError as error:
        raise SeatTakenError from error
    return swap
