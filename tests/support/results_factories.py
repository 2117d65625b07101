"""Exams that were held: a tree of departments, who sat, and what they earned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from examcenter.accounts.models import Account, SignIn
from examcenter.attempts.models import Attempt
from examcenter.exams.models import Enrolment, Exam, ExamUnit, PaperRow
from examcenter.exams.rules import canonical, digest
from examcenter.organisation.models import Department, Person
from examcenter.results.models import Result
from question_bank.paper import Paper, pack
from question_bank.scoring import grade_of
from tests.support.factories import NOW
from tests.support.halls import a_plan

RUNNING = -1
UNMARKED = -2

_numbers = count(1)
_NO_PAPER = pack(Paper((), ()))


@dataclass(frozen=True, slots=True)
class Place:
    """A department to be: its code, that of its parent, and its ranking group."""

    code: str
    parent: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Sitter:
    """Somebody on the frozen roster.

    *tries* has for each attempt its score in hundredths, RUNNING or UNMARKED.
    """

    department: str
    tries: tuple[int, ...] = ()
    exempt: bool = False
    exempted_after: timedelta | None = None


CITY = (
    Place("4304", group=""),
    Place("4304001", "4304", "市直"),
    Place("4304002", "4304", "市直"),
    Place("4308", "4304", "县市区"),
    Place("4308001", "4308", "县市区"),
)


def an_exam_held(
    db: Session,
    sitters: Sequence[Sitter],
    places: Sequence[Place] = CITY,
    **plan: Any,
) -> str:
    """Store a published exam with its frozen roster, attempts and results.

    Parents stand before their children in *places*.  Returns the exam's public id.
    """
    departments = _departments(db, places)
    planned = a_plan(**plan)
    exam = Exam(
        title=planned.title,
        opens_at=planned.opens_at,
        closes_at=planned.closes_at,
        plan=canonical(planned),
        plan_digest=digest(canonical(planned)),
        created_at=NOW - timedelta(days=2),
        published_at=NOW - timedelta(days=1),
        seed=b"\0" * 32,
        seed_digest=digest(b"\0" * 32),
    )
    db.add(exam)
    db.flush()
    for department in departments.values():
        db.add(
            ExamUnit(
                exam_id=exam.id,
                department_id=department.id,
                code=department.code,
                name=department.name,
                parent_id=department.parent_id,
                ranking_group=department.ranking_group,
                path=department.path,
            )
        )
    for sitter in sitters:
        _enrol(db, exam, departments[sitter.department], sitter)
    db.flush()
    return exam.public_id


def _departments(db: Session, places: Sequence[Place]) -> Mapping[str, Department]:
    found: dict[str, Department] = {}
    for place in places:
        parent = found.get(place.parent)
        department = Department(
            code=place.code,
            name=f"单位{place.code}",
            parent_id=parent.id if parent else None,
            ranking_group=place.group,
            path="",
        )
        db.add(department)
        db.flush()
        department.path = f"{parent.path if parent else '/'}{department.id}/"
        found[place.code] = department
    db.flush()
    return found


def _enrol(db: Session, exam: Exam, department: Department, sitter: Sitter) -> None:
    number = f"HY{next(_numbers):06}"
    account = Account(login=number.lower(), name=f"考生{number}", created_at=NOW)
    db.add(account)
    db.flush()
    exempted_at: datetime | None = None
    if sitter.exempted_after is not None and exam.published_at is not None:
        exempted_at = exam.published_at + sitter.exempted_after
    reason = "产假" if sitter.exempt or exempted_at else ""
    person = Person(
        id=account.id,
        staff_number=number,
        name=account.name,
        department_id=department.id,
        exemption=reason,
        exempted_at=exempted_at,
        updated_at=NOW,
    )
    db.add(person)
    db.flush()
    db.add(
        Enrolment(
            exam_id=exam.id,
            person_id=person.id,
            department_id=department.id,
            exemption="产假" if sitter.exempt else "",
        )
    )
    for at, score in enumerate(sitter.tries, start=1):
        _sit(db, exam, person, (at, score))


def _sit(db: Session, exam: Exam, person: Person, sat: tuple[int, int]) -> None:
    number, score = sat
    sign_in = SignIn(
        token_digest=f"{next(_numbers):064}",
        account_id=person.id,
        address="10.0.0.1",
        started_at=NOW,
        seen_at=NOW,
        expires_at=NOW + timedelta(hours=12),
    )
    paper = PaperRow(
        exam_id=exam.id, person_id=person.id, number=number, body=_NO_PAPER
    )
    db.add_all([sign_in, paper])
    db.flush()
    has_ended = score != RUNNING
    attempt = Attempt(
        exam_id=exam.id,
        person_id=person.id,
        number=number,
        started_at=NOW,
        deadline=NOW + timedelta(hours=1),
        lease_sign_in_id=sign_in.id,
        submitted_at=NOW + timedelta(minutes=30) if has_ended else None,
        submitted_by="examinee" if has_ended else None,
        receipt=f"R{next(_numbers):011}" if has_ended else None,
    )
    db.add(attempt)
    db.flush()
    if score >= 0:
        db.add(_result(attempt, score))
        db.flush()


def _result(attempt: Attempt, score: int) -> Result:
    plan = a_plan()
    return Result(
        attempt_id=attempt.id,
        exam_id=attempt.exam_id,
        person_id=attempt.person_id,
        score=score,
        full_marks=plan.full_marks,
        passed=score >= plan.pass_mark,
        grade=grade_of(score, [(g.name, g.from_) for g in plan.grades]),
        scored_at=NOW + timedelta(minutes=31),
    )
