"""The report as files."""

import csv
import io
import json
import re
from dataclasses import replace
from html import unescape
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from sqlalchemy.orm import Session

from examcenter.organisation.service import EVERYTHING
from examcenter.reports.definitions import HEADINGS
from examcenter.reports.service import Report, departments
from examcenter.reports.tables import csv_of, html_of, xlsx_of
from examcenter.web.wire import as_json
from tests.support.factories import NOW
from tests.support.results_factories import Sitter, an_exam_held

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def report(db: Session) -> Report:
    exam_id = an_exam_held(
        db,
        [
            Sitter("4304001", (7000, 9550)),
            Sitter("4304001", (5000,)),
            Sitter("4304001", exempt=True),
            Sitter("4308001"),
        ],
        title="<2026> & 学法考试",
    )
    return departments(db, exam_id, scope=EVERYTHING, now=NOW)


def document_cells(report: Report) -> list[list[str]]:
    """Return the JSON document's rows and total, each value as text."""
    document = json.loads(json.dumps(report, default=as_json(ZONE)))
    rows = [*document["rows"], document["total"]]
    return [["" if v is None else str(v) for v in row.values()] for row in rows]


def csv_rows(report: Report) -> list[list[str]]:
    return list(csv.reader(io.StringIO(csv_of(report).decode("utf-8-sig"))))


def xlsx_rows(report: Report) -> list[list[object]]:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_of(report, ZONE)))
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def html_rows(report: Report) -> list[list[str]]:
    rows = re.findall(r"<tr.*?</tr>", html_of(report, ZONE))
    return [
        [unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in rows
    ]


def test_the_columns_are_those_of_the_document_in_its_order(report: Report) -> None:
    document = json.loads(json.dumps(report, default=as_json(ZONE)))

    assert list(document["rows"][0]) == list(HEADINGS)
    assert csv_rows(report)[0] == list(HEADINGS.values())
    assert csv_rows(report)[0][0] == "单位代码"
    assert xlsx_rows(report)[0] == list(HEADINGS.values())
    assert html_rows(report)[0] == list(HEADINGS.values())


def test_every_format_has_the_same_cells(report: Report) -> None:
    expected = document_cells(report)

    in_xlsx = [["" if c is None else str(c) for c in r] for r in xlsx_rows(report)]

    assert len(expected) == 6
    assert csv_rows(report)[1:] == expected
    assert in_xlsx[1:] == expected
    assert html_rows(report)[1:] == expected


def test_counts_are_numbers_in_a_workbook_and_codes_and_rates_are_text(
    report: Report,
) -> None:
    root = dict(zip(HEADINGS, xlsx_rows(report)[1], strict=True))

    assert (root["code"], root["enrolled"], root["sat"]) == ("4304", 4, 2)
    assert (root["pass_rate"], root["average"]) == ("50.00%", "72.75")


def test_a_csv_opens_in_excel_and_calculates_nothing(db: Session) -> None:
    exam_id = an_exam_held(db, [Sitter("4304001", (9000,))])
    report = departments(db, exam_id, scope=EVERYTHING, now=NOW)
    row = replace(report.rows[1], name="=1+1")
    poisoned = replace(report, rows=(row,))

    book = openpyxl.load_workbook(io.BytesIO(xlsx_of(poisoned, ZONE)))

    assert csv_of(poisoned).startswith(b"\xef\xbb\xbf")
    assert csv_rows(poisoned)[1][1] == "'=1+1"
    assert book.worksheets[0]["B2"].data_type == "s"


def test_the_workbook_says_on_a_second_sheet_what_its_figures_mean(
    report: Report,
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_of(report, ZONE)))

    terms = dict(book.worksheets[1].iter_rows(values_only=True))

    assert terms["参考率"] == "实考 ÷ 应考"
    assert terms["合格率"] == "合格 ÷ 实考"
    assert terms["数据校验值"] == report.digest
    assert terms["统计时刻"] == "2026年12月1日 09:00"


def test_the_html_document_loads_nothing_and_keeps_names_as_text(
    report: Report,
) -> None:
    page = html_of(report, ZONE)

    assert "&lt;2026&gt; &amp; 学法考试" in page
    assert "<script" not in page
    assert not re.search(r"(src|href)=|url\(|@import", page)
    assert "同一分组、同一层级" in page
