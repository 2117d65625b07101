"""Tables of departments and people as offices write them: headers found, cells tidied.

Nothing here knows what a department is; it turns a file into entries, each with its
place, and into words about what was passed over.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from examcenter.errors import Fault
from question_bank.normalise import tidy
from question_bank.readers.tables import (
    Cell,
    Limits,
    Row,
    Sheet,
    UnreadableFileError,
    read_tables,
)

HEADER_ROWS = 5
"""The header is looked for in so many first rows; above it stands a title."""

READ_OVER = frozenset({"原行号", "错误说明", "序号"})

_NOISE = re.compile(r"[\s*:_\-]|[(（【\[](必填|选填|勿删)[)）】\]]")
_WHOLE = re.compile(r"(\d+)\.0+")
_EMPTY = Cell("")
_EXCERPT = 60

_TROUBLES = {
    "date_cell": "被表格软件变成了日期",
    "formatted_number": "带有补零等数字格式，看到的与存储的不同",
    "number_too_long": "是数字格式，末几位已经丢失",
    "formula": "是没有结果的公式",
    "error_cell": "是错误值",
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names that a table's columns go by.

    *names* has for each field its titles; the first one is what we call it ourselves.
    """

    names: Mapping[str, Sequence[str]]
    required: tuple[str, ...]

    def field_of(self, title: str) -> str | None:
        """Return the field under *title*; spaces, stars and case do not count."""
        plain = _NOISE.sub("", unicodedata.normalize("NFKC", tidy(title)).casefold())
        for field, titles in self.names.items():
            if any(plain == _NOISE.sub("", name.casefold()) for name in titles):
                return field
        return None

    def columns(self, titles: Sequence[str]) -> dict[str, int]:
        """Return where each field stands; of two columns for one, the first."""
        found: dict[str, int] = {}
        for at, title in enumerate(titles):
            field = self.field_of(title) if title.strip() else None
            if field is not None:
                found.setdefault(field, at)
        return found

    def is_header(self, titles: Sequence[str]) -> bool:
        return set(self.required) <= set(self.columns(titles))

    def title(self, field: str) -> str:
        return self.names[field][0]


@dataclass(frozen=True, slots=True)
class Heading:
    """The header of one sheet."""

    sheet: str
    number: int
    titles: tuple[str, ...]
    columns: Mapping[str, int]
    vocabulary: Vocabulary


@dataclass(frozen=True, slots=True)
class Entry:
    """One row below a header; *place* reads ``Sheet1!R17``, or ``R17`` in CSV."""

    heading: Heading
    row: Row

    @property
    def place(self) -> str:
        sheet = self.heading.sheet
        return f"{sheet}!R{self.row.number}" if sheet else f"R{self.row.number}"

    @property
    def excerpt(self) -> str:
        """The row's first cells: enough to recognise it, without the ID number."""
        shown = (self.text(field) for field in self.heading.vocabulary.required)
        return " ".join(filter(None, shown))[:_EXCERPT]

    def has(self, field: str) -> bool:
        """Whether the file has a column for *field*."""
        return field in self.heading.columns

    def text(self, field: str) -> str:
        """Return the tidied text under *field*, empty where there is none."""
        return tidied(self._cell(field).text)

    def code(self, field: str) -> str:
        """Return what is a code or number: half width, no spaces, no ``.0``."""
        return code_text(self._cell(field).text)

    def spoilt(self) -> Iterator[tuple[str, str]]:
        """Yield code and message for each known cell whose text cannot be trusted."""
        for field, at in self.heading.columns.items():
            cell = self._cell(field)
            if cell.trouble:
                words = _TROUBLES.get(cell.trouble, "不能读取")
                told = (
                    f"{column_letters(at)}{self.row.number} 单元格"
                    f"（{self.heading.vocabulary.title(field)}）{words}，"
                    "请把这一列设为“文本”格式后重新填写"
                )
                yield cell.trouble, told

    def fault(self, code: str, message: str) -> Fault:
        return Fault(self.place, code, f"{message}。", self.excerpt)

    def _cell(self, field: str) -> Cell:
        at = self.heading.columns.get(field)
        if at is None or at >= len(self.row.cells):
            return _EMPTY
        return self.row.cells[at]


