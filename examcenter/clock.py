"""The one place that knows what time it is."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time; everything else is told it."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""

    def off(self) -> timedelta:
        """Return by how much the machine's wall clock is ahead of this one."""

    def adopt(self) -> timedelta:
        """Go by the machine's wall clock from now on; return by how much time moves."""


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def off(self) -> timedelta:
        return timedelta(0)

    def adopt(self) -> timedelta:
        return timedelta(0)


class FixedClock:
    """A clock that a test or a rehearsal moves by hand."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment.astimezone(UTC)

    def now(self) -> datetime:
        return self._moment

    def off(self) -> timedelta:
        return timedelta(0)

    def adopt(self) -> timedelta:
        return timedelta(0)

    def advance(self, by: timedelta) -> None:
        self._moment += by

    def set(self, moment: datetime) -> None:
        self._moment = moment.astimezone(UTC)
