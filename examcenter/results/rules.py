"""What an answered paper earns, which attempt counts, and when a result is shown.

Marks are integers in hundredths.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count, islice

from examcenter.errors import NotAllowedError
from examcenter.exams.rules import (
    AttemptRule,
    ExamState,
    Plan,
    PlanSection,
    Release,
    Review,
)
from question_bank.model import LABELS, Question
from question_bank.paper import Paper
from question_bank.scoring import score_answer

_NO_OPTION = "?"


class NotReleasedError(NotAllowedError):
    """The result exists or will exist, and is not yet to be seen."""

    code = "not_released"


class ResultVoidedError(NotAllowedError):
    """The attempt was voided: it has no result."""

    code = "result_voided"


@dataclass(frozen=True, slots=True)
class SectionMarks:
    """What one section of a paper earned of its *full_marks*."""

    title: str
    score: int
    full_marks: int


@dataclass(frozen=True, slots=True)
class Marked:
    """An answered paper with its marks: of each question, in order, and by section."""

    earned: tuple[int, ...]
    sections: tuple[SectionMarks, ...]

    @property
    def score(self) -> int:
        return sum(self.earned)


@dataclass(frozen=True, slots=True)
class Scored:
    """What one attempt earned; *number* counts a person's attempts from 1."""

    number: int
    score: int


@dataclass(frozen=True, slots=True)
class Times:
    """What of an exam's course decides whether a result may be seen."""

    state: ExamState
    released_at: datetime | None


def mark_paper(
    plan: Plan,
    questions: Sequence[Question],
    paper: Paper,
    answers: Mapping[int, Sequence[str]],
) -> Marked:
    """Return what *answers* earn on *paper*.

    *questions* is the exam's frozen list that the paper's indexes speak of.  *answers*
    has, by the question's number from 1, the labels that the examinee saw; a number
    that is missing was not answered.  Raises ValueError when the paper does not have
    as many questions as the plan.
    """
    if len(paper.questions) != plan.question_count:
        raise ValueError(
            f"a paper of {len(paper.questions)} where the plan has "
            f"{plan.question_count} questions"
        )
    numbered = zip(count(1), paper.questions, paper.options, strict=False)
    earned: list[int] = []
    sections = []
    for section in plan.sections:
        marks = [
            _earned(section, questions[position], order, answers.get(number, ()))
            for number, position, order in islice(numbered, section.count)
        ]
        earned += marks
        full = section.count * section.marks
        sections.append(SectionMarks(section.title, sum(marks), full))
    return Marked(tuple(earned), tuple(sections))


def _earned(
    section: PlanSection, question: Question, order: Sequence[int], value: Sequence[str]
) -> int:
    given = in_bank(question, order, value)
    key = frozenset(question.key)
    return score_answer(question.kind, section.scoring, key, given, section.marks)


def in_bank(
    question: Question, order: Sequence[int], value: Sequence[str]
) -> tuple[str, ...]:
    """Return the bank's labels for *value*, the labels that an examinee saw.

    *order* is the paper's order of the options.  A label that was not shown becomes
    one that is never right; texts stay as they are.
    """
    if not question.kind.is_chosen:
        return tuple(value)
    by_shown = {LABELS[place]: LABELS[option] for place, option in enumerate(order)}
    return tuple(by_shown.get(label, _NO_OPTION) for label in value)


def as_shown(order: Sequence[int], labels: Sequence[str]) -> tuple[str, ...]:
    """Return the labels that an examinee saw for the bank's *labels*, A first."""
    by_bank = {LABELS[option]: LABELS[place] for place, option in enumerate(order)}
    return tuple(sorted(by_bank[label] for label in labels))


def counted(rule: AttemptRule, attempts: Sequence[Scored]) -> Scored | None:
    """Return the attempt that counts among *attempts*, or None when there are none.

    The best is the one with the highest score, of equal ones the earlier.
    """
    if not attempts:
        return None
    if rule is AttemptRule.BEST:
        return min(attempts, key=lambda one: (-one.score, one.number))
    if rule is AttemptRule.LAST:
        return max(attempts, key=lambda one: one.number)
    return min(attempts, key=lambda one: one.number)


def is_released(plan: Plan, times: Times) -> bool:
    """Whether a result may be seen under the plan's release rule."""
    if plan.release is Release.AT_SUBMISSION:
        return True
    if plan.release is Release.AT_CLOSE:
        return times.state is ExamState.CLOSED
    return times.released_at is not None


def may_review(plan: Plan, times: Times) -> bool:
    """Whether keys and explanations may be seen: never while somebody may still sit."""
    return (
        plan.review is Review.AFTER_CLOSE
        and times.state is ExamState.CLOSED
        and is_released(plan, times)
    )
