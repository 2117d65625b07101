"""The board of a running exam."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from examcenter.exams import board, service
from examcenter.exams.board import Standing
from examcenter.exams.rules import Progress
from examcenter.wishes import Wish
from tests.support.factories import NOW
from tests.support.halls import Hall, a_hall

LATER = NOW + timedelta(minutes=30)


@pytest.fixture
def hall(db: Session) -> Hall:
    return a_hall(db, people=5)


def begun(
    hall: Hall, place: int, *, handed_in: bool = False, minutes: int = 60
) -> dict[int, Progress]:
    person = hall.people[place].id
    return {
        person: Progress(
            person_id=person,
            attempt_public_id=f"{place:032}",
            number=1,
            started_at=NOW,
            submitted_at=LATER if handed_in else None,
            answered=3,
            deadline=NOW + timedelta(minutes=minutes),
        )
    }


def test_everybody_stands_somewhere(db: Session, hall: Hall) -> None:
    exam = service.find(db, hall.exam_id)
    progresses = (
        begun(hall, 0) | begun(hall, 1, handed_in=True) | begun(hall, 2, minutes=30)
    )

    totals = board.totals(db, exam, progresses, now=LATER)

    assert (totals.enrolled, totals.expected, totals.begun) == (5, 5, 3)
    assert totals.by_standing == {
        Standing.ABSENT: 2,
        Standing.RUNNING: 1,
        Standing.OVERDUE: 1,
        Standing.HANDED_IN: 1,
        Standing.EXEMPT: 0,
        Standing.PAUSED: 0,
        Standing.RESET: 0,
        Standing.VOIDED: 0,
    }


def test_a_filter_by_standing_pages_what_it_shows(db: Session, hall: Hall) -> None:
    exam = service.find(db, hall.exam_id)
    wish = Wish(filters={"standing": "absent"}, page=2, size=3)

    seats, total = board.seats(db, exam, begun(hall, 4), wish, now=LATER)

    assert total == 4
    assert [seat.staff_number for seat in seats] == ["HY00004"]


def test_a_search_finds_by_name_or_number(db: Session, hall: Hall) -> None:
    exam = service.find(db, hall.exam_id)

    seats, total = board.seats(db, exam, {}, Wish(text="00003"), now=LATER)

    assert [seat.name for seat in seats] == ["考生HY00003"]
    assert total == 1


def test_a_department_that_does_not_take_part_has_nobody(
    db: Session, hall: Hall
) -> None:
    exam = service.find(db, hall.exam_id)
    inside = Wish(filters={"department": "430400"})
    outside = Wish(filters={"department": "430499"})

    assert board.seats(db, exam, {}, inside, now=LATER)[1] == 5
    assert board.seats(db, exam, {}, outside, now=LATER)[1] == 0


def test_those_who_are_past_their_time_count_as_unfinished(
    db: Session, hall: Hall
) -> None:
    exam = service.find(db, hall.exam_id)
    progresses = (
        begun(hall, 0) | begun(hall, 1, handed_in=True) | begun(hall, 2, minutes=30)
    )

    unfinished = board.unfinished(db, exam, progresses, now=LATER)

    assert [seat.staff_number for seat in unfinished] == ["HY00001", "HY00003"]
