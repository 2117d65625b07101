"""Pictures taken in, synced to the disk, against an empty endpoint."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

from bench import empty, engines
from bench.centre import Centre
from bench.hammer import Hammered, Parts, hammer, request
from bench.seats import Seat, taken
from bench.table import Figure, Line, middle
from examcenter.load.pictures import Album

LINES, ROUNDS, SECONDS = 16, 3, 2.0
# One attempt may send 15 pictures in a minute.
PEOPLE, MOST_EACH = 600, 15
_NOTHING = request("POST", "/", "", b"")


@dataclass(frozen=True, slots=True)
class _Round:
    """One comparison; *cost* is in CPU milliseconds for each picture."""

    taken_in: Hammered
    cost: float
    ratio: float


class _Room:
    """Attempts that take turns in sending pictures."""

    def __init__(self, seats: list[Seat]) -> None:
        self._turns = cycle(seats)
        self._left = len(seats) * MOST_EACH
        self._album = Album()

    def upload(self, line: int) -> Parts:
        del line
        self._left -= 1
        if self._left < 0:
            raise SystemExit("too few people for so many pictures")
        return next(self._turns).snapshot(self._album.picture())


def measure() -> Iterator[Line]:
    with engines.on_sqlite() as centre:
        exam = centre.is_loaded(PEOPLE)
        with centre.serving(), empty.serving(centre.folder) as (port, _):
            room = _Room(taken(centre, exam, PEOPLE))
            rounds = [_round(centre, room, port) for _ in range(ROUNDS)]
    size = f"40 kB, {LINES} connections"
    yield Figure(
        what="snapshots taken in",
        size=size,
        value=middle(one.taken_in.per_second for one in rounds),
        unit="1/s",
        engine="SQLite",
        ratio=middle(one.ratio for one in rounds),
        against="empty endpoint",
    )
    cost = middle(one.cost for one in rounds)
    yield Figure("CPU per snapshot", size, cost, "ms", "SQLite")
    longest = max(one.taken_in.times.max_ms for one in rounds)
    yield Figure("longest upload", size, longest, "ms", "SQLite")


def _round(centre: Centre, room: _Room, port: int) -> _Round:
    idle = hammer(port, LINES, lambda _: _NOTHING, SECONDS)
    before = centre.cpu_seconds()
    taken_in = hammer(centre.port, LINES, room.upload, SECONDS)
    cpu = centre.cpu_seconds() - before
    return _Round(
        taken_in,
        cost=cpu * 1000 / taken_in.answered,
        ratio=taken_in.per_second / idle.per_second,
    )
