"""PostgreSQL: its connections and limits, and what a driver's errors mean to us."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    InterfaceError,
    OperationalError,
    TimeoutError,  # noqa: A004 - the pool's own, for a connection that never came free
)

from examcenter.errors import EnvironmentUnfitError, NotStorableError, UnavailableError

log = structlog.get_logger()

# What goes by without our doing: a standby that is not yet promoted, a transaction
# that the server ended, and a table that `init` has not made yet.
_PASSING_STATES = frozenset({"25006", "25P02", "25P03", "42P01"})

_KEEPALIVE = {
    # A server that vanished without a word is noticed in half a minute, not in hours.
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a PostgreSQL server one process takes, and how long it waits.

    *overflow* connections come on top of *pool* in a burst.  Times are in seconds:
    *connect* for a new connection, *statement* for one statement, *lock* for a row
    that somebody else holds.
    """

    pool: int = 10
    overflow: int = 10
    connect: int = 5
    statement: float = 60
    lock: float = 10


def postgres_engine(
    url: str, limits: Limits, *, wait: float, serialise: object
) -> Engine:
    """Return an engine whose commits are durable whatever the server's default is.

    *wait* is how long a caller waits for one of the pool's connections.  Raises
    EnvironmentUnfitError without the driver.
    """
    options = {
        # A commit that was acknowledged is on the disk, or we were not answered.
        "synchronous_commit": "on",
        "timezone": "UTC",
        "statement_timeout": int(limits.statement * 1000),
        "lock_timeout": int(limits.lock * 1000),
        # A process that hangs in mid-transaction must not hold a room's rows for ever.
        "idle_in_transaction_session_timeout": int(limits.statement * 10_000),
    }
    try:
        return create_engine(
            url,
            json_serializer=serialise,
            isolation_level="READ COMMITTED",
            pool_pre_ping=True,  # after a restart of the server nobody gets a dead one
            pool_size=limits.pool,
            max_overflow=limits.overflow,
            pool_timeout=wait,
            connect_args={
                "application_name": "examcenter",
                "connect_timeout": limits.connect,
                "options": " ".join(f"-c {k}={v}" for k, v in options.items()),
                **_KEEPALIVE,
            },
        )
    except ModuleNotFoundError as error:
        raise EnvironmentUnfitError(
            f"{error.name} is missing: pip install 'examcenter[postgres]'"
        ) from error


@contextmanager
def errors_in_our_words() -> Iterator[None]:
    """Turn what an engine raises in here into failures that a caller understands.

    UnavailableError for what goes by: no connection, a restart, a lock that was held
    too long, a deadlock, a full disk.  Nothing was stored, and whoever asked may ask
    again; nothing is repeated here, because only the caller knows whether it may be.
    NotStorableError for values that no column holds.
    """
    try:
        yield
    except (OperationalError, InterfaceError, TimeoutError) as error:
        raise UnavailableError(str(getattr(error, "orig", None) or error)) from error
    except DataError as error:
        raise _not_storable(error) from error
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None)
        if error.connection_invalidated or state in _PASSING_STATES:
            raise UnavailableError(str(error.orig)) from error
        raise
    except (OverflowError, UnicodeEncodeError) as error:  # drivers raise these bare
        raise _not_storable(error) from error


def _not_storable(error: Exception) -> NotStorableError:
    # Whoever let it through should have checked; the log says where, without values.
    log.warning("database.refused_a_value", error=type(error).__name__)
    return NotStorableError()
