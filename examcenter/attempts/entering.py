"""Late entry by exception: a person, until when, and why."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examcenter.attempts.act_models import LateEntry
from examcenter.attempts.act_rules import Act, LateEntryRefusedError
from examcenter.exams.service import ExamFacts


def admit(
    session: Session, exam: ExamFacts, person_id: int, until: datetime, act: Act
) -> None:
    """Let somebody begin *exam* until *until*; raises LateEntryRefusedError."""
    is_over = exam.closed_at is not None or until > exam.plan.closes_at
    if until <= act.at or is_over:
        raise LateEntryRefusedError
    session.add(
        LateEntry(
            exam_id=exam.id,
            person_id=person_id,
            until=until,
            reason=act.reason,
            by=act.by,
            at=act.at,
        )
    )
    session.flush()


def admitted_until(
    session: Session, person_id: int, exam_ids: list[int]
) -> dict[int, datetime]:
    """Return, by exam, until when somebody may begin by exception."""
    rows = session.execute(
        select(LateEntry.exam_id, func.max(LateEntry.until))
        .where(LateEntry.person_id == person_id, LateEntry.exam_id.in_(exam_ids))
        .group_by(LateEntry.exam_id)
    )
    return dict(rows.all())


def exception(session: Session, exam_id: int, person_id: int) -> LateEntry | None:
    """Return the exception that lasts longest, or None."""
    return session.execute(
        select(LateEntry)
        .where(LateEntry.exam_id == exam_id, LateEntry.person_id == person_id)
        .order_by(LateEntry.until.desc(), LateEntry.id)
        .limit(1)
    ).scalar_one_or_none()
