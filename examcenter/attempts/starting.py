"""What an examinee is offered, and how an attempt begins.

Two clicks, two tabs and two machines begin one attempt: a constraint decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from examcenter.attempts.consent import consent_for
from examcenter.attempts.models import Attempt
from examcenter.attempts.rules import (
    Consent,
    ConsentOutdatedError,
    Examinee,
    ExamOffered,
    MayNotStartError,
    Standing,
    deadline,
    why_not,
)
from examcenter.errors import NotFoundError
from examcenter.exams import service as exams
from examcenter.exams.rules import Plan
from examcenter.exams.service import Sittable
from question_bank.scoring import decimal_text


@dataclass(frozen=True, slots=True)
class Started:
    """The attempt and whether it is new."""

    attempt_id: str
    is_new: bool


def offered(session: Session, by: Examinee, *, now: datetime) -> list[ExamOffered]:
    """Return the exams of *by*, and what may be done about each now."""
    exams_of = exams.sittable(session, by.id, only_exam=by.only_exam, now=now)
    ids = [exam.id for exam in exams_of]
    rows = session.execute(
        select(Attempt)
        .where(Attempt.person_id == by.id, Attempt.exam_id.in_(ids))
        .order_by(Attempt.number)
    ).scalars()
    mine: dict[int, list[Attempt]] = {exam_id: [] for exam_id in ids}
    for attempt in rows:
        mine[attempt.exam_id].append(attempt)
    listed = [_offered(exam, mine[exam.id], now) for exam in exams_of]
    # What can be done now comes first, what is over last.
    order = {"open": 0, "upcoming": 1, "closed": 2}
    return sorted(listed, key=lambda exam: (order[exam.state], exam.opens_at))


def _offered(exam: Sittable, mine: Sequence[Attempt], now: datetime) -> ExamOffered:
    plan = exam.plan
    running = next((a for a in mine if a.submitted_at is None), None)
    reason = why_not(_standing(exam, mine, now))
    return ExamOffered(
        id=exam.public_id,
        title=exam.title,
        opens_at=exam.opens_at,
        closes_at=exam.closes_at,
        duration_minutes=plan.duration_minutes,
        pass_mark=decimal_text(plan.pass_mark),
        full_marks=decimal_text(plan.full_marks),
        state={"published": "upcoming"}.get(exam.state.value, exam.state.value),
        attempts_left=0 if exam.exempt else max(0, plan.attempts - len(mine)),
        may_start=reason is None,
        why_not=reason,
        consent=consent_for(plan),
        running=running.public_id if running else None,
        ended=tuple(a.public_id for a in mine if a.submitted_at),
    )


def _standing(exam: Sittable, mine: Sequence[Attempt], now: datetime) -> Standing:
    return Standing(
        state=exam.state,
        plan=exam.plan,
        exempt=exam.exempt,
        used=len(mine),
        running=any(a.submitted_at is None for a in mine),
        now=now,
    )


def start(
    session: Session,
    exam_id: str,
    *,
    by: Examinee,
    consent_version: str | None,
    now: datetime,
) -> Started:
    """Start an attempt, or give back the one that is running; never two.

    Without *consent_version* the attempt runs without a camera and the invigilator's
    eye takes its place.  Raises NotFoundError for an exam that is not theirs,
    MayNotStartError with the reason, ConsentOutdatedError.
    """
    exam = _sittable(session, exam_id, by, now)
    mine = _attempts_of(session, exam.id, by.id)
    running = next((a for a in mine if a.submitted_at is None), None)
    if running is not None:
        return Started(running.public_id, is_new=False)
    reason = why_not(_standing(exam, mine, now))
    if reason is not None:
        raise MayNotStartError(reason)
    _check_consent(consent_for(exam.plan), consent_version)
    attempt = Attempt(
        exam_id=exam.id,
        person_id=by.id,
        number=len(mine) + 1,
        started_at=now,
        deadline=deadline(now, exam.plan.duration, exam.closes_at, timedelta(0)),
        consent_version=consent_version,
        lease=1,
        lease_sign_in_id=by.sign_in_id,
    )
    try:
        with session.begin_nested():
            session.add(attempt)
    except IntegrityError:  # the other of two clicks was faster
        faster = _attempts_of(session, exam.id, by.id)[-1]
        return Started(faster.public_id, is_new=False)
    return Started(attempt.public_id, is_new=True)


def _sittable(session: Session, exam_id: str, by: Examinee, now: datetime) -> Sittable:
    mine = exams.sittable(session, by.id, only_exam=by.only_exam, now=now)
    for exam in mine:
        if exam.public_id == exam_id:
            return exam
    raise NotFoundError


def _attempts_of(session: Session, exam_id: int, person_id: int) -> list[Attempt]:
    rows = session.execute(
        select(Attempt)
        .where(Attempt.exam_id == exam_id, Attempt.person_id == person_id)
        .order_by(Attempt.number)
    )
    return list(rows.scalars())


def _check_consent(asked: Consent | None, given: str | None) -> None:
    if given is not None and (asked is None or asked.version != given):
        raise ConsentOutdatedError


@dataclass(frozen=True, slots=True)
class Notice:
    """What an examinee reads before starting."""

    exam: ExamOffered
    plan: Plan


def notice(session: Session, exam_id: str, *, by: Examinee, now: datetime) -> Notice:
    """Return an exam as it stands for *by*; one not theirs does not exist."""
    exam = _sittable(session, exam_id, by, now)
    mine = _attempts_of(session, exam.id, by.id)
    return Notice(_offered(exam, mine, now), exam.plan)
