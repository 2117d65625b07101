"""What the delivery API says and hears besides the attempt itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from examcenter.attempts.act_rules import Notice
from examcenter.attempts.rules import ExamOffered, Shown


@dataclass(frozen=True, slots=True)
class ExamsMessage:
    exams: tuple[ExamOffered, ...]
    server_time: datetime


@dataclass(frozen=True, slots=True)
class StartMessage:
    """Without *consent_version* the attempt runs without a camera."""

    consent_version: str | None = None


@dataclass(frozen=True, slots=True)
class LeaseMessage:
    lease: int


@dataclass(frozen=True, slots=True)
class SavedMessage:
    """*saved* names the stored version of every question that was sent.

    *state* is ``running`` or ``paused``.  *notices* are those that the page does not
    know yet, the newest last; it tells by ``seen`` how many it knows.
    """

    saved: Mapping[int, int]
    saved_at: datetime
    server_time: datetime
    deadline: datetime
    state: str
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class SubmissionMessage:
    """*result* is None until the exam's release rule allows it."""

    state: str
    receipt: str
    submitted_at: datetime
    result: Shown | None
