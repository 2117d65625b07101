"""Who sits an exam and how far they are: the officer's board while it runs."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from examcenter.exams.models import Enrolment, ExamUnit
from examcenter.exams.rules import Progress
from examcenter.exams.service import ExamFacts
from examcenter.organisation.models import Person
from examcenter.wishes import Wish, contains, page_of

FILTERS = ("standing", "department")
SORTS = ("staff_number", "name", "department")

_MOST_CHOICES = 300

Progresses = Mapping[int, Progress]
ReadProgress = Callable[[Session, int], Progresses]
"""Gives, by person, the latest attempt of everybody who has begun an exam."""


class Standing(StrEnum):
    """Where somebody stands in an exam."""

    ABSENT = "absent"
    RUNNING = "running"
    PAUSED = "paused"
    OVERDUE = "overdue"
    HANDED_IN = "handed_in"
    RESET = "reset"
    VOIDED = "voided"
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True)
class Seat:
    """One person of the frozen roster and their latest attempt, if there is one."""

    person_id: int
    staff_number: str
    name: str
    department: str
    standing: Standing
    progress: Progress | None


@dataclass(frozen=True, slots=True)
class Totals:
    """How many people of the whole roster stand where; *expected* are not exempt."""

    enrolled: int
    expected: int
    by_standing: Mapping[Standing, int]

    @property
    def begun(self) -> int:
        return self.expected - self.by_standing[Standing.ABSENT]


def standing(*, exempt: bool, progress: Progress | None, now: datetime) -> Standing:
    """Return where somebody stands; who sat although exempt is shown by the attempt."""
    if progress is None:
        return Standing.EXEMPT if exempt else Standing.ABSENT
    if progress.voided_by is not None:
        return Standing.RESET if progress.voided_by == "reset" else Standing.VOIDED
    if progress.submitted_at is not None:
        return Standing.HANDED_IN
    if progress.paused_at is not None:
        return Standing.PAUSED
    return Standing.OVERDUE if now >= progress.deadline else Standing.RUNNING


def totals(
    session: Session, exam: ExamFacts, progresses: Progresses, *, now: datetime
) -> Totals:
    """Count the whole roster."""
    enrolled = _count(session, exam, exempt=False) + _count(session, exam, exempt=True)
    exempt = _count(session, exam, exempt=True)
    counts = Counter(
        standing(exempt=False, progress=progress, now=now)
        for progress in progresses.values()
    )
    counts[Standing.EXEMPT] = exempt
    counts[Standing.ABSENT] = enrolled - exempt - len(progresses)
    return Totals(
        enrolled, enrolled - exempt, {place: counts[place] for place in Standing}
    )


def _count(session: Session, exam: ExamFacts, *, exempt: bool) -> int:
    is_exempt = Enrolment.exemption != ""
    return session.execute(
        select(func.count())
        .select_from(Enrolment)
        .where(Enrolment.exam_id == exam.id, is_exempt if exempt else ~is_exempt)
    ).scalar_one()


def seats(
    session: Session,
    exam: ExamFacts,
    progresses: Progresses,
    asked: Wish,
    *,
    now: datetime,
) -> tuple[Sequence[Seat], int]:
    """Return one page of the roster, and how many people the wish is about.

    *asked* may search name and staff number, filter by ``department`` (a code, with
    all below) and ``standing``, and sort by ``staff_number``, ``name``, ``department``.
    """
    if not asked.filters.get("standing"):
        rows, total = page_of(session, _people(exam, asked), asked)
        return [_seat(row, progresses, now) for row in rows], total
    # Attempts are not ours to join; a filtered roster is read as a whole.
    found = every_seat(session, exam, progresses, asked, now=now)
    return found[asked.offset : asked.offset + asked.size], len(found)


def every_seat(
    session: Session,
    exam: ExamFacts,
    progresses: Progresses,
    asked: Wish,
    *,
    now: datetime,
) -> list[Seat]:
    """Return all of the roster that *asked* is about, whatever its page."""
    rows = session.execute(_people(exam, asked))
    every = (_seat(row, progresses, now) for row in rows)
    wanted = asked.filters.get("standing")
    return [seat for seat in every if not wanted or seat.standing == wanted]


def unfinished(
    session: Session, exam: ExamFacts, progresses: Progresses, *, now: datetime
) -> list[Seat]:
    """Return everybody who has begun and not handed in."""
    every = every_seat(session, exam, progresses, Wish(), now=now)
    return [seat for seat in every if seat.progress and not seat.progress.submitted_at]


def _people(exam: ExamFacts, asked: Wish) -> Select[Any]:
    statement: Any = (
        select(
            Person.id,
            Person.staff_number,
            Person.name,
            ExamUnit.name.label("department"),
            Enrolment.exemption,
        )
        .join(Enrolment, Enrolment.person_id == Person.id)
        .join(
            ExamUnit,
            and_(
                ExamUnit.exam_id == Enrolment.exam_id,
                ExamUnit.department_id == Enrolment.department_id,
            ),
        )
        .where(Enrolment.exam_id == exam.id)
    )
    if asked.text:
        columns = (Person.name.expression, Person.staff_number.expression)
        found = [contains(column, asked.text) for column in columns]
        statement = statement.where(or_(*found))
    code = asked.filters.get("department")
    if code:
        top = select(ExamUnit.path).where(
            ExamUnit.exam_id == exam.id, ExamUnit.code == code
        )
        statement = statement.where(ExamUnit.path.startswith(top.scalar_subquery()))
    ordered: Select[Any] = statement.order_by(*_order(asked), Person.staff_number)
    return ordered


def _order(asked: Wish) -> tuple[Any, ...]:
    column: Any = {"name": Person.name, "department": ExamUnit.code}.get(
        asked.sort, Person.staff_number
    )
    return (column.desc() if asked.descending else column,)


def _seat(row: Row[Any], progresses: Progresses, now: datetime) -> Seat:
    progress = progresses.get(row.id)
    exempt = bool(row.exemption)
    place = standing(exempt=exempt, progress=progress, now=now)
    return Seat(row.id, row.staff_number, row.name, row.department, place, progress)


def units(session: Session, exam: ExamFacts) -> list[tuple[str, str]]:
    """Return code and name of the exam's departments, upper levels first of many."""
    rows = session.execute(
        select(ExamUnit.path, ExamUnit.code, ExamUnit.name).where(
            ExamUnit.exam_id == exam.id
        )
    ).all()
    upper = sorted(rows, key=lambda row: (row.path.count("/"), row.path))
    offered = sorted(upper[:_MOST_CHOICES], key=lambda row: row.path)
    return [(row.code, row.name) for row in offered]
