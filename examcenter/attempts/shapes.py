"""What answers each question of a paper allows: its kind and its number of options."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock

from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.attempts.models import Attempt
from examcenter.attempts.rules import (
    AnswerGiven,
    Examinee,
    NoSuchQuestionError,
    check_value,
)
from examcenter.errors import NotFoundError
from examcenter.exams import service as exams
from question_bank.model import Kind

Shape = tuple[tuple[Kind, int], ...]
"""Each question's kind and number of options, in the order of a paper."""


def check(answers: Sequence[AnswerGiven], shape: Shape) -> None:
    """Raise unless every answer is for a question of the paper and one it offers."""
    for answer in answers:
        if not 1 <= answer.question <= len(shape):
            raise NoSuchQuestionError(number=answer.question)
        check_value(*shape[answer.question - 1], answer.value)


class Shapes:
    """The shapes of the papers that are being sat; safe to share between threads.

    A paper never changes, so a shape is good for as long as it is kept.
    """

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, int], Shape] = OrderedDict()
        self._lock = Lock()

    def of(self, attempt_id: str, by: Examinee, read: Callable[[], Shape]) -> Shape:
        """Return the shape of an attempt's paper, asking *read* the first time.

        It is kept under attempt and person: nobody is told of another's paper.
        """
        place = (attempt_id, by.id)
        with self._lock:
            shape = self._kept.get(place)
            if shape is not None:
                self._kept.move_to_end(place)
                return shape
        shape = read()
        with self._lock:
            self._kept[place] = shape
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return shape


def shape(session: Session, attempt_id: str, *, by: Examinee) -> Shape:
    """Return the shape of the paper of *by*'s attempt; raises NotFoundError."""
    row = session.execute(
        select(Attempt.exam_id, Attempt.person_id, Attempt.number).where(
            Attempt.public_id == attempt_id, Attempt.person_id == by.id
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return shape_of_paper(session, row.exam_id, row.person_id, row.number)


def shape_of_paper(
    session: Session, exam_id: int, person_id: int, number: int
) -> Shape:
    """Return the shape of somebody's paper *number*; raises NotFoundError."""
    questions = exams.frozen(session, exam_id).questions
    paper = exams.paper(session, exam_id, person_id, number)
    return tuple(
        (questions[place].kind, len(questions[place].options))
        for place in paper.questions
    )
