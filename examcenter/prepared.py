"""Statements for the few paths where preparing one costs more than running it.

SQLAlchemy compiles a statement once, and still spends on each use several times what
SQLite takes to run a small one.  Here the text is kept for each engine and handed to
the driver as it is; values are converted by the columns' types, as ever.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.sql.dml import Insert
from sqlalchemy.types import TypeEngine

_Converters = Sequence[tuple[int, Callable[[Any], Any]]]


class Lookup:
    """A SELECT that asks for a list of values, by an expanding parameter ``values``."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self._statement = statement
        columns = list(statement.selected_columns)
        self._types = [column.type for column in columns]
        self._row: Any = namedtuple("Row", [str(one.key) for one in columns])  # type: ignore[misc]  # noqa: PYI024 - known at run time
        self._text = lru_cache(maxsize=512)(self._compiled)
        self._results = lru_cache(maxsize=8)(self._converters)

    def rows(self, connection: Connection, values: Sequence[Any]) -> Iterator[Any]:
        """Return the rows for *values*, at least one, as tuples with names."""
        dialect = connection.dialect
        text, names = self._text(dialect, len(values))
        given: Any = dict(zip(names, values, strict=True)) if names else tuple(values)
        converters = self._results(dialect)
        for row in connection.exec_driver_sql(text, given).cursor.fetchall():
            cells = list(row)
            for place, convert in converters:
                cells[place] = convert(cells[place])
            yield self._row._make(cells)

    def _compiled(self, dialect: Dialect, count: int) -> tuple[str, tuple[str, ...]]:
        compiled = self._statement.compile(dialect=dialect)
        whole = compiled.construct_expanded_state({"values": [None] * count})
        return whole.statement, () if compiled.positional else tuple(whole.parameters)

    def _converters(self, dialect: Dialect) -> _Converters:
        return _of_types(self._types, dialect, "result_processor")


class Many:
    """An INSERT of many rows, each a mapping with a value for every named column."""

    def __init__(self, statement: Callable[[str], Insert]) -> None:
        """Take what gives the statement for an engine's name."""
        self._statement = statement
        self._text = lru_cache(maxsize=8)(self._compiled)

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """Run it for *rows*; return how many the database inserted or changed."""
        text, names, positional, converters = self._text(connection.dialect)
        given: list[Any] = []
        for row in rows:
            cells = [row[name] for name in names]
            for place, convert in converters:
                cells[place] = convert(cells[place])
            given.append(
                tuple(cells) if positional else dict(zip(names, cells, strict=True))
            )
        return connection.exec_driver_sql(text, given).rowcount

    def _compiled(
        self, dialect: Dialect
    ) -> tuple[str, tuple[str, ...], bool, _Converters]:
        statement = self._statement(dialect.name)
        compiled = statement.compile(dialect=dialect)
        names = tuple(compiled.positiontup or compiled.params)
        types = [statement.table.c[name].type for name in names]
        processors = _of_types(types, dialect, "bind_processor")
        return compiled.string, names, bool(compiled.positional), processors


def _of_types(
    types: Sequence[TypeEngine[Any]], dialect: Dialect, kind: str
) -> _Converters:
    found = []
    for place, column in enumerate(types):
        implementation = column.dialect_impl(dialect)
        processor = (
            implementation.bind_processor(dialect)
            if kind == "bind_processor"
            else implementation.result_processor(dialect, None)
        )
        if processor is not None:
            found.append((place, processor))
    return found


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """Undo what is done inside when it raises, and nothing else."""
    connection.exec_driver_sql("SAVEPOINT inside")
    try:
        yield
    except BaseException:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT inside")
        raise
    finally:
        connection.exec_driver_sql("RELEASE SAVEPOINT inside")
