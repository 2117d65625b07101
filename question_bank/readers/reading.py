"""What reading a file of questions gives: each row as one thing or another."""

from dataclasses import dataclass, field

from question_bank.media import Media
from question_bank.model import Kind, Question
from question_bank.readers.grid import Cell

_EXCERPT = 60


@dataclass(frozen=True, slots=True)
class Source:
    """The row that a question was read from; *place* reads ``Sheet1!R17``.

    *row* is the number that the spreadsheet shows, the header counted.  *kind* is what
    the row counts as, None where that could not be told.  In a file that is no table
    the place is a line, a paragraph, a path or an element, *row* counts from 1, and
    *cells* are what the row would be under the titles of our own template.
    """

    place: str
    sheet: str
    row: int
    cells: tuple[Cell, ...]
    kind: Kind | None

    @property
    def is_row(self) -> bool:
        """Whether it stood in a table."""
        return self.place.endswith(f"R{self.row}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question with nothing wrong in itself, and where it stands."""

    source: Source
    question: Question

    @property
    def excerpt(self) -> str:
        return excerpt(self.question.stem)


@dataclass(frozen=True, slots=True)
class Rejection:
    """What cannot be taken: a row or, where *source* is None, the whole file.

    *code* is that of the first problem and *codes* are those of all; *message* tells
    all of them in Chinese.
    """

    place: str
    code: str
    message: str
    excerpt: str
    source: Source | None = None
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Caution:
    """Something that a person should look at, and that keeps nothing out."""

    place: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class SheetHead:
    """The header row of a sheet, as the office wrote it."""

    sheet: str
    titles: tuple[str, ...]
    tells_kind: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A file read: every row below a header is in one of the parts.

    *blank_rows* counts rows between the header and the last row that hold no question,
    *heading_rows* those that only announce a kind or repeat the header, and
    *joined_rows* those that carry on the question of a row before them.  *media* are
    the pictures in the candidates' texts.
    """

    file: str
    format: str = ""
    encoding: str | None = None
    candidates: tuple[Candidate, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    cautions: tuple[Caution, ...] = ()
    ignored_columns: tuple[str, ...] = ()
    blank_rows: int = 0
    heading_rows: int = 0
    joined_rows: int = 0
    heads: tuple[SheetHead, ...] = field(default=())
    media: tuple[Media, ...] = field(default=(), repr=False)


def excerpt(text: str) -> str:
    """Return enough of *text* on one line to recognise a row by."""
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else line[:_EXCERPT] + "…"
