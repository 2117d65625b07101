"""Answers that arrive after the end: kept, looked at, admitted or declined once."""
# ruff: noqa: N802 - T and F numbers are those of the reliability plan

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examcenter.accounts.rules import Role
from examcenter.attempts import service
from examcenter.attempts.late_models import AdmittedAnswer, LateDelivery
from examcenter.attempts.late_rules import MOST_PER_ATTEMPT
from examcenter.attempts.models import Answer, AnswerEvent
from examcenter.clock import FixedClock
from examcenter.exams.rules import Release
from examcenter.results.models import Result
from tests.support.actors import ApiUser, a_browser
from tests.support.factories import an_account
from tests.support.halls import Hall, a_hall
from tests.support.late_factories import a_change, a_packet, sealed

HOUR = timedelta(hours=1)


@pytest.fixture
def hall(db: Session) -> Hall:
    hall = a_hall(db, release=Release.AT_SUBMISSION)
    an_account(db, "officer", Role.EXAM_OFFICER)
    db.commit()
    return hall


@pytest.fixture
def examinee(app: Flask, hall: Hall) -> ApiUser:
    return a_browser(app, hall.people[0].staff_number)


@pytest.fixture
def attempt(examinee: ApiUser, hall: Hall) -> dict[str, Any]:
    document: dict[str, Any] = examinee.posts(
        f"/exams/{hall.exam_id}/attempts"
    ).get_json()
    return document


def saves(examinee: ApiUser, attempt: dict[str, Any], *changes: Any) -> Any:
    path = f"/attempts/{attempt['id']}/answers"
    return examinee.puts(path, {"lease": 1, "answers": list(changes)})


def leaves(
    examinee: ApiUser, attempt: dict[str, Any], *changes: Any, **claims: Any
) -> Any:
    packet = a_packet(attempt["id"], *changes, **claims)
    sent = sealed(attempt["seal"]["key"], packet)
    return examinee.posts(f"/attempts/{attempt['id']}/late", sent)


def ends(db: Session, clock: FixedClock) -> None:
    """Let the hour pass and the server collect."""
    clock.advance(HOUR + timedelta(seconds=10))
    service.close_overdue(db, grace=timedelta(seconds=3), now=clock.now())
    db.commit()


def the_delivery(db: Session) -> LateDelivery:
    db.rollback()  # what this session knows is old, and its lock is in the way
    found = db.execute(select(LateDelivery)).scalar_one()
    db.expunge(found)
    db.rollback()
    return found


def the_answer(db: Session, question: int) -> tuple[int, list[str]]:
    db.rollback()
    row = db.execute(select(Answer).where(Answer.question == question)).scalar_one()
    found = row.version, row.value
    db.rollback()
    return found


def test_the_attempt_document_hands_out_a_key_that_stays_after_the_end(
    examinee: ApiUser, attempt: dict[str, Any], db: Session, clock: FixedClock
) -> None:
    ends(db, clock)

    key = examinee.gets(f"/attempts/{attempt['id']}/seal").get_json()["key"]

    assert key == attempt["seal"]["key"]
    assert len(key) == 43


def test_the_key_of_somebody_else_s_attempt_does_not_exist(
    app: Flask, hall: Hall, attempt: dict[str, Any]
) -> None:
    other = a_browser(app, hall.people[1].staff_number)

    own = other.posts(f"/exams/{hall.exam_id}/attempts").get_json()

    assert other.gets(f"/attempts/{attempt['id']}/seal").status_code == 404
    assert own["seal"]["key"] != attempt["seal"]["key"]


@pytest.mark.parametrize("seconds", [-1, 0, 2])
def test_T03_what_arrives_within_the_grace_is_saved_and_not_late(
    examinee: ApiUser,
    attempt: dict[str, Any],
    db: Session,
    clock: FixedClock,
    seconds: int,
) -> None:
    clock.advance(HOUR + timedelta(seconds=seconds))

    answer = saves(examinee, attempt, a_change())

    assert answer.status_code == 200
    assert db.execute(select(func.count(LateDelivery.id))).scalar_one() == 0


@pytest.mark.parametrize("path", ["answers", "submission"])
def test_T03_what_arrives_after_the_grace_is_refused_and_kept(
    examinee: ApiUser,
    attempt: dict[str, Any],
    db: Session,
    clock: FixedClock,
    path: str,
) -> None:
    clock.advance(HOUR + timedelta(seconds=3))
    send = examinee.puts if path == "answers" else examinee.posts
    body = {"lease": 1, "answers": [a_change(2, 5, "B")]}

    answer = send(f"/attempts/{attempt['id']}/{path}", body)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "attempt_closed")
    kept = the_delivery(db)
    assert '"question":2' in kept.body
    assert (kept.sealed, kept.decision) == (False, None)
    assert kept.sign_in_id is not None
    assert db.execute(select(func.count(AnswerEvent.id))).scalar_one() == 0


