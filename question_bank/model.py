"""What a question is, in the words that every other module shares."""

import re
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

    @property
    def needs_a_person(self) -> bool:
        """Whether only a person can say what an answer is worth."""
        return self is Kind.SHORT_ANSWER


TRUE_FALSE_OPTIONS = ("正确", "错误")
"""The options of every true-or-false question, in bank order: A is true."""

ALTERNATIVE = "\n"
"""Stands in the key of a blank between texts of which each counts as right."""

MEDIA = "media:"
"""Begins the address of a picture in markup; its SHA-256 in hexadecimal follows."""

_MEDIA_ADDRESS = re.compile(MEDIA + "([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Question:
    """One unchangeable state of a question.

    *options* are texts in bank order; the first is labelled A.  *key* holds the labels
    of the right options in alphabetical order; for ``BLANK`` one text for each blank in
    its order, alternatives divided by `ALTERNATIVE`; for ``SHORT_ANSWER`` the reference
    answer, or nothing.  An empty string means that nothing was said; *category*,
    *difficulty* and *citation* are the words of the source.

    Where *rich*, stem, options, material and explanation are HTML fragments of the few
    tags that `markup` lets through, and pictures in them have the address `MEDIA` and
    their SHA-256.  Otherwise, and everywhere else, a text is plain.  Questions of one
    case have the same *material*.
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
    rich: bool = False

    @property
    def labels(self) -> str:
        """The labels of the options, ``"ABCD"`` for four."""
        return LABELS[: len(self.options)]

    @property
    def blanks(self) -> tuple[tuple[str, ...], ...]:
        """For each blank in its order the texts that fill it."""
        return tuple(tuple(text.split(ALTERNATIVE)) for text in self.key)

    @property
    def texts(self) -> tuple[str, ...]:
        """All that may hold markup where the question is rich."""
        return self.material, self.stem, *self.options, self.explanation

    @property
    def media(self) -> tuple[str, ...]:
        """The SHA-256 of each picture, in the order of their first appearance."""
        if not self.rich:
            return ()
        found = (mark for text in self.texts for mark in _MEDIA_ADDRESS.findall(text))
        return tuple(dict.fromkeys(found))
