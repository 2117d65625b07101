"""The rows that were not taken, as a workbook to mend and load again."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from question_bank.checks import KIND_NAMES
from question_bank.intake import Intake
from question_bank.readers.reading import SheetHead, Source

SPOILT = "#N/A"
"""Stands where a cell could not be trusted; readers refuse it until it is mended."""

ROW_TITLE = "原行号"
REASON_TITLE = "错误说明"
KIND_TITLE = "题型"
_WHOLE_FILE = "文件错误"
_LONGEST_NAME = 31
_LONGEST_CELL = 32_767
_WIDTHS = (8, 60, 24)
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]|^'|'$")


@dataclass(frozen=True, slots=True)
class _Page:
    """One sheet to write; the first line is its header."""

    name: str
    lines: list[list[str]]


def write_errors(intake: Intake) -> bytes:
    """Return an XLSX workbook with every row of *intake* that has to be mended.

    Each sheet of the file that has such rows comes back with its own header and the
    rows' own cells, behind the number that the row had and all reasons; where the kind
    stood in a heading or in the sheet's name, a column tells it now.  Every cell is
    text.  What concerns the file as a whole stands in a sheet 文件错误.
    """
    target = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, {"in_memory": True, **options}) as book:
        names: set[str] = set()
        for page in _pages(intake):
            _write(book, page, _free_name(page.name, names))
    return target.getvalue()


def _pages(intake: Intake) -> Iterator[_Page]:
    whole = [[one.message] for one in intake.rejected if one.source is None]
    if whole:
        yield _Page(_WHOLE_FILE, [[REASON_TITLE], *whole])
    bad = sorted(_bad_rows(intake), key=lambda row: row[0].row)
    for head in intake.reading.heads:
        lines = [
            _line(head, source, why)
            for source, why in bad
            if source.sheet == head.sheet
        ]
        if lines:
            yield _Page(head.sheet, [_header(head), *lines])


def _bad_rows(intake: Intake) -> Iterator[tuple[Source, str]]:
    for rejection in intake.rejected:
        if rejection.source is not None:
            yield rejection.source, rejection.message
    for conflict in intake.conflicts:
        yield conflict.candidate.source, conflict.message


def _header(head: SheetHead) -> list[str]:
    told = [] if head.tells_kind else [KIND_TITLE]
    return [ROW_TITLE, REASON_TITLE, *told, *head.titles]


def _line(head: SheetHead, source: Source, reason: str) -> list[str]:
    name = KIND_NAMES[source.kind] if source.kind else ""
    told = [] if head.tells_kind else [name]
    cells = [SPOILT if cell.trouble else cell.text for cell in source.cells]
    return [str(source.row), reason, *told, *cells]


def _free_name(wanted: str, names: set[str]) -> str:
    """Return a sheet name that the format allows; names differ in more than case."""
    name = _NOT_IN_NAMES.sub(" ", wanted).strip()[:_LONGEST_NAME]
    if not name or name.casefold() in names:
        name = f"Sheet{len(names) + 1}"
    names.add(name.casefold())
    return name


def _write(book: Any, page: _Page, name: str) -> None:
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "num_format": "@"})
    text = book.add_format({"num_format": "@", "text_wrap": True})
    spoilt = book.add_format({"num_format": "@", "bg_color": "#F7D9D5"})
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width, text)
    # Cells that are still empty are text too, so that 3-5 typed there stays 3-5.
    sheet.set_column(len(_WIDTHS), max(map(len, page.lines)), _WIDTHS[-1], text)
    sheet.freeze_panes(1, 0)
    for at, line in enumerate(page.lines):
        for column, cell in enumerate(line):
            style = head if at == 0 else spoilt if cell == SPOILT else text
            if cell:
                sheet.write_string(at, column, cell[:_LONGEST_CELL], style)
