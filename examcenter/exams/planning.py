"""What can be done with a plan before it is published: store it, change it, list it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session

from examcenter.bank.models import Bank
from examcenter.errors import Fault
from examcenter.exams.models import Enrolment, Exam, ExamDepartment
from examcenter.exams.rules import (
    AlreadyPublishedError,
    ExamState,
    Plan,
    PlanRefusedError,
    canonical,
    digest,
)
from examcenter.exams.service import ExamFacts, facts_of, find, in_scope
from examcenter.organisation.models import Department
from examcenter.organisation.service import EVERYTHING, Scope
from examcenter.wishes import Wish, contains, page_of

FORMAL = "formal"
SORTS = ("opens_at", "title", "created_at")


_MOST_UNITS = 300
_ANY_DEPTH = 1000


@dataclass(frozen=True, slots=True)
class Unit:
    """A department to choose; *depth* counts from the highest that is offered."""

    code: str
    name: str
    depth: int


@dataclass(frozen=True, slots=True)
class ExamLine:
    """One exam in a list; *enrolled* and *exempt* are 0 before publishing."""

    exam: ExamFacts
    state: ExamState
    enrolled: int
    exempt: int


def create(
    session: Session,
    plan: Plan,
    *,
    scope: Scope = EVERYTHING,
    by: int | None,
    now: datetime,
) -> str:
    """Store *plan* as a draft and return the exam's public id.

    A plan without departments is for everybody in *scope*.  Raises PlanRefusedError
    for departments that do not exist there and for a bank that papers may not use.
    """
    plan, departments = _resolved(session, plan, scope)
    exam = Exam(**_columns(plan), created_at=now, created_by=by)
    session.add(exam)
    session.flush()
    _name_departments(session, exam.id, departments)
    return exam.public_id


def edit(
    session: Session, public_id: str, plan: Plan, *, scope: Scope = EVERYTHING
) -> None:
    """Give a draft another plan.

    Raises NotFoundError, AlreadyPublishedError, and PlanRefusedError like `create`.
    """
    exam = find(session, public_id, scope)
    plan, departments = _resolved(session, plan, scope)
    # The condition decides the race with publishing.
    done = session.execute(
        update(Exam)
        .where(Exam.id == exam.id, Exam.published_at.is_(None))
        .values(**_columns(plan))
        .returning(Exam.id)
    ).first()
    if done is None:
        raise AlreadyPublishedError
    session.execute(delete(ExamDepartment).where(ExamDepartment.exam_id == exam.id))
    _name_departments(session, exam.id, departments)


def _columns(plan: Plan) -> dict[str, Any]:
    text = canonical(plan)
    return {
        "title": plan.title,
        "opens_at": plan.opens_at,
        "closes_at": plan.closes_at,
        "plan": text,
        "plan_digest": digest(text),
    }


def _name_departments(session: Session, exam_id: int, ids: Sequence[int]) -> None:
    rows = [{"exam_id": exam_id, "department_id": one} for one in ids]
    if rows:
        session.execute(insert(ExamDepartment), rows)


def _resolved(session: Session, plan: Plan, scope: Scope) -> tuple[Plan, Sequence[int]]:
    """Return *plan* with departments that exist, and these departments' ids."""
    faults = list(_bank_faults(session, plan.bank))
    if not plan.departments:
        rows = session.execute(_tops(scope)).all()
        if not scope.everything:  # the whole tree is not theirs to examine
            plan = replace(plan, departments=tuple(row.code for row in rows))
    else:
        rows = session.execute(_named(plan.departments, scope)).all()
        found = {row.code for row in rows}
        faults += [
            Fault(
                f"departments[{number}]",
                "unknown_department",
                f"没有代码为 {code} 的单位，或者不在您的管理范围内。",
                code,
            )
            for number, code in enumerate(plan.departments, start=1)
            if code not in found
        ]
    if faults:
        raise PlanRefusedError(tuple(faults))
    return plan, [row.id for row in rows]


def _tops(scope: Scope) -> Select[int, str]:
    top = (
        Department.parent_id.is_(None)
        if scope.everything
        else Department.path.in_(scope.paths)
    )
    return select(Department.id, Department.code).where(top).order_by(Department.code)


