"""What an exam is planned to be, and what follows from the plan and the clock.

Marks are integers in hundredths everywhere.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from examcenter.errors import ConflictError, FaultyInputError
from question_bank.model import Kind
from question_bank.scoring import ScoringRule


class AlreadyPublishedError(ConflictError):
    """The exam was published: its plan, questions and roster stay as they are."""

    code = "already_published"


class NotPublishedError(ConflictError):
    """The exam is still a draft."""

    code = "not_published"


class PlanChangedError(ConflictError):
    """Somebody changed the plan while it was being published."""

    code = "plan_changed"


class PlanRefusedError(FaultyInputError):
    """The plan cannot be taken; every fault is listed, with its place."""

    code = "plan_refused"


class CannotPublishError(FaultyInputError):
    """The exam cannot be published as it stands; every reason is listed."""

    code = "cannot_publish"


class AttemptRule(StrEnum):
    """Which of a person's attempts counts."""

    BEST = "best"
    LAST = "last"
    FIRST = "first"


class Release(StrEnum):
    """When a person sees the result."""

    AT_SUBMISSION = "at_submission"
    AT_CLOSE = "at_close"
    MANUAL = "manual"


class Review(StrEnum):
    """Whether reviewed answers are shown with the result."""

    NONE = "none"
    AFTER_CLOSE = "after_close"


class Camera(StrEnum):
    """What the exam asks of the examinee's camera."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    OFF = "off"


class ExamState(StrEnum):
    """Where an exam stands: by acts (draft, published) and then by the clock."""

    DRAFT = "draft"
    PUBLISHED = "published"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade and the score, in hundredths, from which it is given."""

    name: str
    from_: int


@dataclass(frozen=True, slots=True)
class PlanSection:
    """One section of the paper; *marks* are for each question, in hundredths."""

    title: str
    kind: Kind
    count: int
    marks: int
    scoring: ScoringRule = ScoringRule.ALL_OR_NOTHING
    instructions: str = ""


DEFAULT_BANK = "学法题库"
DEFAULT_GRADES = (Grade("优秀", 9000), Grade("良好", 8000), Grade("合格", 6000))


