"""What running text is parted into: questions, materials, answers, and the rest."""

from dataclasses import dataclass, field

from question_bank.model import Kind
from question_bank.readers.answer_tables import Part
from question_bank.readers.answers import answer_in_stem
from question_bank.readers.prose_fields import letters_in
from question_bank.readers.prose_marks import Line, Name, labels_in

ALL_LABELS = 26
"""An answer may be printed in a stem before its options are known."""


@dataclass(slots=True)
class Block:
    """The lines of one question, and what stands above them.

    *number* is the one that the text gives, 0 without one; *text* lacks it.  *ordinal*
    is the numeral of the section's heading, *chapter* that of the chapter in full.
    """

    number: int
    lines: list[Line]
    texts: list[str]
    kind: Kind | None
    ordinal: str
    chapter: str = ""
    material: str = ""

    is_answered: bool = False
    printed: bool = False
    last_label: Name | None = None
    offered: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for text in self.texts:
            self._look_at(text)

    @property
    def text(self) -> str:
        return "\n".join(self.texts)

    @property
    def is_whole(self) -> bool:
        """Whether it could end here: it has an answer, or options."""
        return self.is_answered or self.printed or {"A", "B"} <= self.offered

    def add(self, line: Line) -> None:
        """Take another line into the question."""
        self.lines.append(line)
        self.texts.append(line.text)
        self._look_at(line.text)

    def _look_at(self, text: str) -> None:
        # Line by line, for looking at all again after each would take quadratic time.
        for label in labels_in(text):
            self.last_label = label.name
            self.is_answered |= label.name is Name.ANSWER
        self.printed |= answer_in_stem(text, self.kind, ALL_LABELS) is not None
        self.offered |= letters_in(text)


@dataclass(slots=True)
class Parting:
    """A whole text parted; every line is counted in one of these."""

    blocks: list[Block] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    unread: list[list[Line]] = field(default_factory=list)
    blank: int = 0
    headings: int = 0


@dataclass(slots=True)
class Material:
    """What several questions are about, and which: all that follow, or a range."""

    lines: list[str]
    range: tuple[int, int] | None
    blocks_before: int

    def is_for(self, number: int) -> bool:
        return self.range is None or self.range[0] <= number <= self.range[1]
