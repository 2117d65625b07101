"""A centre moves to the other engine and back, and every row is the same."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from examcenter import moving, schema
from examcenter.attempts import service as attempts
from examcenter.bank.models import Revision
from examcenter.cli import cli
from examcenter.cli.context import Cli
from examcenter.clock import FixedClock
from examcenter.db import Database
from examcenter.organisation.models import Department
from examcenter.proctoring.admission import SignalKind
from examcenter.proctoring.evidence import Evidence
from tests.support.factories import a_department
from tests.support.halls import a_hall
from tests.support.proctoring_factories import (
    Seat,
    a_seat,
    a_signal,
    a_snapshot,
    an_answer,
)
from tests.support.results_factories import Sitter, an_exam_held

Rows = dict[str, list[tuple[Any, ...]]]


def every_row(database: Database) -> Rows:
    with database.reading() as session:
        return {
            table.name: sorted(
                (tuple(row) for row in session.execute(select(table))), key=repr
            )
            for table in schema.METADATA.sorted_tables
        }


@pytest.fixture
def other(
    database: Database, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Database]:
    """An unborn database of the engine that *database* is not of."""
    if database.is_sqlite:
        server = request.getfixturevalue("postgres")
        other = Database(server.makes("other"))
        yield other
        other.dispose()
        server.drops("other")
    else:
        other = Database(f"sqlite:///{tmp_path / 'other.sqlite3'}")
        yield other
        other.dispose()


def a_lived_in_centre(db: Session, home: Path) -> Seat:
    """Store rows of every kind: a sitting, its pictures, a marked exam, a tree."""
    (home / "home").mkdir(exist_ok=True)
    seat = a_seat(db, a_hall(db))
    a_snapshot(db, seat.attempt, Evidence(home / "home", free=lambda _: 50.0), b"p")
    a_signal(db, seat.attempt, SignalKind.OFFLINE)
    an_answer(db, seat.attempt, 1)
    an_exam_held(db, [Sitter("4304001", (9000,)), Sitter("4304001")])
    # A parent with the higher number: rows do not come in the order they point.
    child = a_department(db, "900999")
    child.parent_id = a_department(db, "900998").id
    db.execute(
        update(Revision)
        .where(Revision.id == 1)
        .values(stem="〔2026〕㛃䶮 𠮷 it's 100% \\ “引号”\n第二行")
    )
    db.commit()
    return seat


def hands_in(db: Session, clock: FixedClock) -> None:
    attempts.submit_all(db, 1, now=clock.now())
    db.commit()


def test_a_centre_moves_to_the_other_engine_and_back_row_for_row(
    database: Database,
    other: Database,
    db: Session,
    clock: FixedClock,
    tmp_path: Path,
) -> None:
    a_lived_in_centre(db, tmp_path)
    hands_in(db, clock)
    before = every_row(database)
    third = Database(f"sqlite:///{tmp_path / 'third.sqlite3'}")

    there = moving.move(database, other, tell=lambda _: None)
    back = moving.move(other, third, tell=lambda _: None)

    assert every_row(other) == before
    assert every_row(third) == before
    assert there == back
    assert {m.table: m.rows for m in there} == {k: len(v) for k, v in before.items()}
    assert sum(1 for rows in before.values() if rows) >= 18
    third.dispose()


def test_new_rows_are_numbered_after_those_that_came(
    database: Database, other: Database, db: Session
) -> None:
    highest = max(a_department(db, f"9000{n}").id for n in range(10, 15))
    db.commit()

    moving.move(database, other, tell=lambda _: None)

    with other.unit_of_work() as session:
        assert a_department(session, "900020").id == highest + 1


def test_a_centre_stays_while_anybody_sits(
    database: Database, other: Database, db: Session, tmp_path: Path
) -> None:
    a_lived_in_centre(db, tmp_path)

    with pytest.raises(moving.AttemptsRunningError):
        moving.move(database, other, tell=lambda _: None)

    with other.reading() as session:
        count = select(func.count()).select_from(Department)
        assert session.execute(count).scalar_one() == 0


def test_a_database_that_holds_something_is_not_written_into(
    database: Database, other: Database, db: Session
) -> None:
    a_department(db)
    db.commit()
    moving.move(database, other, tell=lambda _: None)

    with pytest.raises(moving.TargetNotEmptyError):
        moving.move(database, other, tell=lambda _: None)


# PostgreSQL does not take such a text in the first place.
@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_row_that_the_other_engine_refuses_moves_nothing(
    db: Session, database: Database, other: Database
) -> None:
    a_department(db, name="字" * 101)
    db.commit()

    with pytest.raises(moving.RowNotMovedError) as refusal:
        moving.move(database, other, tell=lambda _: None)

    assert refusal.value.facts["table"] == "department"
    assert every_row(other)["department"] == []


def migrates(home: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["migrate-to", *words], obj=Cli(home=home))


def test_the_command_counts_each_table_and_says_how_to_go_on(
    database: Database, other: Database, db: Session, tmp_path: Path
) -> None:
    a_department(db)
    db.commit()

    told = migrates(tmp_path / "home", other.url, "--json")

    document = json.loads(told.stdout)
    tables = {table["table"]: table["rows"] for table in document["tables"]}
    assert told.exit_code == 0
    assert document["from"] == database.engine.dialect.name
    assert document["to"] == other.engine.dialect.name
    assert (document["rows"], tables["department"], tables["exam"]) == (1, 1, 0)
    assert every_row(other) == every_row(database)


@pytest.mark.parametrize("url", ["nowhere", "mysql://host/name"])
def test_an_address_of_another_kind_is_wrong_usage(url: str, tmp_path: Path) -> None:
    assert migrates(tmp_path, url).exit_code == 2


def test_the_database_in_use_is_no_target(database: Database, tmp_path: Path) -> None:
    assert migrates(tmp_path / "home", database.url).exit_code == 2
