"""A process that saves answers as a web worker does, and says what it acknowledges.

Run as ``python -m tests.faults.writer``.  It writes a line of JSON to its standard
output for each acknowledged save, in one system call, so that what a reader has seen
was acknowledged when the process was killed, and nothing else was.
"""

import argparse
import itertools
import json
import os
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event

from examcenter.attempts.rules import AnswerGiven, Arrival, Examinee
from examcenter.attempts.saving import Order, Saver
from examcenter.db import Database
from examcenter.errors import UnavailableError
from tests.faults.seats import Seat, seats_from
from tests.support.factories import NOW

_ARRIVED = Arrival(NOW + timedelta(minutes=1), timedelta(seconds=3))
TOGETHER = 3
"""Answers in one save."""


def orders(seat: Seat, first: int) -> Iterator[Order]:
    """Yield saves of *seat* for ever, versions counting from *first*."""
    by = Examinee(seat.person, seat.sign_in)
    for version in itertools.count(first):
        for start in range(1, seat.questions + 1, TOGETHER):
            numbers = range(start, min(start + TOGETHER, seat.questions + 1))
            value = ("AB"[version % 2],)
            given = tuple(
                AnswerGiven(str(uuid.uuid4()), n, version, value, "") for n in numbers
            )
            yield Order(seat.attempt, seat.lease, given, by, _ARRIVED)


def acknowledge(order: Order) -> None:
    said = [[a.question, a.version, a.id, list(a.value)] for a in order.answers]
    os.write(1, json.dumps([order.attempt_id, said]).encode() + b"\n")


def save(saver: Saver, order: Order, tries: int) -> None:
    """Save *order*, again and again with the same ids while the database fails."""
    for _ in range(tries):
        try:
            saver.do(order)
        except UnavailableError:
            time.sleep(0.01)
        else:
            acknowledge(order)
            return
    raise SystemExit("the database never came back")


def forget_syncs(database: Database) -> None:
    """Make the database what it must not be, to show that its loss is noticed."""

    @event.listens_for(database.engine, "connect")
    def _weaken(connection: Any, record: object) -> None:
        del record
        connection.execute("PRAGMA synchronous=NORMAL")


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("url")
    asked.add_argument("seats", type=Path)
    asked.add_argument("--first", type=int, default=1)
    asked.add_argument("--threads", type=int, default=1)
    asked.add_argument("--saves", type=int, default=0, help="0: until it is killed")
    asked.add_argument("--forgetful", action="store_true")
    asked.add_argument("--tries", type=int, default=200)
    given = asked.parse_args()
    database = Database(given.url)
    if given.forgetful:
        forget_syncs(database)
    saver = Saver(database)

    def write(seat: Seat) -> None:
        stream = orders(seat, given.first)
        for order in itertools.islice(stream, given.saves or None):
            save(saver, order, given.tries)

    seats = seats_from(given.seats)[: given.threads]
    threads = [threading.Thread(target=write, args=(seat,)) for seat in seats[1:]]
    for thread in threads:
        thread.start()
    write(seats[0])  # this thread saves too: strace counts calls for each thread
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
