"""Who can be simulated, and when a run is refused."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from examcenter.clock import FixedClock
from examcenter.errors import RefusedError
from examcenter.exams import codes, planning, service
from examcenter.load.entry import entry
from examcenter.load.rules import Orders
from tests.support.actors import a_browser
from tests.support.factories import NOW
from tests.support.halls import a_hall, a_plan

KEY = b"k" * 32


def test_people_without_a_code_of_their_own_come_first(db: Session) -> None:
    hall = a_hall(db, people=3)
    first, second, third = (person.id for person in hall.people)
    exam = service.find(db, hall.exam_id)
    codes.issue_to(db, exam, [first], key=KEY, by=None, now=NOW)

    assert entry(db, hall.exam_id, Orders(2), now=NOW).people == (second, third)
    assert entry(db, hall.exam_id, Orders(3), now=NOW).people == (second, third, first)


@pytest.mark.parametrize("handed_in", [False, True], ids=["running", "handed in"])
def test_whoever_sits_or_has_no_attempt_left_is_not_simulated(
    app: Flask, db: Session, *, handed_in: bool
) -> None:
    hall = a_hall(db, people=2, attempts=1)
    db.commit()
    person = a_browser(app, hall.people[0].staff_number)
    started = person.posts(f"/exams/{hall.exam_id}/attempts").get_json()
    if handed_in:
        path = f"/attempts/{started['id']}/submission"
        person.posts(path, {"lease": 1, "answers": []})

    assert entry(db, hall.exam_id, Orders(1), now=NOW).people == (hall.people[1].id,)
    with pytest.raises(RefusedError, match="机会已经用完"):
        entry(db, hall.exam_id, Orders(2), now=NOW)


def test_more_people_than_the_exam_has_are_refused(db: Session) -> None:
    hall = a_hall(db, people=2)

    with pytest.raises(RefusedError, match="只有 2 名应考人员"):
        entry(db, hall.exam_id, Orders(3), now=NOW)


def test_an_exam_that_is_not_there_is_refused(db: Session) -> None:
    with pytest.raises(RefusedError, match="没有编号为"):
        entry(db, "0" * 32, Orders(1), now=NOW)


def test_a_draft_is_refused(db: Session) -> None:
    hall = a_hall(db)
    draft = planning.create(db, a_plan(title="草稿"), by=None, now=NOW)
    assert draft != hall.exam_id

    with pytest.raises(RefusedError, match="还没有发布"):
        entry(db, draft, Orders(1), now=NOW)


@pytest.mark.parametrize(
    ("after", "minutes", "words"),
    [
        (timedelta(minutes=-5), 1, "不在开放时间内"),
        (timedelta(hours=3), 1, "不在开放时间内"),
        (timedelta(minutes=40), 1, "允许进入的时间"),
        (timedelta(0), 60, "时间不够"),
    ],
    ids=["before it opens", "after its end", "too late to enter", "too long"],
)
def test_an_exam_that_does_not_last_is_refused(
    db: Session, clock: FixedClock, after: timedelta, minutes: float, words: str
) -> None:
    hall = a_hall(db)

    with pytest.raises(RefusedError, match=words):
        entry(db, hall.exam_id, Orders(1, minutes), now=clock.now() + after)
