"""Marks for answers: whole hundredths in, whole hundredths out.

A mark decides on a person's year, so nothing here is a float and nothing is rounded
up: 2 marks are ``200``, a half or a share that does not come out even is cut.
"""

from collections.abc import Collection, Iterable
from enum import StrEnum

from question_bank.model import ALTERNATIVE, Kind, QuestionBankError
from question_bank.normalise import folded

FAILED = "不合格"
"""The grade below every grade that an exam plan names."""


class ScoringRule(StrEnum):
    """What an incomplete choice among several right options earns.

    A wrong option earns nothing under any rule.  The values are those of plan files.
    """

    ALL_OR_NOTHING = "all_or_nothing"
    HALF_IF_INCOMPLETE = "half_if_incomplete"
    PER_OPTION = "per_option"


class NeedsAPersonError(QuestionBankError):
    """A machine cannot mark answers of this kind."""


def score_answer(
    kind: Kind,
    rule: ScoringRule,
    key: Collection[str],
    value: Collection[str],
    marks: int,
) -> int:
    """Return what *value* earns of *marks*, both in hundredths: 0 to *marks*.

    *key* is that of a question, *value* holds option labels in the bank's order, or
    one text for each blank.  The order of labels and their repetitions do not matter.
    No answer, and an answer to a question without a key, earn nothing.  *rule* counts
    only where several options or blanks may be right.  Under ``PER_OPTION`` each right
    option earns ``marks // len(key)`` and the complete choice all of *marks*.

    A blank is right when its text, without regard to case, width, white space and the
    shapes of punctuation, is one of the key's.  Under ``PER_OPTION`` each right blank
    earns its share, whatever stands in the others; under ``HALF_IF_INCOMPLETE`` half is
    for blanks left empty where the others are right.

    Raises NeedsAPersonError for short answers, ValueError when *marks* is negative.
    """
    if marks < 0:
        raise ValueError(f"marks must not be negative: {marks}")
    if kind.needs_a_person:
        raise NeedsAPersonError(f"a person has to mark answers of kind {kind.value}")
    if kind is Kind.BLANK:
        return _for_blanks(rule, key, value, marks)
    right, given = frozenset(key), frozenset(value)
    if not given or not given <= right:
        return 0
    if given == right:
        return marks
    return _for_incomplete(kind, rule, marks, len(given), len(right))


def decimal_text(hundredths: int) -> str:
    """Write *hundredths* as decimal text without trailing zeros.

    ``8800`` is ``"88"``, ``8850`` is ``"88.5"``, ``-5`` is ``"-0.05"``.
    """
    whole, part = divmod(abs(hundredths), 100)
    sign = "-" if hundredths < 0 else ""
    return f"{sign}{whole}.{part:02}".rstrip("0").rstrip(".")


def grade_of(score: int, grades: Iterable[tuple[str, int]]) -> str:
    """Return the name of the grade that *score* reaches.

    *grades* are names with the score from which each begins, in hundredths and in any
    order.  Below the lowest the grade is ``FAILED``; an exam without grades gives
    ``""``.
    """
    ladder = sorted(grades, key=lambda grade: grade[1], reverse=True)
    if not ladder:
        return ""
    return next((name for name, begins in ladder if score >= begins), FAILED)


def _for_incomplete(
    kind: Kind, rule: ScoringRule, marks: int, given: int, right: int
) -> int:
    if kind not in {Kind.MULTIPLE, Kind.INDETERMINATE}:
        return 0
    if rule is ScoringRule.HALF_IF_INCOMPLETE:
        return marks // 2
    if rule is ScoringRule.PER_OPTION:
        return marks // right * given
    return 0


def _for_blanks(
    rule: ScoringRule, key: Collection[str], value: Collection[str], marks: int
) -> int:
    given = [folded(text) for text in value]
    given += [""] * (len(key) - len(given))
    if not key or any(given[len(key) :]):
        return 0
    right = sum(map(_fills, given, key))
    if right == len(key):
        return marks
    if rule is ScoringRule.PER_OPTION:
        return marks // len(key) * right
    wrong = sum(map(bool, given)) - right
    if rule is ScoringRule.HALF_IF_INCOMPLETE and right and not wrong:
        return marks // 2
    return 0


def _fills(text: str, blank: str) -> bool:
    return bool(text) and text in map(folded, blank.split(ALTERNATIVE))
