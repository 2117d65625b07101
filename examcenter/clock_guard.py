"""The guard of the clocks: compares those of wall, uptime and database.

It looks at every tick, before anybody is handed in.  While nobody sits, the machine's
clock is simply believed.  Otherwise the centre's time goes on as it was, an alarm says
so, and the server hands nobody in until the clocks have agreed for a while or an
officer has answered for them.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from examcenter.attempts import clock_alarms
from examcenter.attempts.clock_alarms import TOLERATED, Which
from examcenter.db import Database
from examcenter.steady import SteadyClock, uptime

log = structlog.get_logger()

AGREEING = 60.0
"""Seconds for which clocks must agree before closing goes on by itself."""


class ClockGuard:
    """Watches the clocks of one centre."""

    def __init__(
        self,
        steady: SteadyClock,
        database: Database,
        *,
        uptime: Callable[[], float] = uptime,
    ) -> None:
        self._steady = steady
        self._database = database
        self._uptime = uptime
        self._agreeing: dict[str, float] = {}

    def look(self) -> int:
        """Compare the clocks, sound or end alarms; return how many disagree."""
        self._steady.look()
        if self._may_adopt():
            return 0
        disagreeing = 0
        for clock, ahead in self._compared().items():
            if abs(ahead) < TOLERATED:
                self._agrees(clock)
            else:
                disagreeing += 1
                self._disagrees(clock, ahead)
        return disagreeing

    def is_frozen(self, session: Session) -> bool:
        """Whether nobody may be handed in now because clocks disagree."""
        return (
            abs(self._steady.off()) >= TOLERATED
            or clock_alarms.alarm(session) is not None
        )

    def _may_adopt(self) -> bool:
        ahead = self._steady.off()
        if abs(ahead) < TOLERATED:
            return False
        with self._database.reading() as session:
            if clock_alarms.is_anybody_sitting(session):
                return False
        self._steady.adopt()
        log.warning("clock.adopted", seconds=ahead.total_seconds())
        return True

    def _compared(self) -> dict[Which, timedelta]:
        compared: dict[Which, timedelta] = {"machine": self._steady.off()}
        if not self._database.is_sqlite:  # SQLite has no clock but the machine's
            compared["database"] = self._database_ahead()
        return compared

    def _database_ahead(self) -> timedelta:
        with self._database.reading() as session:
            before = self._steady.now()
            told: datetime = session.execute(
                text("SELECT clock_timestamp()")
            ).scalar_one()
            after = self._steady.now()
        # Somewhere between asking and hearing it was read.
        return told.astimezone(UTC) - (before + (after - before) / 2)

    def _disagrees(self, clock: Which, ahead: timedelta) -> None:
        self._agreeing.pop(clock, None)
        seconds = round(ahead.total_seconds(), 3)
        with self._database.reading() as session:
            is_told = any(a.clock == clock for a in clock_alarms.open_alarms(session))
        if is_told:
            return
        now = self._steady.now()
        with self._database.unit_of_work() as session:
            is_news = clock_alarms.sound(session, clock, ahead, now=now)
        if is_news:
            log.error("clock.disagrees", clock=clock, seconds=seconds)

    def _agrees(self, clock: Which) -> None:
        with self._database.reading() as session:
            alarms = {alarm.clock for alarm in clock_alarms.open_alarms(session)}
        if clock not in alarms:
            return
        since = self._agreeing.setdefault(clock, self._uptime())
        if self._uptime() - since < AGREEING:
            return
        with self._database.unit_of_work() as session:
            clock_alarms.fall_silent(session, clock, now=self._steady.now())
        del self._agreeing[clock]
        log.warning("clock.agrees", clock=clock)
