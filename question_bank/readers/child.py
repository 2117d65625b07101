"""Opens one workbook in a process of its own, so that a hostile one costs only that.

Run as ``python -m question_bank.readers.child LIMITS`` with the workbook on standard
input and the limits as JSON.  Standard output gets JSON lines: ``{"sheet": …}`` opens a
sheet, ``[number, [text, …], {"column": trouble}, hidden, {"column": text}]`` is a row
of it, whose last part has the texts of merged cells that reach down to it, and
``{"refused": [code, message]}`` ends everything.  A last line ``{"done": true}`` tells
that nothing is missing.
"""

import datetime as dt
import io
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any, cast

import python_calamine

from question_bank.readers import archive, number_formats, parts
from question_bank.readers.grid import Limits, Meter, UnreadableFileError, trouble_in

_LONGEST_EXACT = 10**15
Value = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def main() -> None:
    limits = Limits(**json.loads(sys.argv[1]))
    _bind(limits)
    data = sys.stdin.buffer.read()
    write = sys.stdout.write
    try:
        for record in records(data, limits):
            write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")
    except UnreadableFileError as refusal:
        write(_refused(refusal))
    except MemoryError:
        write(_refused(archive.too_demanding()))
    sys.stdout.flush()


def _refused(refusal: UnreadableFileError) -> str:
    return json.dumps({"refused": [refusal.code, str(refusal)]}) + "\n"


def text_of(value: Value) -> tuple[str, str]:
    """Return the text that a person sees for *value*, and the trouble with it.

    Whole numbers lose the ``.0`` that every number of a workbook gets; booleans stay
    apart from words by their capitals.
    """
    if isinstance(value, str):
        return value, trouble_in(value)
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), ""
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, dt.timedelta):
        return str(value), "date_cell"
    return value.isoformat(), "date_cell"


def _shown(value: Value, how: str) -> tuple[str, str]:
    """Return what the cell shows of *value*, or that this cannot be told."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return text_of(value)
    if how.startswith(number_formats.PERCENT):
        return number_formats.percentage(value, how), ""
    return text_of(value)[0], how


def _number(value: float) -> tuple[str, str]:
    trouble = "number_too_long" if abs(value) >= _LONGEST_EXACT else ""
    whole = int(value)
    # A spreadsheet shows at most fifteen digits: 0.3 and not 0.30000000000000004.
    return (str(whole) if whole == value else f"{value:.15g}"), trouble


def records(data: bytes, limits: Limits) -> Iterator[Any]:
    """Yield the lines described above for the workbook *data*."""
    scanned = parts.scan(data, limits)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        meter = Meter(limits)
        for meta in book.sheets_metadata:
            if meta.typ == python_calamine.SheetTypeEnum.WorkSheet:
                marks = scanned.get(meta.name, parts.Marks())
                yield {
                    "sheet": meta.name,
                    "hidden": meta.visible != python_calamine.SheetVisibleEnum.Visible,
                    "hidden_columns": marks.hidden_columns,
                }
                yield from _rows(book.get_sheet_by_name(meta.name), marks, meter)
    except python_calamine.CalamineError as error:
        raise archive.damaged() from error
    yield {"done": True}


def _rows(
    sheet: python_calamine.CalamineSheet, marks: parts.Marks, meter: Meter
) -> Iterator[list[Any]]:
    # Rows come from row 1 on, columns only from the first used one on.
    start = sheet.start[1] if sheet.start else 0
    margin = [""] * min(start, meter.limits.columns + 1)
    nothing = [""] * sheet.width
    merged = _Merged(sheet)
    for number, values in _numbered(sheet, marks):
        known = marks.troubles.get(number)
        if values == nothing and not known:
            continue
        texts, troubles = _texts(values)
        troubles = {len(margin) + at: told for at, told in troubles.items()}
        troubles |= known or {}
        texts = margin + texts
        for column, how in marks.shown.get(number, {}).items():
            if start <= column < start + len(values):
                texts[column], told = _shown(values[column - start], how)
                troubles |= {column: told} if told else {}
        covering = merged.reaching(number, texts)
        texts = _trimmed(texts, max((*troubles, *covering), default=-1) + 1)
        if texts:
            meter.take(f"工作表“{sheet.name}”第 {number} 行", texts)
            yield [number, texts, troubles, number in marks.hidden_rows, covering]


class _Merged:
    """Cells that are merged over several rows: what the first says covers all."""

    def __init__(self, sheet: python_calamine.CalamineSheet) -> None:
        self._begin: dict[int, list[tuple[int, int]]] = {}
        for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
            if bottom > top:
                self._begin.setdefault(top + 1, []).append((left, bottom + 1))
        self._open: dict[int, tuple[int, str]] = {}

    def reaching(self, number: int, texts: list[str]) -> dict[int, str]:
        """Return by column what reaches down to row *number*, which holds *texts*."""
        covering = {
            column: text
            for column, (last, text) in self._open.items()
            if number <= last
        }
        for column, last in self._begin.get(number, ()):
            if column < len(texts) and texts[column].strip():
                self._open[column] = (last, texts[column])
        return covering


def _numbered(
    sheet: python_calamine.CalamineSheet, marks: parts.Marks
) -> Iterator[tuple[int, list[Value]]]:
    """Yield all rows, also those after the last value whose cells are in trouble."""
    number = 0
    if sheet.start is not None:
        for number, values in enumerate(sheet.iter_rows(), start=1):
            yield number, values
    for later in sorted(row for row in marks.troubles if row > number):
        yield later, []


def _texts(values: list[Value]) -> tuple[list[str], dict[int, str]]:
    # Nearly all rows are text alone, and 100,000 of them have to be fast.
    if all(value.__class__ is str and value[:1] != "#" for value in values):
        return cast("list[str]", values), {}
    cells = list(map(text_of, values))
    troubles = {at: trouble for at, (_, trouble) in enumerate(cells) if trouble}
    return [text for text, _ in cells], troubles


def _trimmed(texts: list[str], least: int) -> list[str]:
    """Cut empty cells off the end of *texts*, which gets *least* cells or more."""
    end = len(texts)
    while end > least and not texts[end - 1].strip():
        end -= 1
    return texts[:end] + [""] * (least - end)


def _bind(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    # The hard limit kills; the soft one would be a signal that a library may catch.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
