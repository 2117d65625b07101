"""Files such as offices send, made on the spot."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"

HEADER = ("题干", "题型", "选项A", "选项B", "选项C", "选项D", "答案")
GOOD = ("宪法的修改由谁通过？", "单选题", "全国人大", "国务院", "最高法", "最高检", "A")

Value = str | float | bool | date
Rows = Sequence[Sequence[Value]]


def xlsx(sheets: Mapping[str, Rows] | Rows) -> bytes:
    """Return a workbook whose cells have the types of the values given."""
    target = io.BytesIO()
    named = sheets if isinstance(sheets, Mapping) else {"Sheet1": sheets}
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, {"in_memory": True, **options}) as book:
        day = book.add_format({"num_format": "m-d"})
        for name, rows in named.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(at, column, value, day)
                    else:
                        sheet.write(at, column, value)
    return target.getvalue()


def comma_separated(rows: Rows, encoding: str = "utf-8", separator: str = ",") -> bytes:
    target = io.StringIO()
    csv.writer(target, delimiter=separator).writerows(rows)
    return target.getvalue().encode(encoding)


def with_parts(workbook: bytes, parts: Mapping[str, bytes]) -> bytes:
    """Return *workbook* with some of its parts replaced or added."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return target.getvalue()


def a_question(**changes: Value) -> list[Value]:
    """Return the row of a good question, but for the columns named."""
    row = dict(zip(HEADER, GOOD, strict=True))
    return list((row | changes).values())


def shared(path: str) -> Path:
    """Return a file of the shared test data, or skip the test by its name."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"test data absent: ../shared/data/{path}")
    return found
