"""What an examinee is offered, and how an attempt begins.

Two clicks, two tabs and two machines begin one attempt: a constraint decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from examcenter.attempts import entering, granting, records
from examcenter.attempts.act_rules import Act, Kind, VoidedBy
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
from examcenter.exams import further
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
    late = entering.admitted_until(session, by.id, ids)
    listed = [_offered(e, mine[e.id], late.get(e.id), now) for e in exams_of]
    # What can be done now comes first, what is over last.
    order = {"open": 0, "upcoming": 1, "closed": 2}
    return sorted(listed, key=lambda exam: (order[exam.state], exam.opens_at))


def _offered(
    exam: Sittable,
    mine: Sequence[Attempt],
    late: datetime | None,
    now: datetime,
) -> ExamOffered:
    plan = exam.plan
    running = next((a for a in mine if a.submitted_at is None), None)
    standing = _standing(exam, mine, late, now)
    reason = why_not(standing)
    return ExamOffered(
        id=exam.public_id,
        title=exam.title,
        opens_at=exam.opens_at,
        closes_at=exam.closes_at,
        duration_minutes=plan.duration_minutes,
        pass_mark=decimal_text(plan.pass_mark),
        full_marks=decimal_text(plan.full_marks),
        state={"published": "upcoming"}.get(exam.state.value, exam.state.value),
        attempts_left=0 if exam.exempt else max(0, plan.attempts - standing.used),
        may_start=reason is None,
        why_not=reason,
        consent=consent_for(plan),
        running=running.public_id if running else None,
        ended=tuple(a.public_id for a in mine if a.submitted_at),
    )


def _standing(
    exam: Sittable,
    mine: Sequence[Attempt],
    late: datetime | None,
    now: datetime,
) -> Standing:
    return Standing(
        state=exam.state,
        plan=exam.plan,
        exempt=exam.exempt,
        used=sum(1 for a in mine if a.voided_by != VoidedBy.RESET),
        has_begun=bool(mine),
        running=any(a.submitted_at is None for a in mine),
        now=now,
        late_until=late,
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
    exception = entering.exception(session, exam.id, by.id)
    late = exception.until if exception else None
    reason = why_not(_standing(exam, mine, late, now))
    if reason is not None:
        raise MayNotStartError(reason)
    _check_consent(consent_for(exam.plan), consent_version)
    number = len(mine) + 1
    if number > exam.plan.attempts:  # papers beyond the plan's are drawn when needed
        further.provide(session, exam.id, by.id, number)
    attempt = Attempt(
        exam_id=exam.id,
        person_id=by.id,
        number=number,
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
    granting.credit_standing(session, attempt)
    if exception is not None and not mine and now >= exam.plan.late_entry_until:
        act = Act(exception.by, now, exception.reason)
        records.record(session, attempt.id, Kind.LATE_ENTRY, act)
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
    late = entering.admitted_until(session, by.id, [exam.id]).get(exam.id)
    return Notice(_offered(exam, mine, late, now), exam.plan)
