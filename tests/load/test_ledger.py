"""Every acknowledged answer must be in the database; whatever is not, is named."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from examcenter.attempts.models import Answer, AnswerEvent, Attempt
from examcenter.load.ledger import Acknowledged, Ledger, Missing, missing
from tests.support.actors import a_browser
from tests.support.halls import a_hall


@dataclass(frozen=True, slots=True)
class Sat:
    """An attempt that was sat through the API, and what its examinee remembers."""

    attempt: str
    ledger: Ledger


@pytest.fixture
def sat(app: Flask, db: Session) -> Sat:
    """Two questions answered, the first one twice, and handed in."""
    hall = a_hall(db)
    db.commit()
    person = a_browser(app, hall.people[0].staff_number)
    started = person.posts(f"/exams/{hall.exam_id}/attempts").get_json()
    ledger = Ledger()
    for question, version, label in ((1, 1, "A"), (2, 1, "B"), (1, 2, "B")):
        answer = Acknowledged(
            started["id"], question, version, str(uuid.uuid4()), (label,)
        )
        sent = {
            "id": answer.client_id,
            "question": question,
            "version": version,
            "value": [label],
            "at": "",
        }
        saved = person.puts(
            f"/attempts/{started['id']}/answers", {"lease": 1, "answers": [sent]}
        )
        assert saved.status_code == 200, saved.get_json()
        ledger.heard(answer)
    handed_in = person.posts(
        f"/attempts/{started['id']}/submission", {"lease": 1, "answers": []}
    )
    ledger.handed_in(started["id"], handed_in.get_json()["receipt"])
    return Sat(started["id"], ledger)


def test_what_was_acknowledged_and_stored_is_not_missing(db: Session, sat: Sat) -> None:
    assert sat.ledger.count == 3
    assert sat.ledger.receipts == 1
    assert missing(db, sat.ledger) == []


def lose_the_event(db: Session) -> None:
    db.execute(delete(AnswerEvent).where(AnswerEvent.question == 2))


def change_the_event(db: Session) -> None:
    db.execute(update(AnswerEvent).where(AnswerEvent.question == 2).values(value=["A"]))


def lose_the_answer(db: Session) -> None:
    db.execute(delete(Answer).where(Answer.question == 2))


def change_the_answer(db: Session) -> None:
    db.execute(update(Answer).where(Answer.question == 2).values(value=["A"]))


@pytest.mark.parametrize(
    ("tamper", "why"),
    [
        (lose_the_event, "no_event"),
        (change_the_event, "other_event"),
        (lose_the_answer, "older_answer"),
        (change_the_answer, "other_value"),
    ],
)
def test_a_row_that_was_tampered_with_is_named(
    db: Session, sat: Sat, tamper: Callable[[Session], None], why: str
) -> None:
    tamper(db)

    assert missing(db, sat.ledger) == [Missing(sat.attempt, 2, 1, why)]


def test_an_answer_that_fell_back_to_an_older_one_is_named(
    db: Session, sat: Sat
) -> None:
    db.execute(
        update(Answer).where(Answer.question == 1).values(version=1, value=["A"])
    )

    assert missing(db, sat.ledger) == [Missing(sat.attempt, 1, 2, "older_answer")]


def test_a_newer_answer_than_the_acknowledged_one_is_well(
    db: Session, sat: Sat
) -> None:
    db.execute(
        update(Answer).where(Answer.question == 2).values(version=5, value=["A"])
    )

    assert missing(db, sat.ledger) == []


def test_another_receipt_than_the_acknowledged_one_is_named(
    db: Session, sat: Sat
) -> None:
    db.execute(update(Attempt).values(receipt="another"))

    assert missing(db, sat.ledger) == [Missing(sat.attempt, 0, 0, "no_receipt")]


def test_a_whole_attempt_that_is_gone_is_named_answer_by_answer(
    db: Session, sat: Sat
) -> None:
    ledger = Ledger()
    for answer in sat.ledger.answers(sat.attempt):
        ledger.heard(
            Acknowledged(
                "gone",
                answer.question,
                answer.version,
                answer.client_id,
                answer.value,
            )
        )

    assert [one.why for one in missing(db, ledger)] == ["no_attempt"] * 3
    assert db.execute(select(Attempt.id)).first() is not None
