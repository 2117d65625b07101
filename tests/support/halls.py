"""An exam hall ready to sit in: a bank, people, and a published exam."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from examcenter.bank.models import Bank, QuestionRow, Revision
from examcenter.exams import planning, publishing
from examcenter.exams.rules import Camera, Plan, PlanSection
from examcenter.organisation.models import Person
from question_bank.duplicates import fingerprint, key_digest
from question_bank.model import TRUE_FALSE_OPTIONS, Kind, Question
from question_bank.scoring import ScoringRule
from tests.support.factories import NOW, a_department, a_person

BANK = "学法题库"
KEY_CANARY = "只有答案解析里才有的话"


def a_question(number: int, kind: Kind = Kind.SINGLE, **overrides: Any) -> Question:
    """Return a question that differs from every other number's."""
    options: tuple[str, ...] = TRUE_FALSE_OPTIONS
    if kind is not Kind.TRUE_FALSE:
        options = tuple(f"{number}号题选项{word}" for word in "甲乙丙丁")
    given = {
        "kind": kind,
        "stem": f"{number}号{kind}题的题干（　　）。",
        "options": options,
        "key": ("A", "C") if kind is Kind.MULTIPLE else ("A",),
        "explanation": KEY_CANARY,
        "category": ("宪法", "民法典")[number % 2],
        "difficulty": "绝密难度",
        "citation": "《绝密法》第一条",
    }
    return Question(**(given | overrides))


def a_bank(db: Session, questions: list[Question], name: str = BANK) -> Bank:
    """Store a bank with *questions*."""
    bank = Bank(name=name, created_at=NOW)
    db.add(bank)
    db.flush()
    for question in questions:
        row = QuestionRow(bank_id=bank.id, fingerprint=fingerprint(question))
        db.add(row)
        db.flush()
        db.add(
            Revision(
                question_id=row.id,
                kind=question.kind,
                stem=question.stem,
                options=list(question.options),
                key=list(question.key),
                explanation=question.explanation,
                category=question.category,
                difficulty=question.difficulty,
                citation=question.citation,
                key_digest=key_digest(question),
                created_at=NOW,
            )
        )
    db.flush()
    return bank


def a_mixed_bank(db: Session, each: int = 8) -> Bank:
    """Store a bank with *each* questions of the three kinds."""
    kinds = (Kind.TRUE_FALSE, Kind.SINGLE, Kind.MULTIPLE)
    return a_bank(
        db, [a_question(n, kind) for kind in kinds for n in range(1, each + 1)]
    )


def a_plan(**overrides: Any) -> Plan:
    """Return a plan for a short exam that opens now and lasts an hour of two."""
    given: dict[str, Any] = {
        "title": "2026年度学法考试",
        "opens_at": NOW,
        "closes_at": NOW + timedelta(hours=2),
        "sections": (
            PlanSection("判断题", Kind.TRUE_FALSE, 2, 1000),
            PlanSection("单项选择题", Kind.SINGLE, 2, 2000),
            PlanSection(
                "多项选择题", Kind.MULTIPLE, 2, 2000, ScoringRule.HALF_IF_INCOMPLETE
            ),
        ),
        "bank": BANK,
        "departments": ("430400",),
        "camera": Camera.OPTIONAL,
    }
    return Plan(**(given | overrides))


@dataclass(frozen=True, slots=True)
class Hall:
    """A published exam and the people on its roster."""

    exam_id: str
    people: tuple[Person, ...]


def a_hall(db: Session, people: int = 2, **plan: Any) -> Hall:
    """Store a department with *people*, a bank and a published exam for them."""
    department = a_department(db)
    enrolled = tuple(
        a_person(db, department, f"HY{n:05}") for n in range(1, people + 1)
    )
    a_mixed_bank(db)
    exam_id = planning.create(db, a_plan(**plan), by=None, now=NOW)
    publishing.publish(db, exam_id, by=None, now=NOW)
    return Hall(exam_id, enrolled)
