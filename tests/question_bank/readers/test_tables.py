import io
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date

import pytest
import xlsxwriter

from question_bank.readers.tables import (
    DEFAULT_LIMITS,
    Cell,
    Limits,
    Sheet,
    UnreadableFileError,
    read_tables,
)
from tests.question_bank.files import Rows, Value, comma_separated, with_parts, xlsx

ROWS = [["工号", "姓名"], ["001", "张三"], ["002", "李四"]]


def knows_staff(cells: Sequence[str]) -> bool:
    return "姓名" in cells


def texts(sheet: Sheet) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in sheet.rows]


def refusal(
    data: bytes, name: str = "题库.xlsx", limits: Limits = DEFAULT_LIMITS
) -> UnreadableFileError:
    with pytest.raises(UnreadableFileError) as refused:
        read_tables(data, name, limits=limits)
    return refused.value


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        pytest.param("001", Cell("001"), id="text keeps its zeros"),
        pytest.param(1.0, Cell("1"), id="a whole number has no decimals"),
        pytest.param(1000.0, Cell("1000"), id="a thousand has no exponent"),
        pytest.param(0.5, Cell("0.5"), id="a fraction stays"),
        pytest.param(0, Cell("0"), id="zero is not empty"),
        pytest.param(True, Cell("TRUE"), id="a true cell"),
        pytest.param(False, Cell("FALSE"), id="a false cell"),
        pytest.param(
            date(2024, 3, 5), Cell("2024-03-05", "date_cell"), id="a date is trouble"
        ),
        pytest.param("#REF!", Cell("#REF!", "error_cell"), id="an error as text"),
        pytest.param("=1+1", Cell("=1+1"), id="text that looks like a formula"),
    ],
)
def test_a_workbook_cell_reads_as_people_see_it(value: Value, cell: Cell) -> None:
    data = xlsx([["题干"], [value]])

    (sheet,) = read_tables(data, "题库.xlsx").sheets

    assert sheet.rows[1].cells == (cell,)


def test_an_id_number_stored_as_a_number_has_lost_digits() -> None:
    data = xlsx([["证件号码"], [430405198001011239]])

    (sheet,) = read_tables(data, "名单.xlsx").sheets

    assert sheet.rows[1].cells[0].trouble == "number_too_long"


def test_a_formula_gives_its_stored_value_and_is_never_calculated() -> None:
    data = xlsx([["答案"], ["B"]])
    path = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(data)) as workbook:
        sheet = workbook.read(path)
    formula = b'<c r="A2"><f>1+1</f>%b</c>'
    cell = re.compile(rb'<c r="A2".*?</c>')

    stored = with_parts(data, {path: cell.sub(formula % b"<v>7</v>", sheet)})
    bare = with_parts(data, {path: cell.sub(formula % b"<v></v>", sheet)})

    assert read_tables(stored, "x").sheets[0].rows[1].cells == (Cell("7"),)
    assert read_tables(bare, "x").sheets[0].rows[1].cells == (Cell("", "formula"),)


def test_rows_are_numbered_as_the_spreadsheet_shows_them() -> None:
    data = xlsx([[], ["", "题干"], [], ["", "一"], ["", " "]])

    (sheet,) = read_tables(data, "题库.xlsx").sheets

    assert [row.number for row in sheet.rows] == [2, 4]
    assert texts(sheet) == [["", "题干"], ["", "一"]]


def test_a_row_of_zeros_is_a_row() -> None:
    (sheet,) = read_tables(xlsx([["甲", "乙"], [0, 0]]), "题库.xlsx").sheets

    assert texts(sheet)[1] == ["0", "0"]


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gbk", "gb18030"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
@pytest.mark.parametrize(
    "separator", [",", "\t", ";"], ids=["comma", "tab", "semicolon"]
)
def test_a_text_table_is_read_in_every_encoding_of_offices(
    encoding: str, named: str, separator: str
) -> None:
    data = comma_separated(ROWS, encoding, separator)

    tables = read_tables(data, "名单.csv", expects=knows_staff)

    assert tables.encoding == named
    assert tables.format == "csv"
    assert texts(tables.sheets[0]) == ROWS


def test_rare_names_need_gb18030() -> None:
    data = comma_separated([["工号", "姓名"], ["001", "㛃䶮"]], "gb18030")

    tables = read_tables(data, "名单.csv", expects=knows_staff)

    assert texts(tables.sheets[0])[1] == ["001", "㛃䶮"]


def test_a_known_header_decides_where_gbk_is_valid_utf8_by_accident() -> None:
    data = "一".encode("gbk")  # also a Cyrillic letter in UTF-8

    tables = read_tables(data, "名单.csv", expects=lambda cells: "一" in cells)

    assert tables.encoding == "gb18030"


def test_blank_lines_and_quoted_line_breaks_keep_the_row_numbers() -> None:
    data = '题干,答案\n\n"一\n行",A\n二,B\n'.encode()

    (sheet,) = read_tables(data, "题库.csv").sheets

    assert [row.number for row in sheet.rows] == [1, 3, 4]
    assert sheet.rows[1].cells[0].text == "一\n行"


