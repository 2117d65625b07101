"""What an officer does about late deliveries: look, admit or decline, once.

An admitted answer enters the ledger as one more event, marked as admitted, and the
attempt is scored again.  A declined one stays beside the attempt, as it came.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from examcenter.accounts.models import Account
from examcenter.attempts.late import news
from examcenter.attempts.late_models import AdmittedAnswer, LateDelivery
from examcenter.attempts.late_rules import (
    Decided,
    Decision,
    Difference,
    LateDecidedError,
    NothingNewError,
    Source,
    answers_in,
)
from examcenter.attempts.models import Answer, AnswerEvent, Attempt
from examcenter.attempts.rules import AnswerGiven
from examcenter.errors import NotFoundError
from examcenter.exams.models import Exam
from examcenter.organisation.models import Department, Person
from examcenter.organisation.service import Scope

MOST_LISTED = 500

Rescore = Callable[[Session, str, datetime], tuple[int | None, int | None]]
"""Marks an attempt again; gives its score before and after, in hundredths."""


@dataclass(frozen=True, slots=True)
class Late:
    """One late delivery with whose it is, as an officer reads it."""

    id: str
    attempt_id: str
    exam_id: str
    name: str
    staff_number: str
    department: str
    received_at: datetime
    deadline: datetime
    submitted_at: datetime | None
    submitted_by: str | None
    source: Source
    sealed: bool
    handed_in: bool
    uninterrupted: bool
    made_at: str
    lease: int | None
    lease_now: int
    address: str
    sha256: str
    decided: Decided | None
    score_before: int | None
    score_after: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision to be made: who, when and why."""

    by: int | None
    at: datetime
    reason: str


_Row = tuple[LateDelivery, Attempt, Exam, Person, str]


