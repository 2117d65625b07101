"""What staff may do about sitting attempts, in the words that services and pages share.

Three commands are never one button.  *resume* goes on with the same paper, *reset*
puts the attempt aside for a new one with a new paper, *force submit* hands in what is
stored.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from examcenter.errors import ConflictError, RefusedError

MOST_SECONDS = 6 * 3600
MOST_REASON = 200
MOST_CAUSE = 40


class AttemptPausedError(ConflictError):
    """The attempt is paused: answers are kept by the page and sent after the resume."""

    code = "attempt_paused"


class NotRunningError(ConflictError):
    """The attempt has ended, or is not in the state that this act is for."""

    code = "attempt_not_running"


class AlreadyPausedError(ConflictError):
    code = "already_paused"


class NotResumableError(ConflictError):
    """It runs, its examinee handed it in, it was voided, or no time is left."""

    code = "not_resumable"


class ExamOverError(ConflictError):
    """The exam was ended: nothing about its attempts' time can change any more."""

    code = "exam_over"


class GrantRefusedError(RefusedError):
    """No such grant can be given; ``code`` says why."""

    code = "grant_out_of_range"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.code = reason


class ReasonMissingError(RefusedError):
    """Every act says why."""

    code = "reason_missing"


class NotLatestError(ConflictError):
    """The examinee has begun another attempt since."""

    code = "attempt_not_latest"


class AlreadyVoidedError(ConflictError):
    code = "already_voided"


class NotVoidedError(ConflictError):
    code = "not_voided"


class AlreadyRequestedError(ConflictError):
    """Another request about this attempt waits for its second person."""

    code = "already_requested"


class AlreadyDecidedError(ConflictError):
    """Somebody was faster: the request is decided."""

    code = "already_decided"


class SecondPersonNeededError(ConflictError):
    """Whoever asked for it cannot also approve it."""

    code = "second_person_needed"


class LateEntryRefusedError(RefusedError):
    """The exception would end before it begins, or after the exam."""

    code = "late_entry_refused"


class Kind(StrEnum):
    """What happened to an attempt; the values stand in the record for good."""

    GRANTED = "granted"
    PAUSED = "paused"
    RESUMED = "resumed"
    REOPENED = "reopened"
    FORCE_SUBMITTED = "force_submitted"
    RESET_REQUESTED = "reset_requested"
    RESET = "reset"
    VOID_REQUESTED = "void_requested"
    VOIDED = "voided"
    REINSTATE_REQUESTED = "reinstate_requested"
    REINSTATED = "reinstated"
    DECLINED = "declined"
    LATE_ENTRY = "late_entry"
    LEASE_TAKEN = "lease_taken"
    SEAT_CHANGED = "seat_changed"


NOTICES = {
    Kind.GRANTED: "time_granted",
    Kind.PAUSED: "paused",
    Kind.RESUMED: "resumed",
    Kind.REOPENED: "reopened",
    Kind.FORCE_SUBMITTED: "force_submitted",
}
"""What the examinee is told of, and as what kind of notice."""


class VoidedBy(StrEnum):
    """Why an attempt does not count.

    One that was *reset* failed for reasons that are not its examinee's: it counts
    nowhere, and they may sit again.  A *decision* cancels the result: it stays used and
    its examinee stays among those who sat, for otherwise who cheats gains an attempt.
    """

    RESET = "reset"
    DECISION = "decision"


class Asked(StrEnum):
    """What needs a second person."""

    RESET = "reset"
    VOID = "void"
    REINSTATE = "reinstate"


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, when and why; *by* is None for the operator at the command line."""

    by: int | None
    at: datetime
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip() or len(self.reason) > MOST_REASON:
            raise ReasonMissingError


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a grant is for: a person, whoever has a seat, a room, or everyone."""

    person_id: int | None = None
    seat_id: int | None = None
    room_id: int | None = None

    def __post_init__(self) -> None:
        if (
            sum(one is not None for one in (self.person_id, self.seat_id, self.room_id))
            > 1
        ):
            raise ValueError("a grant has one target")


EVERYONE = Target()


@dataclass(frozen=True, slots=True)
class Grant:
    """Time for *target*: so many seconds, or what was lost from *since* to *until*.

    Grants in seconds that name the same *cause* count once; without a cause each one
    counts.  A *standing* grant is for one person and for each attempt of theirs, those
    to come included.
    """

    target: Target = EVERYONE
    seconds: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    cause: str = ""
    standing: bool = False

    @property
    def is_interval(self) -> bool:
        return self.seconds is None


def check_grant(grant: Grant, now: datetime) -> None:
    """Raise GrantRefusedError unless *grant* can be given at *now*."""
    if len(grant.cause) > MOST_CAUSE:
        raise GrantRefusedError("grant_cause_too_long")
    if grant.standing and (grant.is_interval or grant.target.person_id is None):
        raise GrantRefusedError("standing_grant_is_personal")
    if not timedelta(0) < _length(grant) <= timedelta(seconds=MOST_SECONDS):
        raise GrantRefusedError("grant_out_of_range")
    if grant.until is not None and grant.until > now:
        raise GrantRefusedError("grant_in_the_future")


def _length(grant: Grant) -> timedelta:
    if grant.seconds is not None and grant.since is None and grant.until is None:
        return timedelta(seconds=grant.seconds)
    if grant.seconds is None and grant.since and grant.until:
        return grant.until - grant.since
    raise GrantRefusedError("grant_is_one_of_two")


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that an examinee's page tells them; *minutes* is 0 where none came."""

    id: str
    kind: str
    at: datetime
    minutes: int
    reason: str