def test_a_sealed_packet_of_the_same_answers_is_the_same_delivery(
    examinee: ApiUser, attempt: dict[str, Any], db: Session, clock: FixedClock
) -> None:
    change = a_change(1, 1, "A")
    ends(db, clock)
    saves(examinee, attempt, change)

    first = leaves(examinee, attempt, change)
    again = leaves(examinee, attempt, change)

    assert first.status_code == again.status_code == 200
    assert first.get_json() == again.get_json()
    assert first.get_json()["answers"] == 1
    kept = the_delivery(db)
    assert (kept.sealed, kept.handed_in, kept.uninterrupted) == (True, True, True)


def test_an_answer_that_had_arrived_in_time_is_not_late(
    examinee: ApiUser, attempt: dict[str, Any], db: Session, clock: FixedClock
) -> None:
    change = a_change()
    saves(examinee, attempt, change)
    ends(db, clock)

    answer = leaves(examinee, attempt, change)

    assert answer.get_json()["answers"] == 0
    assert db.execute(select(func.count(LateDelivery.id))).scalar_one() == 0


def test_a_running_attempt_takes_no_late_packet(
    examinee: ApiUser, attempt: dict[str, Any]
) -> None:
    answer = leaves(examinee, attempt, a_change())

    assert (answer.status_code, answer.get_json()["code"]) == (409, "attempt_running")


def spoilt(attempt: dict[str, Any], how: str) -> dict[str, Any]:
    key, packet = attempt["seal"]["key"], a_packet(attempt["id"], a_change())
    good = sealed(key, packet)
    return {
        "another key": sealed("A" * 43, packet),
        "changed after": good | {"packet": packet.replace('"B"', '"A"')},
        "another attempt": sealed(key, a_packet("0" * 32, a_change())),
        "no base64": good | {"seal": "!!!"},
        "a letter beyond ASCII": good | {"seal": "é" * 43},
        "an empty seal": good | {"seal": ""},
    }[how]


@pytest.mark.parametrize(
    "how",
    [
        "another key",
        "changed after",
        "another attempt",
        "no base64",
        "a letter beyond ASCII",
        "an empty seal",
    ],
)
def test_a_forged_seal_is_refused_and_nothing_is_kept(
    examinee: ApiUser,
    attempt: dict[str, Any],
    db: Session,
    clock: FixedClock,
    how: str,
) -> None:
    ends(db, clock)

    answer = examinee.posts(f"/attempts/{attempt['id']}/late", spoilt(attempt, how))

    assert (answer.status_code, answer.get_json()["code"]) == (422, "forged_seal")
    assert db.execute(select(func.count(LateDelivery.id))).scalar_one() == 0


@pytest.mark.parametrize(
    ("packet", "status"),
    [
        ("", 400),
        ("[" * 100_000, 400),
        ('{"lease": NaN}', 400),
        ("[]", 400),
        ('{"lease": 1, "answers": [], "attempt": 7}', 400),
        ('{"lease": 1, "answers": [], "attempt": "x", "made_at": "<b>"}', 400),
        ("x" * 600_000, 413),
    ],
    ids=["empty", "deep", "NaN", "a list", "a number", "a moment", "large"],
)
def test_a_packet_of_another_form_is_refused_by_name(
    examinee: ApiUser, attempt: dict[str, Any], packet: str, status: int
) -> None:
    sent = sealed(attempt["seal"]["key"], packet)

    answer = examinee.posts(f"/attempts/{attempt['id']}/late", sent)

    assert answer.status_code == status


def test_a_question_that_is_not_on_the_paper_is_refused(
    examinee: ApiUser, attempt: dict[str, Any], db: Session, clock: FixedClock
) -> None:
    ends(db, clock)

    answer = leaves(examinee, attempt, a_change(99))

    assert (answer.status_code, answer.get_json()["code"]) == (422, "no_such_question")


def test_no_more_than_a_few_deliveries_are_kept_of_one_attempt(
    examinee: ApiUser, attempt: dict[str, Any], db: Session, clock: FixedClock
) -> None:
    ends(db, clock)
    for version in range(1, MOST_PER_ATTEMPT + 1):
        assert leaves(examinee, attempt, a_change(1, version)).status_code == 200

    answer = leaves(examinee, attempt, a_change(1, 1000))

    assert (answer.status_code, answer.get_json()["code"]) == (422, "late_full")
    kept = db.execute(select(func.count(LateDelivery.id))).scalar_one()
    assert kept == MOST_PER_ATTEMPT


