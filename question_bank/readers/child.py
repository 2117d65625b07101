"""Opens one file in a process of its own, so that a hostile one costs only that.

Run as ``python -m question_bank.readers.child JOB NAME LIMITS`` with the file on
standard input and the limits as JSON.  Standard output gets JSON lines.  For workbooks
``{"sheet": …}`` opens a sheet, ``[number, [text, …], {"column": trouble}]`` is a row of
it, and a last line ``{"done": true}`` tells that nothing is missing; for everything
else the one line is a whole reading.  ``{"refused": [code, message]}`` ends all.
"""

import datetime as dt
import io
import json
import resource
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import python_calamine

from question_bank.readers import archive, parts
from question_bank.readers.grid import Limits, Meter, UnreadableFileError, trouble_in
from question_bank.readers.number_formats import shown

_LONGEST_EXACT = 10**15
Value = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


Job = Callable[[bytes, str, Limits], Iterator[Any]]


def main() -> None:
    job, name, bounds = sys.argv[1:4]
    limits = Limits(**json.loads(bounds))
    _bind(limits, limits.document_memory if job == "document" else limits.memory)
    data = sys.stdin.buffer.read()
    write = sys.stdout.write
    try:
        for record in JOBS[job](data, name, limits):
            write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")
    except UnreadableFileError as refusal:
        write(_refused(refusal))
    except (MemoryError, RecursionError):
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


def _number(value: float) -> tuple[str, str]:
    trouble = "number_too_long" if abs(value) >= _LONGEST_EXACT else ""
    whole = int(value)
    return (str(whole) if whole == value else repr(value)), trouble


def xlsx_records(data: bytes, _: str, limits: Limits) -> Iterator[Any]:
    """Yield the lines described above for the XLSX workbook *data*."""
    return _records(data, parts.scan(data, limits), limits)


def ods_records(data: bytes, _: str, limits: Limits) -> Iterator[Any]:
    """Yield the lines described above for the OpenDocument table *data*."""
    parts.check(data, limits)
    return _records(data, {}, limits)


def xls_records(data: bytes, _: str, limits: Limits) -> Iterator[Any]:
    """Yield the lines described above for *data*, a workbook of before 2007."""
    return _records(data, {}, limits)


def document_records(data: bytes, name: str, limits: Limits) -> Iterator[Any]:
    """Yield a reading of *data*, which is no table, as one record."""
    # Not loaded for workbooks, which have to be fast.
    from question_bank.readers import documents, wire  # noqa: PLC0415

    yield wire.packed(documents.read_document(data, name, limits))


JOBS: dict[str, Job] = {
    "xlsx": xlsx_records,
    "ods": ods_records,
    "xls": xls_records,
    "document": document_records,
}


def _records(
    data: bytes, scanned: Mapping[str, parts.Marks], limits: Limits
) -> Iterator[Any]:
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
    except python_calamine.PasswordError as error:
        raise UnreadableFileError(
            "password_protected",
            "文件设有打开密码。请在 Excel 或 WPS 中取消密码并保存后，重新上传。",
        ) from error
    except python_calamine.CalamineError as error:
        raise archive.damaged() from error
    except BaseException as error:
        # A damaged old workbook can make the library panic, which is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise archive.damaged() from error
    yield {"done": True}


def _rows(
    sheet: python_calamine.CalamineSheet, marks: parts.Marks, meter: Meter
) -> Iterator[list[Any]]:
    # Rows come from row 1 on, columns only from the first used one on.
    start = sheet.start[1] if sheet.start else 0
    margin = [""] * min(start, meter.limits.columns + 1)
    nothing = [""] * sheet.width
    for number, values in _numbered(sheet, marks):
        known = marks.troubles.get(number)
        if values == nothing and not known:
            continue
        texts, troubles = _texts(values, marks.formats.get(number), len(margin))
        troubles = {len(margin) + at: told for at, told in troubles.items()}
        troubles |= known or {}
        texts = _trimmed(margin + texts, max(troubles, default=-1) + 1)
        if texts:
            meter.take(f"工作表“{sheet.name}”第 {number} 行", texts)
            yield [number, texts, troubles, number in marks.hidden_rows]


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


def _texts(
    values: list[Value], formats: dict[int, str] | None, first: int
) -> tuple[list[str], dict[int, str]]:
    """Return texts and troubles of a row whose cells begin in column *first*."""
    # Nearly all rows are text alone, and 100,000 of them have to be fast.
    if all(value.__class__ is str and value[:1] != "#" for value in values):
        return cast("list[str]", values), {}
    cells = list(map(text_of, values))
    for column, code in (formats or {}).items():
        at = column - first
        value = values[at] if 0 <= at < len(values) else ""
        if isinstance(value, int | float) and not isinstance(value, bool):
            cells[at] = shown(value, code)
    troubles = {at: trouble for at, (_, trouble) in enumerate(cells) if trouble}
    return [text for text, _ in cells], troubles


def _trimmed(texts: list[str], least: int) -> list[str]:
    """Cut empty cells off the end of *texts*, which gets *least* cells or more."""
    end = len(texts)
    while end > least and not texts[end - 1].strip():
        end -= 1
    return texts[:end] + [""] * (least - end)


def _bind(limits: Limits, memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # The hard limit kills; the soft one would be a signal that a library may catch.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
