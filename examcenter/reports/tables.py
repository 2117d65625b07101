"""The report as files: CSV, XLSX, and an HTML document that stands alone.

All have the columns of the JSON document in its order and, after its rows, the total.
"""

import io
from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from examcenter.csv_text import csv_bytes
from examcenter.reports.definitions import HEADINGS
from examcenter.reports.rules import Line
from examcenter.reports.service import Report

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_TEXT_COLUMNS = 4
_WIDE = {"code": 16, "name": 30, "group": 12}
_WIDTH = 11

_TITLE = "单位统计表"


def csv_of(report: Report) -> bytes:
    """Return the report as CSV in UTF-8 with a byte order mark."""
    return csv_bytes([list(HEADINGS.values()), *(map(_cells, lines_of(report)))])


def lines_of(report: Report) -> list[Line]:
    """Return the rows of *report* with the total as the last one."""
    return [*report.rows, report.total]


def _cells(row: Line) -> list[str]:
    return ["" if cell is None else str(cell) for cell in astuple(row)]


def xlsx_of(report: Report, zone: ZoneInfo) -> bytes:
    """Return the report as a workbook: the table, and on a second sheet its terms.

    Counts are numbers, rates are text; *zone* is that of the printed times.
    """
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        _write_table(book, report)
        _write_terms(book, report, zone)
    return target.getvalue()


def _write_table(book: Any, report: Report) -> None:
    sheet = book.add_worksheet("统计表")
    bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
    right = book.add_format({"align": "right"})
    for column, (key, heading) in enumerate(HEADINGS.items()):
        sheet.set_column(column, column, _WIDE.get(key, _WIDTH))
        sheet.write_string(0, column, heading, bold)
    for at, row in enumerate(lines_of(report), start=1):
        for column, (key, cell) in enumerate(zip(HEADINGS, astuple(row), strict=True)):
            if isinstance(cell, int):
                sheet.write_number(at, column, cell)
            elif cell is not None:
                sheet.write_string(at, column, cell, None if key in _WIDE else right)
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header(f"&C{_header_text(report.exam.title)}")
    sheet.set_footer("&C&P / &N")


def _header_text(title: str) -> str:
    # "&" begins a code in a printed header, which holds 255 characters at most.
    return title.replace("&", "&&")[:200]


def _write_terms(book: Any, report: Report, zone: ZoneInfo) -> None:
    sheet = book.add_worksheet("口径与说明")
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 18, wrapped)
    sheet.set_column(1, 1, 90, wrapped)
    for at, (name, words) in enumerate(terms(report, zone)):
        sheet.write_string(at, 0, name, wrapped)
        sheet.write_string(at, 1, words, wrapped)


def terms(report: Report, zone: ZoneInfo) -> list[tuple[str, str]]:
    """Return what is printed beside the table: names and their words."""
    named = HEADINGS | {"counted_attempt": "计分的一次", "rates": "率的写法"}
    return [
        ("考试", report.exam.title),
        ("统计时刻", _moment(report.as_of, zone)),
        ("名册冻结", _moment(report.cut_off, zone)),
        ("版本", str(report.version)),
        ("数据校验值", report.digest),
        *((named[key], words) for key, words in report.definitions.items()),
        *((f"说明{n}", note) for n, note in enumerate(report.footnotes, start=1)),
    ]


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


_STYLE = """
body { font: 15px/1.6 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #1c232b;
  margin: 2rem; }
h1 { font-size: 1.5rem; }
table { border-collapse: collapse; font-size: 0.85rem; line-height: 1.4; }
th, td { border: 1px solid #7b8794; padding: 0.25rem 0.4rem; }
td { white-space: nowrap; }
td:nth-child(2) { white-space: normal; min-width: 8em; }
td.num { text-align: right; font-variant-numeric: tabular-nums; }
tr.total { font-weight: 600; }
dl { display: grid; grid-template-columns: 9rem 1fr; gap: 0.2rem 1rem;
  max-width: 60rem; }
dd { margin: 0; overflow-wrap: anywhere; }
.signatures { display: flex; flex-wrap: wrap; justify-content: space-between;
  gap: 1rem 2rem; margin-top: 3rem; break-inside: avoid; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
@page { size: A4 landscape; margin: 12mm; }
@media print { body { margin: 0; font-size: 9pt; } table { font-size: 6.5pt; }
  th, td { padding: 0.5mm 0.8mm; } }
"""

_SIGNATURES = (
    '<p class="signatures"><span>填表人：</span><span>审核人：</span>'
    "<span>负责人：</span><span>（公章）</span>"
    "<span>报送时间：　　年　　月　　日</span></p>"
)


def html_of(report: Report, zone: ZoneInfo) -> str:
    """Return the report as one HTML document that loads nothing; made for A4 too."""
    heads = "".join(f'<th scope="col">{escape(h)}</th>' for h in HEADINGS.values())
    body = "\n".join(_html_row(row) for row in report.rows)
    total = _html_row(report.total, css="total")
    title = escape(f"{report.exam.title} {_TITLE}")
    stated = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(words)}</dd>\n"
        for name, words in terms(report, zone)
    )
    return (
        '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{title}</h1>\n<p>截至 {_moment(report.as_of, zone)}</p>\n"
        f"<table>\n<thead><tr>{heads}</tr></thead>\n"
        f"<tbody>\n{body}\n{total}\n</tbody>\n</table>\n"
        f"<h2>口径与说明</h2>\n<dl>\n{stated}</dl>\n{_SIGNATURES}\n</body>\n</html>\n"
    )


def _html_row(row: Line, css: str = "") -> str:
    cells = _cells(row)
    return f"<tr{f' class={css!r}' if css else ''}>{_html_cells(cells)}</tr>"


def _html_cells(cells: Sequence[str]) -> str:
    texts = "".join(f"<td>{escape(cell)}</td>" for cell in cells[:_TEXT_COLUMNS])
    numbers = (f'<td class="num">{escape(cell)}</td>' for cell in cells[_TEXT_COLUMNS:])
    return texts + "".join(numbers)
