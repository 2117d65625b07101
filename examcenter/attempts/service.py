"""What can be done about sitting: resume, take over, save, hand in, collect.

Whoever calls commits; an acknowledgement goes out only after that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, select, update
from sqlalchemy.orm import Session

from examcenter.accounts.models import SignIn
from examcenter.attempts import deadlines, ledger, pausing, records, saving
from examcenter.attempts.act_rules import Act, AttemptPausedError, Kind, Notice
from examcenter.attempts.documents import AttemptDocument, attempt_document
from examcenter.attempts.models import Attempt
from examcenter.attempts.rules import (
    Arrival,
    AttemptClosedError,
    Delivery,
    Examinee,
    Receipt,
    Saved,
    SubmittedBy,
    new_receipt,
)
from examcenter.attempts.shapes import check, shape
from examcenter.errors import ExamCenterError, NotFoundError, RefusedError
from examcenter.exams import service as exams
from examcenter.exams.rules import Progress

AT_ONCE = 500
"""Attempts that one unit of work closes, so that savers wait little."""


def own(session: Session, attempt_id: str, by: Examinee) -> Attempt:
    """Return the attempt of *by*; what is not theirs does not exist."""
    mine = select(Attempt).where(
        Attempt.public_id == attempt_id, Attempt.person_id == by.id
    )
    if by.only_exam is not None:
        mine = mine.where(Attempt.exam_id == by.only_exam)
    attempt = session.execute(mine).scalar_one_or_none()
    if attempt is None:
        raise NotFoundError
    return attempt


def _held(session: Session, attempt_id: str, by: Examinee) -> Attempt:
    """Return the attempt, its row locked: saves and hand-ins of it take turns."""
    attempt = own(session, attempt_id, by)
    session.refresh(attempt, with_for_update=True)
    return attempt


def document(
    session: Session, attempt_id: str, *, by: Examinee, now: datetime
) -> AttemptDocument:
    """Return the attempt with its paper and the answers that were saved.

    Raises AttemptClosedError once it has ended: the paper is then no longer shown.
    """
    attempt = own(session, attempt_id, by)
    if attempt.submitted_at is not None:
        raise AttemptClosedError
    frozen = exams.frozen(session, attempt.exam_id)
    paper = exams.paper(session, attempt.exam_id, attempt.person_id, attempt.number)
    answers = ledger.answers(session, attempt.id)
    return attempt_document(attempt, frozen, paper, answers, now=now)


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt as its receipt prints it; *receipt* is None while it runs."""

    id: str
    exam_id: str
    exam_title: str
    release: str
    number: int
    started_at: datetime
    submitted_at: datetime | None
    submitted_by: str | None
    receipt: str | None
    answered: int
    total: int
    retain_days: int
    voided_by: str | None
    notices: tuple[Notice, ...]


def ended(session: Session, attempt_id: str, *, by: Examinee) -> Ended:
    """Return what the receipt of *by*'s attempt says."""
    attempt = own(session, attempt_id, by)
    frozen = exams.frozen(session, attempt.exam_id)
    answers = ledger.answers(session, attempt.id).values()
    return Ended(
        id=attempt.public_id,
        exam_id=frozen.public_id,
        exam_title=frozen.plan.title,
        release=frozen.plan.release,
        number=attempt.number,
        started_at=attempt.started_at,
        submitted_at=attempt.submitted_at,
        submitted_by=attempt.submitted_by,
        receipt=attempt.receipt,
        answered=sum(1 for answer in answers if answer.value),
        total=frozen.plan.question_count,
        retain_days=frozen.plan.retain_days,
        voided_by=attempt.voided_by,
        notices=records.told(session, attempt.id) if attempt.notices else (),
    )


_TAKEN_OVER = "opened on a page"


def take_lease(
    session: Session, attempt_id: str, *, by: Examinee, now: datetime
) -> int:
    """Make the caller's page the one writer and return its lease."""
    attempt = _held(session, attempt_id, by)
    if attempt.submitted_at is not None:
        raise AttemptClosedError
    attempt.lease += 1
    attempt.lease_sign_in_id = by.sign_in_id
    session.flush()
    _record_lease(session, attempt, by, now)
    return attempt.lease


def _record_lease(
    session: Session, attempt: Attempt, by: Examinee, now: datetime
) -> None:
    address = session.execute(
        select(SignIn.address).where(SignIn.id == by.sign_in_id)
    ).scalar_one_or_none()
    facts = {"lease": attempt.lease, "address": address or ""}
    act = Act(by.id, now, _TAKEN_OVER)
    records.record(session, attempt.id, Kind.LEASE_TAKEN, act, facts)


def save(
    session: Session,
    attempt_id: str,
    delivery: Delivery,
    *,
    by: Examinee,
    arrived: Arrival,
) -> Saved:
    """Put answers into the ledger; all of them, or none and an error.

    Raises AttemptClosedError after the end, LeaseLostError, VersionConflictError,
    NoSuchQuestionError, NoSuchOptionError.
    """
    order = saving.Order(
        attempt_id, delivery.lease, delivery.answers, by, arrived, delivery.seen
    )
    connection = session.connection()
    if delivery.answers:
        try:
            check(delivery.answers, shape(session, attempt_id, by=by))
        except RefusedError:
            saving.pulse(connection, order)  # what else stands against it comes first
            raise
    outcome = saving.save_all(connection, [order])[0]
    if isinstance(outcome, ExamCenterError):
        raise outcome
    return outcome


