"""Papers as the examinee's page receives them: without key, explanation or bank order.

A question's texts are rendered once per exam and process, not once per examinee.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import escape

from examcenter.attempts.models import Attempt
from examcenter.exams.rules import Camera, Plan
from examcenter.exams.service import Frozen
from question_bank.model import LABELS, Kind, Question
from question_bank.paper import Paper
from question_bank.scoring import decimal_text


@dataclass(frozen=True, slots=True)
class SectionShown:
    """A section of the paper: questions *first* to *last*."""

    title: str
    instructions: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class OptionShown:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """A question as this examinee sees it; texts are HTML fragments."""

    number: int
    kind: Kind
    stem: str
    options: tuple[OptionShown, ...]
    marks: str
    material: str | None


@dataclass(frozen=True, slots=True)
class AnswerShown:
    version: int
    value: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExamShown:
    id: str
    title: str
    full_marks: str
    pass_mark: str


@dataclass(frozen=True, slots=True)
class ProctoringShown:
    camera: str
    next_snapshot_in_seconds: tuple[int, int]


@dataclass(frozen=True, slots=True)
class AttemptDocument:
    """All that the page needs to go on alone; nothing in it tells a key."""

    id: str
    exam: ExamShown
    state: str
    started_at: datetime
    deadline: datetime
    server_time: datetime
    lease: int
    sections: tuple[SectionShown, ...]
    questions: tuple[QuestionShown, ...]
    answers: Mapping[int, AnswerShown]
    proctoring: ProctoringShown


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One question of a paper after the exam.

    *question* is as the examinee saw it, and so are the labels of *answer* and *key*;
    *earned* is decimal text; *explanation* and *citation* are plain text.
    """

    question: QuestionShown
    answer: tuple[str, ...]
    key: tuple[str, ...]
    earned: str
    explanation: str
    citation: str


def attempt_document(
    attempt: Attempt,
    frozen: Frozen,
    paper: Paper,
    answers: Mapping[int, AnswerShown],
    *,
    now: datetime,
) -> AttemptDocument:
    """Return the attempt with its whole paper, as the sitting page needs it."""
    plan = frozen.plan
    camera = plan.camera if attempt.consent_version else Camera.OFF
    return AttemptDocument(
        id=attempt.public_id,
        exam=ExamShown(
            id=frozen.public_id,
            title=plan.title,
            full_marks=decimal_text(plan.full_marks),
            pass_mark=decimal_text(plan.pass_mark),
        ),
        state=_state(attempt),
        started_at=attempt.started_at,
        deadline=attempt.deadline,
        server_time=now,
        lease=attempt.lease,
        sections=_sections(plan),
        questions=questions_shown(frozen, paper),
        answers=answers,
        proctoring=ProctoringShown(camera.value, plan.snapshot_seconds),
    )


def _state(attempt: Attempt) -> str:
    if attempt.submitted_at is not None:
        return "submitted"
    return "paused" if attempt.paused_at is not None else "running"


def _sections(plan: Plan) -> tuple[SectionShown, ...]:
    shown, first = [], 1
    for section in plan.sections:
        last = first + section.count - 1
        shown.append(
            SectionShown(
                escape(section.title), escape(section.instructions), first, last
            )
        )
        first = last + 1
    return tuple(shown)


def marks_of(plan: Plan) -> list[int]:
    """Return each question's marks in the order of the paper, in hundredths."""
    return [s.marks for s in plan.sections for _ in range(s.count)]


def questions_shown(frozen: Frozen, paper: Paper) -> tuple[QuestionShown, ...]:
    """Return the paper's questions, numbered from 1, options in this paper's order."""
    marks = marks_of(frozen.plan)
    drawn = zip(paper.questions, paper.options, strict=True)
    return tuple(
        _question_shown(number, frozen.questions[position], order, marks[number - 1])
        for number, (position, order) in enumerate(drawn, start=1)
    )


def _question_shown(
    number: int, question: Question, order: tuple[int, ...], marks: int
) -> QuestionShown:
    stem, texts, material = _rendered(question)
    return QuestionShown(
        number=number,
        kind=question.kind,
        stem=stem,
        options=tuple(
            OptionShown(LABELS[place], texts[option])
            for place, option in enumerate(order)
        ),
        marks=decimal_text(marks),
        material=material,
    )


@lru_cache(maxsize=65_536)
def _rendered(question: Question) -> tuple[str, tuple[str, ...], str | None]:
    texts = tuple(escape(text) for text in question.options)
    return escape(question.stem), texts, escape(question.material) or None
