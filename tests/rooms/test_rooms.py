"""Loading rooms, and giving seats by the exam's seed."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.config import Imports
from examcenter.exams import service as exams
from examcenter.exams.models import Exam
from examcenter.organisation.imports import ImportReport, limits_of
from examcenter.rooms import importing, seating
from examcenter.rooms.models import Room, Seat, Seating
from examcenter.rooms.rules import (
    NoSuchRoomError,
    SeatingBegunError,
    SeatTakenError,
    TooFewSeatsError,
)
from question_bank.drawing import stream
from tests.support.factories import NOW
from tests.support.halls import a_hall
from tests.support.rooms import a_room

HEAD = "考场代码,考场名称,座位号,行,列,机号"
LIMITS = limits_of(Imports())


def loaded(db: Session, *rows: str) -> ImportReport:
    data = "\n".join([HEAD, *rows]).encode()
    return importing.take_in(db, importing.read(data, "考场.csv", limits=LIMITS))


def test_a_table_of_rooms_is_loaded_changed_and_left_alone(db: Session) -> None:
    first = loaded(db, "101,一楼,1,1,1,PC1", "101,一楼,2,1,2,PC2", "102,二楼,1,,,")

    again = loaded(db, "101,一楼,1,1,2,PC1", "101,一楼,2,1,1,PC9", "102,二楼,1,,,")

    assert (first.created, again.changed, again.unchanged) == (3, 2, 1)
    places = db.execute(
        select(Seat.label, Seat.place, Seat.workstation)
        .join(Room, Room.id == Seat.room_id)
        .where(Room.code == "101")
        .order_by(Seat.label)
    ).all()
    assert [tuple(one) for one in places] == [("1", 2, "PC1"), ("2", 1, "PC9")]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (",一楼,3,,,", "code_missing"),
        ("101,,3,,,", "name_missing"),
        ("101,一楼,,,,", "label_missing"),
        ("101,一楼,1,,,", "seat_twice"),
        ("101,别的楼,3,,,", "room_named_twice"),
        ("101,一楼,3,1,1,", "place_taken"),
        ("101,一楼,3,甲,1,", "not_a_number"),
        ("101,一楼,3,0,1,", "not_a_number"),
        ("101,一楼,3,2,,", "line_without_place"),
        (f"101,一楼,{'3' * 21},,,", "too_long"),
    ],
)
def test_one_bad_row_keeps_the_whole_file_out(db: Session, row: str, code: str) -> None:
    report = loaded(db, "101,一楼,1,1,1,PC1", row)

    (fault,) = report.rejected
    assert (fault.place, fault.code) == ("R3", code)
    assert db.scalars(select(Room)).all() == []


def test_seats_follow_from_the_seed_as_described(db: Session) -> None:
    hall = a_hall(db, people=5)
    rooms = [a_room(db, "B", seats=4), a_room(db, "A", seats=4)]
    exam = exams.find(db, hall.exam_id)

    done = seating.give(db, exam, ["B", "A"], by=None, now=NOW - timedelta(days=1))

    seed = db.scalars(select(Exam.seed)).one()
    assert seed is not None
    order = [(room.code, str(n)) for room in reversed(rooms) for n in range(1, 5)]
    stream(seed, "seats", "A", "B").shuffle(order)
    rows = db.execute(
        select(Seating.person_id, Room.code, Seat.label, Seating.workstation)
        .join(Seat, Seat.id == Seating.seat_id)
        .join(Room, Room.id == Seat.room_id)
    )
    given = {person: (code, label) for person, code, label, _machine in rows}
    assert (done.people, done.free) == (5, 3)
    assert [given[one.id] for one in hall.people] == order[:5]


def test_seats_are_given_anew_before_the_opening_and_not_after(db: Session) -> None:
    hall = a_hall(db, people=2)
    a_room(db)
    exam = exams.find(db, hall.exam_id)
    before = NOW - timedelta(minutes=1)
    seating.give(db, exam, ["101"], by=None, now=before)

    seating.give(db, exam, ["101"], by=None, now=before)

    with pytest.raises(SeatingBegunError):
        seating.give(db, exam, ["101"], by=None, now=NOW)


def test_seats_are_refused_where_there_are_too_few_or_no_such_room(
    db: Session,
) -> None:
    hall = a_hall(db, people=3)
    a_room(db, seats=2)
    exam = exams.find(db, hall.exam_id)

    with pytest.raises(TooFewSeatsError):
        seating.give(db, exam, ["101"], by=None, now=NOW)
    with pytest.raises(NoSuchRoomError):
        seating.give(db, exam, ["101", "102"], by=None, now=NOW)

    assert db.scalars(select(Seating)).all() == []


def test_nobody_is_moved_to_a_seat_that_is_taken(db: Session) -> None:
    hall = a_hall(db, people=2)
    a_room(db, seats=2)
    exam = exams.find(db, hall.exam_id)
    seating.give(db, exam, ["101"], by=None, now=NOW)
    first, second = db.scalars(select(Seating).order_by(Seating.person_id))

    with pytest.raises(SeatTakenError):
        seating.move(db, exam.id, first.person_id, second.seat_id, by=None, now=NOW)
