"""The department report over a city of 150,000 people."""

import time
from collections.abc import Iterator

from sqlalchemy import select

from bench import engines
from bench.centre import Centre
from bench.seeding import NOW, hand_in_for_all, one_sign_in, results_for_all
from bench.table import Figure, Line, middle
from examcenter.db import Database
from examcenter.exams.models import Exam
from examcenter.organisation.service import EVERYTHING
from examcenter.reports import service

PEOPLE, ROUNDS = 150_000, 3
_ABSENT_ONE_IN = 20


def measure() -> Iterator[Line]:
    with engines.on_sqlite() as centre:
        begun = time.perf_counter()
        centre.is_loaded(PEOPLE)
        yield Figure(
            "imported, published, papers drawn",
            f"{PEOPLE:,} people",
            time.perf_counter() - begun,
            "s",
            "SQLite",
        )
        yield from _reported(centre)


def _reported(centre: Centre) -> Iterator[Line]:
    database = Database(f"sqlite:///{centre.home / 'examcenter.sqlite3'}")
    try:
        with database.unit_of_work() as db:
            hand_in_for_all(db, one_sign_in(db), absent_one_in=_ABSENT_ONE_IN)
            results_for_all(db)
            exam = db.execute(select(Exam.public_id)).scalar_one()
        seconds = [_report(database, exam) for _ in range(ROUNDS)]
    finally:
        database.dispose()
    yield Figure(
        "department report", f"{PEOPLE:,} people", middle(seconds), "s", "SQLite"
    )


def _report(database: Database, exam: str) -> float:
    begun = time.perf_counter()
    with database.reading() as db:
        report = service.departments(db, exam, scope=EVERYTHING, now=NOW)
    passed = time.perf_counter() - begun
    if report.total.enrolled != PEOPLE:
        raise SystemExit(f"the report counts {report.total.enrolled} people")
    return passed
