"""The reviewed answers: what was chosen, what is right, and why."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from examcenter.attempts import ledger
from examcenter.attempts.documents import (
    QuestionShown,
    Reviewed,
    questions_shown,
)
from examcenter.results import service
from examcenter.results.rules import as_shown, mark_paper, may_review
from question_bank.markup import visible
from question_bank.model import Question
from question_bank.scoring import decimal_text


def reviewed(
    session: Session, attempt_public_id: str, now: datetime
) -> list[Reviewed] | None:
    """Return the whole paper with keys and explanations, or None when not allowed.

    The plan must say ``review = "after_close"``, the exam must be over and the result
    released.  Raises NotFoundError for an attempt that does not exist.
    """
    found = service.submission(session, attempt_public_id, now=now)
    if found is None or not may_review(found.frozen.plan, found.times):
        return None
    paper, frozen = found.paper(session), found.frozen
    answers = {
        number: answer.value
        for number, answer in ledger.answers(session, found.attempt_id).items()
    }
    marked = mark_paper(frozen.plan, frozen.questions, paper, answers)
    return [
        _reviewed(shown, frozen.questions[position], order, answers, earned)
        for shown, position, order, earned in zip(
            questions_shown(frozen, paper),
            paper.questions,
            paper.options,
            marked.earned,
            strict=True,
        )
    ]


def _reviewed(
    shown: QuestionShown,
    question: Question,
    order: Sequence[int],
    answers: dict[int, tuple[str, ...]],
    earned: int,
) -> Reviewed:
    is_chosen = question.kind.is_chosen
    return Reviewed(
        question=shown,
        answer=answers.get(shown.number, ()),
        key=as_shown(order, question.key) if is_chosen else _fillings(question),
        earned=decimal_text(earned),
        explanation=visible(question, question.explanation),
        citation=question.citation,
    )


def _fillings(question: Question) -> tuple[str, ...]:
    """Return for each gap the texts that fill it, as people write them."""
    return tuple("；".join(blank) for blank in question.blanks)
