"""XLSX workbooks, read by a child process with limits of its own."""

import dataclasses
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import question_bank
from question_bank.readers import archive
from question_bank.readers.formats import refuse_other_packages
from question_bank.readers.grid import (
    EMPTY,
    Cell,
    Limits,
    Row,
    Sheet,
    Tables,
    UnreadableFileError,
)

_HOME = Path(question_bank.__file__).resolve().parent.parent


def read_workbook(data: bytes, limits: Limits) -> Tables:
    """Return all sheets of the XLSX workbook *data*, hidden ones marked as such.

    Raises UnreadableFileError for other archives, damage, traps and what *limits*
    forbid; whatever the workbook does to its reader stays in the child process.
    """
    refuse_other_packages({info.filename for info in archive.entries(data, limits)})
    lines = _read_apart(data, limits)
    return Tables("xlsx", None, tuple(_sheets(lines)))


def _read_apart(data: bytes, limits: Limits) -> bytes:
    command = [sys.executable, "-m", "question_bank.readers.child"]
    bounds = json.dumps(dataclasses.asdict(limits))
    try:
        child = subprocess.run(  # noqa: S603 - our own module, and data over a pipe
            [*command, bounds],
            input=data,
            capture_output=True,
            timeout=limits.wall_seconds,
            check=False,
            cwd=_HOME,
            # Nothing of the server's environment, in which secrets may stand.
            env={"PYTHONPATH": str(_HOME), "PYTHONIOENCODING": "utf-8"},
        )
    except subprocess.TimeoutExpired as error:
        raise archive.too_demanding() from error
    if child.returncode < 0:
        raise archive.too_demanding()
    if child.returncode:
        raise archive.damaged()
    return child.stdout


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
    number, texts, troubles, _, covering = record
    if not troubles and not covering:
        return Row(number, tuple(Cell(text) if text else EMPTY for text in texts))
    return Row(
        number,
        tuple(
            Cell(text, troubles.get(str(column), ""), covering.get(str(column), ""))
            for column, text in enumerate(texts)
        ),
    )
