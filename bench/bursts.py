"""Everybody at once: sign-ins, starts and hand-ins of 200, 500 and 2,000 people.

The load generator's own figures; it shares the machine with the server.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

from bench import engines
from bench.centre import Centre
from bench.table import Figure, Line

CROWDS = (200, 500, 2_000)
# Nobody answers in between: only the bursts are measured.
_QUIET = ("--minutes", "0.05", "--think", "3600", "--pulse", "3600", "--snapshot", "0")
_SIGN_IN = ("--sign-in", "1", "--patience", "120")

_BURSTS = (
    ("sign-in storm", "sign_in"),
    ("start burst", "start_burst"),
    ("hand-in burst", "submit_burst"),
)


def measure() -> Iterator[Line]:
    yield from _on("SQLite", engines.on_sqlite())
    if lacking := engines.postgres_is_missing():
        yield lacking
        return
    yield from _on("PostgreSQL", engines.on_postgres())


def _on(engine: str, made: AbstractContextManager[Centre]) -> Iterator[Line]:
    with made as centre:
        exam = centre.is_loaded(sum(CROWDS))
        with centre.serving():
            for people in CROWDS:
                cpu = centre.cpu_seconds()
                report = centre.answers(
                    *("load", "--exam", exam, "--url", centre.address),
                    *("--examinees", str(people), *_QUIET, *_SIGN_IN),
                )
                cpu = centre.cpu_seconds() - cpu
                yield from _figures(engine, people, report)
                each = cpu * 1000 / people
                yield Figure(
                    "CPU, all three bursts",
                    f"{people:,} people",
                    each,
                    "ms each",
                    engine,
                )


def _figures(engine: str, people: int, report: Any) -> Iterator[Figure]:
    size = f"{people:,} people"
    for what, key in _BURSTS:
        phase = report[key]
        yield Figure(f"{what}, until the last", size, phase["seconds"], "s", engine)
        yield Figure(f"{what}, p50", size, phase["p50_ms"], "ms", engine)
        yield Figure(f"{what}, longest", size, phase["max_ms"], "ms", engine)