@pytest.fixture
def late(
    examinee: ApiUser, attempt: dict[str, Any], db: Session, clock: FixedClock
) -> str:
    """Question 1 saved as A in time; B for it and for question 2 came late."""
    saves(examinee, attempt, a_change(1, 1, "A"))
    ends(db, clock)
    leaves(examinee, attempt, a_change(1, 2, "B"), a_change(2, 1, "B"))
    examinee.gets(f"/attempts/{attempt['id']}/result")
    return the_delivery(db).public_id


@pytest.fixture
def officer(app: Flask, late: str) -> ApiUser:
    del late  # first, or the hour of the exam ends an idle sign-in of staff
    return a_browser(app, "officer")


def decides(officer: ApiUser, late: str, what: str, reason: str = "断电属实") -> Any:
    return officer.submits_form(f"/exams/late/{late}/{what}", reason=reason)


def test_an_officer_sees_what_differs_and_not_whether_it_is_right(
    officer: ApiUser, hall: Hall, late: str
) -> None:
    listed = officer.client.get(f"/exams/{hall.exam_id}/late").text
    page = officer.client.get(f"/exams/late/{late}").text

    assert late in listed
    assert "待决定" in listed
    assert "改为 B" in page
    assert "采用 2 题并重新评分" in page
    assert "题干" not in page


def test_the_board_says_how_many_wait(officer: ApiUser, hall: Hall, late: str) -> None:
    del late

    assert "1 份待决定" in officer.client.get(f"/exams/{hall.exam_id}/board").text


def test_admitted_answers_enter_the_ledger_marked_and_are_scored(
    officer: ApiUser, examinee: ApiUser, attempt: dict[str, Any], db: Session, late: str
) -> None:
    examinee.client.get(f"/my/attempts/{attempt['id']}/result")

    answer = decides(officer, late, "admission")

    assert answer.status_code == 303
    assert the_answer(db, 1) == (2, ["B"])
    assert the_answer(db, 2) == (1, ["B"])
    marked = db.execute(select(AdmittedAnswer.question, AdmittedAnswer.version)).all()
    assert sorted(tuple(row) for row in marked) == [(1, 2), (2, 1)]
    kept = the_delivery(db)
    assert (kept.decision, kept.reason) == ("admitted", "断电属实")
    result = db.execute(select(Result)).scalar_one()
    assert kept.score_after == result.score
    record = officer.client.get(f"/exams/late/{late}").text
    assert "采用的题号：1、2" in record
    assert "工作人员officer" in record
    page = examinee.client.get(f"/my/attempts/{attempt['id']}/result").text
    assert "已采用 2 题的答案" in page
    assert "断电属实" in page


def test_a_declined_delivery_changes_nothing_and_the_examinee_reads_why(
    officer: ApiUser, examinee: ApiUser, attempt: dict[str, Any], db: Session, late: str
) -> None:
    waiting = examinee.client.get(f"/my/attempts/{attempt['id']}/result").text

    decides(officer, late, "refusal", "时间不符")

    assert "由考务人员决定是否采用" in waiting
    assert the_answer(db, 1) == (1, ["A"])
    page = examinee.client.get(f"/my/attempts/{attempt['id']}/result").text
    assert "未采用" in page
    assert "时间不符" in page


@pytest.mark.parametrize("second", ["admission", "refusal"])
def test_a_delivery_is_decided_once(
    officer: ApiUser, db: Session, late: str, second: str
) -> None:
    decides(officer, late, "refusal")

    answer = decides(officer, late, second)

    assert answer.status_code == 409
    assert the_answer(db, 1) == (1, ["A"])
    assert the_delivery(db).decision == "declined"


def test_a_decision_without_a_reason_is_none(
    officer: ApiUser, db: Session, late: str
) -> None:
    answer = decides(officer, late, "admission", "")

    assert answer.status_code == 422
    assert the_delivery(db).decision is None
    assert the_answer(db, 1) == (1, ["A"])


def test_E05_an_older_answer_never_replaces_a_newer_one(
    app: Flask,
    examinee: ApiUser,
    attempt: dict[str, Any],
    db: Session,
    clock: FixedClock,
) -> None:
    saves(examinee, attempt, a_change(1, 7, "A"))
    ends(db, clock)
    leaves(examinee, attempt, a_change(1, 3, "B"))
    late, officer = the_delivery(db).public_id, a_browser(app, "officer")

    page = officer.client.get(f"/exams/late/{late}").text
    answer = decides(officer, late, "admission")

    assert "不变：已存的更新" in page
    assert "并重新评分" not in page
    assert (answer.status_code, the_answer(db, 1)) == (422, (7, ["A"]))
    assert the_delivery(db).decision is None
