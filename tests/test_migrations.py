"""The schema that migrations build is the schema that the models describe."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from examcenter import schema
from examcenter.db import Database


def test_migrations_build_what_the_models_describe(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, schema.METADATA) == []


def test_migrations_lead_back_to_nothing_and_up_again(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'there-and-back.sqlite3'}")
    schema.upgrade(database)

    schema.downgrade(database, "base")
    with database.engine.connect() as connection:
        left = MigrationContext.configure(connection).get_current_revision()
    schema.upgrade(database)

    assert left is None
    assert schema.is_current(database)
    database.dispose()


def test_an_answer_that_was_committed_is_on_the_disk(database: Database) -> None:
    with database.unit_of_work() as session:
        connection = session.connection()
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        foreign_keys = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()

    full = 2
    assert (journal, synchronous, foreign_keys) == ("wal", full, 1)
