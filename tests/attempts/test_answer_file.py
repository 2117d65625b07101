"""The answer file: brought by hand, opened here, looked at before it counts."""

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.accounts.rules import Role
from examcenter.attempts import service
from examcenter.attempts.late_models import LateDelivery
from examcenter.attempts.models import Answer
from examcenter.cli import cli
from examcenter.cli.context import Cli
from examcenter.clock import FixedClock
from examcenter.config import Settings
from examcenter.errors import ExamCenterError
from tests.support.actors import ApiUser, a_browser
from tests.support.factories import an_account
from tests.support.halls import a_hall
from tests.support.late_factories import a_change, a_packet, an_answer_file


@pytest.fixture
def attempt(app: Flask, db: Session) -> dict[str, Any]:
    hall = a_hall(db)
    an_account(db, "officer", Role.EXAM_OFFICER)
    db.commit()
    examinee = a_browser(app, hall.people[0].staff_number)
    document: dict[str, Any] = examinee.posts(
        f"/exams/{hall.exam_id}/attempts"
    ).get_json()
    return document


@pytest.fixture
def officer(app: Flask, attempt: dict[str, Any]) -> ApiUser:
    del attempt
    return a_browser(app, "officer")


def a_file(attempt: dict[str, Any], *changes: Any, **overrides: Any) -> bytes:
    packet = a_packet(attempt["id"], *(changes or (a_change(),)))
    made = an_answer_file(attempt["seal"]["key"], attempt["id"], packet, **overrides)
    return json.dumps(made).encode()


def brings(officer: ApiUser, data: bytes) -> Any:
    officer.signs_in("officer")  # the hour of the exam ends an idle sign-in of staff
    return officer.submits_form(
        "/exams/answer-file", file=(io.BytesIO(data), "attempt.answers")
    )


def answers(db: Session) -> dict[int, tuple[int, list[str]]]:
    db.rollback()  # what this session knows is old, and its lock is in the way
    rows = db.execute(select(Answer)).scalars()
    found = {a.question: (a.version, a.value) for a in rows}
    db.rollback()
    return found


def ends(db: Session, clock: FixedClock) -> None:
    clock.advance(timedelta(hours=1, seconds=10))
    service.close_overdue(db, grace=timedelta(seconds=3), now=clock.now())
    db.commit()


def test_a_file_shows_what_it_would_change_before_it_changes_anything(
    officer: ApiUser, attempt: dict[str, Any], db: Session
) -> None:
    answer = brings(officer, a_file(attempt, a_change(1, 1, "B")))

    assert answer.status_code == 303
    page = officer.client.get(answer.location).text
    assert "改为 B" in page
    assert "存入 1 题" in page
    assert answers(db) == {}


def test_while_the_attempt_runs_its_answers_can_be_stored(
    officer: ApiUser, attempt: dict[str, Any], db: Session
) -> None:
    place = brings(officer, a_file(attempt, a_change(1, 4, "B"))).location

    done = officer.submits_form(f"{place}/admission", reason="考生机器坏了")

    assert done.status_code == 303
    assert answers(db) == {1: (4, ["B"])}


def test_after_the_end_it_waits_as_late_evidence(
    officer: ApiUser, attempt: dict[str, Any], db: Session, clock: FixedClock
) -> None:
    ends(db, clock)

    place = brings(officer, a_file(attempt)).location

    assert "并重新评分" in officer.client.get(place).text
    assert answers(db) == {}
    kept = db.execute(select(LateDelivery)).scalar_one()
    assert (kept.source, kept.decision, kept.sealed) == ("file", None, True)
    assert kept.brought_by is not None


def test_a_file_brought_twice_is_one_delivery(
    officer: ApiUser, attempt: dict[str, Any]
) -> None:
    data = a_file(attempt)

    assert brings(officer, data).location == brings(officer, data).location