def test_a_quote_left_open_is_refused_with_its_row() -> None:
    data = '题干,答案\n一,A\n"二,B\n三,C\n'.encode()

    error = refusal(data, "题库.csv")

    assert error.code == "unclosed_quote"
    assert "第 3 行" in str(error)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        pytest.param("'001", "001", id="before a number"),
        pytest.param("'=1+1", "=1+1", id="before a formula"),
        pytest.param("'宪法'", "'宪法'", id="quotes around words stay"),
        pytest.param("'12'", "'12'", id="quotes around a number stay"),
    ],
)
def test_the_apostrophe_that_keeps_text_as_text_is_dropped(
    text: str, read: str
) -> None:
    (sheet,) = read_tables(comma_separated([["题干"], [text]]), "题库.csv").sheets

    assert sheet.rows[1].cells[0].text == read


def test_a_number_that_lost_its_digits_on_the_way_to_csv_is_trouble() -> None:
    (sheet,) = read_tables(comma_separated([["证件"], ["4.30405E+17"]]), "x.csv").sheets

    assert sheet.rows[1].cells[0].trouble == "number_too_long"


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)


@pytest.mark.parametrize(
    ("data", "name", "word"),
    [
        pytest.param(OLE, "题库.xls", ".xls", id="xls"),
        pytest.param(OLE, "题库.et", ".et", id="et"),
        pytest.param(OLE, "题库.doc", "Word", id="doc"),
        pytest.param(b"%PDF-1.7", "题库.pdf", "PDF", id="pdf"),
        pytest.param(b"\x89PNG\r\n", "题库.png", "图片", id="png"),
        pytest.param(b"<html><table>", "题库.xls", "网页", id="a page called xls"),
        pytest.param(b"<?xml version='1.0'?>", "题库.xls", "XML", id="xml called xls"),
        pytest.param(
            "题干,答案".encode("utf-16-le"), "题库.csv", "二进制", id="utf-16, no mark"
        ),
        pytest.param(b"\0\1\2" * 9, "题库.csv", "二进制", id="binary"),
    ],
)
def test_another_format_is_refused_by_its_name_with_the_way_out(
    data: bytes, name: str, word: str
) -> None:
    error = refusal(data, name)

    assert error.code == "format_not_supported"
    assert word in str(error)
    assert "请" in str(error)


@pytest.mark.parametrize(
    ("part", "word"),
    [
        ("word/document.xml", "Word"),
        ("content.xml", "ODF"),
        ("xl/workbook.bin", "xlsb"),
        ("readme.txt", "压缩包"),
    ],
)
def test_another_package_is_refused_by_its_name(part: str, word: str) -> None:
    empty = b"PK\x05\x06" + bytes(18)

    error = refusal(with_parts(empty, {part: b"<a/>"}))

    assert error.code == "format_not_supported"
    assert word in str(error)


def test_a_workbook_with_a_password_says_so() -> None:
    error = refusal(OLE + "EncryptedPackage".encode("utf-16-le"))

    assert error.code == "password_protected"


@pytest.mark.parametrize("data", [b"", b" \r\n"], ids=["no byte", "blank lines"])
def test_an_empty_file_says_so(data: bytes) -> None:
    assert refusal(data).code == "file_empty"


def test_bytes_in_no_encoding_are_refused_with_the_line() -> None:
    error = refusal("题干\n一".encode("gbk") + b"\n\xff\xff", "题库.csv")

    assert error.code == "encoding_unknown"
    assert "第 3 行" in str(error)


def test_a_damaged_workbook_is_refused() -> None:
    whole = xlsx(ROWS)

    assert refusal(whole[: len(whole) // 2]).code == "damaged"
    assert refusal(with_parts(whole, {"xl/workbook.xml": b"<oops"})).code == "damaged"


@pytest.mark.parametrize("make", [xlsx, comma_separated], ids=["xlsx", "csv"])
@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(rows=2), "too_many_rows"),
        (Limits(columns=1), "too_many_columns"),
        (Limits(cells=5), "too_many_cells"),
        (Limits(characters=9), "too_many_cells"),
        (Limits(file_size=9), "file_too_large"),
    ],
    ids=["rows", "columns", "cells", "characters", "bytes"],
)
def test_each_limit_refuses_what_is_beyond_it(
    make: Callable[[Rows], bytes], limits: Limits, code: str
) -> None:
    assert refusal(make(ROWS), limits=limits).code == code


def test_a_line_of_endless_separators_is_refused() -> None:
    assert refusal(b"a" + b"," * 1_000_000, "x.csv").code == "too_many_columns"


def test_hidden_sheets_rows_and_columns_are_told() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        shown = book.add_worksheet("题目")
        hidden = book.add_worksheet("字典")
        hidden.hide()
        hidden.write(0, 0, "单选题")
        for row in range(4):
            shown.write(row, 0, "甲")
        shown.set_row(2, None, None, {"hidden": True})
        shown.set_column(3, 3, None, None, {"hidden": True})

    first, second = read_tables(target.getvalue(), "题库.xlsx").sheets

    assert (first.hidden, first.hidden_rows, first.hidden_columns) == (False, (3,), 1)
    assert second.hidden
