"""What publishing would freeze, and what stands in its way."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.bank import rulings, staleness
from examcenter.bank import service as bank
from examcenter.bank.rules import Candidate as BankCandidate
from examcenter.bank.statutes import Statutes
from examcenter.errors import Fault
from examcenter.exams.rules import Plan
from examcenter.exams.service import ExamFacts, find
from examcenter.laws import service as laws
from examcenter.organisation.models import Department, Person
from examcenter.organisation.rules import ON_POST
from examcenter.organisation.service import EVERYTHING, Scope
from question_bank.blueprint import (
    Blueprint,
    Candidate,
    Quota,
    Section,
    TooFewQuestionsError,
    allocate,
)
from question_bank.library import day_of

STATUTES = Statutes(laws.names, laws.library)
"""What the bank asks of the law library."""


class Enrolled(NamedTuple):
    """Somebody as the roster has them at the moment of publishing."""

    person_id: int
    staff_number: str
    department_id: int
    category: str
    exemption: str
    department: str


class UnitFrozen(NamedTuple):
    """A department as it is at the moment of publishing."""

    id: int
    code: str
    name: str
    parent_id: int | None
    ranking_group: str
    path: str


@dataclass(frozen=True, slots=True)
class Check:
    """What publishing would freeze, and every reason why it cannot be done now.

    *roster* and *candidates* are in the order in which they are frozen.  *left_out*
    counts the questions that nobody may be asked on that day, by the reason: ``stale``
    or ``key_conflict``.
    """

    exam: ExamFacts
    faults: tuple[Fault, ...]
    roster: Sequence[Enrolled]
    units: Sequence[UnitFrozen]
    candidates: Sequence[BankCandidate]
    quotas: tuple[Quota, ...]
    left_out: Mapping[str, int]

    @property
    def examinees(self) -> int:
        """How many people get papers."""
        return sum(1 for one in self.roster if not one.exemption)

    @property
    def papers(self) -> int:
        return self.examinees * self.exam.plan.attempts

    @property
    def papers_repeat(self) -> bool:
        """Whether somebody's papers must share questions: a stratum is too small."""
        dealt: Counter[tuple[int, ...]] = Counter()
        for quota in self.quotas:
            dealt[quota.candidates] += quota.count * self.exam.plan.attempts
        return any(count > len(stratum) for stratum, count in dealt.items())


def check(
    session: Session, public_id: str, *, scope: Scope = EVERYTHING, now: datetime
) -> Check:
    """Tell what publishing would freeze and what stands in its way; draw nothing."""
    exam = find(session, public_id, scope)
    units, roster = _frozen_people(session, exam.plan)
    candidates, left_out = _candidates(session, exam.plan)
    faults = list(_about_time_and_people(exam.plan, roster, now))
    quotas: tuple[Quota, ...] = ()
    try:
        quotas = allocate(blueprint(exam.plan), _for_allocation(candidates))
    except TooFewQuestionsError as error:
        faults += _lacks(exam.plan, error)
    return Check(exam, tuple(faults), roster, units, candidates, quotas, left_out)


def shortage_faults(session: Session, plan: Plan) -> list[Fault]:
    """Return what the plan's bank lacks for one paper; a bank may be gone."""
    try:
        candidates, _ = _candidates(session, plan)
        allocate(blueprint(plan), _for_allocation(candidates))
    except TooFewQuestionsError as error:
        return list(_lacks(plan, error))
    except bank.BankNotFoundError:
        return [Fault("draw.bank", "bank_not_found", f"没有题库“{plan.bank}”。")]
    return []


def blueprint(plan: Plan) -> Blueprint:
    """Return what a paper under *plan* must contain."""
    return Blueprint(
        tuple(
            Section(part.title, part.kind, part.count, part.marks, part.scoring)
            for part in plan.sections
        ),
        plan.by_category,
    )


def _frozen_people(
    session: Session, plan: Plan
) -> tuple[list[UnitFrozen], list[Enrolled]]:
    """Return the tree with the plan's departments, and the people on post in them."""
    tree = [UnitFrozen(*row) for row in session.execute(select(*_UNIT))]
    named = set(plan.departments)
    # Without names the whole tree takes part: every path begins with "/".
    tops = tuple(u.path for u in tree if u.code in named) if named else ("/",)
    inside = {unit.id: unit for unit in tree if unit.path.startswith(tops)}
    above = {int(id_) for u in inside.values() for id_ in u.path.strip("/").split("/")}
    roster = [
        Enrolled(*row, department=inside[row.department_id].code)
        for ids in bank.in_chunks(inside)
        for row in session.execute(
            select(*_PERSON).where(
                Person.department_id.in_(ids), Person.status.in_(ON_POST)
            )
        )
    ]
    # In Python, because databases disagree about the order of letters.
    roster.sort(key=attrgetter("staff_number"))
    return sorted(unit for unit in tree if unit.id in above), roster


_UNIT = (
    Department.id,
    Department.code,
    Department.name,
    Department.parent_id,
    Department.ranking_group,
    Department.path,
)
_PERSON = (
    Person.id,
    Person.staff_number,
    Person.department_id,
    Person.category,
    Person.exemption,
)


def _candidates(
    session: Session, plan: Plan
) -> tuple[list[BankCandidate], dict[str, int]]:
    """Return what may be asked on the day of the exam, and how much may not."""
    kinds = {section.kind for section in plan.sections}
    found = [one for one in bank.candidates(session, plan.bank) if one.kind in kinds]
    contested = rulings.contested(session, plan.bank)
    day = day_of(plan.opens_at)
    stale = staleness.stale(session, STATUTES, bank=plan.bank, on=day)
    barred = Counter(
        "key_conflict" if one.revision_id in contested else "stale"
        for one in found
        if one.revision_id in contested or one.revision_id in stale
    )
    out = contested | stale.keys()
    return [one for one in found if one.revision_id not in out], dict(barred)


def _for_allocation(candidates: Sequence[BankCandidate]) -> list[Candidate]:
    return [
        Candidate(position, one.kind, one.category, one.difficulty)
        for position, one in enumerate(candidates)
    ]


def _about_time_and_people(
    plan: Plan, roster: Sequence[Enrolled], now: datetime
) -> Iterator[Fault]:
    if now >= plan.closes_at:
        words = "考试时间已过。请修改开放时间后再发布。"
        yield Fault("closes_at", "window_over", words)
    if all(one.exemption for one in roster):
        words = "参加单位中没有可以参加考试的在职人员。请先导入名册，或修改参加单位。"
        yield Fault("departments", "nobody_takes_part", words)


def _lacks(plan: Plan, error: TooFewQuestionsError) -> Iterator[Fault]:
    numbers = {part.title: n for n, part in reversed([*enumerate(plan.sections, 1)])}
    for lack in error.lacks:
        facts = f"需要 {lack.needed} 题，只有 {lack.available} 题，"
        if lack.section:
            yield Fault(
                f"sections[{numbers[lack.section]}]",
                "too_few_questions",
                f"“{lack.section}”{facts}缺 {lack.lacking} 题。"
                "请补充题库，或减少题数。",
            )
        elif lack.category:
            yield Fault(
                f"draw.by_category.{lack.category}",
                "too_few_in_category",
                f"“{lack.category}”类{facts}缺 {lack.lacking} 题。"
                "请补充这一类题目，或降低这一类的最少题数。",
            )
