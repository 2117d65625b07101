"""The shape of any table file once it is read: sheets of rows of cells."""

from dataclasses import dataclass, field
from typing import NamedTuple

from question_bank.model import QuestionBankError

MEGABYTE = 1024 * 1024


class UnreadableFileError(QuestionBankError):
    """The file as a whole cannot be read; the message names the way out.

    *code* is a word for programs, the message a sentence in Chinese for the person
    who chose the file.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Cell(NamedTuple):
    """What a reader of the spreadsheet sees in one cell, as text.

    *trouble* is empty, or tells why the text cannot be trusted: ``"date_cell"`` (the
    program made a date of it), ``"number_too_long"`` (digits were lost),
    ``"formatted_number"`` (it shows another text than it holds), ``"formula"`` (one
    without a stored value), ``"error_cell"`` (#N/A and so on).
    """

    text: str
    trouble: str = ""


EMPTY = Cell("")

_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"}
)


def trouble_in(text: str) -> str:
    """Return the trouble that a text cell shows by its text alone.

    Spreadsheets write their errors into CSV files as words, and so do our own lists of
    rows to mend, where such a word keeps a spoilt cell from passing unmended.
    """
    return "error_cell" if text in _ERRORS else ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not empty; *number* is the one that the spreadsheet shows.

    *cells* start at column A and end with the last cell that holds something.
    """

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet with those of its rows that hold something.

    A CSV file is one sheet whose name is empty.  *hidden_rows* are numbers of rows
    among *rows* that the spreadsheet does not show, *hidden_columns* counts columns.
    """

    name: str
    rows: tuple[Row, ...]
    hidden: bool = False
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: int = 0


@dataclass(frozen=True, slots=True)
class Tables:
    """All sheets of a file; *encoding* is None where the format fixes it.

    *pictures* counts those that lie in the file, outside its cells.
    """

    format: str
    encoding: str | None
    sheets: tuple[Sheet, ...]
    pictures: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may ask of the machine; sizes in bytes, times in seconds.

    *cpu_seconds* and *memory* bind the child process that opens a workbook,
    *document_memory* the one that reads anything else.  *ratio* is unpacked size to
    packed size of one part, looked at where the part is large.
    """

    file_size: int = 20 * MEGABYTE
    unpacked_size: int = 200 * MEGABYTE
    ratio: int = 200
    entries: int = 2_000
    rows: int = 120_000
    columns: int = 100
    cells: int = 3_000_000
    characters: int = 30_000_000
    cpu_seconds: int = 8
    wall_seconds: float = 20.0
    memory: int = 512 * MEGABYTE
    document_memory: int = 300 * MEGABYTE


DEFAULT_LIMITS = Limits()


def refuse_large(data: bytes, limits: Limits) -> None:
    """Raise UnreadableFileError for more bytes than *limits* allow one file."""
    if len(data) > limits.file_size:
        raise UnreadableFileError(
            "file_too_large",
            f"文件有 {len(data) / MEGABYTE:.1f} MB，"
            f"最大允许 {limits.file_size // MEGABYTE} MB。请拆分成几个文件后分别导入。",
        )


@dataclass(slots=True)
class Meter:
    """Counts what one file has asked for so far and refuses what is too much."""

    limits: Limits
    rows: int = field(default=0)
    cells: int = field(default=0)
    characters: int = field(default=0)

    def take(self, place: str, texts: list[str]) -> None:
        """Count one row at *place*; raises UnreadableFileError beyond a limit."""
        self.rows += 1
        self.cells += len(texts)
        self.characters += sum(map(len, texts))
        most = self.limits
        if len(texts) > most.columns:
            raise UnreadableFileError(
                "too_many_columns",
                f"{place}：有 {len(texts)} 列，最多允许 {most.columns} 列。"
                "请删除右侧多余的列后重新上传。",
            )
        if self.rows > most.rows:
            raise UnreadableFileError(
                "too_many_rows",
                f"{place}：超过 {most.rows} 行的上限。请拆分成几个文件后分别导入。",
            )
        if self.cells > most.cells or self.characters > most.characters:
            raise UnreadableFileError(
                "too_many_cells",
                f"{place}：文件内容过多（上限 {most.cells} 个单元格、"
                f"{most.characters} 个字符）。请拆分成几个文件后分别导入。",
            )
