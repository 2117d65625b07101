"""What can be done about exams, and what a published one gives to those who sit it."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from sqlalchemy import ColumnElement, and_, select, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from examcenter.bank import service as bank
from examcenter.errors import NotFoundError
from examcenter.exams.models import (
    Enrolment,
    Exam,
    ExamDepartment,
    ExamQuestion,
    PaperRow,
)
from examcenter.exams.rules import (
    ExamState,
    NotPublishedError,
    Plan,
    plan_from,
    state,
)
from examcenter.organisation.models import Department
from examcenter.organisation.service import EVERYTHING, Scope
from question_bank.model import Question
from question_bank.paper import Paper, unpack

_KEPT_EXAMS = 8


@dataclass(frozen=True, slots=True)
class ExamFacts:
    """What is known of an exam without its questions and people."""

    id: int
    public_id: str
    plan: Plan
    created_at: datetime
    published_at: datetime | None
    closed_at: datetime | None
    released_at: datetime | None
    seed_digest: str | None
    questions_digest: str | None
    roster_digest: str | None

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    def state(self, now: datetime) -> ExamState:
        """Return where the exam stands at *now*."""
        return state(
            published=self.is_published,
            closed=self.closed_at is not None,
            opens_at=self.plan.opens_at,
            closes_at=self.plan.closes_at,
            now=now,
        )


@dataclass(frozen=True, slots=True)
class Sittable:
    """A published exam on whose frozen roster somebody stands."""

    id: int
    public_id: str
    title: str
    opens_at: datetime
    closes_at: datetime
    plan: Plan
    state: ExamState
    exempt: bool


@dataclass(frozen=True, slots=True)
class Frozen:
    """What publishing froze; a paper's indexes count the *questions* from 0."""

    exam_id: int
    public_id: str
    plan: Plan
    questions: tuple[Question, ...]


def find(session: Session, public_id: str, scope: Scope = EVERYTHING) -> ExamFacts:
    """Return the exam; one that is not wholly in *scope* does not exist."""
    row = session.execute(
        select(Exam).where(Exam.public_id == public_id, in_scope(scope))
    ).scalar_one_or_none()
    if row is None:
        raise NotFoundError
    return facts_of(row)


def facts_of(row: Exam) -> ExamFacts:
    """Return *row* as it may cross a border."""
    return ExamFacts(
        id=row.id,
        public_id=row.public_id,
        plan=plan_from(row.plan),
        created_at=row.created_at,
        published_at=row.published_at,
        closed_at=row.closed_at,
        released_at=row.released_at,
        seed_digest=row.seed_digest,
        questions_digest=row.questions_digest,
        roster_digest=row.roster_digest,
    )


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """Return the SQL condition that every department of an exam lies in *scope*."""
    if scope.everything:
        return true()
    named = (
        select(ExamDepartment.exam_id)
        .join(Department, Department.id == ExamDepartment.department_id)
        .where(ExamDepartment.exam_id == Exam.id)
    )
    outside = named.where(~scope.covers(Department.path))
    return and_(named.exists(), ~outside.exists())


def sittable(
    session: Session, person_id: int, *, only_exam: int | None, now: datetime
) -> list[Sittable]:
    """Return the published exams of somebody, those that open first coming first.

    Exams that are over are among them, for their results.  *only_exam* leaves one: who
    signed in by a code sees that exam alone.
    """
    mine = (
        select(Exam, Enrolment.exemption)
        .join(Enrolment, Enrolment.exam_id == Exam.id)
        .where(Enrolment.person_id == person_id, Exam.published_at.is_not(None))
        .order_by(Exam.opens_at, Exam.id)
    )
    if only_exam is not None:
        mine = mine.where(Exam.id == only_exam)
    return [
        _sittable(facts_of(exam), exempt=bool(exemption), now=now)
        for exam, exemption in session.execute(mine)
    ]


