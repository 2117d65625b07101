"""The durable, authenticated save against an empty endpoint under the same server.

Versions rise with every save: a repeated version would write nothing and flatter.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager

from bench import empty, engines, slow_disk
from bench.centre import Centre
from bench.hammer import Hammered, hammer, request
from bench.processes import cpu_of, family
from bench.seats import Seat, taken
from bench.table import Figure, Line, middle

ROUNDS, SECONDS = 3, 3.0
LINES = (16, 64)
_NOTHING = request("PUT", "/", "Content-Type: application/json\r\n", b"{}")


def measure() -> Iterator[Line]:
    yield from _on("SQLite", engines.on_sqlite())
    if lacking := slow_disk.missing():
        yield lacking
    else:
        with engines.folder() as place:
            library = slow_disk.library(place)
            yield from _on("SQLite, slow disk", engines.on_sqlite(library))
    if lacking := engines.postgres_is_missing():
        yield lacking
        return
    yield from _on("PostgreSQL", engines.on_postgres())
    if not slow_disk.missing():
        with engines.folder() as place:
            library = slow_disk.library(place)
            yield from _on("PostgreSQL, slow disk", engines.on_postgres(library))


def _on(engine: str, made: AbstractContextManager[Centre]) -> Iterator[Line]:
    with made as centre:
        exam = centre.is_loaded(max(LINES))
        with centre.serving(), empty.serving(centre.folder) as (port, process):
            seats = taken(centre, exam, max(LINES))
            for lines in LINES:
                rounds = [
                    _round(centre, seats, port, process.pid, lines)
                    for _ in range(ROUNDS)
                ]
                yield from _figures(engine, lines, rounds)


_Round = tuple[Hammered, float, Hammered, float]
"""Saves and their CPU seconds; empty requests and their CPU seconds."""


def _round(
    centre: Centre, seats: list[Seat], port: int, pid: int, lines: int
) -> _Round:
    before = cpu_of(family(pid))
    nothing = hammer(port, lines, lambda _: _NOTHING, SECONDS)
    idle = cpu_of(family(pid)) - before
    before = centre.cpu_seconds()
    saves = hammer(centre.port, lines, lambda n: seats[n].save(), SECONDS)
    return saves, centre.cpu_seconds() - before, nothing, idle


def _figures(engine: str, lines: int, rounds: list[_Round]) -> Iterator[Figure]:
    size = f"{lines} connections"
    rate = middle(saves.per_second for saves, *_ in rounds)
    ratio = middle(
        saves.per_second / nothing.per_second for saves, _, nothing, _ in rounds
    )
    yield Figure(
        "empty endpoint", size, middle(r[2].per_second for r in rounds), "1/s", engine
    )
    yield Figure("save", size, rate, "1/s", engine, ratio, "empty endpoint")
    for name in ("p50_ms", "p99_ms", "max_ms"):
        value = middle(getattr(saves.times, name) for saves, *_ in rounds)
        yield Figure(f"save {name.removesuffix('_ms')}", size, value, "ms", engine)
    longest = max(saves.times.max_ms / saves.times.p50_ms for saves, *_ in rounds)
    yield Figure("slowest save ÷ median save", size, longest, "", engine)
    cost = middle(_cost(saves, cpu) for saves, cpu, *_ in rounds)
    idle = middle(_cost(nothing, cpu) for *_, nothing, cpu in rounds)
    yield Figure(
        "CPU per save", size, cost, "ms", engine, cost / idle, "CPU of an empty request"
    )


def _cost(hammered: Hammered, cpu: float) -> float:
    return cpu * 1000 / hammered.answered
