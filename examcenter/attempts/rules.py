"""When an attempt may start, until when an answer counts, and what an answer may be."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from examcenter.attempts.act_rules import Notice
from examcenter.errors import ConflictError, RefusedError
from examcenter.exams.rules import ExamState, Plan
from question_bank.model import LABELS, Kind


class AttemptClosedError(ConflictError):
    """The attempt has ended: handed in, collected, or past its deadline."""

    code = "attempt_closed"


class LeaseLostError(ConflictError):
    """Another page writes this attempt now."""

    code = "lease_lost"


class VersionConflictError(ConflictError):
    """Two different answers claim the same version of a question."""

    code = "version_conflict"


class NoSuchQuestionError(RefusedError):
    """The paper has no question of that number."""

    code = "no_such_question"


class NoSuchOptionError(RefusedError):
    """The answer is not a choice that this question offers."""

    code = "no_such_option"


class ConsentOutdatedError(RefusedError):
    """The text that was agreed to is not the one that is in force."""

    code = "consent_outdated"


class MayNotStartError(ConflictError):
    """No attempt may start now; ``code`` is the reason that `why_not` gave."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.code = reason


class SubmittedBy(StrEnum):
    """Who ended an attempt."""

    EXAMINEE = "examinee"
    SERVER = "server"
    OFFICER = "officer"


@dataclass(frozen=True, slots=True)
class Examinee:
    """Who sits: the person, their present sign-in, and a code's one exam or None."""

    id: int
    sign_in_id: int
    only_exam: int | None = None


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """One change of an answer, as the page tells it.

    *version* counts the changes of that question from 1; *at* is the page's own
    clock, kept as evidence and never believed.
    """

    id: str
    question: int
    version: int
    value: tuple[str, ...]
    at: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """When a request reached us, and how much later than the bell still counts."""

    at: datetime
    grace: timedelta


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a page sends: its lease and the answers, in the order it gave them.

    *seen* is how many notices it knows already.
    """

    lease: int
    answers: tuple[AnswerGiven, ...]
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Saved:
    """What is on the disk: the stored version of each question that was sent.

    And how the attempt stands: its end, whether it is *paused*, what is new to tell.
    """

    saved: Mapping[int, int]
    deadline: datetime
    paused: bool = False
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """The proof that an attempt was handed in."""

    receipt: str
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """A result as the examinee sees it; marks are decimal texts."""

    score: str
    full_marks: str
    passed: bool
    grade: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether somebody may start: facts about them and the moment.

    *used* counts the attempts that are used up, *has_begun* tells of any attempt, one
    that was reset included; *late_until* is an exception from the rule of late entry.
    """

    state: ExamState
    plan: Plan
    exempt: bool
    used: int
    has_begun: bool
    running: bool
    now: datetime
    late_until: datetime | None = None


def deadline(
    started: datetime, allowed: timedelta, closes: datetime, granted: timedelta
) -> datetime:
    """Return the first moment at which an answer no longer counts.

    A late start buys no time: the exam's own end wins.  Time granted for a fault comes
    after either, because the fault was not the examinee's.
    """
    return min(started + allowed, closes) + granted


def still_counts(received: datetime, ends: datetime, grace: timedelta) -> bool:
    """Whether an answer that reached us at *received* counts.

    *grace* is for packets that were on their way when the bell rang.
    """
    return received < ends + grace


def why_not(standing: Standing) -> str | None:
    """Return the code of why no new attempt may start, or None when one may.

    Somebody who is sitting already goes on with that attempt: None.
    """
    if standing.running:
        return None
    for code, applies in (
        ("exempt", standing.exempt),
        ("not_yet_open", standing.state in {ExamState.DRAFT, ExamState.PUBLISHED}),
        ("closed", standing.state is ExamState.CLOSED),
        ("no_attempts_left", standing.used >= standing.plan.attempts),
        ("too_late", _is_too_late(standing)),
    ):
        if applies:
            return code
    return None


def _is_too_late(standing: Standing) -> bool:
    # Late entry is a rule about coming at all: whoever has sat once may use the
    # second attempt for as long as the window is open.
    closes = standing.plan.late_entry_until
    if standing.late_until is not None:
        closes = max(closes, standing.late_until)
    return not standing.has_begun and standing.now >= closes


def check_value(kind: Kind, options: int, value: Sequence[str]) -> None:
    """Raise NoSuchOptionError unless *value* is a choice the question offers.

    An empty choice is one: it takes an earlier answer back.
    """
    offered = LABELS[:options]
    known = all(len(label) == 1 and label in offered for label in value)
    repeated = len(set(value)) != len(value)
    one_only = kind in {Kind.SINGLE, Kind.TRUE_FALSE}
    if not known or repeated or (one_only and len(value) > 1):
        raise NoSuchOptionError


# Letters that are not misread from a screen or from paper.
_RECEIPT = "ACDEFGHJKMNPQRTUVWXY34679"


def new_receipt() -> str:
    """Return a receipt code, such as ``K7QD-3MXA-HN4T``."""
    letters = "".join(secrets.choice(_RECEIPT) for _ in range(12))
    return "-".join(letters[i : i + 4] for i in range(0, 12, 4))


@dataclass(frozen=True, slots=True)
class Consent:
    """A text to agree to, separately and before the camera is used."""

    version: str
    text: str


@dataclass(frozen=True, slots=True)
class ExamOffered:
    """An exam in an examinee's list, and what they may do about it now."""

    id: str
    title: str
    opens_at: datetime
    closes_at: datetime
    duration_minutes: int
    pass_mark: str
    full_marks: str
    state: str
    attempts_left: int
    may_start: bool
    why_not: str | None
    consent: Consent | None
    running: str | None = field(default=None)
    ended: tuple[str, ...] = field(default=())


_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


def is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text) is not None
