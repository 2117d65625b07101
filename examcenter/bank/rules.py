"""What is true of banks: their pools, what fits into them, when a file goes in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from question_bank.model import Kind, Question

DEFAULT_BANK = "学法题库"

LONGEST_BANK_NAME = 100
LONGEST_CATEGORY = 100
LONGEST_DIFFICULTY = 20
LONGEST_CITATION = 255
LONGEST_FILE_NAME = 255
"""In characters; the columns hold no more."""


class Pool(StrEnum):
    """Whether questions are for exams or for study; the two never mix."""

    FORMAL = "formal"
    PRACTICE = "practice"


class Candidate(NamedTuple):
    """A question in force that papers may be drawn from.

    *options* is the number of its options, 0 where the answer is a text.
    """

    revision_id: int
    kind: Kind
    category: str
    difficulty: str
    options: int


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """Where a file goes, and how.

    *pool* is that of a new bank, formal without one, and must be that of a bank that
    exists.  Without *only_good* the file goes in whole or not at all.
    """

    bank: str = DEFAULT_BANK
    pool: Pool | None = None
    only_good: bool = False


@dataclass(frozen=True, slots=True)
class BankSummary:
    """A bank and how many questions in force it has of each kind."""

    name: str
    pool: Pool
    by_kind: Mapping[Kind, int]
    retired: int

    @property
    def questions(self) -> int:
        return sum(self.by_kind.values())


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question as a list shows it: without its key.

    *number* is what people call it by, and never changes.
    """

    number: int
    public_id: str
    bank: str
    kind: Kind
    stem: str
    category: str
    difficulty: str
    retired: bool


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """One file that went into a bank; *by* is empty for the operator."""

    id: int
    bank: str
    file: str
    sha256: str
    accepted: int
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class RevisionRecord:
    """One state of a question, and the file it came from if it came from one."""

    number: int
    question: Question
    created_at: datetime
    created_by: str
    imported: ImportRecord | None

    @property
    def marked_options(self) -> tuple[tuple[str, str, bool], ...]:
        """Each option as label, text and whether it is right."""
        question = self.question
        return tuple(
            (label, text, label in question.key)
            for label, text in zip(question.labels, question.options, strict=True)
        )


@dataclass(frozen=True, slots=True)
class QuestionRecord:
    """A question with all its revisions, the present one first."""

    number: int
    public_id: str
    bank: str
    pool: Pool
    retired_at: datetime | None
    revisions: tuple[RevisionRecord, ...]

    @property
    def present(self) -> RevisionRecord:
        return self.revisions[0]


def text_too_long(question: Question) -> tuple[str, str] | None:
    """Return the code and sentence for a text that no column can hold, or None."""
    limits = (
        ("category", "知识点", question.category, LONGEST_CATEGORY),
        ("difficulty", "难度", question.difficulty, LONGEST_DIFFICULTY),
        ("citation", "法律依据", question.citation, LONGEST_CITATION),
    )
    for code, name, text, most in limits:
        if len(text) > most:
            sentence = f"{name}有 {len(text)} 个字符，最多 {most} 个。请精简。"
            return f"{code}_too_long", sentence
    return None


@dataclass(frozen=True, slots=True)
class Shortage:
    """An exam not yet published that a bank has too few questions for, and where."""

    exam: str
    title: str
    bank: str
    code: str
    place: str
    message: str
