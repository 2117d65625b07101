"""强制交卷, and what needs a second person: 重考, voiding and reinstating.

One account asks, another one of the same reach agrees or declines; of two who decide
at once one is first.  Where the centre's setting asks for one person, asking is doing.
"""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from examcenter.attempts import deadlines, pausing, records
from examcenter.attempts.act_models import AttemptRequest
from examcenter.attempts.act_rules import (
    Act,
    AlreadyDecidedError,
    AlreadyRequestedError,
    AlreadyVoidedError,
    Asked,
    ExamOverError,
    Kind,
    NotLatestError,
    NotRunningError,
    NotVoidedError,
    SecondPersonNeededError,
    VoidedBy,
)
from examcenter.attempts.models import Attempt
from examcenter.attempts.rules import SubmittedBy, new_receipt
from examcenter.exams import service as exams
from examcenter.exams.models import Exam
from examcenter.exams.rules import ExamState

_ASKED = {
    Asked.RESET: Kind.RESET_REQUESTED,
    Asked.VOID: Kind.VOID_REQUESTED,
    Asked.REINSTATE: Kind.REINSTATE_REQUESTED,
}


def force_submit(session: Session, attempt_id: int, act: Act) -> None:
    """Hand in now what is stored; raises NotRunningError."""
    (attempt,) = deadlines.held(session, [attempt_id])
    if attempt.submitted_at is not None:
        raise NotRunningError
    _collect(session, attempt, act)
    records.record(session, attempt.id, Kind.FORCE_SUBMITTED, act)


def _collect(session: Session, attempt: Attempt, act: Act) -> None:
    if attempt.paused_at is not None:
        pausing.end_pauses(session, [attempt], act)
    attempt.submitted_at = act.at
    attempt.submitted_by = SubmittedBy.OFFICER
    attempt.receipt = new_receipt()
    session.flush()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of asking: done at once, or *request* waits for a second person."""

    request: str | None

    @property
    def is_done(self) -> bool:
        return self.request is None


def ask(
    session: Session, attempt_id: int, wanted: Asked, act: Act, *, two_people: bool
) -> Outcome:
    """Ask for *wanted*, or do it where one person is enough.

    Raises what stands in its way already now, and AlreadyRequestedError.
    """
    (attempt,) = deadlines.held(session, [attempt_id])
    _check(session, attempt, wanted, act)
    if not two_people:
        _do(session, attempt, wanted, act)
        return Outcome(None)
    row = AttemptRequest(
        attempt_id=attempt.id, kind=wanted, reason=act.reason, by=act.by, at=act.at
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise AlreadyRequestedError from error
    facts = {"request": row.public_id}
    records.record(session, attempt.id, _ASKED[wanted], act, facts)
    return Outcome(row.public_id)


def waiting(session: Session, attempt_id: int) -> AttemptRequest | None:
    """Return what waits for a second person about an attempt, or None."""
    return session.execute(
        select(AttemptRequest).where(
            AttemptRequest.attempt_id == attempt_id, AttemptRequest.decided_at.is_(None)
        )
    ).scalar_one_or_none()


def approve(session: Session, request: AttemptRequest, act: Act) -> None:
    """Do what another person asked for.

    Raises SecondPersonNeededError, AlreadyDecidedError, and what stands in its way by
    now.
    """
    if request.by == act.by:
        raise SecondPersonNeededError
    (attempt,) = deadlines.held(session, [request.attempt_id])
    _decide(session, request, act, approved=True)
    wanted = Asked(request.kind)
    _check(session, attempt, wanted, act)
    _do(session, attempt, wanted, act)


def decline(session: Session, request: AttemptRequest, act: Act) -> None:
    """Leave everything as it is; whoever asked may take it back in this way too."""
    deadlines.held(session, [request.attempt_id])
    _decide(session, request, act, approved=False)
    facts = {"request": request.public_id, "asked": request.kind}
    records.record(session, request.attempt_id, Kind.DECLINED, act, facts)


def _decide(
    session: Session, request: AttemptRequest, act: Act, *, approved: bool
) -> None:
    first = session.execute(
        update(AttemptRequest)
        .where(AttemptRequest.id == request.id, AttemptRequest.decided_at.is_(None))
        .values(
            decided_at=act.at,
            decided_by=act.by,
            approved=approved,
            decision=act.reason,
        )
        .returning(AttemptRequest.id)
        .execution_options(synchronize_session=False)
    ).first()
    if first is None:
        raise AlreadyDecidedError


def _check(session: Session, attempt: Attempt, wanted: Asked, act: Act) -> None:
    if wanted is Asked.REINSTATE:
        if attempt.voided_at is None:
            raise NotVoidedError
        if attempt.voided_by == VoidedBy.RESET:
            _refuse_older(session, attempt)
        return
    if attempt.voided_at is not None:
        raise AlreadyVoidedError
    if wanted is Asked.RESET:
        _refuse_older(session, attempt)
        _refuse_after_the_end(session, attempt, act)


def _refuse_older(session: Session, attempt: Attempt) -> None:
    if not pausing.is_latest(session, attempt):
        raise NotLatestError


def _refuse_after_the_end(session: Session, attempt: Attempt, act: Act) -> None:
    # Nobody could begin the new attempt: the old one would be lost for nothing.
    exam = exams.facts_of(session.get_one(Exam, attempt.exam_id))
    if exam.state(act.at) is not ExamState.OPEN:
        raise ExamOverError


def _do(session: Session, attempt: Attempt, wanted: Asked, act: Act) -> None:
    if wanted is Asked.REINSTATE:
        attempt.voided_at = attempt.voided_by = None
        session.flush()
        records.record(session, attempt.id, Kind.REINSTATED, act)
        return
    was_running = attempt.submitted_at is None
    if was_running:
        _collect(session, attempt, act)
    attempt.voided_at = act.at
    is_reset = wanted is Asked.RESET
    attempt.voided_by = VoidedBy.RESET if is_reset else VoidedBy.DECISION
    session.flush()
    kind = Kind.RESET if is_reset else Kind.VOIDED
    records.record(session, attempt.id, kind, act, {"was_running": was_running})
