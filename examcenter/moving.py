"""A whole centre from one database into another, of either engine.

Rows alone move: the key and the evidence stay in the data directory, where both
databases are used from.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Row,
    Table,
    bindparam,
    func,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from examcenter import schema
from examcenter.attempts.models import Attempt
from examcenter.db import CHUNK, Database
from examcenter.errors import ConflictError, EnvironmentUnfitError, RefusedError

_HASHES = 2**256


class AttemptsRunningError(ConflictError):
    """Somebody sits an exam; a centre moves only when nobody does."""

    code = "attempts_running"


class TargetNotEmptyError(ConflictError):
    """The other database holds something already."""

    code = "target_not_empty"


class RowNotMovedError(RefusedError):
    """The other engine refuses a row, or gave back another one than it was given."""

    code = "row_not_moved"


@dataclass(frozen=True, slots=True)
class Moved:
    """One table: how many rows, and the digest that both databases have."""

    table: str
    rows: int
    digest: str


def move(
    source: Database, target: Database, *, tell: Callable[[str], object]
) -> list[Moved]:
    """Copy every row of *source* into the empty *target*; return each table's count.

    All of it arrives or nothing, and nobody writes to *source* meanwhile.  *tell* hears
    the name of each table as it begins.  Raises EnvironmentUnfitError when *source* is
    not up to date, AttemptsRunningError, TargetNotEmptyError and RowNotMovedError.
    """
    if not schema.is_current(source):
        raise EnvironmentUnfitError("the database is not up to date: run init first")
    _refuse_what_is_not_empty(target)
    schema.upgrade(target)
    with source.unit_of_work() as reading, target.unit_of_work() as writing:
        _hold_still(reading)
        _refuse_while_anybody_sits(reading)
        moved = []
        for table in schema.METADATA.sorted_tables:
            tell(table.name)
            moved.append(_table(table, reading.connection(), writing.connection()))
        reading.rollback()
    return moved


def _refuse_what_is_not_empty(target: Database) -> None:
    with target.engine.connect() as connection:
        there = set(inspect(connection).get_table_names()) - {"alembic_version"}
        ours = schema.METADATA.tables
        for name in sorted(there):
            if name not in ours or _has_rows(connection, ours[name]):
                raise TargetNotEmptyError(table=name)


def _has_rows(connection: Connection, table: Table) -> bool:
    first = select(*table.primary_key.columns).limit(1)
    return connection.execute(first).first() is not None


def _hold_still(session: Session) -> None:
    # On SQLite the unit of work is the only writer as it is.
    if session.get_bind().dialect.name == "postgresql":
        names = ", ".join(f'"{t.name}"' for t in schema.METADATA.sorted_tables)
        session.execute(text(f"LOCK TABLE {names} IN SHARE MODE"))
        session.execute(text("SET LOCAL statement_timeout = 0"))


def _refuse_while_anybody_sits(session: Session) -> None:
    sitting = select(func.count()).where(Attempt.submitted_at.is_(None))
    count = session.execute(sitting).scalar_one()
    if count:
        raise AttemptsRunningError(count=count)


def _table(table: Table, reading: Connection, writing: Connection) -> Moved:
    read = _Tally()
    for rows in _chunks(table, reading):
        read.add(rows)
        try:
            _insert(table, rows, writing)
        except (DataError, IntegrityError) as error:
            # The first line alone: the others would print people's rows.
            reason = str(error.orig).splitlines()[0]
            raise RowNotMovedError(table=table.name, reason=reason) from error
    for column in _within(table):
        _point(table, column, reading, writing)
    _count_on(table, writing)
    arrived = _Tally()
    for rows in _chunks(table, writing):
        arrived.add(rows)
    if arrived != read:
        raise RowNotMovedError(table=table.name, reason="other rows came out again")
    return Moved(table.name, read.rows, f"sha256:{read.sum:064x}")


def _chunks(table: Table, connection: Connection) -> Iterator[Sequence[Row[Any]]]:
    ordered = select(table).order_by(*table.primary_key.columns)
    streamed = {"yield_per": CHUNK}
    with connection.execute(ordered, execution_options=streamed) as result:
        yield from result.partitions()


def _insert(table: Table, rows: Sequence[Row[Any]], writing: Connection) -> None:
    later = {column.name: None for column in _within(table)}
    writing.execute(table.insert(), [dict(row._mapping) | later for row in rows])  # noqa: SLF001 - public in spite of its name


def _within(table: Table) -> list[Column[Any]]:
    """Return the columns that point into their own table, the parent department's."""
    return [key.parent for key in table.foreign_keys if key.column.table is table]


def _point(
    table: Table, column: Column[Any], reading: Connection, writing: Connection
) -> None:
    """Fill *column* once every row that it may point to is there."""
    (key,) = table.primary_key.columns
    pairs = reading.execute(select(key, column).where(column.is_not(None))).all()
    statement = (
        update(table)
        .where(key == bindparam("row"))
        .values({column.name: bindparam("points_to")})
    )
    given = [{"row": row, "points_to": to} for row, to in pairs]
    for start in range(0, len(given), CHUNK):
        writing.execute(statement, given[start : start + CHUNK])


def _count_on(table: Table, writing: Connection) -> None:
    """Let new rows be numbered after those that came; SQLite does so by itself."""
    column = table.autoincrement_column
    if writing.dialect.name != "postgresql" or column is None:
        return
    highest = writing.execute(select(func.max(column))).scalar_one()
    sequence = func.pg_get_serial_sequence(f'"{table.name}"', column.name)
    writing.execute(select(func.setval(sequence, highest or 1, highest is not None)))


@dataclass
class _Tally:
    """A count of rows and a digest that does not depend on their order.

    Engines sort text differently, so the hashes of the rows are added up.
    """

    rows: int = 0
    sum: int = 0

    def add(self, rows: Sequence[Row[Any]]) -> None:
        for row in rows:
            written = json.dumps([_plain(v) for v in row], ensure_ascii=False)
            digest = sha256(written.encode("utf-8", "surrogatepass")).digest()
            self.sum = (self.sum + int.from_bytes(digest)) % _HASHES
        self.rows += len(rows)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.hex() if isinstance(value, bytes) else value