def _named(codes: Sequence[str], scope: Scope) -> Select[int, str]:
    return select(Department.id, Department.code).where(
        Department.code.in_(codes), scope.covers(Department.path)
    )


def _bank_faults(session: Session, name: str) -> Iterable[Fault]:
    pool = session.execute(
        select(Bank.pool).where(Bank.name == name)
    ).scalar_one_or_none()
    if pool is None:
        words = f"没有名为“{name}”的题库。请先导入题库，或改正名称。"
        yield Fault("bank", "unknown_bank", words, name)
    elif pool != FORMAL:
        words = f"“{name}”是练习题库，不能用于正式考试。"
        yield Fault("bank", "practice_bank", words, name)


def units(session: Session, scope: Scope) -> list[Unit]:
    """Return the departments in *scope* in the order of the tree.

    Of very many only the upper levels; the others are named by their codes.
    """
    rows = session.execute(
        select(Department.code, Department.name, Department.path).where(
            scope.covers(Department.path)
        )
    )
    # In Python, because databases disagree about the order of signs.
    found = sorted((path, code, name) for code, name, path in rows)
    depths = sorted(path.count("/") for path, *_ in found)
    too_deep = depths[_MOST_UNITS] if len(depths) > _MOST_UNITS else _ANY_DEPTH
    return [
        Unit(code, name, path.count("/") - depths[0])
        for path, code, name in found
        if path.count("/") < too_deep
    ]


def banks(session: Session) -> list[str]:
    """Return the names of the banks that papers may be drawn from."""
    names = select(Bank.name).where(Bank.pool == FORMAL).order_by(Bank.name)
    return list(session.execute(names).scalars())


def names_of(session: Session, codes: Sequence[str]) -> list[tuple[str, str]]:
    """Return code and name of the departments with *codes*, as they are now."""
    rows = session.execute(
        select(Department.code, Department.name).where(Department.code.in_(codes))
    )
    return sorted((code, name) for code, name in rows)


def exams(
    session: Session, asked: Wish, *, scope: Scope, now: datetime
) -> tuple[Sequence[ExamLine], int]:
    """Return one page of the exams in *scope*, and the count of all.

    *asked* may search titles, filter by ``state`` and sort by SORTS.
    """
    rows, total = page_of(session, _wished(asked, scope, now), asked)
    return [_line(row, now) for row in rows], total


def every_exam(
    session: Session, asked: Wish, *, scope: Scope, now: datetime
) -> list[ExamLine]:
    """Return all exams in *scope* that *asked* is about, whatever its page."""
    rows = session.execute(_wished(asked, scope, now))
    return [_line(row, now) for row in rows]


def _wished(asked: Wish, scope: Scope, now: datetime) -> Select[Any]:
    statement: Any = select(Exam, *_counts()).where(in_scope(scope))
    if asked.text:
        title = Exam.title.expression
        statement = statement.where(contains(title, asked.text))
    wanted = asked.filters.get("state", "")
    if wanted in set(ExamState):
        statement = statement.where(_is(ExamState(wanted), now))
    column = {"title": Exam.title, "created_at": Exam.created_at}.get(
        asked.sort, Exam.opens_at
    )
    order = column.desc() if asked.descending else column
    ordered: Select[Any] = statement.order_by(order, Exam.id)
    return ordered


def _counts() -> tuple[Any, Any]:
    people = select(func.count()).where(Enrolment.exam_id == Exam.id).correlate(Exam)
    return (
        people.scalar_subquery(),
        people.where(Enrolment.exemption != "").scalar_subquery(),
    )


def _line(row: Sequence[Any], now: datetime) -> ExamLine:
    exam, enrolled, exempt = row
    facts = facts_of(exam)
    return ExamLine(facts, facts.state(now), enrolled, exempt)


def _is(wanted: ExamState, now: datetime) -> ColumnElement[bool]:
    """Return `rules.state` as a condition, so that pages can be counted."""
    over = Exam.closed_at.is_not(None) | (Exam.closes_at <= now)
    published = Exam.published_at.is_not(None)
    return {
        ExamState.DRAFT: ~published,
        ExamState.PUBLISHED: and_(published, ~over, Exam.opens_at > now),
        ExamState.OPEN: and_(published, ~over, Exam.opens_at <= now),
        ExamState.CLOSED: and_(published, over),
    }[wanted]
