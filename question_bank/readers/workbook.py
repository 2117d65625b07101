"""Workbooks (XLSX, ODS, XLS), read by a child process with limits of its own."""

import gc
import io
import json
from collections.abc import Iterator
from typing import Any

from question_bank.readers import archive, formats
from question_bank.readers.apart import run_apart
from question_bank.readers.grid import (
    EMPTY,
    Cell,
    Limits,
    Row,
    Sheet,
    Tables,
    UnreadableFileError,
)


def read_workbook(data: bytes, limits: Limits) -> Tables:
    """Return all sheets of the XLSX or ODS workbook *data*, hidden ones marked as such.

    Raises UnreadableFileError for other archives, damage, traps and what *limits*
    forbid; whatever the workbook does to its reader stays in the child process.
    """
    names = {info.filename for info in archive.entries(data, limits)}
    kind = formats.package_kind(names, data)
    if kind not in {"xlsx", "ods"}:
        raise formats.not_a_table(kind)
    pictures = sum(name.startswith(("xl/media/", "Pictures/")) for name in names)
    lines = run_apart(kind, data, "", limits)
    return Tables(kind, None, _all_sheets(lines), pictures)


def read_old_workbook(data: bytes, limits: Limits) -> Tables:
    """Return all sheets of *data*, a workbook of before 2007; raises as above."""
    return Tables("xls", None, _all_sheets(run_apart("xls", data, "", limits)))


def _all_sheets(lines: bytes) -> tuple[Sheet, ...]:
    # Millions of cells that live on make the collector look at all of them again and
    # again: a third of the time for 60,000 rows of 20.
    collects = gc.isenabled()
    gc.disable()
    try:
        return tuple(_sheets(lines))
    finally:
        if collects:
            gc.enable()


def _sheets(lines: bytes) -> Iterator[Sheet]:
    head: dict[str, Any] = {}
    rows: list[Row] = []
    hidden_rows: list[int] = []
    for line in io.BytesIO(lines):
        record = json.loads(line)
        if isinstance(record, list):
            rows.append(_row(record))
            if record[3]:
                hidden_rows.append(record[0])
            continue
        if "refused" in record:
            raise UnreadableFileError(*record["refused"])
        if head:
            yield _sheet(head, rows, hidden_rows)
        head, rows, hidden_rows = record, [], []
    if "done" not in head:
        raise archive.damaged()


def _sheet(head: dict[str, Any], rows: list[Row], hidden_rows: list[int]) -> Sheet:
    return Sheet(
        head["sheet"],
        tuple(rows),
        head["hidden"],
        tuple(hidden_rows),
        head["hidden_columns"],
    )


def _row(record: list[Any]) -> Row:
    number, texts, troubles, _ = record
    if not troubles:
        # A list is filled in half the time that a generator takes.
        return Row(number, tuple([Cell(text) if text else EMPTY for text in texts]))
    return Row(
        number,
        tuple(
            Cell(text, troubles.get(str(column), ""))
            for column, text in enumerate(texts)
        ),
    )
