"""The centre's time: the machine's, carried on by a clock that nobody can set.

A wall clock that jumps would hand in everybody at once, or give an hour to everybody.
So the wall is believed once, when a centre first starts after the machine did; from
then on seconds are counted by the clock of the machine's uptime.  All processes count
from the same anchor, which is a file in the data directory.
"""

import json
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from examcenter.clock import SystemClock

log = structlog.get_logger()

NAME = "clock.json"
_LOOK_EVERY = 1.0


def uptime() -> float:
    """Return seconds since the machine started, with its sleep where that is told."""
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boottime is None else time.clock_gettime(boottime)


def start_of_machine() -> str:
    """Return what names this run of the machine; empty where nothing does."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where a steady clock has its time from."""

    wall: Callable[[], datetime] = SystemClock().now
    uptime: Callable[[], float] = uptime
    start: Callable[[], str] = start_of_machine


@dataclass(frozen=True, slots=True)
class Anchor:
    """A moment and the uptime at which it was; good for one run of the machine."""

    start: str
    moment: datetime
    uptime: float


class SteadyClock:
    """Tells the centre's time; safe to share between threads, and to fork."""

    def __init__(self, home: Path, machine: Machine | None = None) -> None:
        self._file = home / NAME
        self._machine = machine or Machine()
        self._anchor: Anchor | None = None
        self._looked = 0.0

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC; it never jumps by itself."""
        uptime = self._machine.uptime()
        if self._anchor is None or uptime - self._looked >= _LOOK_EVERY:
            self.look()
        anchor = self._anchor
        assert anchor is not None  # noqa: S101 - look() found or made one
        return anchor.moment + timedelta(seconds=uptime - anchor.uptime)

    def off(self) -> timedelta:
        """Return by how much the machine's wall clock is ahead of the centre's time."""
        return self._machine.wall() - self.now()

    def look(self) -> None:
        """See at once what another process has adopted."""
        self._looked = self._machine.uptime()
        found = self._read()
        if found is not None:
            self._anchor = found
        elif self._anchor is None:
            self._anchor = self._made(replacing=self._file.exists())

    def adopt(self) -> timedelta:
        """Believe the wall clock from now on; return by how much time moves."""
        moves = self.off()
        self._anchor = self._made(replacing=True)
        return moves

    def _read(self) -> Anchor | None:
        try:
            said = json.loads(self._file.read_text())
            found = Anchor(
                said["start"],
                datetime.fromisoformat(said["moment"]),
                float(said["uptime"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return found if found.start == self._machine.start() else None

    def _made(self, *, replacing: bool) -> Anchor:
        made = Anchor(
            self._machine.start(), self._machine.wall(), self._machine.uptime()
        )
        draft = self._file.with_name(f"{NAME}.{secrets.token_hex(4)}")
        said = {"start": made.start, "moment": made.moment.isoformat()}
        try:
            draft.write_text(json.dumps({**said, "uptime": made.uptime}))
            if replacing:
                draft.replace(self._file)
            else:
                os.link(draft, self._file)  # of several at once the first one decides
        except FileExistsError:
            return self._read() or made
        except OSError as error:  # a full disk must not stop the clock
            log.warning("clock.not_kept", why=type(error).__name__)
        finally:
            draft.unlink(missing_ok=True)
        return made
