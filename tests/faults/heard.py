"""What a writer acknowledged, and whether the database holds it."""

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import text

from examcenter.db import Database
from examcenter.load.ledger import Acknowledged, Ledger, missing
from tests.faults.extent import DONE
from tests.faults.seats import Seats, torn

ROOT = Path(__file__).resolve().parents[2]


def writer(seats: Seats, *options: str) -> list[str]:
    """Return the command of a writer on *seats*; run it in `ROOT`."""
    module = [sys.executable, "-m", "tests.faults.writer"]
    return [*module, seats.url, str(seats.file), *options]


def environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("EXAMCENTER_")}


def acknowledged(lines: Iterable[bytes]) -> list[Acknowledged]:
    """Return what the whole lines of a writer say; a torn last line says nothing."""
    return [
        Acknowledged(attempt, question, version, client_id, tuple(value))
        for line in lines
        if line.endswith(b"\n")
        for attempt, said in [json.loads(line)]
        for question, version, client_id, value in said
    ]


def a_ledger(answers: Iterable[Acknowledged]) -> Ledger:
    ledger = Ledger()
    for answer in answers:
        ledger.heard(answer)
    return ledger


def wrong(url: str, ledger: Ledger) -> list[object]:
    """Return everything that a database must not be after a fault; nothing is good."""
    database = Database(url)
    try:
        with database.reading() as session:
            faults: list[object] = [*missing(session, ledger), *torn(session)]
            if database.is_sqlite:
                found = session.execute(text("PRAGMA integrity_check")).scalars().all()
                faults += [] if list(found) == ["ok"] else found
    finally:
        database.dispose()
    DONE["acknowledged answers compared with the database"] += ledger.count
    return faults
