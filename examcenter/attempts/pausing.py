"""Standing still and going on: a pause, and 续考 of what stands still or was collected.

While an attempt is paused its page keeps what is typed, the server takes nothing, and
no deadline passes.  The time of the pause comes back with the resume.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from examcenter.attempts import deadlines, granting, records
from examcenter.attempts.act_models import AttemptPause
from examcenter.attempts.act_rules import (
    Act,
    AlreadyPausedError,
    ExamOverError,
    Kind,
    NotResumableError,
    NotRunningError,
)
from examcenter.attempts.models import Attempt
from examcenter.attempts.rules import SubmittedBy
from examcenter.exams.models import Exam


def pause(session: Session, attempt_id: int, act: Act) -> None:
    """Let a running attempt stand still from now on.

    Raises NotRunningError when it has ended or its time is over, AlreadyPausedError.
    """
    (attempt,) = deadlines.held(session, [attempt_id])
    if attempt.paused_at is not None:
        raise AlreadyPausedError
    if attempt.submitted_at is not None or attempt.deadline <= act.at:
        raise NotRunningError
    attempt.paused_at = act.at
    session.add(
        AttemptPause(
            attempt_id=attempt.id, paused_at=act.at, reason=act.reason, by=act.by
        )
    )
    session.flush()
    records.record(session, attempt.id, Kind.PAUSED, act)


def resume(
    session: Session, attempt_id: int, act: Act, *, unmark: granting.Unmark
) -> None:
    """Let an attempt go on with the same paper and answers.

    A paused one gets the time of its pause back.  One that was collected goes on as
    long as there is time left of it.  Raises NotResumableError, ExamOverError.
    """
    (attempt,) = deadlines.held(session, [attempt_id])
    if attempt.paused_at is not None:
        _end_pause(session, attempt, act)
        return
    _check_collected(session, attempt, act)
    unmark(session, [attempt.id])
    granting.reopen(session, [attempt], act)
    session.refresh(attempt)


def _end_pause(session: Session, attempt: Attempt, act: Act) -> None:
    facts = deadlines.moved_facts(end_pauses(session, [attempt], act))[attempt.id]
    records.record(session, attempt.id, Kind.RESUMED, act, facts)


def end_pauses(
    session: Session, attempts: Sequence[Attempt], act: Act
) -> dict[int, timedelta]:
    """End the pauses of *attempts* and give their time back, whatever comes next.

    The caller holds the rows.  Returns by how much each end moved.
    """
    ids = [attempt.id for attempt in attempts]
    session.execute(
        update(AttemptPause)
        .where(AttemptPause.attempt_id.in_(ids), AttemptPause.resumed_at.is_(None))
        .values(resumed_at=act.at, resumed_by=act.by, resume_reason=act.reason)
        .execution_options(synchronize_session=False)
    )
    for attempt in attempts:
        attempt.paused_at = None
    session.flush()
    return deadlines.renew(session, attempts)


def _check_collected(session: Session, attempt: Attempt, act: Act) -> None:
    by_examinee = attempt.submitted_by == SubmittedBy.EXAMINEE
    if attempt.submitted_at is None or by_examinee or attempt.voided_at is not None:
        raise NotResumableError
    if attempt.deadline <= act.at or not is_latest(session, attempt):
        raise NotResumableError
    closed = select(Exam.closed_at).where(Exam.id == attempt.exam_id)
    if session.execute(closed).scalar_one() is not None:
        raise ExamOverError


def is_latest(session: Session, attempt: Attempt) -> bool:
    """Whether its examinee has begun no other attempt since."""
    newer = select(Attempt.id).where(
        Attempt.exam_id == attempt.exam_id,
        Attempt.person_id == attempt.person_id,
        Attempt.number > attempt.number,
    )
    return session.execute(newer.limit(1)).first() is None
