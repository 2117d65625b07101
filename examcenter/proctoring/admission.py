"""What a page may send beside the answers, and how much of it.

Pictures and signals have a lane of their own: refusing one never touches an answer.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from examcenter.errors import ConflictError, RefusedError, UnavailableError

MOST_SIGNALS = 100
"""Signals in one request."""


class SignalKind(StrEnum):
    """What a page tells about itself; a fact with a time, never a judgement."""

    FOCUS_LOST = "focus_lost"
    FOCUS_GAINED = "focus_gained"
    FULLSCREEN_LEFT = "fullscreen_left"
    CAMERA_LOST = "camera_lost"
    CAMERA_BACK = "camera_back"
    OFFLINE = "offline"
    ONLINE = "online"
    PASTE_BLOCKED = "paste_blocked"


class NoConsentError(ConflictError):
    """The examinee did not agree to the camera, so no picture of them is kept."""

    code = "no_consent"


class SnapshotConflictError(ConflictError):
    """One id names two different pictures."""

    code = "snapshot_conflict"


class UnknownSignalError(RefusedError):
    """A signal is of a kind that is not recorded; none of the request was kept."""

    code = "unknown_signal"


class TooManySignalsError(RefusedError):
    """One request has more signals than are read at once; none was kept."""

    code = "too_many_signals"


class DiskNearlyFullError(UnavailableError):
    """Pictures are refused first, so that the disk lasts for the answers."""

    code = "disk_nearly_full"
    retry_after = 60


@dataclass(frozen=True)
class SnapshotSent:
    """A picture that a page sent, already free of metadata.

    *captured_at* is the page's own clock, kept as evidence and never believed.
    """

    id: str
    captured_at: str
    picture: bytes

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.picture).hexdigest()


@dataclass(frozen=True, slots=True)
class SignalSent:
    """A signal that a page sent; *at* is the page's own clock."""

    id: str
    kind: SignalKind
    at: str


@dataclass(frozen=True, slots=True)
class Bound:
    """At most *most* arrivals of one attempt in any span of *within*."""

    most: int
    within: timedelta

    def wait(self, arrived: Sequence[datetime], *, now: datetime, more: int = 1) -> int:
        """Return in how many seconds *more* may arrive; 0 is at once.

        *arrived* are the earlier arrivals, oldest first.
        """
        # Not those of the future: a clock that was put right must not shut anybody out.
        recent = [m for m in arrived if now - self.within < m <= now]
        too_many = len(recent) + more - self.most
        if too_many <= 0:
            return 0
        last = recent[min(too_many, len(recent)) - 1] if recent else now
        return max(1, math.ceil((last + self.within - now).total_seconds()))


# One in five seconds, and the three that a page keeps while the network is away.
SNAPSHOTS = Bound(most=15, within=timedelta(minutes=1))
# A page gathers for a second and a half; what two hundred waiting ones need fits in.
SIGNALS = Bound(most=600, within=timedelta(minutes=1))
