"""Pictures go when the time that examinees were told is over."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from examcenter.attempts.models import Attempt
from examcenter.db import Database
from examcenter.exams.models import Exam
from examcenter.exams.rules import plan_from
from examcenter.proctoring.evidence import Evidence
from examcenter.proctoring.models import Snapshot

_AT_ONCE = 500  # rows of one unit of work, so that savers wait little

log = structlog.get_logger()


def delete_expired(database: Database, evidence: Evidence, *, now: datetime) -> int:
    """Delete the pictures of exams whose plan keeps them no longer; return how many.

    The time runs from the end of the exam.  The row goes before its file: a file that
    a crash leaves behind has no row and is swept later.
    """
    with database.reading() as session:
        exams = _over(session, now)
    deleted = 0
    while files := _forget(database, exams):
        for file in files:
            evidence.delete(file)
        deleted += len(files)
    if deleted:
        log.info("evidence.expired", snapshots=deleted)
    return deleted


def _over(session: Session, now: datetime) -> list[int]:
    """Return the exams whose pictures are no longer to be kept."""
    published = session.execute(
        select(Exam.id, Exam.plan, Exam.closes_at, Exam.closed_at).where(
            Exam.published_at.is_not(None), Exam.closes_at < now
        )
    )
    return [
        exam_id
        for exam_id, plan, closes_at, closed_at in published
        if (closed_at or closes_at) + _kept(plan) < now
    ]


def _kept(plan: str) -> timedelta:
    return timedelta(days=plan_from(plan).retain_days)


def _forget(database: Database, exams: list[int]) -> list[str]:
    if not exams:
        return []
    of_exams = (
        select(Snapshot.id)
        .join(Attempt, Attempt.id == Snapshot.attempt_id)
        .where(Attempt.exam_id.in_(exams))
        .limit(_AT_ONCE)
    )
    with database.unit_of_work() as session:
        ids = session.execute(of_exams).scalars().all()
        if not ids:
            return []
        gone = delete(Snapshot).where(Snapshot.id.in_(ids)).returning(Snapshot.file)
        return list(session.execute(gone).scalars())
