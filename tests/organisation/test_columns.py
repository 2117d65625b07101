"""Finding headers and reading cells of tables as offices send them."""

import io

import openpyxl
import pytest

from examcenter.organisation import roster
from examcenter.organisation.columns import code_text, column_letters, tidied
from examcenter.organisation.errors_sheet import errors_sheet
from examcenter.organisation.roster_rows import VOCABULARY, listed
from question_bank.readers.tables import read_tables
from tests.support.organisation_factories import (
    LIMITS,
    ROSTER_HEAD,
    a_row,
    csv_of,
    roster_table,
    roster_xlsx,
    xlsx_of,
)


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("工号", "staff_number"),
        (" 工 号 *", "staff_number"),
        ("工号（必填）", "staff_number"),
        ("Staff Number", "staff_number"),
        ("staff_number", "staff_number"),
        ("身份证号码：", "id_number"),
        ("手机\n号码", "phone"),
        ("免考原因(选填)", "exemption"),
        ("性别", None),
    ],
)
def test_a_column_is_known_by_many_names(title: str, field: str | None) -> None:
    assert VOCABULARY.field_of(title) == field


def test_of_two_columns_for_one_thing_the_first_is_read_and_the_other_named() -> None:
    table = roster_table(
        [("1", "张三", "C", "D")], ("工号", "姓名", "单位代码", "单位编码")
    )

    row, problems = listed(table.entries[0])

    assert (row.department, problems) == ("C", ())
    assert table.ignored_columns == ("单位编码",)


@pytest.mark.parametrize(
    ("at", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_are_named_as_a_spreadsheet_names_them(at: int, letters: str) -> None:
    assert column_letters(at) == letters


@pytest.mark.parametrize(
    ("typed", "read"),
    [("1001.0", "1001"), ("0012", "0012"), ("１２\u200b ３", "123"), ("1.5", "1.5")],
)
def test_a_code_is_read_without_what_nobody_meant(typed: str, read: str) -> None:
    assert code_text(typed) == read


def test_words_keep_single_spaces_on_one_line() -> None:
    assert tidied(" 市\n司法\u00a0 局 ") == "市 司法 局"


def test_a_header_in_row_six_is_too_late() -> None:
    rows = [("标题",)] * 5 + [ROSTER_HEAD, a_row()]

    table = roster.read(csv_of(rows), "r.csv", limits=LIMITS)

    assert [fault.code for fault in table.rejected] == ["header_not_found"]


def test_a_header_without_people_is_refused() -> None:
    table = roster.read(csv_of([ROSTER_HEAD, ("",)]), "r.csv", limits=LIMITS)

    assert [(f.place, f.code) for f in table.rejected] == [("r.csv", "no_rows")]


def test_a_file_that_is_no_table_is_refused_by_its_name() -> None:
    table = roster.read(b"%PDF-1.7", "r.pdf", limits=LIMITS)

    assert [f.place for f in table.rejected] == ["r.pdf"]
    assert table.entries == ()


def test_a_hidden_sheet_is_mentioned_and_not_read() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_of([ROSTER_HEAD, a_row()])))
    hidden = book.create_sheet("旧名册")
    hidden.append(ROSTER_HEAD)
    hidden.append(a_row("HY9", "旧人"))
    hidden.sheet_state = "hidden"
    target = io.BytesIO()
    book.save(target)

    table = roster.read(target.getvalue(), "r.xlsx", limits=LIMITS)

    assert [entry.code("staff_number") for entry in table.entries] == ["HY00001"]
    assert "旧名册" in table.notes[0]


def test_the_excerpt_never_shows_the_id_number() -> None:
    table = roster_table([a_row(id_number="430405198001011238")])

    assert table.entries[0].excerpt == "HY00001 张三 430400001"


def test_the_mended_sheet_can_be_loaded_again() -> None:
    table = roster_table([a_row(status="休假"), a_row("HY2", "李四")])
    fault = table.entries[0].fault("status_unknown", "在职状态不认识")

    again = roster.read(errors_sheet(table, [fault]), "again.xlsx", limits=LIMITS)

    assert [entry.code("staff_number") for entry in again.entries] == ["HY00001"]
    assert again.ignored_columns == ()


def test_a_cell_that_lost_digits_does_not_pass_unmended() -> None:
    table = roster_xlsx([a_row(id_number=430405198001011000)])
    fault = table.entries[0].fault("number_too_long", "数字过长")

    sheets = read_tables(errors_sheet(table, [fault]), "e.xlsx").sheets

    assert sheets[0].rows[1].cells[4].trouble == "error_cell"


def test_an_unreadable_file_gives_a_sheet_that_says_why() -> None:
    table = roster.read(b"%PDF-1.7", "r.pdf", limits=LIMITS)

    sheets = read_tables(errors_sheet(table, table.rejected), "e.xlsx").sheets

    assert "PDF" in sheets[0].rows[1].cells[1].text
