"""Tables of questions from any office: every row is taken, refused or accounted for.

The header may stand in the first five rows; what stands above it is a title.  Hidden
sheets are not read, hidden rows are; both are reported.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from question_bank.headers import Field, Header, looks_like_header, read_header
from question_bank.model import Kind
from question_bank.normalise import kind_in_heading, kind_in_name
from question_bank.readers import notices
from question_bank.readers.grid import (
    DEFAULT_LIMITS,
    Limits,
    Row,
    Sheet,
    Tables,
    UnreadableFileError,
)
from question_bank.readers.reading import (
    Candidate,
    Caution,
    Reading,
    Rejection,
    SheetHead,
    Source,
    excerpt,
)
from question_bank.readers.rows import (
    is_blank,
    said_in,
    spoilt_cells,
    uncovered,
    unread_text,
)
from question_bank.readers.tables import read_tables
from question_bank.readers.understanding import understand

HEADER_ROWS = 5


def read_questions(data: bytes, name: str, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """Return what the table file *data* holds; never raises for what is in it.

    A file that cannot be read as a whole gives one rejection whose place is *name*.
    """
    try:
        tables = read_tables(data, name, expects=looks_like_header, limits=limits)
        return _read(tables, name)
    except UnreadableFileError as error:
        rejection = Rejection(name, error.code, str(error), "")
        return Reading(file=name, rejections=(rejection,))


def _read(tables: Tables, name: str) -> Reading:
    ledger = _Ledger()
    several = len(tables.sheets) > 1
    for sheet in filter(lambda sheet: sheet.rows, tables.sheets):
        found = _find_header(sheet)
        if sheet.hidden or found is None:
            ledger.cautions.append(notices.passed_over(sheet, name))
        else:
            _SheetReader(sheet, *found, ledger, several).read()
    if not ledger.heads:
        raise UnreadableFileError("header_not_found", notices.NO_HEADER)
    if not ledger.candidates and not ledger.rejections:
        raise UnreadableFileError("no_questions", notices.NO_QUESTIONS)
    return Reading(
        file=name,
        format=tables.format,
        encoding=tables.encoding,
        candidates=tuple(ledger.candidates),
        rejections=tuple(ledger.rejections),
        cautions=tuple(ledger.cautions),
        ignored_columns=tuple(ledger.ignored),
        blank_rows=ledger.blank_rows,
        heading_rows=ledger.heading_rows,
        heads=tuple(ledger.heads),
    )


@dataclass(slots=True)
class _Ledger:
    """What was found in a file so far."""

    candidates: list[Candidate] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    cautions: list[Caution] = field(default_factory=list)
    ignored: dict[str, None] = field(default_factory=dict)
    heads: list[SheetHead] = field(default_factory=list)
    blank_rows: int = 0
    heading_rows: int = 0


@dataclass(frozen=True, slots=True)
class _SheetReader:
    """Takes the rows below the header of one sheet into the file's ledger.

    *several* says that the file has more sheets, so that messages must name this one.
    """

    sheet: Sheet
    head: Row
    header: Header
    ledger: _Ledger
    several: bool

    def read(self) -> None:
        titles = tuple(cell.text for cell in self.head.cells)
        tells_kind = bool(self.header.of(Field.KIND))
        self.ledger.heads.append(SheetHead(self.sheet.name, titles, tells_kind))
        self.ledger.ignored.update(dict.fromkeys(self.header.ignored))
        self.ledger.cautions += notices.about_columns(
            self.sheet, self.head, self.header
        )
        announced = kind_in_name(self.sheet.name)
        last = self.head.number
        for row in self._rows_below():
            self.ledger.blank_rows += row.number - last - 1
            last = row.number
            announced = self._take(row, announced)

    def _rows_below(self) -> Iterator[Row]:
        return (row for row in self.sheet.rows if row.number > self.head.number)

    def _take(self, row: Row, announced: Kind | None) -> Kind | None:
        """Account for *row*; return the kind that is announced for those after it."""
        heading = _heading(row)
        if heading is not None or self._repeats_header(row):
            self.ledger.heading_rows += 1
            return heading or announced
        if is_blank(row, self.header):
            self.ledger.blank_rows += 1
            if unread_text(row, self.header):
                self._caution(row, "row_not_read", notices.ROW_NOT_READ)
            return announced
        self._settle(uncovered(row, self.header), announced)
        return announced

    def _settle(self, row: Row, announced: Kind | None) -> None:
        said = said_in(row, self.header)
        outcome = understand(said, self.header.codes, announced)
        source = Source(
            self._place(row), self.sheet.name, row.number, row.cells, outcome.kind
        )
        problems = (*spoilt_cells(row, self.header), *outcome.problems)
        if outcome.question is not None and not problems:
            self.ledger.candidates.append(Candidate(source, outcome.question))
            for caution in outcome.cautions:
                self._caution(row, caution.code, caution.message)
            return
        message = self._where(row) + "".join(problem.message for problem in problems)
        words = excerpt(said.stem or " ".join(cell.text for cell in row.cells))
        self.ledger.rejections.append(
            Rejection(source.place, problems[0].code, message, words, source)
        )

    def _caution(self, row: Row, code: str, message: str) -> None:
        self.ledger.cautions.append(
            Caution(self._place(row), code, self._where(row) + message)
        )

    def _place(self, row: Row) -> str:
        return notices.place(self.sheet, row)

    def _where(self, row: Row) -> str:
        name = f"工作表“{self.sheet.name}”" if self.several else ""
        return f"{name}第 {row.number} 行："

    def _repeats_header(self, row: Row) -> bool:
        """Whether *row* is the header once more, as printing programs repeat it."""
        (stem,) = self.header.of(Field.STEM)
        return (
            len(row.cells) > stem.at
            and row.cells[stem.at].text == stem.title
            and looks_like_header([cell.text for cell in row.cells])
        )


def _find_header(sheet: Sheet) -> tuple[Row, Header] | None:
    for row in sheet.rows[:HEADER_ROWS]:
        header = read_header([cell.text for cell in row.cells])
        if header.is_for_questions:
            return row, header
    return None


def _heading(row: Row) -> Kind | None:
    """Return the kind that *row* announces, if that is all that it does."""
    filled = [cell.text for cell in row.cells if cell.text.strip()]
    return kind_in_heading(filled[0]) if len(filled) == 1 else None
