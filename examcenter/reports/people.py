"""The people behind the figures of a report: absent, failed and exempt ones.

Names stand here in full: who reads these lists has to speak to these people.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, false, null, select
from sqlalchemy.orm import Session

from examcenter.attempts.models import Attempt
from examcenter.exams.models import Enrolment, ExamUnit
from examcenter.exams.service import ExamFacts
from examcenter.organisation.models import Person
from examcenter.organisation.service import Scope
from examcenter.reports import rules
from examcenter.reports.rules import Unit
from examcenter.reports.service import frozen_in, published, units_of
from examcenter.results.counting import counted_attempts, sat
from examcenter.wishes import Wish, contains, page_of
from question_bank.scoring import decimal_text

FILTERS = ("department",)
SORTS = ("department", "staff_number", "name", "score")

_MOST_CHOICES = 300
_MOST = 1_000_000

_AnySelect = Select[*tuple[Any, ...]]


class PeopleList(StrEnum):
    """Which people of a report are listed; the values stand in addresses."""

    ABSENT = "absent"
    FAILED = "failed"
    VOIDED = "voided"
    EXEMPT = "exempt"
    EXEMPT_AFTER_CUTOFF = "exempt_after_cutoff"


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody in such a list; the department is the frozen one.

    *score* is decimal text, empty where there is none; *exemption* is its reason.
    """

    staff_number: str
    name: str
    department_code: str
    department: str
    category: str
    score: str
    exemption: str
    exempted_at: datetime | None


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of a list, the count of all, and the departments to choose from."""

    title: str
    lines: Sequence[PersonLine]
    total: int
    choices: Sequence[tuple[str, str]]


def people(
    session: Session,
    exam_public_id: str,
    kind: PeopleList,
    asked: Wish,
    *,
    scope: Scope,
) -> PeoplePage:
    """Return the wished page of those people in *scope*; raises what `published` does.

    The filter ``department`` is a code and stands for its whole frozen subtree.
    """
    exam = published(session, exam_public_id, scope)
    units = rules.in_tree_order(units_of(session, exam.id, scope))
    statement = _statement(exam, kind).where(frozen_in(scope))
    if asked.text:
        name: Any = Person.name
        number: Any = Person.staff_number
        statement = statement.where(
            contains(name, asked.text) | contains(number, asked.text)
        )
    if code := asked.filters.get("department"):
        statement = statement.where(_below(units, code))
    rows, total = page_of(session, _ordered(statement, kind, asked), asked)
    choices = _choices(units, asked.filters.get("department", ""))
    return PeoplePage(exam.plan.title, [_line(row) for row in rows], total, choices)


def all_people(
    session: Session,
    exam_public_id: str,
    kind: PeopleList,
    asked: Wish,
    *,
    scope: Scope,
) -> PeoplePage:
    """Return everybody whom the filters of *asked* leave, on one page."""
    whole = replace(asked, page=1, size=_MOST)
    return people(session, exam_public_id, kind, whole, scope=scope)


def _statement(exam: ExamFacts, kind: PeopleList) -> _AnySelect:
    statement = (
        select(
            Person.staff_number,
            Person.name,
            ExamUnit.code,
            ExamUnit.name.label("department"),
            Enrolment.category,
            Person.exemption,
            Enrolment.exemption.label("exemption_at_cut_off"),
            Person.exempted_at,
        )
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .join(
            ExamUnit,
            (ExamUnit.exam_id == Enrolment.exam_id)
            & (ExamUnit.department_id == Enrolment.department_id),
        )
        .where(Enrolment.exam_id == exam.id, *_conditions(exam, kind))
    )
    counted = counted_attempts(exam.id, exam.plan.attempt_rule)
    if kind is PeopleList.FAILED:
        return (
            statement.add_columns(counted.c.score)
            .join(counted, counted.c.person_id == Enrolment.person_id)
            .where(counted.c.passed.is_(false()))
        )
    if kind is PeopleList.VOIDED:
        statement = statement.join(
            counted, counted.c.person_id == Enrolment.person_id
        ).where(counted.c.voided)
    return statement.add_columns(null().label("score"))


def _conditions(exam: ExamFacts, kind: PeopleList) -> tuple[ColumnElement[bool], ...]:
    takes_part = Enrolment.exemption == ""
    if kind is PeopleList.EXEMPT:
        return (~takes_part,)
    if kind is PeopleList.EXEMPT_AFTER_CUTOFF:
        became_exempt = Person.exempted_at > exam.published_at
        return takes_part, Person.exemption != "", became_exempt
    if kind is PeopleList.ABSENT:
        # Asked of each person, because joining the counted attempts of a city took
        # SQLite minutes instead of half a second.
        handed_in = select(Attempt.id).where(
            Attempt.exam_id == exam.id,
            Attempt.person_id == Enrolment.person_id,
            *sat(),
        )
        return takes_part, ~handed_in.exists()
    return (takes_part,)


def _below(units: Sequence[Unit], code: str) -> ColumnElement[bool]:
    for unit in units:
        if unit.code == code:
            return ExamUnit.path.startswith(unit.path, autoescape=True)
    return false()


def _ordered(statement: _AnySelect, kind: PeopleList, asked: Wish) -> _AnySelect:
    columns: dict[str, Any] = {
        "staff_number": Person.staff_number,
        "name": Person.name,
        "score": statement.selected_columns.score,
    }
    if kind is not PeopleList.FAILED:
        del columns["score"]
    column = columns.get(asked.sort, ExamUnit.path)
    first = column.desc() if asked.descending else column.asc()
    return statement.order_by(first, Person.staff_number)


def _choices(units: Sequence[Unit], chosen: str) -> list[tuple[str, str]]:
    """Return departments to choose from; of very many only the upper levels."""
    levels = sorted(unit.level for unit in units)
    deepest = levels[-1] if len(levels) <= _MOST_CHOICES else levels[_MOST_CHOICES] - 1
    return [
        (unit.code, unit.name)
        for unit in units
        if unit.level <= deepest or unit.code == chosen
    ]


def _line(row: Row[Any]) -> PersonLine:
    return PersonLine(
        staff_number=row.staff_number,
        name=row.name,
        department_code=row.code,
        department=row.department,
        category=row.category,
        score="" if row.score is None else decimal_text(row.score),
        exemption=row.exemption_at_cut_off or row.exemption,
        exempted_at=row.exempted_at,
    )


EXPORT_HEAD = ("工号", "姓名", "单位代码", "单位名称", "人员类别", "得分", "免考原因")


def export_rows(lines: Sequence[PersonLine]) -> list[tuple[str, ...]]:
    """Return *lines* as rows of a table with the columns of EXPORT_HEAD."""
    return [
        (
            line.staff_number,
            line.name,
            line.department_code,
            line.department,
            line.category,
            line.score,
            line.exemption,
        )
        for line in lines
    ]
