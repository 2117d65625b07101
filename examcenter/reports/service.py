"""Reports about an exam: the frozen roster, and how each department stands now.

What is frozen is read as it was at publishing; somebody's scope is the departments of
their grants with what stood below these then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    and_,
    case,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from examcenter.errors import NotFoundError
from examcenter.exams import service as exams
from examcenter.exams.models import Enrolment, Exam, ExamUnit
from examcenter.exams.rules import ExamState, NotPublishedError
from examcenter.exams.service import ExamFacts
from examcenter.organisation.models import Person
from examcenter.organisation.service import Scope
from examcenter.reports import rules
from examcenter.reports.definitions import definitions, excellent_from, footnotes
from examcenter.reports.rules import Counts, Line, Unit
from examcenter.results.counting import counted_attempts
from examcenter.wishes import Wish, contains, page_of


@dataclass(frozen=True, slots=True)
class ReportedExam:
    """The exam that a report is about."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of an exam by department, as the JSON document has them.

    *rows* are in the order of the tree; *cut_off* is when roster and tree were frozen;
    *digest* is that of `rules.digest` over the rows.
    """

    report: str
    exam: ReportedExam
    as_of: datetime
    cut_off: datetime
    version: int
    digest: str
    definitions: Mapping[str, str]
    footnotes: tuple[str, ...]
    rows: tuple[Line, ...]
    total: Line


@dataclass(frozen=True, slots=True)
class ExamLine:
    """A published exam in the list of those that have a report."""

    id: str
    title: str
    opens_at: datetime
    closes_at: datetime
    state: ExamState


def frozen_in(scope: Scope) -> ColumnElement[bool]:
    """Return the SQL condition that an `ExamUnit` lies in *scope*.

    A scope names departments by their paths of today; where they stood when the exam
    was published, their ids are in the frozen paths.
    """
    if scope.everything:
        return true()
    tops = [path.strip("/").rsplit("/", 1)[-1] for path in scope.paths]
    within = [ExamUnit.path.contains(f"/{top}/", autoescape=True) for top in tops]
    return or_(*within) if within else false()


def exams_reported(
    session: Session, asked: Wish, *, scope: Scope, now: datetime
) -> tuple[list[ExamLine], int]:
    """Return the wished page of the exams in which departments in *scope* take part."""
    taking_part = select(ExamUnit.exam_id).where(
        ExamUnit.exam_id == Exam.id, frozen_in(scope)
    )
    statement = select(Exam).where(Exam.published_at.is_not(None), taking_part.exists())
    column: Any = {"title": Exam.title}.get(asked.sort, Exam.opens_at)
    if asked.text:
        title: Any = Exam.title
        statement = statement.where(contains(title, asked.text))
    first = column.desc() if asked.descending else column.asc()
    rows, total = page_of(session, statement.order_by(first, Exam.id), asked)
    return [_exam_line(exams.facts_of(exam), now) for (exam,) in rows], total


def _exam_line(exam: ExamFacts, now: datetime) -> ExamLine:
    plan = exam.plan
    return ExamLine(
        exam.public_id, plan.title, plan.opens_at, plan.closes_at, exam.state(now)
    )


def published(session: Session, public_id: str, scope: Scope) -> ExamFacts:
    """Return a published exam in which departments in *scope* take part.

    Raises NotFoundError, and NotPublishedError to those who see everything.
    """
    row = session.execute(
        select(Exam).where(Exam.public_id == public_id)
    ).scalar_one_or_none()
    if row is None:
        raise NotFoundError
    if row.published_at is None and scope.everything:
        raise NotPublishedError
    seen = select(ExamUnit.exam_id).where(ExamUnit.exam_id == row.id, frozen_in(scope))
    if session.execute(seen.limit(1)).first() is None:
        raise NotFoundError
    return exams.facts_of(row)


def departments(
    session: Session,
    exam_public_id: str,
    *,
    scope: Scope,
    depth: int | None = None,
    now: datetime,
) -> Report:
    """Return how the departments in *scope* stand: a row for each, and their total.

    Each row counts its whole subtree.  With *depth* deeper rows are left out, the root
    being 0; the figures stay the same.  Raises what `published` raises; ValueError
    where counts contradict each other.
    """
    exam = published(session, exam_public_id, scope)
    units = rules.in_tree_order(units_of(session, exam.id, scope))
    sums = rules.rolled_up(units, _counts(session, exam, scope))
    places = rules.group_ranks(units, sums) if scope.everything else {}
    rows = tuple(
        rules.line(unit, sums[unit.id], places.get(unit.id))
        for unit in units
        if depth is None or unit.level <= depth
    )
    whole = sum((sums[unit.id] for unit in rules.tops(units)), Counts())
    notes = footnotes(
        is_over=exam.state(now) is ExamState.CLOSED,
        is_part=not scope.everything,
        unmarked=whole.sat - whole.marked - whole.voided,
    )
    return Report(
        report="departments",
        exam=ReportedExam(exam.public_id, exam.plan.title),
        as_of=now,
        cut_off=exam.published_at or now,  # never now: `published` saw to it
        version=1,
        digest=rules.digest(rows),
        definitions=definitions(exam.plan),
        footnotes=tuple(notes),
        rows=rows,
        total=rules.line(None, whole),
    )


def units_of(session: Session, exam_id: int, scope: Scope) -> list[Unit]:
    """Return the frozen departments of an exam that lie in *scope*, in any order."""
    rows = session.execute(
        select(
            ExamUnit.department_id,
            ExamUnit.code,
            ExamUnit.name,
            ExamUnit.ranking_group,
            ExamUnit.path,
        ).where(ExamUnit.exam_id == exam_id, frozen_in(scope))
    )
    return [Unit(*row) for row in rows]


def _counts(session: Session, exam: ExamFacts, scope: Scope) -> dict[int, Counts]:
    """Return the counts of each department's own people, by its id."""
    on_roster = _rows_by_department(session, exam, scope, _roster_figures(exam))
    sat = _rows_by_department(session, exam, scope, _attempt_figures(exam))
    return {
        department_id: Counts(**figures, **sat.get(department_id, {}))
        for department_id, figures in on_roster.items()
    }


