"""When an attempt ends, from its start and from what was granted and paused.

Time that was lost is an interval: a power cut, a pause.  A clock that stands still
during intervals counts the union of them, so that two grants for one power cut, or a
pause inside it, give the same minutes once.  Time that was given as a number of minutes
is flat; of the flat grants with one cause the largest counts.

Whatever is added, an end never becomes earlier.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Interval:
    """Time during which nobody could answer."""

    begins: datetime
    ends: datetime

    @property
    def length(self) -> timedelta:
        return self.ends - self.begins


@dataclass(frozen=True, slots=True)
class Flat:
    """So many *seconds* more; those of one *cause* count once."""

    cause: str
    seconds: int


def united(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the union of *intervals* as intervals that do not touch, in order."""
    found: list[Interval] = []
    for one in sorted(intervals, key=lambda i: (i.begins, i.ends)):
        if one.ends <= one.begins:
            continue
        if found and one.begins <= found[-1].ends:
            found[-1] = Interval(found[-1].begins, max(found[-1].ends, one.ends))
        else:
            found.append(one)
    return found


def flat_credit(flats: Iterable[Flat]) -> timedelta:
    """Return what *flats* give together: of each cause the largest."""
    largest: dict[str, int] = {}
    for one in flats:
        largest[one.cause] = max(one.seconds, largest.get(one.cause, 0))
    return timedelta(seconds=sum(largest.values()))


def extended(
    started: datetime,
    ends: datetime,
    lost: Iterable[Interval],
    given: Iterable[Flat] = (),
) -> datetime:
    """Return *ends*, the end without any credit, moved by what was *lost* and *given*.

    An interval counts from the start of the attempt on, and only if it begins before
    the end that is reached without it: time after the bell cannot be lost.  One that
    began before the bell counts whole, because what was left at its begin is left
    again when it is over.
    """
    end = ends + flat_credit(given)
    clipped = (Interval(max(one.begins, started), one.ends) for one in lost)
    for one in united(clipped):
        if one.begins < end:
            end += one.length
    return end
