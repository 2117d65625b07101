"""The rows that were refused, as a workbook to mend and load again."""

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from examcenter.errors import Fault
from examcenter.organisation.columns import Entry, Table

_SPOILT = "#N/A"
"""Stands where a cell could not be trusted; reading refuses it until it is mended."""

_NAME = re.compile(r"(?!')[^\[\]:*?/\\]{1,31}(?<!')")
_LONGEST_CELL = 32_767
_WIDTHS = (8, 60, 20)
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def errors_sheet(table: Table, rejected: Sequence[Fault]) -> bytes:
    """Return an XLSX workbook with the refused rows of *table*.

    Each row stands behind its number and the reasons, below its own header; all cells
    are text.  What concerns the whole file has a row of its own.
    """
    reasons = {fault.place: fault.message for fault in rejected}
    bad: dict[str, list[Entry]] = {}
    for entry in table.entries:
        if entry.place in reasons:
            bad.setdefault(entry.heading.sheet, []).append(entry)
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        for fault in rejected[:1] if not bad else ():
            _write(book, "", [["", "错误说明"], ["", fault.message]])
        for sheet, entries in bad.items():
            head = ["原行号", "错误说明", *entries[0].heading.titles]
            lines = [_line(entry, reasons) for entry in entries]
            _write(book, sheet, [head, *lines])
    return target.getvalue()


def _line(entry: Entry, reasons: Mapping[str, str]) -> list[str]:
    cells = [_SPOILT if cell.trouble else cell.text for cell in entry.row.cells]
    return [str(entry.row.number), reasons[entry.place], *cells]


def _write(book: Any, name: str, lines: Sequence[Sequence[str]]) -> None:
    # Other programs allow names that this one refuses; then the sheet is numbered.
    sheet = book.add_worksheet(name if _NAME.fullmatch(name) else None)
    text = book.add_format({"num_format": "@", "text_wrap": True})
    bold = book.add_format({"num_format": "@", "bold": True})
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width, text)
    sheet.set_column(len(_WIDTHS), max(map(len, lines)), _WIDTHS[-1], text)
    sheet.freeze_panes(1, 0)
    for at, line in enumerate(lines):
        for column, cell in enumerate(line):
            if cell:
                words = cell[:_LONGEST_CELL]
                sheet.write_string(at, column, words, bold if at == 0 else text)