def submit(
    session: Session,
    attempt_id: str,
    delivery: Delivery,
    *,
    by: Examinee,
    arrived: Arrival,
) -> Receipt:
    """Save what was not yet sent, hand the attempt in and return its receipt.

    Handing in twice gives the same receipt.  Raises what `save` raises; an attempt
    that was collected by the server or an officer is closed.
    """
    attempt = _held(session, attempt_id, by)
    if attempt.submitted_by == SubmittedBy.EXAMINEE:
        return _receipt(attempt)
    if attempt.paused_at is not None:  # grace is for answers: what ends comes after
        raise AttemptPausedError
    save(session, attempt_id, delivery, by=by, arrived=arrived)
    attempt.submitted_at = arrived.at
    attempt.submitted_by = SubmittedBy.EXAMINEE
    attempt.receipt = new_receipt()
    session.flush()
    return _receipt(attempt)


def _receipt(attempt: Attempt) -> Receipt:
    if attempt.receipt is None or attempt.submitted_at is None:
        raise NotFoundError
    return Receipt(attempt.receipt, attempt.submitted_at)


def close_overdue(session: Session, *, grace: timedelta, now: datetime) -> int:
    """Hand in for everybody whose time is over; return how many that were.

    Looks at rows, not at timers: it may run late, twice, or after a restart.
    """
    overdue = _in_order(_overdue(grace, now)).limit(AT_ONCE)
    ids = session.execute(overdue).scalars().all()
    # Asked again of each row when it is held: time may have been granted since.
    return _collect(session, ids, SubmittedBy.SERVER, now, _is_overdue(grace, now))


def is_anybody_overdue(session: Session, *, grace: timedelta, now: datetime) -> bool:
    """Whether there is somebody to hand in for; only reads."""
    return session.execute(_overdue(grace, now).limit(1)).first() is not None


def _overdue(grace: timedelta, now: datetime) -> Select[int]:
    return select(Attempt.id).where(
        Attempt.submitted_at.is_(None), _is_overdue(grace, now)
    )


def _is_overdue(grace: timedelta, now: datetime) -> ColumnElement[bool]:
    return and_(Attempt.deadline <= now - grace, Attempt.paused_at.is_(None))


def _in_order(attempts: Select[int]) -> Select[int]:
    # Two that hand in many at once lock them in one order and never wait in a ring.
    return attempts.order_by(Attempt.id)


def submit_all(
    session: Session, exam_id: int, *, by: str = SubmittedBy.OFFICER, now: datetime
) -> int:
    """Hand in every running attempt of an exam; return how many that were."""
    running = select(Attempt.id).where(
        Attempt.submitted_at.is_(None), Attempt.exam_id == exam_id
    )
    paused = session.execute(running.where(Attempt.paused_at.is_not(None))).scalars()
    held = deadlines.held(session, paused.all())
    pausing.end_pauses(session, held, Act(None, now, _EXAM_ENDED))
    ids = list(session.execute(_in_order(running)).scalars())
    return _collect(session, ids, SubmittedBy(by), now)


_EXAM_ENDED = "exam ended"


def _collect(
    session: Session,
    ids: Sequence[int],
    by: SubmittedBy,
    now: datetime,
    *still: ColumnElement[bool],
) -> int:
    collected = 0
    for attempt_id in ids:
        # The condition decides the race with a hand-in of the same moment.
        done = session.execute(
            update(Attempt)
            .where(Attempt.id == attempt_id, Attempt.submitted_at.is_(None), *still)
            .values(
                submitted_at=now,
                submitted_by=by,
                receipt=new_receipt(),
            )
            .returning(Attempt.id)
        ).first()
        collected += done is not None
    return collected


def running(session: Session, exam_id: int) -> int:
    """Return how many attempts of an exam have not ended."""
    return session.execute(
        select(func.count()).where(
            Attempt.exam_id == exam_id, Attempt.submitted_at.is_(None)
        )
    ).scalar_one()


def progress(session: Session, exam_id: int) -> dict[int, Progress]:
    """Return how far everybody has come with their latest attempt, by person."""
    answered = ledger.answered_counts(session, exam_id)
    rows = session.execute(
        select(Attempt).where(Attempt.exam_id == exam_id).order_by(Attempt.number)
    ).scalars()
    return {
        attempt.person_id: Progress(
            person_id=attempt.person_id,
            attempt_public_id=attempt.public_id,
            number=attempt.number,
            started_at=attempt.started_at,
            submitted_at=attempt.submitted_at,
            answered=answered.get(attempt.id, 0),
            deadline=attempt.deadline,
            paused_at=attempt.paused_at,
            voided_by=attempt.voided_by,
        )
        for attempt in rows
    }
