"""Handed-in attempts read back from the database, scored, and stored."""

import time
from collections.abc import Iterator

from sqlalchemy import insert, select

from bench import engines
from bench.seeding import NOW, hand_in_for_all, one_sign_in
from bench.table import Figure, Line
from examcenter.attempts.models import Answer, Attempt
from examcenter.db import CHUNK, Database
from examcenter.exams.models import Exam
from examcenter.results import service

PEOPLE, QUESTIONS = 2_000, 100


def measure() -> Iterator[Line]:
    with engines.on_sqlite() as centre:
        centre.is_loaded(PEOPLE)
        database = Database(f"sqlite:///{centre.home / 'examcenter.sqlite3'}")
        try:
            seconds = _scored(database)
        finally:
            database.dispose()
    yield Figure(
        "attempts scored",
        f"{PEOPLE:,} × {QUESTIONS} answers",
        PEOPLE / seconds,
        "1/s",
        "SQLite",
    )


def _scored(database: Database) -> float:
    with database.unit_of_work() as db:
        hand_in_for_all(db, one_sign_in(db))
        ids = db.execute(select(Attempt.id)).scalars().all()
        rows = [
            {"attempt_id": n, "question": q, "version": 1, "value": ["A"]}
            for n in ids
            for q in range(1, QUESTIONS + 1)
        ]
        for start in range(0, len(rows), CHUNK):
            db.execute(insert(Answer), rows[start : start + CHUNK])
    begun = time.perf_counter()
    with database.unit_of_work() as db:
        exam = db.execute(select(Exam.id)).scalar_one()
        scored = service.score_exam(db, exam, now=NOW)
    passed = time.perf_counter() - begun
    if scored != PEOPLE:
        raise SystemExit(f"{scored} of {PEOPLE} attempts were scored")
    return passed