def _sittable(exam: ExamFacts, *, exempt: bool, now: datetime) -> Sittable:
    return Sittable(
        id=exam.id,
        public_id=exam.public_id,
        title=exam.plan.title,
        opens_at=exam.plan.opens_at,
        closes_at=exam.plan.closes_at,
        plan=exam.plan,
        state=exam.state(now),
        exempt=exempt,
    )


def frozen(session: Session, exam_id: int) -> Frozen:
    """Return the plan and the questions of a published exam.

    They never change, so each process keeps those of the last few exams.  Raises
    NotFoundError for an exam that does not exist, NotPublishedError for a draft.
    """
    row = session.execute(
        select(Exam.public_id, Exam.published_at).where(Exam.id == exam_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    if row.published_at is None:
        raise NotPublishedError
    # By the public id, which no other database has: the number may name another exam
    # in the next one.
    kept = _shelf.get(row.public_id)
    return kept or _shelf.put(_frozen(session, exam_id))


def _frozen(session: Session, exam_id: int) -> Frozen:
    exam = session.execute(
        select(Exam.public_id, Exam.plan).where(Exam.id == exam_id)
    ).one()
    ids = session.execute(
        select(ExamQuestion.revision_id)
        .where(ExamQuestion.exam_id == exam_id)
        .order_by(ExamQuestion.position)
    ).scalars()
    revisions = list(ids)
    questions = bank.questions(session, revisions)
    return Frozen(
        exam_id=exam_id,
        public_id=exam.public_id,
        plan=plan_from(exam.plan),
        questions=tuple(questions[revision] for revision in revisions),
    )


class _Shelf:
    """The exams that were asked for last; safe to share between threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._exams: OrderedDict[str, Frozen] = OrderedDict()
        self._lock = Lock()

    def get(self, public_id: str) -> Frozen | None:
        with self._lock:
            found = self._exams.get(public_id)
            if found is not None:
                self._exams.move_to_end(public_id)
            return found

    def put(self, exam: Frozen) -> Frozen:
        with self._lock:
            self._exams[exam.public_id] = exam
            if len(self._exams) > self._most:
                self._exams.popitem(last=False)
        return exam


_shelf = _Shelf(_KEPT_EXAMS)


def paper(session: Session, exam_id: int, person_id: int, number: int) -> Paper:
    """Return somebody's paper *number*, counted from 1; raises NotFoundError."""
    body = session.execute(
        select(PaperRow.body).where(
            PaperRow.exam_id == exam_id,
            PaperRow.person_id == person_id,
            PaperRow.number == number,
        )
    ).scalar_one_or_none()
    if body is None:
        raise NotFoundError
    return unpack(body)


def close(session: Session, exam_id: int, *, by: int | None, now: datetime) -> bool:
    """End a published exam; return whether this call did, not an earlier one.

    Attempts that still run are the business of whoever calls.  Raises NotFoundError
    and, for a draft, NotPublishedError.
    """
    return _marked(
        session, exam_id, Exam.closed_at, {"closed_at": now, "closed_by": by}
    )


def release(session: Session, exam_id: int, *, now: datetime) -> bool:
    """Let the results of a published exam be seen; return whether this call did.

    Raises NotFoundError and, for a draft, NotPublishedError.
    """
    return _marked(session, exam_id, Exam.released_at, {"released_at": now})


def _marked(
    session: Session,
    exam_id: int,
    once: InstrumentedAttribute[datetime | None],
    values: Mapping[str, object],
) -> bool:
    """Set *values* unless *once* is set already: of two at once, one does it."""
    done = session.execute(
        update(Exam)
        .where(Exam.id == exam_id, Exam.published_at.is_not(None), once.is_(None))
        .values(**values)
        .returning(Exam.id)
    ).first()
    if done is None:
        _refuse_unpublished(session, exam_id)
    return done is not None


def _refuse_unpublished(session: Session, exam_id: int) -> None:
    row = session.execute(
        select(Exam.published_at).where(Exam.id == exam_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    if row.published_at is None:
        raise NotPublishedError
