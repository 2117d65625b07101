"""Drafts that the banks have too few questions for, told before anybody publishes."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.bank.rules import Shortage
from examcenter.exams.models import Exam
from examcenter.exams.readiness import shortage_faults
from examcenter.exams.service import facts_of


def shortages(session: Session, *, bank: str | None, now: datetime) -> list[Shortage]:
    """Return what is lacking for each draft whose window is not over, by its opening.

    Without *bank* the drafts of all banks are looked at.
    """
    drafts = session.scalars(
        select(Exam)
        .where(Exam.published_at.is_(None), Exam.closes_at > now)
        .order_by(Exam.opens_at, Exam.id)
    )
    facts = [facts_of(row) for row in drafts]
    return [
        Shortage(
            exam.public_id,
            exam.plan.title,
            exam.plan.bank,
            fault.code,
            fault.place,
            fault.message,
        )
        for exam in facts
        if bank in {None, exam.plan.bank}
        for fault in shortage_faults(session, exam.plan)
    ]
