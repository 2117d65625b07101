"""``examcenter roster``."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from examcenter import secret
from examcenter.cli import cli
from examcenter.cli.context import Cli
from examcenter.clock import FixedClock
from examcenter.db import Database
from examcenter.errors import RefusedError
from examcenter.organisation import departments
from examcenter.organisation.models import Person
from tests.support.organisation_factories import (
    DEPARTMENTS,
    ROSTER_HEAD,
    Rows,
    a_row,
    csv_of,
    departments_table,
)

GOOD = [a_row(), a_row("HY00002", "李四", department="430481001")]
BAD = [*GOOD, a_row("HY00003", "王五", department="999")]


@pytest.fixture
def home(tmp_path: Path, database: Database) -> Path:
    """A data directory with departments in it."""
    with database.unit_of_work() as session:
        departments.take_in(session, departments_table(DEPARTMENTS), by=None)
    secret.create(tmp_path / "home")
    return tmp_path / "home"


def run(home: Path, clock: FixedClock, *words: str) -> Result:
    return CliRunner().invoke(cli, ["roster", *words], obj=Cli(home=home, clock=clock))


def a_file(folder: Path, rows: Rows) -> str:
    file = folder / "roster.csv"
    file.write_bytes(csv_of([ROSTER_HEAD, *rows], "utf-8-sig"))
    return str(file)


def count(database: Database) -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(Person)).scalar_one()


def test_a_roster_is_loaded(
    home: Path, clock: FixedClock, database: Database, tmp_path: Path
) -> None:
    result = run(home, clock, "import", a_file(tmp_path, GOOD))

    assert result.exit_code == 0
    assert "新增 2" in result.stdout
    assert count(database) == 2


@pytest.mark.parametrize("rows", [GOOD, BAD], ids=["good", "bad"])
def test_a_dry_run_has_the_document_and_the_end_of_the_real_one(
    home: Path, clock: FixedClock, database: Database, tmp_path: Path, rows: Rows
) -> None:
    file = a_file(tmp_path, rows)

    dry = run(home, clock, "import", file, "--dry-run", "--json")
    before = count(database)
    real = run(home, clock, "import", file, "--json")

    assert before == 0
    assert json.loads(dry.stdout) == json.loads(real.stdout)
    assert type(dry.exception) is type(real.exception)
    assert dry.exit_code == real.exit_code


def test_refused_rows_are_told_and_come_back_as_a_workbook(
    home: Path, clock: FixedClock, database: Database, tmp_path: Path
) -> None:
    errors = tmp_path / "errors.xlsx"

    result = run(home, clock, "import", a_file(tmp_path, BAD), "--errors", str(errors))

    lines = list(openpyxl.load_workbook(errors).active.iter_rows(values_only=True))
    assert isinstance(result.exception, RefusedError)
    assert "R4：单位代码 999 不存在" in result.stdout
    assert count(database) == 0
    assert [line[0] for line in lines] == ["原行号", "4"]
    assert lines[1][2:4] == ("HY00003", "王五")


def test_a_refused_roster_ends_with_one_in_a_shell_too(
    home: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "examcenter", "--home", str(home)]

    done = subprocess.run(  # noqa: S603 - our own command
        [*command, "roster", "import", a_file(tmp_path, BAD), "--json"],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )

    assert done.returncode == 1
    assert json.loads(done.stdout)["rejected"][0]["code"] == "unknown_department"


def test_passwords_go_into_a_file_that_only_the_owner_reads(
    home: Path, clock: FixedClock, tmp_path: Path
) -> None:
    run(home, clock, "import", a_file(tmp_path, GOOD))
    out = tmp_path / "passwords.csv"

    result = run(home, clock, "passwords", "--output", str(out))

    rows = list(csv.reader(out.read_text("utf-8-sig").splitlines()))
    assert result.exit_code == 0
    assert rows[0] == ["staff_number", "name", "department", "password"]
    assert [row[:3] for row in rows[1:]] == [
        ["HY00001", "张三", "430400001"],
        ["HY00002", "李四", "430481001"],
    ]
    assert out.stat().st_mode & 0o777 == 0o600


def test_passwords_of_one_department_are_for_it_alone(
    home: Path, clock: FixedClock, tmp_path: Path
) -> None:
    run(home, clock, "import", a_file(tmp_path, GOOD))
    out = tmp_path / "passwords.csv"

    run(home, clock, "passwords", "--output", str(out), "--department", "430481")

    assert "HY00002" in out.read_text("utf-8-sig")
    assert "HY00001" not in out.read_text("utf-8-sig")


def test_an_unknown_department_leaves_an_older_list_alone(
    home: Path, clock: FixedClock, tmp_path: Path
) -> None:
    out = tmp_path / "passwords.csv"
    out.write_text("older")

    result = run(home, clock, "passwords", "--output", str(out), "--department", "999")

    assert isinstance(result.exception, RefusedError)
    assert out.read_text() == "older"
    assert not list(tmp_path.glob("*.part"))


def test_passwords_that_cannot_be_written_down_are_not_issued(
    home: Path, clock: FixedClock, tmp_path: Path
) -> None:
    run(home, clock, "import", a_file(tmp_path, GOOD))
    nowhere = tmp_path / "nowhere" / "passwords.csv"
    out = tmp_path / "passwords.csv"

    refused = run(home, clock, "passwords", "--output", str(nowhere))
    run(home, clock, "passwords", "--output", str(out))

    assert isinstance(refused.exception, RefusedError)
    assert len(out.read_text("utf-8-sig").splitlines()) == 3
