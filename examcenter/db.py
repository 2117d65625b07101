"""The database: columns, connections and the one unit of work.

Everything that is special to one engine stands here and nowhere else.
"""

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    BindParameter,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    bindparam,
    create_engine,
    event,
    func,
    make_url,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from examcenter.config import Settings
from examcenter.engines import Limits, errors_in_our_words, postgres_engine
from examcenter.errors import UnavailableError
from examcenter.turn import Turn

CHUNK = 1000
"""Rows per statement in bulk work: far below SQLite's limit on bound values."""

WAL_BYTES = 64 * 1024 * 1024
"""What SQLite's log is cut back to after a long reader has let it grow."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment; stored in UTC, refused when naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value


class Base(DeclarativeBase):
    """Parent of every table; names of constraints follow from their columns."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, list[str]: JSON}


def new_public_id() -> str:
    """Return an id for the outside that cannot be guessed: 128 random bits, hex."""
    return secrets.token_hex(16)


class Database:
    """Connections to one database; safe to share between threads."""

    def __init__(
        self, url: str, *, busy_seconds: float = 15, limits: Limits | None = None
    ) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = _engine(url, busy_seconds, limits or Limits())
        self._writing = self.engine.execution_options(examcenter_writes=True)
        self._lines: list[Line] = []
        # A report of several statements is one picture of the centre, on both engines.
        self._reading = (
            self.engine
            if self.is_sqlite
            else self.engine.execution_options(isolation_level="REPEATABLE READ")
        )
        self._turn = (
            Turn(_beside(url, ".turn"), patience=busy_seconds)
            if self.is_sqlite
            else None
        )

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        """Give a session whose changes are all kept at the end, or none of them.

        Raises UnavailableError when the database does not take the work in time;
        nothing was stored then.
        """
        with (
            self._queue(),
            errors_in_our_words(),
            Session(self._writing, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """Give a connection that only looks; raises UnavailableError."""
        with errors_in_our_words(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that only looks; whatever it changes is thrown away."""
        with (
            errors_in_our_words(),
            Session(self._reading, expire_on_commit=False) as session,
        ):
            yield session  # leaving the session rolls back

    def dispose(self) -> None:
        """Close every connection, for instance before a fork."""
        for line in self._lines:
            line.close()
        self.engine.dispose()

    def line(self) -> "Line":
        """Return a connection of its own for one writer who writes again and again."""
        line = Line(self._writing, self._queue)
        self._lines.append(line)
        return line

    def _queue(self) -> AbstractContextManager[None]:
        return self._turn.taken() if self._turn else nullcontext()


class Line:
    """One connection kept open, for one writer at a time; the others wait.

    Taking a connection from the pool and giving it back costs as much as a small
    write.
    """

    def __init__(
        self, engine: Engine, queue: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._engine = engine
        self._queue = queue
        self._connection: Connection | None = None
        self._in_use = Lock()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose changes are all kept at the end, or none of them.

        Raises UnavailableError when the database does not take the work; the next
        work then gets a connection that is new.
        """
        with self._in_use, self._queue():
            try:
                with errors_in_our_words():
                    if self._connection is None:
                        self._connection = self._engine.connect()
                    with self._connection.begin():
                        yield self._connection
            except UnavailableError:
                self._drop()
                raise

    def close(self) -> None:
        """Close the connection; the next work opens another."""
        with self._in_use:
            connection, self._connection = self._connection, None
            if connection is not None:
                connection.close()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()


def _beside(url: str, ending: str) -> Path | None:
    """Return the file beside that of a SQLite database; None for one in memory."""
    name = make_url(url).database
    return Path(name + ending) if name and name != ":memory:" else None


def open_database(settings: Settings) -> Database:
    """Return the centre's database as its settings describe it."""
    given = settings.database
    limits = Limits(
        pool=given.pool_size,
        overflow=given.pool_overflow,
        connect=given.connect_timeout_seconds,
        statement=given.statement_timeout_seconds,
        lock=given.lock_timeout_seconds,
    )
    wait = given.busy_seconds
    return Database(settings.database_url, busy_seconds=wait, limits=limits)


def _engine(url: str, busy_seconds: float, limits: Limits) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return postgres_engine(url, limits, wait=busy_seconds, serialise=_canonical)
    engine = create_engine(
        url,
        json_serializer=_canonical,
        connect_args={"timeout": busy_seconds, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, record: object) -> None:
        del record
        # The driver opens transactions late and deferred; we open our own.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # an answer that was acknowledged is on the disk
            "foreign_keys=ON",
            f"busy_timeout={int(busy_seconds * 1000)}",
            "temp_store=MEMORY",
            f"journal_size_limit={WAL_BYTES}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("examcenter_writes", False)
        # A reader that turns writer fails at once, without waiting: so writers say it.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


_canonical = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def is_alone(session: Session, what: str) -> bool:
    """Whether nobody else does *what* until this unit of work ends; asks, never waits.

    The lock goes with its transaction, also when the process is killed.  On SQLite a
    unit of work is the only one as it is.
    """
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(
        session.execute(select(func.pg_try_advisory_xact_lock(_key(what)))).scalar_one()
    )


def wait_for_turn(session: Session, what: str) -> None:
    """Wait until nobody else does *what*, and hold the turn until the work ends.

    For what no row stands for yet: locking the rows of an empty table locks nothing.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_key(what)))).all()


def _key(what: str) -> BindParameter[int]:
    number = int.from_bytes(sha256(what.encode()).digest()[:8], signed=True)
    return bindparam("key", number, BigInteger())


def insert_into(
    session: Session, table: type[Base]
) -> sqlite.Insert | postgresql.Insert:
    """Return an insert of this engine's own kind, for its ``on_conflict_…`` clauses."""
    return insert_for(session.get_bind().dialect.name, table)


def insert_for(engine: str, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """Return what `insert_into` does, for the engine of that name."""
    return postgresql.insert(table) if engine == "postgresql" else sqlite.insert(table)
