"""The schema that migrations build is the schema that the models describe."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import DateTime, Integer, MetaData, Table, inspect, text
from sqlalchemy.orm import Session

from examcenter import schema
from examcenter.db import Database


def test_migrations_build_what_the_models_describe(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, schema.METADATA) == []


def test_migrations_lead_back_to_nothing_and_up_again(unborn: str) -> None:
    database = Database(unborn)
    schema.upgrade(database)

    schema.downgrade(database, "base")
    with database.engine.connect() as connection:
        left = MigrationContext.configure(connection).get_current_revision()
        tables = set(inspect(connection).get_table_names())
    schema.upgrade(database)

    assert left is None
    assert tables <= {"alembic_version"}
    assert schema.is_current(database)
    database.dispose()


def test_a_centre_of_the_first_release_keeps_its_rows_up_and_down(
    unborn: str,
) -> None:
    database = Database(unborn)
    schema.upgrade(database, "0001")
    with database.unit_of_work() as session:
        _an_attempt_with_a_picture(session)

    schema.upgrade(database)
    above = _rows(database)
    schema.downgrade(database, "0001")
    below = _rows(database)

    assert above == below == [("ada", "p1", "2026-12-01 01:00", '["A"]')]
    database.dispose()


AT = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)

# As the first release wrote them; the models of today know more columns.
OLD_ROWS: list[tuple[str, dict[str, object]]] = [
    ("account", {"public_id": "a", "login": "ada", "name": "艾", "created_at": AT}),
    ("department", {"code": "1", "name": "市", "path": "/1/"}),
    ("person", {"staff_number": "ada", "department_id": 1, "updated_at": AT}),
    ("exam", {"public_id": "e", "opens_at": AT, "closes_at": AT + timedelta(hours=2)}),
    ("paper", {"exam_id": 1, "person_id": 1, "number": 1, "body": b"0"}),
    ("sign_in", {"account_id": 1, "started_at": AT, "seen_at": AT, "expires_at": AT}),
    ("attempt", {"exam_id": 1, "person_id": 1, "number": 1, "lease_sign_in_id": 1}),
    ("answer", {"attempt_id": 1, "question": 1, "version": 1, "value": ["A"]}),
    ("snapshot", {"public_id": "p1", "attempt_id": 1, "received_at": AT, "size": 1}),
]


def _an_attempt_with_a_picture(session: Session) -> None:
    connection = session.connection()
    for name, given in OLD_ROWS:
        table = Table(name, MetaData(), autoload_with=connection)
        fillers = {
            c.name: AT if isinstance(c.type, DateTime) else "1"
            for c in table.columns
            if not c.nullable and not isinstance(c.type, Integer)
        }
        numbers = {
            c.name: 1
            for c in table.columns
            if not c.nullable and isinstance(c.type, Integer)
        }
        connection.execute(table.insert().values(fillers | numbers | given))


def _rows(database: Database) -> list[tuple[str, ...]]:
    with database.reading() as session:
        found = session.execute(
            text(
                "SELECT p.login, s.public_id, CAST(s.received_at AS varchar(16)), "
                "CAST(a.value AS varchar(20)) FROM snapshot s "
                "JOIN attempt t ON t.id = s.attempt_id "
                "JOIN account p ON p.id = t.person_id "
                "JOIN answer a ON a.attempt_id = t.id"
            )
        )
        return [(a, b, c[:16], d) for a, b, c, d in found]


@pytest.fixture
def unborn(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[str]:
    """The address of a database without a single table."""
    if engine == "sqlite":
        yield f"sqlite:///{tmp_path / 'unborn.sqlite3'}"
        return
    server = request.getfixturevalue("postgres")
    yield server.makes("unborn")
    server.drops("unborn")


def test_an_answer_that_was_committed_is_on_the_disk_of_sqlite(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'durable.sqlite3'}")
    with database.unit_of_work() as session:
        connection = session.connection()
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        foreign_keys = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
    database.dispose()

    full = 2
    assert (journal, synchronous, foreign_keys) == ("wal", full, 1)
