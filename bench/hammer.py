"""Requests as fast as they are answered, over a number of lines."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from examcenter.load.line import Line, connected
from examcenter.load.rules import Spread, spread
from examcenter.load.running import allow_files

Parts = tuple[bytes, bytes]
Next = Callable[[int], Parts]
"""Gives the next request of a line: head and body."""

_ANSWER_WITHIN = 60.0
_WARM_UP = 0.5


@dataclass(frozen=True, slots=True)
class Hammered:
    """How many requests were answered in how many seconds, and how long each took."""

    seconds: float
    times: Spread
    answered: int  # with those of the warm-up, which are not in *times*

    @property
    def per_second(self) -> float:
        return self.times.count / self.seconds


def hammer(port: int, lines: int, give: Next, seconds: float) -> Hammered:
    """Ask over *lines* at once for *seconds*; anything but a success ends all."""
    allow_files(lines)
    return asyncio.run(_hammer(port, lines, give, seconds))


async def _hammer(port: int, lines: int, give: Next, seconds: float) -> Hammered:
    opened = [await connected("127.0.0.1", port, seconds=30) for _ in range(lines)]
    begun = time.perf_counter() + _WARM_UP
    times: Sequence[list[tuple[float, float]]] = await asyncio.gather(
        *(_one(line, n, give, begun + seconds) for n, line in enumerate(opened))
    )
    passed = time.perf_counter() - begun
    for line in opened:
        line.close()
    every = [one for some in times for one in some]
    warm = [took for asked, took in every if asked >= begun]
    return Hammered(passed, spread(warm), len(every))


async def _one(
    line: Line, number: int, give: Next, until: float
) -> list[tuple[float, float]]:
    times = []
    while (asked := time.perf_counter()) < until:
        reply = await line.ask(*give(number), seconds=_ANSWER_WITHIN)
        if reply.status not in {200, 202}:
            raise SystemExit(f"{reply.status} {reply.body[:300]!r}")
        times.append((asked, time.perf_counter() - asked))
    return times


def request(method: str, path: str, headers: str, body: bytes) -> Parts:
    """Return a request as `Line.ask` takes it."""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("latin-1"), body
