"""Tables of a few rows, read at once, for tests that look at what became of them."""

from collections.abc import Sequence

from question_bank.model import Question
from question_bank.readers.questions import read_questions
from question_bank.readers.reading import Reading
from tests.question_bank.files import Value, xlsx


def read(*rows: Sequence[Value]) -> Reading:
    return read_questions(xlsx(rows), "题库.xlsx")


def the_question(*rows: Sequence[Value]) -> Question:
    reading = read(*rows)
    assert not reading.rejections
    (candidate,) = reading.candidates
    return candidate.question


def the_code(*rows: Sequence[Value]) -> str:
    reading = read(*rows)
    assert not reading.candidates
    (rejection,) = reading.rejections
    assert rejection.source is not None
    return rejection.code


def codes(reading: Reading) -> list[str]:
    return [caution.code for caution in reading.cautions]
