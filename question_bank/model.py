"""What a question is, in the words that every other module shares."""

from dataclasses import dataclass
from enum import StrEnum

LABELS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class QuestionBankError(Exception):
    """Something about questions or papers cannot be done as asked."""


class Kind(StrEnum):
    """How a question is answered; the values are those of files, API and database."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    INDETERMINATE = "indeterminate"
    TRUE_FALSE = "true_false"
    BLANK = "blank"
    SHORT_ANSWER = "short_answer"

    @property
    def is_chosen(self) -> bool:
        """Whether the answer is a choice among options rather than a text."""
        return self not in {Kind.BLANK, Kind.SHORT_ANSWER}


TRUE_FALSE_OPTIONS = ("正确", "错误")
"""The options of every true-or-false question, in bank order: A is true."""


@dataclass(frozen=True, slots=True)
class Question:
    """One unchangeable state of a question.

    *options* are texts in bank order; the first is labelled A.  *key* holds the labels
    of the right options in alphabetical order or, where the kind is not chosen, the
    texts that count as right.  All texts are plain text, not markup.  An empty string
    means that nothing was said; *category*, *difficulty* and *citation* are the words
    of the source.
    """

    kind: Kind
    stem: str
    options: tuple[str, ...]
    key: tuple[str, ...]
    explanation: str = ""
    category: str = ""
    difficulty: str = ""
    citation: str = ""
    material: str = ""

    @property
    def labels(self) -> str:
        """The labels of the options, ``"ABCD"`` for four."""
        return LABELS[: len(self.options)]