def hostile(attempt: dict[str, Any], how: str) -> bytes:
    key, packet = attempt["seal"]["key"], a_packet(attempt["id"], a_change())
    good = an_answer_file(key, attempt["id"], packet)
    locked = good["locked"]
    made: dict[str, Any] = {
        "empty": b"",
        "not JSON": b"PK\x03\x04 not a file of ours",
        "a list": b"[1, 2]",
        "deep": b"[" * 200_000,
        "another program's": good | {"format": "word"},
        "a path for an id": good | {"attempt": "../../secret.key"},
        "no base64": good | {"locked": "中文"},
        "a nonce too short": good | {"nonce": "AAAA"},
        "of the future": good | {"version": 2},
        "a bit changed": good | {"locked": "A" * 8 + locked[8:]},
        "cut short": good | {"locked": locked[:40]},
        "of another centre": an_answer_file("A" * 43, attempt["id"], packet),
        "of nobody": good | {"attempt": "0" * 32},
        "another attempt inside": an_answer_file(
            key, attempt["id"], a_packet("1" * 32, a_change())
        ),
        "inside no packet": an_answer_file(key, attempt["id"], "hello"),
        "a question of no paper": an_answer_file(
            key, attempt["id"], a_packet(attempt["id"], a_change(99))
        ),
        "nothing new": an_answer_file(key, attempt["id"], a_packet(attempt["id"])),
        "too large": b" " * 600_000,
    }
    spoilt = made[how]
    return spoilt if isinstance(spoilt, bytes) else json.dumps(spoilt).encode()


HOSTILE = {
    "empty": "not_an_answer_file",
    "not JSON": "not_an_answer_file",
    "a list": "not_an_answer_file",
    "deep": "not_an_answer_file",
    "another program's": "not_an_answer_file",
    "a path for an id": "not_an_answer_file",
    "no base64": "not_an_answer_file",
    "a nonce too short": "answer_file_damaged",
    "of the future": "answer_file_version",
    "a bit changed": "answer_file_damaged",
    "cut short": "answer_file_damaged",
    "of another centre": "answer_file_damaged",
    "of nobody": "answer_file_damaged",
    "another attempt inside": "answer_file_damaged",
    "inside no packet": "malformed",
    "a question of no paper": "no_such_question",
    "nothing new": "nothing_new",
    "too large": "late_too_large",
}


@pytest.fixture
def run(settings: Settings, clock: FixedClock) -> Any:
    def call(*arguments: str) -> Result:
        given = Cli(home=settings.home, clock=clock)
        return CliRunner().invoke(cli, ["attempt", *arguments], obj=given)

    return call


@pytest.mark.parametrize("how", HOSTILE)
def test_a_hostile_file_is_refused_by_name_and_leaves_nothing(
    run: Any, attempt: dict[str, Any], db: Session, tmp_path: Path, how: str
) -> None:
    file = tmp_path / "hostile.answers"
    file.write_bytes(hostile(attempt, how))

    result = run("load-file", str(file))

    assert isinstance(result.exception, ExamCenterError)
    assert result.exception.code == HOSTILE[how]
    assert db.execute(select(LateDelivery)).first() is None


@pytest.mark.parametrize("how", ["not JSON", "a bit changed", "of the future"])
def test_the_page_says_what_is_wrong_with_a_file(
    officer: ApiUser, attempt: dict[str, Any], how: str
) -> None:
    answer = brings(officer, hostile(attempt, how))

    assert answer.status_code == 422
    assert "field-error" in answer.text


def test_the_command_stores_at_once_while_the_attempt_runs(
    run: Any, attempt: dict[str, Any], db: Session, tmp_path: Path
) -> None:
    file = tmp_path / "attempt.answers"
    file.write_bytes(a_file(attempt, a_change(2, 3, "B")))

    document = json.loads(run("load-file", str(file), "--json").stdout)

    assert (document["state"], document["stored"]) == ("running", 1)
    assert answers(db) == {2: (3, ["B"])}


def test_the_command_leaves_it_to_an_officer_after_the_end(
    run: Any, attempt: dict[str, Any], db: Session, clock: FixedClock, tmp_path: Path
) -> None:
    ends(db, clock)
    file = tmp_path / "attempt.answers"
    file.write_bytes(a_file(attempt))

    result = run("load-file", str(file))

    assert "迟到材料" in result.output
    assert answers(db) == {}
