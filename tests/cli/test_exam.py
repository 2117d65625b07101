"""``examcenter exam`` as a script sees it."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examcenter.cli import cli
from examcenter.cli.context import Cli
from examcenter.clock import FixedClock
from examcenter.config import Settings
from examcenter.errors import RefusedError
from examcenter.exams.models import Exam, PaperRow
from tests.support.actors import a_browser
from tests.support.factories import a_department, a_person
from tests.support.halls import a_hall, a_mixed_bank

Run = Callable[..., Result]

PLAN = """
title = "学法考试"
opens_at = 2026-12-01T09:00:00+08:00
closes_at = 2026-12-01T11:00:00+08:00
attempts = 1
[[sections]]
title = "单项选择题"
kind = "single"
count = {count}
marks = 2.5
"""


@pytest.fixture
def run(settings: Settings, clock: FixedClock) -> Run:
    def call(*arguments: str) -> Result:
        given = Cli(home=settings.home, clock=clock)
        return CliRunner().invoke(cli, ["exam", *arguments], obj=given)

    return call


@pytest.fixture
def centre(db: Session) -> None:
    """Two departments with a person each, and a bank."""
    for number in (1, 2):
        department = a_department(db, f"43040{number}")
        a_person(db, department, f"HY0000{number}")
    a_mixed_bank(db)
    db.commit()


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    file = tmp_path / "plan.toml"
    file.write_text(PLAN.format(count=4), encoding="utf-8")
    return file


def document(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def stored(db: Session, table: Any) -> int:
    number: int = db.execute(select(func.count()).select_from(table)).scalar_one()
    db.rollback()
    return number


@pytest.mark.usefixtures("centre")
def test_a_plan_becomes_a_draft_and_then_an_exam(run: Run, plan: Path) -> None:
    exam_id = document(run("create", str(plan), "--json"))["exam"]

    published = document(run("publish", exam_id, "--json"))

    assert set(published) == {
        "exam",
        "state",
        "examinees",
        "papers",
        "questions",
        "seed_digest",
        "left_out",
        "seconds",
    }
    assert (published["exam"], published["state"]) == (exam_id, "open")
    assert (published["examinees"], published["papers"]) == (2, 2)
    assert len(published["seed_digest"]) == 64


@pytest.mark.usefixtures("centre")
def test_a_plan_of_any_day_can_open_now_for_as_long_as_it_says(
    run: Run, plan: Path, clock: FixedClock
) -> None:
    clock.advance(timedelta(days=400, seconds=42))

    exam_id = document(run("create", str(plan), "--opens-now", "--json"))["exam"]

    published = document(run("publish", exam_id, "--json"))
    listed = document(run("list", "--json"))["exams"][0]
    opens = datetime.fromisoformat(listed["opens_at"])
    assert published["state"] == "open"
    assert timedelta(0) <= clock.now() - opens < timedelta(minutes=1)
    assert datetime.fromisoformat(listed["closes_at"]) - opens == timedelta(hours=2)


@pytest.mark.usefixtures("centre")
@pytest.mark.parametrize(("days", "said"), [(0, False), (1, True)])
def test_a_plan_whose_window_is_over_is_said_to_be_useless(
    run: Run, plan: Path, clock: FixedClock, days: int, said: bool
) -> None:
    clock.advance(timedelta(days=days))

    result = run("create", str(plan))

    assert result.exit_code == 0
    assert ("--opens-now" in result.stderr) is said


@pytest.mark.usefixtures("centre")
def test_a_faulty_plan_is_refused_with_every_place(
    run: Run, plan: Path, db: Session
) -> None:
    plan.write_text(PLAN.format(count=0) + "hue = 1\n[draw]\ncolour = 2\n", "utf-8")

    result = run("create", str(plan), "--json")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert isinstance(result.exception, RefusedError)
    for place in ("sections[1].count", "sections[1].hue", "draw.colour"):
        assert place in str(result.exception)
    assert stored(db, Exam) == 0


@pytest.mark.usefixtures("centre")
def test_what_the_bank_lacks_is_told_and_nothing_changes(
    run: Run, plan: Path, db: Session
) -> None:
    plan.write_text(PLAN.format(count=40), "utf-8")
    exam_id = document(run("create", str(plan), "--json"))["exam"]

    result = run("publish", exam_id)

    assert result.exit_code == 1
    assert "缺 32 题" in str(result.exception)
    assert stored(db, PaperRow) == 0


@pytest.mark.usefixtures("centre")
def test_publishing_twice_is_refused_and_changes_nothing(
    run: Run, plan: Path, db: Session
) -> None:
    exam_id = document(run("create", str(plan), "--json"))["exam"]
    run("publish", exam_id)

    again = run("publish", exam_id)

    assert again.exit_code == 1
    assert stored(db, PaperRow) == 2


@pytest.mark.parametrize("command", ["publish", "close"])
def test_an_exam_that_does_not_exist_is_refused(
    run: Run, db: Session, command: str
) -> None:
    del db

    result = run(command, "0" * 32)

    assert result.exit_code == 1
    assert "没有编号为" in str(result.exception)


@pytest.mark.usefixtures("centre")
def test_codes_are_written_for_one_department(
    run: Run, plan: Path, tmp_path: Path
) -> None:
    exam_id = document(run("create", str(plan), "--json"))["exam"]
    run("publish", exam_id)
    out = tmp_path / "codes.csv"

    result = run("codes", exam_id, "--output", str(out), "--department", "430402")

    data = out.read_bytes()
    (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    assert result.exit_code == 0
    assert data.startswith(b"\xef\xbb\xbf")
    assert list(row) == ["staff_number", "name", "department", "code"]
    assert (row["staff_number"], row["department"]) == ("HY00002", "430402")
    assert out.stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("centre")
def test_codes_that_cannot_be_written_are_not_issued(
    run: Run, plan: Path, tmp_path: Path
) -> None:
    exam_id = document(run("create", str(plan), "--json"))["exam"]
    run("publish", exam_id)

    nowhere = run("codes", exam_id, "--output", str(tmp_path / "no" / "codes.csv"))
    unknown = run(
        "codes", exam_id, "--output", str(tmp_path / "c.csv"), "--department", "9"
    )

    assert nowhere.exit_code == unknown.exit_code == 1
    assert not list(tmp_path.glob("c*.csv*"))


def test_closing_collects_and_scores_what_runs(run: Run, app: Any, db: Session) -> None:
    hall = a_hall(db)
    db.commit()
    a_browser(app, "HY00001").posts(f"/exams/{hall.exam_id}/attempts")

    closed = document(run("close", hall.exam_id, "--json"))
    again = document(run("close", hall.exam_id, "--json"))
    listed = document(run("list", "--json"))

    assert (closed["exam"], closed["submitted"], closed["scored"]) == (
        hall.exam_id,
        1,
        1,
    )
    assert (again["submitted"], again["scored"]) == (0, 0)
    assert [(one["id"], one["state"]) for one in listed["exams"]] == [
        (hall.exam_id, "closed")
    ]
