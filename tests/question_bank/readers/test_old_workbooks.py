"""Workbooks that are no XLSX: what calamine reads of them is read, the rest named."""

import io
import zipfile

import pytest

from question_bank.readers.questions import read_questions

OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
ROWS = (
    ("题干", "题型", "选项A", "选项B", "答案"),
    ("甲？", "单选题", "一", "二", "B"),
    ("乙？", "单选题", "1", "二", "C"),
)


def ods(body: str = "") -> bytes:
    """Return an OpenDocument table with `ROWS`, or with *body* in their place."""
    cells = (
        "".join(
            f'<table:table-cell office:value-type="string"><text:p>{text}</text:p>'
            "</table:table-cell>"
            for text in row
        )
        for row in ROWS
    )
    rows = body or "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    content = (
        f'<?xml version="1.0"?><office:document-content '
        f'xmlns:office="{OFFICE}:office:1.0" xmlns:table="{OFFICE}:table:1.0" '
        f'xmlns:text="{OFFICE}:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="题目">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        archive.writestr(zipfile.ZipInfo("mimetype"), kind)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return target.getvalue()


def test_an_opendocument_table_is_read() -> None:
    reading = read_questions(ods(), "题库.ods")

    assert reading.format == "ods"
    assert [one.question.key for one in reading.candidates] == [("B",)]
    assert [one.place for one in reading.rejections] == ["题目!R3"]


def test_a_row_repeated_a_million_times_costs_only_the_child() -> None:
    cell = '<table:table-cell table:number-columns-repeated="16384"/>'
    repeated = 'table:number-rows-repeated="1048576"'
    row = f"<table:table-row {repeated}>{cell}</table:table-row>"

    (rejection,) = read_questions(ods(row), "题库.ods").rejections

    assert rejection.code in {"header_not_found", "too_demanding"}


@pytest.mark.parametrize("size", [600, 60_000])
def test_a_damaged_old_workbook_is_a_refusal(size: int) -> None:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook\0".encode("utf-16-le")

    (rejection,) = read_questions(head + bytes(size), "题库.xls").rejections

    assert rejection.code in {"damaged", "too_demanding"}
    assert "请" in rejection.message
