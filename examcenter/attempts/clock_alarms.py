"""Alarms about clocks: raised by the worker's guard, ended by it or by an officer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from examcenter.attempts.act_rules import Act
from examcenter.attempts.clock_models import ClockAlarm
from examcenter.attempts.models import Attempt
from examcenter.db import insert_into
from examcenter.errors import ConflictError

Which = Literal["machine", "database"]

TOLERATED = timedelta(seconds=2)
"""Clocks that differ by less agree: a save counts in whole seconds of grace."""


class NoClockAlarmError(ConflictError):
    """The clocks agree, or somebody was faster."""

    code = "no_clock_alarm"


@dataclass(frozen=True, slots=True)
class Alarm:
    """An open alarm: *clock* is *seconds* ahead of the centre's time, or behind it."""

    clock: str
    seconds: int
    found_at: datetime


def alarm(session: Session) -> Alarm | None:
    """Return the first open alarm; while there is one nobody is handed in."""
    row = session.execute(
        select(ClockAlarm.clock, ClockAlarm.seconds, ClockAlarm.found_at)
        .where(ClockAlarm.ended_at.is_(None))
        .order_by(ClockAlarm.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else Alarm(*row)


def open_alarms(session: Session) -> Sequence[ClockAlarm]:
    return session.scalars(
        select(ClockAlarm).where(ClockAlarm.ended_at.is_(None))
    ).all()


def sound(session: Session, clock: Which, ahead: timedelta, *, now: datetime) -> bool:
    """Open an alarm; return False where it is open, or an officer answered for it."""
    if _is_answered_for(session, clock, ahead):
        return False
    given = {"clock": clock, "seconds": round(ahead.total_seconds()), "found_at": now}
    added = insert_into(session, ClockAlarm).values(given).on_conflict_do_nothing()
    return session.execute(added.returning(ClockAlarm.id)).first() is not None


def _is_answered_for(session: Session, clock: Which, ahead: timedelta) -> bool:
    last = session.scalars(
        select(ClockAlarm)
        .where(ClockAlarm.clock == clock)
        .order_by(ClockAlarm.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None or last.ended_by is None:
        return False
    return abs(ahead - timedelta(seconds=last.seconds)) < TOLERATED


def fall_silent(session: Session, clock: str, *, now: datetime) -> None:
    """End the open alarm of *clock*: it agrees again."""
    session.execute(
        update(ClockAlarm)
        .where(ClockAlarm.clock == clock, ClockAlarm.ended_at.is_(None))
        .values(ended_at=now)
    )


def answer(session: Session, act: Act) -> None:
    """End every open alarm on an officer's word; raises NoClockAlarmError."""
    ended = session.execute(
        update(ClockAlarm)
        .where(ClockAlarm.ended_at.is_(None))
        .values(ended_at=act.at, ended_by=act.by, reason=act.reason)
        .returning(ClockAlarm.id)
    ).all()
    if not ended:
        raise NoClockAlarmError


def is_anybody_sitting(session: Session) -> bool:
    """Whether there is an attempt whose time a change of the clock would touch."""
    return bool(
        session.execute(
            select(func.count()).where(Attempt.submitted_at.is_(None))
        ).scalar_one()
    )
