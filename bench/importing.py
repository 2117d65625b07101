"""A roster of 20,000 people through the application, against the bare driver."""

import sqlite3
import time
from collections.abc import Iterator

from bench import engines
from bench.centre import departments, roster
from bench.table import Figure, Line, middle
from examcenter import schema
from examcenter.clock import SystemClock
from examcenter.config import Settings
from examcenter.db import Database
from examcenter.organisation import departments as tree
from examcenter.organisation import roster as importing
from examcenter.organisation.imports import limits_of

PEOPLE, ROUNDS = 20_000, 3


def measure() -> Iterator[Line]:
    text = roster(PEOPLE)
    rounds = [(_through_the_application(text), _bare(text)) for _ in range(ROUNDS)]
    size = f"{PEOPLE:,} people"
    ours, bare = zip(*rounds, strict=True)
    yield Figure(
        "bare driver, executemany", size, PEOPLE / middle(bare), "rows/s", "SQLite"
    )
    yield Figure(
        *("roster read, checked, stored", size, PEOPLE / middle(ours), "rows/s"),
        engine="SQLite",
        ratio=middle(b / o for o, b in rounds),
        against="bare driver",
    )


def _through_the_application(text: str) -> float:
    limits, now = limits_of(Settings().imports), SystemClock().now()
    with engines.folder() as place:
        database = Database(f"sqlite:///{place / 'examcenter.sqlite3'}")
        try:
            schema.upgrade(database)
            units = tree.read(departments().encode(), "units.csv", limits=limits)
            with database.unit_of_work() as db:
                tree.take_in(db, units, by=None)
            begun = time.perf_counter()
            people = importing.read(text.encode(), "people.csv", limits=limits)
            with database.unit_of_work() as db:
                done = importing.take_in(db, people, by=None, now=now)
            passed = time.perf_counter() - begun
        finally:
            database.dispose()
    if done.created != PEOPLE:
        raise SystemExit(f"{done.created} of {PEOPLE} people were stored")
    return passed


def _bare(text: str) -> float:
    """Store the same fields in two tables with the same unique columns, unchecked."""
    with engines.folder() as place:
        database = sqlite3.connect(place / "bare.sqlite3", isolation_level=None)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute(
            "CREATE TABLE account (id INTEGER PRIMARY KEY, login TEXT UNIQUE,"
            " name TEXT)"
        )
        database.execute(
            "CREATE TABLE person (id INTEGER PRIMARY KEY, staff_number TEXT UNIQUE,"
            " name TEXT, department TEXT)"
        )
        begun = time.perf_counter()
        lines = [line.split(",") for line in text.splitlines()[1:]]
        database.execute("BEGIN IMMEDIATE")
        database.executemany(
            "INSERT INTO account (login, name) VALUES (?, ?)",
            [(number.lower(), name) for number, name, _ in lines],
        )
        database.executemany(
            "INSERT INTO person (staff_number, name, department) VALUES (?, ?, ?)",
            lines,
        )
        database.execute("COMMIT")
        passed = time.perf_counter() - begun
        database.close()
    return passed