@dataclass(frozen=True, slots=True)
class Table:
    """A file read: its entries, or in *rejected* why it cannot be read at all.

    *notes* are sentences about what was passed over and should be looked at.
    """

    file: str
    encoding: str | None = None
    entries: tuple[Entry, ...] = ()
    rejected: tuple[Fault, ...] = ()
    ignored_columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_table(
    data: bytes, name: str, *, vocabulary: Vocabulary, limits: Limits
) -> Table:
    """Return the rows of the CSV or XLSX file *data* under a header of *vocabulary*.

    Never raises for what is in the file: one that cannot be read as a whole has one
    fault, whose place is *name*.  Hidden sheets are not read and hidden rows are; both
    are told in the notes.
    """
    try:
        tables = read_tables(data, name, expects=vocabulary.is_header, limits=limits)
    except UnreadableFileError as error:
        return _unreadable(name, error.code, str(error))
    entries: list[Entry] = []
    ignored: dict[str, None] = {}
    notes: list[str] = []
    for sheet in tables.sheets:
        heading = None if sheet.hidden else _heading(sheet, vocabulary)
        notes += _notes(sheet, found=heading is not None)
        if heading is not None:
            ignored |= dict.fromkeys(_ignored(heading))
            entries += _entries(sheet, heading)
    if not entries:
        return _without_rows(name, tables.sheets, vocabulary)
    return Table(
        name, tables.encoding, tuple(entries), (), tuple(ignored), tuple(notes)
    )


@lru_cache(maxsize=8192)
def tidied(text: str) -> str:
    """Return *text* on one line with single spaces, composed as NFC."""
    if text.isascii() and text.isalnum():
        return text
    return " ".join(unicodedata.normalize("NFC", tidy(text)).split())


def code_text(text: str) -> str:
    """Return a code in half width, without spaces; a whole number without ``.0``."""
    if not (text.isascii() and text.isalnum()):
        text = "".join(unicodedata.normalize("NFKC", tidy(text)).split())
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


def column_letters(at: int) -> str:
    """Return what a spreadsheet calls column *at*: 0 is A, 26 is AA."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _unreadable(name: str, code: str, message: str) -> Table:
    return Table(name, rejected=(Fault(name, code, message),))


def _heading(sheet: Sheet, vocabulary: Vocabulary) -> Heading | None:
    for row in sheet.rows[:HEADER_ROWS]:
        titles = tuple(cell.text for cell in row.cells)
        if row.number <= HEADER_ROWS and vocabulary.is_header(titles):
            columns = vocabulary.columns(titles)
            return Heading(sheet.name, row.number, titles, columns, vocabulary)
    return None


def _entries(sheet: Sheet, heading: Heading) -> list[Entry]:
    return [
        Entry(heading, row)
        for row in sheet.rows
        if row.number > heading.number and _says_something(row, heading)
    ]


def _says_something(row: Row, heading: Heading) -> bool:
    return any(
        at < len(row.cells) and (row.cells[at].text.strip() or row.cells[at].trouble)
        for at in heading.columns.values()
    )


def _ignored(heading: Heading) -> list[str]:
    known = set(heading.columns.values())
    titles = ((at, tidied(title)) for at, title in enumerate(heading.titles))
    return [
        title
        for at, title in titles
        if title and at not in known and title not in READ_OVER
    ]


def _notes(sheet: Sheet, *, found: bool) -> list[str]:
    if sheet.hidden and sheet.rows:
        return [f"工作表“{sheet.name}”是隐藏的，没有读取。"]
    if not found:
        where = f"工作表“{sheet.name}”"
        return [f"{where}前五行没有可识别的表头，没有读取。"] if sheet.rows else []
    if not sheet.hidden_rows and not sheet.hidden_columns:
        return []
    told = (
        f"工作表“{sheet.name}”有 {len(sheet.hidden_rows)} 行、"
        f"{sheet.hidden_columns} 处列是隐藏的，已一并读取，请核对。"
    )
    return [told]


def _without_rows(name: str, sheets: Sequence[Sheet], vocabulary: Vocabulary) -> Table:
    """Word the refusal of a file without a header or without rows below it."""
    visible = [sheet for sheet in sheets if not sheet.hidden]
    if any(_heading(sheet, vocabulary) for sheet in visible):
        return _unreadable(name, "no_rows", "表头下面没有内容。请填写后重新导入。")
    best: dict[str, int] = {}
    for sheet in visible:
        for row in sheet.rows[:HEADER_ROWS]:
            found = vocabulary.columns([cell.text for cell in row.cells])
            best = max(best, found, key=len)
    lacking = [f for f in vocabulary.required if f not in best]
    titles = "、".join(map(vocabulary.title, lacking))
    return _unreadable(
        name,
        "header_not_found",
        f"前五行中没有找到表头，缺少这些列：{titles}。请补上后重新导入。",
    )
