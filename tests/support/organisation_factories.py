"""Files as offices send them: departments and rosters, in CSV and XLSX."""

import io
from collections.abc import Sequence
from typing import Any

import openpyxl

from examcenter.organisation import departments, roster
from examcenter.organisation.columns import Table
from examcenter.organisation.roster_rows import Roster
from question_bank.readers.tables import Limits

LIMITS = Limits()

DEPARTMENTS = (
    ("单位代码", "单位名称", "上级单位代码", "层级", "分组"),
    ("430400", "衡阳市", "", "市", ""),
    ("430400001", "市司法局", "430400", "市直", "市直"),
    ("430481", "耒阳市", "430400", "县市区", "县市区"),
    ("430481001", "市教育局", "430481", "市直", "县市区"),
)

ROSTER_HEAD = ("工号", "姓名", "证件号码", "单位代码", "在职状态", "免考原因")

Rows = Sequence[Sequence[Any]]


def csv_of(rows: Rows, encoding: str = "utf-8", separator: str = ",") -> bytes:
    """Return *rows* as a text table; no cell may need quotes."""
    lines = [separator.join(str(cell) for cell in row) for row in rows]
    return "\n".join(lines).encode(encoding)


def xlsx_of(rows: Rows, sheet: str = "Sheet1") -> bytes:
    """Return *rows* as a workbook; numbers stay numbers."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def departments_table(rows: Rows, name: str = "departments.csv") -> Table:
    return departments.read(csv_of(rows), name, limits=LIMITS)


def roster_table(rows: Rows, head: Sequence[str] = ROSTER_HEAD) -> Roster:
    return roster.read(csv_of([head, *rows]), "roster.csv", limits=LIMITS)


def roster_xlsx(rows: Rows, head: Sequence[str] = ROSTER_HEAD) -> Roster:
    return roster.read(xlsx_of([head, *rows]), "roster.xlsx", limits=LIMITS)


def a_row(  # noqa: PLR0913 - one for each column of the roster
    staff_number: Any = "HY00001",
    name: str = "张三",
    *,
    id_number: Any = "",
    department: str = "430400001",
    status: str = "在职",
    exemption: str = "",
) -> tuple[Any, ...]:
    """Return a row of the roster under ROSTER_HEAD."""
    return (staff_number, name, id_number, department, status, exemption)
