"""Marking what was handed in, and showing what is released."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from examcenter.attempts.models import Answer, Attempt
from examcenter.clock import FixedClock
from examcenter.db import Database
from examcenter.errors import NotFoundError
from examcenter.exams import planning
from examcenter.exams import service as exams
from examcenter.exams.rules import NotPublishedError, Release, Review
from examcenter.results import service
from examcenter.results.closing import close_exam
from examcenter.results.models import Result
from examcenter.results.reviewing import reviewed
from examcenter.results.rules import NotReleasedError
from question_bank.model import LABELS
from tests.support.actors import ApiUser, a_browser
from tests.support.factories import NOW
from tests.support.halls import KEY_CANARY, Hall, a_hall, a_plan

BEFORE_THE_END = NOW + timedelta(minutes=40)
AFTER_THE_END = NOW + timedelta(hours=2)


def a_hall_with(db: Session, **plan: Any) -> Hall:
    hall = a_hall(db, **plan)
    db.commit()
    return hall


def sits(app: Flask, hall: Hall, person: int = 0) -> tuple[ApiUser, dict[str, Any]]:
    examinee = a_browser(app, hall.people[person].staff_number)
    answer = examinee.posts(f"/exams/{hall.exam_id}/attempts")
    assert answer.status_code == 201, answer.get_json()
    return examinee, answer.get_json()


def right_answers(db: Session, attempt_public_id: str) -> dict[int, list[str]]:
    """Work the paper out from its stored rows: what is right, as it was shown."""
    attempt = db.execute(
        select(Attempt).where(Attempt.public_id == attempt_public_id)
    ).scalar_one()
    paper = exams.paper(db, attempt.exam_id, attempt.person_id, attempt.number)
    questions = exams.frozen(db, attempt.exam_id).questions
    return {
        number: [
            LABELS[order.index(LABELS.index(label))]
            for label in questions[position].key
        ]
        for number, (position, order) in enumerate(
            zip(paper.questions, paper.options, strict=True), start=1
        )
    }


def hands_in(
    examinee: ApiUser, attempt: dict[str, Any], answers: dict[int, list[str]]
) -> Any:
    changes = [
        {
            "id": f"00000000-0000-4000-8000-{number:012}",
            "question": number,
            "version": 1,
            "value": value,
            "at": "2026-12-01T09:00:00+08:00",
        }
        for number, value in answers.items()
    ]
    answer = examinee.posts(
        f"/attempts/{attempt['id']}/submission",
        {"lease": attempt["lease"], "answers": changes},
    )
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def results(db: Session) -> int:
    return db.execute(select(func.count()).select_from(Result)).scalar_one()


def test_the_right_answers_as_shown_earn_full_marks(app: Flask, db: Session) -> None:
    hall = a_hall_with(db)
    examinee, attempt = sits(app, hall)
    right = right_answers(db, attempt["id"])
    db.rollback()

    document = hands_in(examinee, attempt, right)

    assert document["result"] == {
        "score": "100",
        "full_marks": "100",
        "passed": True,
        "grade": "优秀",
    }


def test_nothing_answered_is_a_result_too(app: Flask, db: Session) -> None:
    hall = a_hall_with(db)
    examinee, attempt = sits(app, hall)

    document = hands_in(examinee, attempt, {})

    assert document["result"]["score"] == "0"
    assert document["result"]["grade"] == "不合格"


def test_marking_again_and_marking_at_once_twice_changes_nothing(
    app: Flask, db: Session, database: Database
) -> None:
    hall = a_hall_with(db, release=Release.MANUAL)
    examinee, attempt = sits(app, hall)
    hands_in(examinee, attempt, {})
    with database.unit_of_work() as session:
        session.query(Result).delete()

    with database.unit_of_work() as session:
        first = service.score_submitted(session, now=NOW)
    with database.unit_of_work() as session:
        again = service.score_submitted(session, now=NOW)
        service.score(session, attempt["id"], NOW)

    assert (first, again) == (1, 0)
    assert results(db) == 1


def test_a_second_marker_that_read_before_the_first_wrote_does_no_harm(
    app: Flask, db: Session
) -> None:
    hall = a_hall_with(db)
    examinee, attempt = sits(app, hall)
    hands_in(examinee, attempt, {})
    stored = db.query(Result).one()
    db.delete(stored)
    db.flush()
    waiting = list(db.execute(service._unmarked()))  # noqa: SLF001 - the race itself
    row = db.query(Attempt).one()
    service.score_attempt(db, row.id, now=NOW)

    db.execute(update(Result).values(grade="先写的"))
    late = service._store(db, [service._Submitted(*one) for one in waiting], NOW)  # noqa: SLF001 - the race itself

    assert late == 0
    assert db.query(Result.grade).scalar() == "先写的"


def test_a_running_attempt_is_not_marked(app: Flask, db: Session) -> None:
    hall = a_hall_with(db)
    _, attempt = sits(app, hall)

    service.score(db, attempt["id"], NOW)

    assert results(db) == 0
    assert service.released(db, attempt["id"], NOW) is None


def test_a_batch_is_no_larger_than_asked(app: Flask, db: Session) -> None:
    hall = a_hall_with(db)
    for person in (0, 1):
        examinee, attempt = sits(app, hall, person)
        hands_in(examinee, attempt, {})
    db.query(Result).delete()

    assert service.score_submitted(db, now=NOW, limit=1) == 1
    assert service.score_submitted(db, now=NOW, limit=1) == 1
    assert service.score_submitted(db, now=NOW, limit=1) == 0


@pytest.mark.parametrize(
    ("release", "before", "after"),
    [
        (Release.AT_SUBMISSION, True, True),
        (Release.AT_CLOSE, False, True),
        (Release.MANUAL, False, False),
    ],
)
def test_a_result_is_seen_from_its_release_on(
    app: Flask, db: Session, release: Release, before: bool, after: bool
) -> None:
    hall = a_hall_with(db, release=release)
    examinee, attempt = sits(app, hall)
    hands_in(examinee, attempt, {})

    early = service.released(db, attempt["id"], BEFORE_THE_END)
    late = service.released(db, attempt["id"], AFTER_THE_END)

    assert (early is not None, late is not None) == (before, after)


def test_before_its_release_a_result_is_refused_by_name(
    app: Flask, db: Session, clock: FixedClock
) -> None:
    hall = a_hall_with(db, release=Release.AT_CLOSE)
    examinee, attempt = sits(app, hall)
    handed_in = hands_in(examinee, attempt, {})

    early = examinee.gets(f"/attempts/{attempt['id']}/result")
    clock.advance(timedelta(hours=2))
    late = examinee.gets(f"/attempts/{attempt['id']}/result")

    assert handed_in["result"] is None
    assert (early.status_code, early.get_json()["code"]) == (403, "not_released")
    assert (late.status_code, late.get_json()["full_marks"]) == (200, "100")


def test_a_released_result_that_is_not_marked_yet_is_not_released(
    app: Flask, db: Session
) -> None:
    hall = a_hall_with(db)
    examinee, attempt = sits(app, hall)
    hands_in(examinee, attempt, {})
    db.query(Result).delete()

    with pytest.raises(NotReleasedError):
        service.shown(db, attempt["id"], NOW)
    with pytest.raises(NotFoundError):
        service.shown(db, "no such attempt", NOW)


def test_a_manual_release_shows_results(app: Flask, db: Session) -> None:
    hall = a_hall_with(db, release=Release.MANUAL)
    examinee, attempt = sits(app, hall)
    hands_in(examinee, attempt, {})

    exams.release(db, exams.find(db, hall.exam_id).id, now=AFTER_THE_END)

    assert service.shown(db, attempt["id"], AFTER_THE_END).full_marks == "100"


def test_closing_collects_and_marks_everything_once(app: Flask, db: Session) -> None:
    hall = a_hall_with(db)
    examinee, handed_in = sits(app, hall, 0)
    hands_in(examinee, handed_in, {})
    _, running = sits(app, hall, 1)
    right = right_answers(db, running["id"])
    row = db.query(Attempt).filter_by(public_id=running["id"]).one()
    db.add(Answer(attempt_id=row.id, question=1, version=1, value=right[1]))
    db.flush()

    first = close_exam(db, hall.exam_id, by=None, now=BEFORE_THE_END)
    again = close_exam(db, hall.exam_id, by=None, now=AFTER_THE_END)

    assert (first.exam, first.submitted, first.scored) == (hall.exam_id, 1, 1)
    assert (again.submitted, again.scored) == (0, 0)
    assert exams.find(db, hall.exam_id).closed_at == BEFORE_THE_END
    assert service.shown(db, running["id"], AFTER_THE_END).score == "10"


def test_a_draft_cannot_be_closed(db: Session) -> None:
    a_hall(db)
    draft = planning.create(db, a_plan(), by=None, now=NOW)

    with pytest.raises(NotPublishedError):
        close_exam(db, draft, by=None, now=NOW)
    with pytest.raises(NotFoundError):
        close_exam(db, "no such exam", by=None, now=NOW)


def test_reviewed_answers_show_key_and_explanation_as_the_paper_showed_them(
    app: Flask, db: Session
) -> None:
    hall = a_hall_with(db, review=Review.AFTER_CLOSE)
    examinee, attempt = sits(app, hall)
    right = right_answers(db, attempt["id"])
    db.rollback()
    hands_in(examinee, attempt, {1: right[1]})

    early = reviewed(db, attempt["id"], BEFORE_THE_END)
    late = reviewed(db, attempt["id"], AFTER_THE_END)

    assert early is None
    assert late is not None
    assert {one.question.number: sorted(right[n]) for n, one in enumerate(late, 1)} == {
        one.question.number: list(one.key) for one in late
    }
    assert (late[0].answer, late[0].earned) == (tuple(right[1]), "10")
    assert (late[1].answer, late[1].earned) == ((), "0")
    assert late[0].explanation == KEY_CANARY


def test_without_the_plan_s_word_nothing_is_reviewed(app: Flask, db: Session) -> None:
    hall = a_hall_with(db)
    examinee, attempt = sits(app, hall)
    hands_in(examinee, attempt, {})

    assert reviewed(db, attempt["id"], AFTER_THE_END) is None
