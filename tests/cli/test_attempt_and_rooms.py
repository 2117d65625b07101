"""``examcenter attempt`` and ``examcenter rooms`` as a script sees them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.accounts.rules import Role
from examcenter.attempts.act_models import AttemptRequest
from examcenter.attempts.models import Attempt
from examcenter.cli import cli
from examcenter.cli.context import Cli
from examcenter.clock import FixedClock
from examcenter.config import Settings
from examcenter.db import Database
from tests.support.actors import a_browser
from tests.support.factories import an_account
from tests.support.halls import Hall, a_hall

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings, clock: FixedClock) -> Run:
    def call(*arguments: str) -> Result:
        given = Cli(home=settings.home, clock=clock)
        return CliRunner().invoke(cli, list(arguments), obj=given)

    return call


@pytest.fixture
def hall(db: Session) -> Hall:
    hall = a_hall(db)
    an_account(db, "officer", Role.EXAM_OFFICER)
    db.commit()
    return hall


@pytest.fixture
def attempt(app: Flask, hall: Hall) -> str:
    examinee = a_browser(app, hall.people[0].staff_number)
    begun = examinee.posts(f"/exams/{hall.exam_id}/attempts").get_json()
    return str(begun["id"])


def the_attempt(database: Database) -> Attempt:
    with database.reading() as db:
        row = db.scalars(select(Attempt)).one()
        db.expunge(row)
        return row


def test_time_is_given_paused_and_ended_from_a_script(
    run: Run, hall: Hall, attempt: str, database: Database
) -> None:
    number = hall.people[0].staff_number
    why = ("--reason", "停电")
    given = run(
        "attempt", "grant", hall.exam_id, "--person", number, "--minutes", "8", *why
    )

    paused = run("attempt", "pause", attempt, *why)
    again = run("attempt", "pause", attempt, *why)
    resumed = run("attempt", "resume", attempt, *why)
    ended = run("attempt", "force-submit", attempt, *why)

    assert "1 份答卷" in given.output
    assert [r.exit_code for r in (given, paused, resumed, ended)] == [0, 0, 0, 0]
    assert "已经暂停" in str(again.exception)
    assert the_attempt(database).submitted_by == "officer"


def test_the_operator_is_a_second_person_to_an_officer_and_not_to_himself(
    run: Run, app: Flask, attempt: str, database: Database
) -> None:
    asked = run("attempt", "reset", attempt, "--reason", "主板烧毁")
    again = run("attempt", "reset", attempt, "--reason", "主板烧毁")
    officer = a_browser(app, "officer")
    with database.reading() as db:
        request = db.scalars(select(AttemptRequest.public_id)).one()
    officer.submits_form(f"/exams/requests/{request}/approve", reason="属实")
    void = f"/exams/attempts/{attempt}/requests/reinstate"
    officer.submits_form(void, reason="弄错了人")

    done = run("attempt", "reinstate", attempt, "--reason", "属实")

    assert "等待" in asked.output
    assert "等待第二人确认" in str(again.exception)
    assert "已办理" in done.output
    assert the_attempt(database).voided_by is None


def test_unknown_ids_are_refused_by_name(run: Run, hall: Hall) -> None:
    answers = [
        run("attempt", "pause", "9", "--reason", "无"),
        run("attempt", "void", "9", "--reason", "无"),
        run("attempt", "grant", "9", "--minutes", "5", "--reason", "无"),
        run(
            *("attempt", "grant", hall.exam_id, "--room", "9", "--minutes", "5"),
            *("--reason", "无"),
        ),
        run("rooms", "seat", "9", "101"),
        run("rooms", "seat", hall.exam_id, "101"),
    ]

    assert all("没有" in str(answer.exception) for answer in answers)


def test_rooms_are_loaded_and_seats_given(run: Run, hall: Hall, tmp_path: Path) -> None:
    file = tmp_path / "考场.csv"
    rows = [f"101,一楼,{n}" for n in range(1, 4)]
    file.write_text("\n".join(["考场代码,考场名称,座位号", *rows]), encoding="utf-8")

    report = json.loads(run("rooms", "import", str(file), "--json").stdout)
    seated = run("rooms", "seat", hall.exam_id, "101", "--json")

    assert report["created"] == 3
    assert json.loads(seated.stdout) == {"people": 2, "rooms": 1, "free": 1}