_Figures = tuple[Sequence[ColumnElement[Any]], Any, ColumnElement[bool]]
"""The columns to aggregate, what to join to the enrolments, and by what."""


def _roster_figures(exam: ExamFacts) -> _Figures:
    is_exempt = Enrolment.exemption != ""
    became_exempt = and_(
        ~is_exempt, Person.exemption != "", Person.exempted_at > exam.published_at
    )
    columns = (
        func.count().label("enrolled"),
        _how_many(is_exempt).label("exempt"),
        _how_many(became_exempt).label("exempt_after_cutoff"),
    )
    return columns, Person, Person.id == Enrolment.person_id


def _attempt_figures(exam: ExamFacts) -> _Figures:
    counted = counted_attempts(exam.id, exam.plan.attempt_rule)
    score = counted.c.score
    columns = (
        func.count().label("sat"),
        _how_many(counted.c.voided).label("voided"),
        func.count(score).label("marked"),
        _how_many(counted.c.passed).label("passed"),
        _how_many(score >= excellent_from(exam.plan)).label("excellent"),
        func.coalesce(func.sum(score), 0).label("total"),
        func.max(score).label("highest"),
        func.min(score).label("lowest"),
    )
    return columns, counted, counted.c.person_id == Enrolment.person_id


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0), type_=Integer), 0)


def _rows_by_department(
    session: Session, exam: ExamFacts, scope: Scope, figures: _Figures
) -> dict[int, dict[str, Any]]:
    columns, joined, condition = figures
    statement = (
        select(Enrolment.department_id, *columns)
        .join(joined, condition)
        .where(Enrolment.exam_id == exam.id)
        .group_by(Enrolment.department_id)
    )
    if not scope.everything:
        mine = select(ExamUnit.department_id).where(
            ExamUnit.exam_id == exam.id, frozen_in(scope)
        )
        statement = statement.where(Enrolment.department_id.in_(mine))
    found = {}
    for row in session.execute(statement).mappings():
        figures_of = dict(row)
        found[int(figures_of.pop("department_id"))] = figures_of
    return found
