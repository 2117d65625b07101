"""``examcenter departments``."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from examcenter import secret
from examcenter.cli import cli
from examcenter.cli.context import Cli
from examcenter.clock import FixedClock
from examcenter.db import Database
from examcenter.errors import RefusedError
from examcenter.organisation.models import Department
from tests.support.organisation_factories import DEPARTMENTS, csv_of


@pytest.fixture
def home(tmp_path: Path, database: Database) -> Path:
    """A data directory whose database is the test's own."""
    del database  # the command opens the same one itself
    secret.create(tmp_path / "home")
    return tmp_path / "home"


def run(home: Path, clock: FixedClock, *words: str) -> Result:
    return CliRunner().invoke(cli, words, obj=Cli(home=home, clock=clock))


def count(database: Database) -> int:
    with database.reading() as session:
        return session.execute(
            select(func.count()).select_from(Department)
        ).scalar_one()


def test_a_file_is_loaded_and_counted(
    home: Path, clock: FixedClock, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "departments.csv"
    file.write_bytes(csv_of(DEPARTMENTS, "gb18030"))

    result = run(home, clock, "departments", "import", str(file))

    assert result.exit_code == 0
    assert "共 4 行，新增 4，变更 0，不变 0" in result.stdout
    assert count(database) == 4


def test_json_is_one_document(home: Path, clock: FixedClock, tmp_path: Path) -> None:
    file = tmp_path / "departments.csv"
    file.write_bytes(csv_of(DEPARTMENTS, "gb18030"))

    result = run(home, clock, "departments", "import", str(file), "--json")

    document = json.loads(result.stdout)
    assert document == {
        "file": "departments.csv",
        "encoding": "gb18030",
        "rows": 4,
        "created": 4,
        "changed": 0,
        "unchanged": 0,
        "rejected": [],
        "ignored_columns": [],
        "notes": [],
    }


def test_a_refused_file_tells_each_place_and_writes_nothing(
    home: Path, clock: FixedClock, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "departments.csv"
    file.write_bytes(csv_of([*DEPARTMENTS, ("9", "甲", "999", "", "")]))

    result = run(home, clock, "departments", "import", str(file), "--json")

    (fault,) = json.loads(result.stdout)["rejected"]
    assert isinstance(result.exception, RefusedError)
    assert (fault["place"], fault["code"]) == ("R6", "unknown_parent")
    assert count(database) == 0


def test_a_missing_file_is_wrong_usage(home: Path, clock: FixedClock) -> None:
    assert run(home, clock, "departments", "import", "no.csv").exit_code == 2
