"""Tables of questions from any office: every row is taken, refused or accounted for.

The header may stand in the first five rows; what stands above it is a title.  Hidden
sheets are not read, hidden rows are; both are reported.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from question_bank.headers import Field, Header, looks_like_header, read_header
from question_bank.model import Kind
from question_bank.normalise import kind_in_heading, kind_in_name
from question_bank.readers import notices
from question_bank.readers.gathering import Gathering
from question_bank.readers.grid import (
    Limits,
    Row,
    Sheet,
    UnreadableFileError,
)
from question_bank.readers.groups import (
    case_materials,
    joined,
    said_in_rows,
    with_material,
)
from question_bank.readers.reading import Reading, SheetHead, Source
from question_bank.readers.rows import is_blank, spoilt_cells, unread_text
from question_bank.readers.tables import read_tables
from question_bank.readers.understanding import understand

HEADER_ROWS = 5


def read_sheets(data: bytes, name: str, limits: Limits) -> Reading:
    """Return what the table file *data* called *name* holds.

    Raises UnreadableFileError when it cannot be read as a whole.
    """
    tables = read_tables(data, name, expects=looks_like_header, limits=limits)
    found = Gathering()
    take_sheets(tables.sheets, found, name)
    if tables.pictures:
        found.cautions.append(notices.pictures_not_read(name, tables.pictures))
    if not found.heads:
        raise UnreadableFileError("header_not_found", notices.NO_HEADER)
    if not found.candidates and not found.rejections:
        raise UnreadableFileError("no_questions", notices.NO_QUESTIONS)
    return found.reading(name, tables.format, tables.encoding)


def take_sheets(sheets: Sequence[Sheet], found: Gathering, name: str) -> None:
    """Take the rows of *sheets*, all of the file *name*, into *found*."""
    several = len(sheets) > 1
    for sheet in filter(lambda sheet: sheet.rows, sheets):
        header = _find_header(sheet)
        if sheet.hidden or header is None:
            found.cautions.append(notices.passed_over(sheet, name))
        else:
            _SheetReader(sheet, *header, found, several).read()


@dataclass(frozen=True, slots=True)
class _SheetReader:
    """Takes the rows below the header of one sheet into the file's ledger.

    *several* says that the file has more sheets, so that messages must name this one.
    """

    sheet: Sheet
    head: Row
    header: Header
    found: Gathering
    several: bool

    def read(self) -> None:
        titles = tuple(cell.text for cell in self.head.cells)
        tells_kind = bool(self.header.of(Field.KIND))
        self.found.heads.append(SheetHead(self.sheet.name, titles, tells_kind))
        self.found.ignored.update(dict.fromkeys(self.header.ignored))
        self.found.cautions += notices.about_columns(self.sheet, self.head, self.header)
        announced = kind_in_name(self.sheet.name)
        last = self.head.number
        materials = case_materials(self._rows_below(), self.header)
        for rows in joined(self._rows_below(), self.header):
            self.found.blank_rows += rows[0].number - last - 1
            last = rows[0].number
            announced = self._take(rows, announced, materials)
            for row in rows[1:]:
                self.found.blank_rows += row.number - last - 1
                last = row.number

    def _rows_below(self) -> Iterator[Row]:
        return (row for row in self.sheet.rows if row.number > self.head.number)

    def _take(
        self,
        rows: Sequence[Row],
        announced: Kind | None,
        materials: Mapping[str, set[str]],
    ) -> Kind | None:
        """Account for *rows*; return the kind that is announced for those after."""
        row = rows[0]
        heading = _heading(row)
        if heading is not None or self._repeats_header(row):
            self.found.heading_rows += 1
            return heading or announced
        if is_blank(row, self.header):
            self.found.blank_rows += 1
            if unread_text(row, self.header):
                self._caution(row, "row_not_read", notices.ROW_NOT_READ)
            return announced
        self.found.joined_rows += len(rows) - 1
        self._settle(rows, announced, materials)
        return announced

    def _settle(
        self,
        rows: Sequence[Row],
        announced: Kind | None,
        materials: Mapping[str, set[str]],
    ) -> None:
        row = rows[0]
        said = said_in_rows(rows, self.header)
        said, unclear = with_material(said, materials)
        outcome = understand(said, self.header.codes, announced)
        spoilt = (problem for one in rows for problem in spoilt_cells(one, self.header))
        source = Source(
            self._place(row), self.sheet.name, row.number, row.cells, outcome.kind
        )
        words = said.stem or " ".join(cell.text for cell in row.cells)
        self.found.settle(
            source,
            replace(outcome, problems=(*spoilt, *unclear, *outcome.problems)),
            words,
            self._where(row),
        )

    def _caution(self, row: Row, code: str, message: str) -> None:
        self.found.caution(self._place(row), code, self._where(row) + message)

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
