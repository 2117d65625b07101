"""Who can be simulated: people with a paper, an attempt left and none running."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examcenter.attempts.models import Attempt
from examcenter.errors import NotFoundError, RefusedError
from examcenter.exams import service as exams
from examcenter.exams.models import Enrolment, ExamCode
from examcenter.exams.rules import ExamState
from examcenter.exams.service import ExamFacts
from examcenter.load.rules import Orders
from examcenter.organisation.models import Person


@dataclass(frozen=True, slots=True)
class Entry:
    """An exam and the ids of the people who are simulated in it."""

    exam: ExamFacts
    people: tuple[int, ...]


def entry(session: Session, exam_id: str, orders: Orders, *, now: datetime) -> Entry:
    """Return whom a run of *orders* simulates in an exam.

    Raises RefusedError, with the reason in words, when the exam is not open for as
    long as the run takes or too few people are left who may start.
    """
    try:
        exam = exams.find(session, exam_id)
    except NotFoundError as error:
        raise RefusedError(f"没有编号为 {exam_id} 的考试。") from error
    _check_open(exam, orders, now)
    free = _free(session, exam)
    if len(free) < orders.examinees:
        raise RefusedError(_too_few(session, exam, len(free), orders.examinees))
    return Entry(exam, tuple(free[: orders.examinees]))


def _check_open(exam: ExamFacts, orders: Orders, now: datetime) -> None:
    if not exam.is_published:
        raise RefusedError(f"考试 {exam.public_id} 还没有发布，无法模拟。")
    if exam.state(now) is not ExamState.OPEN:
        raise RefusedError(f"考试 {exam.public_id} 现在不在开放时间内，无法模拟。")
    plan = exam.plan
    start = now + timedelta(seconds=orders.sign_in + 2)
    if start > plan.late_entry_until:
        raise RefusedError(
            f"考试 {exam.public_id} 已过或即将超过允许进入的时间，无法模拟。"
        )
    needed = timedelta(minutes=orders.minutes)
    if needed >= plan.duration or start + needed >= plan.closes_at:
        raise RefusedError(
            f"考试 {exam.public_id} 的时间不够作答 {orders.minutes:g} 分钟，无法模拟。"
        )


def _free(session: Session, exam: ExamFacts) -> list[int]:
    """Return who may start now, those without a sign-in code of their own first."""
    used = (
        select(
            Attempt.person_id,
            func.count().label("used"),
            func.count(Attempt.submitted_at).label("ended"),
        )
        .where(Attempt.exam_id == exam.id)
        .group_by(Attempt.person_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Person.staff_number,
            Person.id,
            ExamCode.person_id,
            func.coalesce(used.c.used, 0),
            func.coalesce(used.c.ended, 0),
        )
        .join(Enrolment, Enrolment.person_id == Person.id)
        .outerjoin(used, used.c.person_id == Person.id)
        .outerjoin(
            ExamCode,
            (ExamCode.person_id == Person.id) & (ExamCode.exam_id == exam.id),
        )
        .where(Enrolment.exam_id == exam.id, Enrolment.exemption == "")
    ).all()
    # In Python, because databases disagree about the order of letters.
    free = sorted(
        (code is not None, number, person)
        for number, person, code, begun, ended in rows
        if begun < exam.plan.attempts and begun == ended
    )
    return [person for _, _, person in free]


def _too_few(session: Session, exam: ExamFacts, free: int, wanted: int) -> str:
    enrolled = session.execute(
        select(func.count()).where(
            Enrolment.exam_id == exam.id, Enrolment.exemption == ""
        )
    ).scalar_one()
    if enrolled < wanted:
        return f"本场考试只有 {enrolled:,} 名应考人员，不够模拟 {wanted:,} 人。"
    return (
        f"本场考试 {enrolled:,} 名应考人员中，只有 {free:,} 人还有应试机会且不在作答，"
        f"不够模拟 {wanted:,} 人：机会已经用完，请另建一场考试。"
    )