def _rows(scope: Scope) -> Select[*_Row]:
    return (
        select(LateDelivery, Attempt, Exam, Person, Department.name)
        .join(Attempt, Attempt.id == LateDelivery.attempt_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .join(Person, Person.id == Attempt.person_id)
        .join(Department, Department.id == Person.department_id)
        .where(scope.covers(Department.path))
    )


def of_exam(session: Session, exam_id: str, scope: Scope) -> list[Late]:
    """Return the late deliveries of an exam, those nobody has decided on first."""
    rows = session.execute(
        _rows(scope)
        .where(Exam.public_id == exam_id)
        .order_by(LateDelivery.decided_at.is_not(None), LateDelivery.id)
        .limit(MOST_LISTED)
    )
    return [_late(*row) for row in rows]


def waiting(session: Session, exam_id: int) -> int:
    """Return how many late deliveries of an exam nobody has decided on."""
    return session.execute(
        select(func.count())
        .select_from(LateDelivery)
        .join(Attempt, Attempt.id == LateDelivery.attempt_id)
        .where(Attempt.exam_id == exam_id, LateDelivery.decision.is_(None))
    ).scalar_one()


def find(
    session: Session, public_id: str, scope: Scope
) -> tuple[Late, Sequence[Difference]]:
    """Return a delivery and what it says otherwise than the ledger says now."""
    row = _find(session, public_id, scope)
    delivery = row[0]
    late = replace(_late(*row), decided=_decided_by(session, delivery))
    return late, news(session, delivery.attempt_id, answers_in(delivery.body))


def _decided_by(session: Session, row: LateDelivery) -> Decided | None:
    decided = _decided(row)
    if decided is None:
        return None
    who = session.get(Account, row.decided_by) if row.decided_by else None
    admitted = session.execute(
        select(AdmittedAnswer.question)
        .where(AdmittedAnswer.late_delivery_id == row.id)
        .order_by(AdmittedAnswer.question)
    ).scalars()
    return replace(decided, by=who.name if who else "", questions=tuple(admitted))


def _find(session: Session, public_id: str, scope: Scope) -> _Row:
    row = session.execute(
        _rows(scope).where(LateDelivery.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    delivery, attempt, exam, person, department = row
    return delivery, attempt, exam, person, department


def _late(
    row: LateDelivery, attempt: Attempt, exam: Exam, person: Person, department: str
) -> Late:
    return Late(
        id=row.public_id,
        attempt_id=attempt.public_id,
        exam_id=exam.public_id,
        name=person.name,
        staff_number=person.staff_number,
        department=department,
        received_at=row.received_at,
        deadline=attempt.deadline,
        submitted_at=attempt.submitted_at,
        submitted_by=attempt.submitted_by,
        source=Source(row.source),
        sealed=row.sealed,
        handed_in=row.handed_in,
        uninterrupted=row.uninterrupted,
        made_at=row.made_at,
        lease=row.lease,
        lease_now=attempt.lease,
        address=row.address,
        sha256=row.sha256,
        decided=_decided(row),
        score_before=row.score_before,
        score_after=row.score_after,
    )


def _decided(row: LateDelivery) -> Decided | None:
    if row.decision is None or row.decided_at is None:
        return None
    return Decided(Decision(row.decision), row.decided_at, row.reason or "")


def decline(session: Session, public_id: str, verdict: Verdict, scope: Scope) -> None:
    """Leave the attempt as it is; raises LateDecidedError."""
    delivery = _find(session, public_id, scope)[0]
    _decide(session, delivery, Decision.DECLINED, verdict)


def admit(
    session: Session,
    public_id: str,
    verdict: Verdict,
    scope: Scope,
    *,
    rescore: Rescore,
) -> int:
    """Let the newer answers of a delivery count; return how many those are.

    Raises LateDecidedError, and NothingNewError where every answer is stored already
    or older than what is stored.
    """
    delivery, attempt, *_ = _find(session, public_id, scope)
    session.refresh(attempt, with_for_update=True)
    _decide(session, delivery, Decision.ADMITTED, verdict)
    given = answers_in(delivery.body)
    newer = [d for d in news(session, attempt.id, given) if not d.is_older]
    if not newer:
        raise NothingNewError
    by_place = {(one.question, one.version): one for one in given}
    for one in newer:
        answer = by_place[one.question, one.version]
        _enter(session, attempt, delivery, answer, verdict.at)
    session.flush()
    if attempt.submitted_at is not None:
        before, after = rescore(session, attempt.public_id, verdict.at)
        delivery.score_before, delivery.score_after = before, after
    return len(newer)


def _decide(
    session: Session, delivery: LateDelivery, decision: Decision, verdict: Verdict
) -> None:
    # Of two who decide at once one is first.
    done = session.execute(
        update(LateDelivery)
        .where(LateDelivery.id == delivery.id, LateDelivery.decision.is_(None))
        .values(
            decision=decision,
            decided_at=verdict.at,
            decided_by=verdict.by,
            reason=verdict.reason,
        )
        .returning(LateDelivery.id)
        .execution_options(synchronize_session=False)
    ).first()
    if done is None:
        raise LateDecidedError
    session.refresh(delivery)


def _enter(
    session: Session,
    attempt: Attempt,
    delivery: LateDelivery,
    given: AnswerGiven,
    at: datetime,
) -> None:
    event = AnswerEvent(
        attempt_id=attempt.id,
        question=given.question,
        version=given.version,
        client_id=given.id,
        value=list(given.value),
        lease=delivery.lease or attempt.lease,
        client_at=given.at,
        received_at=at,
    )
    session.add(event)
    stands = session.get(Answer, (attempt.id, given.question))
    if stands is None:
        stands = Answer(attempt_id=attempt.id, question=given.question)
        session.add(stands)
    stands.version, stands.value = given.version, list(given.value)
    session.flush()
    session.add(
        AdmittedAnswer(
            attempt_id=attempt.id,
            question=given.question,
            version=given.version,
            late_delivery_id=delivery.id,
        )
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A late delivery as its examinee reads of it on the result page."""

    received_at: datetime
    decided: Decided | None
    admitted: int


def told(session: Session, attempt_id: str) -> list[Told]:
    """Return what became of the late deliveries of an attempt, the oldest first."""
    admitted = (
        select(func.count())
        .where(AdmittedAnswer.late_delivery_id == LateDelivery.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(LateDelivery, admitted)
        .join(Attempt, Attempt.id == LateDelivery.attempt_id)
        .where(Attempt.public_id == attempt_id)
        .order_by(LateDelivery.id)
    )
    return [Told(row.received_at, _decided(row), int(count)) for row, count in rows]