def default_grades(full_marks: int, pass_mark: int) -> tuple[Grade, ...]:
    """Return the usual grades for a paper: nine tenths, eight tenths, a pass.

    A grade that would begin at or below the pass mark is left out.
    """
    above = [
        Grade("优秀", full_marks * 90 // 100),
        Grade("良好", full_marks * 80 // 100),
    ]
    better = [grade for grade in above if grade.from_ > pass_mark]
    return (*better, Grade("合格", pass_mark))


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything an office decides about an exam; the defaults are DOMAIN's."""

    title: str
    opens_at: datetime
    closes_at: datetime
    sections: tuple[PlanSection, ...]
    bank: str = DEFAULT_BANK
    departments: tuple[str, ...] = ()  # codes; none stands for the whole tree
    duration_minutes: int = 60
    late_entry_minutes: int = 30
    pass_mark: int = 6000
    grades: tuple[Grade, ...] = DEFAULT_GRADES
    attempts: int = 2
    attempt_rule: AttemptRule = AttemptRule.BEST
    release: Release = Release.AT_SUBMISSION
    review: Review = Review.NONE
    required_credits: int = 0
    shuffle_questions: bool = True
    shuffle_options: bool = True
    by_category: tuple[tuple[str, int], ...] = ()
    max_neighbour_overlap: int | None = None
    camera: Camera = Camera.REQUIRED
    snapshot_seconds: tuple[int, int] = (20, 40)
    retain_days: int = 180

    @property
    def full_marks(self) -> int:
        """The most that a paper can earn, in hundredths."""
        return sum(s.count * s.marks for s in self.sections)

    @property
    def question_count(self) -> int:
        return sum(s.count for s in self.sections)

    @property
    def duration(self) -> timedelta:
        return timedelta(minutes=self.duration_minutes)

    @property
    def late_entry_until(self) -> datetime:
        """The first moment at which nobody may start any more."""
        late = self.opens_at + timedelta(minutes=self.late_entry_minutes)
        return min(late, self.closes_at)


def opening_at(plan: Plan, moment: datetime) -> Plan:
    """Return *plan* opening at *moment*; its window keeps its length."""
    return replace(
        plan, opens_at=moment, closes_at=moment + (plan.closes_at - plan.opens_at)
    )


def canonical(plan: Plan) -> str:
    """Return *plan* as canonical JSON: sorted keys, no spaces, times in UTC."""
    return json.dumps(
        asdict(plan),
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        default=_written,
    )


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(f"{type(value).__name__} does not belong into a plan")


@lru_cache(maxsize=64)
def plan_from(text: str) -> Plan:
    """Return the plan that `canonical` wrote."""
    given: dict[str, Any] = json.loads(text)
    plan = Plan(
        **{
            **given,
            "opens_at": datetime.fromisoformat(given["opens_at"]),
            "closes_at": datetime.fromisoformat(given["closes_at"]),
            "departments": tuple(given["departments"]),
            "by_category": tuple((c, n) for c, n in given["by_category"]),
            "snapshot_seconds": tuple(given["snapshot_seconds"]),
        }
    )
    return replace(
        plan,
        sections=tuple(_section(s) for s in given["sections"]),
        grades=tuple(Grade(**g) for g in given["grades"]),
        attempt_rule=AttemptRule(plan.attempt_rule),
        release=Release(plan.release),
        review=Review(plan.review),
        camera=Camera(plan.camera),
    )


def _section(given: dict[str, Any]) -> PlanSection:
    kind, scoring = Kind(given["kind"]), ScoringRule(given["scoring"])
    return PlanSection(**{**given, "kind": kind, "scoring": scoring})


def digest(text: str | bytes) -> str:
    """Return the SHA-256 of *text* (UTF-8), 64 hex digits."""
    data = text.encode() if isinstance(text, str) else text
    return hashlib.sha256(data).hexdigest()


def state(
    *,
    published: bool,
    closed: bool,
    opens_at: datetime,
    closes_at: datetime,
    now: datetime,
) -> ExamState:
    """Return where an exam stands at *now*."""
    if not published:
        return ExamState.DRAFT
    if closed or now >= closes_at:
        return ExamState.CLOSED
    return ExamState.OPEN if now >= opens_at else ExamState.PUBLISHED


def cautions(plan: Plan) -> tuple[str, ...]:
    """Return the codes of what is allowed and worth a second look before publishing."""
    worth_a_look = (
        ("longer_than_window", plan.closes_at - plan.opens_at < plan.duration),
        ("no_late_entry", plan.late_entry_minutes == 0),
        ("grade_out_of_reach", any(g.from_ > plan.full_marks for g in plan.grades)),
    )
    return tuple(code for code, applies in worth_a_look if applies)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far somebody has come with their latest attempt, *number* from 1."""

    person_id: int
    attempt_public_id: str
    number: int
    started_at: datetime
    submitted_at: datetime | None
    answered: int
    deadline: datetime
    paused_at: datetime | None = None
    voided_by: str | None = None


_ALTERNATIVES = re.compile(
    r"以上|上述|前述|前[两二三四]项|[两二三四]者[都均皆]|[都均全](?:对|错|是|不是|正确|不正确|错误)[。.]?$"
    r"|[A-F]\s*[和与及、,，]\s*[A-F]|选项\s*[A-F]"
)


def speak_of_each_other(options: Sequence[str]) -> bool:
    """Whether *options* must keep their order, as with 以上都对 or A和B.

    True for a few that could be shuffled as well; that costs them only the shuffling.
    """
    return any(_ALTERNATIVES.search(option) for option in options)
