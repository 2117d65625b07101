"""What can be done about results: mark what was handed in, show what is released.

Marking is idempotent and two at once do no harm: the first row stays.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, delete, select
from sqlalchemy.orm import Session

from examcenter.attempts import service as attempts
from examcenter.attempts.models import Answer, Attempt
from examcenter.attempts.rules import Shown
from examcenter.db import CHUNK, insert_into
from examcenter.errors import NotFoundError
from examcenter.exams import service as exams
from examcenter.exams.models import Exam, PaperRow
from examcenter.exams.rules import ExamState
from examcenter.exams.service import ExamFacts, Frozen
from examcenter.results.models import Result
from examcenter.results.rules import (
    NotReleasedError,
    ResultVoidedError,
    Times,
    is_released,
    mark_paper,
)
from question_bank.paper import Paper, unpack
from question_bank.scoring import decimal_text, grade_of

AT_ONCE = 500
"""Attempts that one call marks, so that savers wait little."""


class _Submitted(NamedTuple):
    """A handed-in attempt with its packed paper."""

    attempt_id: int
    exam_id: int
    person_id: int
    body: bytes


_Answers = Mapping[int, Mapping[int, tuple[str, ...]]]


def score_submitted(session: Session, *, now: datetime, limit: int = AT_ONCE) -> int:
    """Mark up to *limit* handed-in attempts that have no result; return how many."""
    return _score(session, _unmarked().limit(limit), now)


def is_anything_unmarked(session: Session) -> bool:
    """Whether a handed-in attempt has no result yet; only reads."""
    return session.execute(_unmarked().order_by(None).limit(1)).first() is not None


def score_exam(session: Session, exam_id: int, *, now: datetime) -> int:
    """Mark every handed-in attempt of one exam that has no result; return how many."""
    of_exam = _unmarked().where(Attempt.exam_id == exam_id).limit(AT_ONCE)
    marked = 0
    while done := _score(session, of_exam, now):
        marked += done
    return marked


def score_attempt(session: Session, attempt_id: int, *, now: datetime) -> None:
    """Mark one attempt; one that still runs, or is marked, stays as it is."""
    _score(session, _unmarked().where(Attempt.id == attempt_id), now)


def score(session: Session, attempt_public_id: str, now: datetime) -> None:
    """Mark one attempt; one that still runs, or is marked, stays as it is."""
    _score(session, _unmarked().where(Attempt.public_id == attempt_public_id), now)


def _unmarked() -> Select[int, int, int, bytes]:
    has_result = select(Result.attempt_id).where(Result.attempt_id == Attempt.id)
    return (
        select(Attempt.id, Attempt.exam_id, Attempt.person_id, PaperRow.body)
        .join(
            PaperRow,
            and_(
                PaperRow.exam_id == Attempt.exam_id,
                PaperRow.person_id == Attempt.person_id,
                PaperRow.number == Attempt.number,
            ),
        )
        .where(
            Attempt.submitted_at.is_not(None),
            Attempt.voided_at.is_(None),
            ~has_result.exists(),
        )
        .order_by(Attempt.id)
    )


def _score(
    session: Session, unmarked: Select[int, int, int, bytes], now: datetime
) -> int:
    # Held, so that no attempt goes on again while the marks of its hand-in are made.
    held = unmarked.with_for_update(of=Attempt)
    waiting = [_Submitted(*row) for row in session.execute(held)]
    return _store(session, waiting, now) if waiting else 0


def _store(session: Session, waiting: Sequence[_Submitted], now: datetime) -> int:
    answers = _answers(session, [one.attempt_id for one in waiting])
    by_exam: defaultdict[int, list[_Submitted]] = defaultdict(list)
    for one in waiting:
        by_exam[one.exam_id].append(one)
    rows = [
        _row(exams.frozen(session, exam_id), one, answers, now)
        for exam_id, submitted in by_exam.items()
        for one in submitted
    ]
    insert = insert_into(session, Result).values(rows)
    stored = session.execute(
        insert.on_conflict_do_nothing(index_elements=[Result.attempt_id]).returning(
            Result.attempt_id
        )
    )
    return len(stored.all())


def _answers(session: Session, attempt_ids: Sequence[int]) -> _Answers:
    found: defaultdict[int, dict[int, tuple[str, ...]]] = defaultdict(dict)
    for attempt_id, question, value in session.execute(
        select(Answer.attempt_id, Answer.question, Answer.value).where(
            Answer.attempt_id.in_(attempt_ids)
        )
    ):
        found[attempt_id][question] = tuple(value)
    return found


def _row(
    frozen: Frozen, one: _Submitted, answers: _Answers, now: datetime
) -> dict[str, Any]:
    plan = frozen.plan
    given = answers.get(one.attempt_id, {})
    marked = mark_paper(plan, frozen.questions, unpack(one.body), given)
    return {
        "attempt_id": one.attempt_id,
        "exam_id": one.exam_id,
        "person_id": one.person_id,
        "score": marked.score,
        "full_marks": plan.full_marks,
        "passed": marked.score >= plan.pass_mark,
        "grade": grade_of(marked.score, [(g.name, g.from_) for g in plan.grades]),
        "scored_at": now,
    }


def unmark(session: Session, attempt_ids: Sequence[int]) -> None:
    """Forget the marks of attempts that go on again; the caller holds their rows."""
    for at in range(0, len(attempt_ids), CHUNK):
        ids = attempt_ids[at : at + CHUNK]
        session.execute(delete(Result).where(Result.attempt_id.in_(ids)))


@dataclass(frozen=True, slots=True)
class Submission:
    """A handed-in attempt with what decides who may see its result."""

    attempt_id: int
    exam_id: int
    person_id: int
    number: int
    frozen: Frozen
    times: Times
    is_voided: bool

    def paper(self, session: Session) -> Paper:
        return exams.paper(session, self.exam_id, self.person_id, self.number)


def submission(
    session: Session, attempt_public_id: str, *, now: datetime
) -> Submission | None:
    """Return the attempt if it was handed in, None while it runs.

    Raises NotFoundError for an attempt that does not exist.
    """
    row = session.execute(
        select(Attempt, Exam)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(Attempt.public_id == attempt_public_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    attempt, exam = row
    if attempt.submitted_at is None:
        return None
    facts = exams.facts_of(exam)
    return Submission(
        attempt_id=attempt.id,
        exam_id=attempt.exam_id,
        person_id=attempt.person_id,
        number=attempt.number,
        frozen=exams.frozen(session, attempt.exam_id),
        times=Times(_state(session, facts, now), facts.released_at),
        is_voided=attempt.voided_at is not None,
    )


def _state(session: Session, exam: ExamFacts, now: datetime) -> ExamState:
    """Return where the exam stands; it is not over while somebody has granted time."""
    state = exam.state(now)
    if state is ExamState.CLOSED and attempts.running(session, exam.id):
        return ExamState.OPEN
    return state


def shown(session: Session, attempt_public_id: str, now: datetime) -> Shown:
    """Return the result as its examinee may see it.

    Raises NotReleasedError before the plan's release and while the attempt is not
    marked; ResultVoidedError; NotFoundError for an attempt that does not exist.
    """
    found = submission(session, attempt_public_id, now=now)
    if found is not None and found.is_voided:
        raise ResultVoidedError
    result = released(session, attempt_public_id, now)
    if result is None:
        raise NotReleasedError
    return result


def released(session: Session, attempt_public_id: str, now: datetime) -> Shown | None:
    """Return what `shown` returns, or None where it says why there is nothing."""
    found = submission(session, attempt_public_id, now=now)
    if found is None or found.is_voided:
        return None
    if not is_released(found.frozen.plan, found.times):
        return None
    result = session.get(Result, found.attempt_id)
    if result is None:
        return None
    return Shown(
        score=decimal_text(result.score),
        full_marks=decimal_text(result.full_marks),
        passed=result.passed,
        grade=result.grade,
    )
