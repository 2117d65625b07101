import io
from collections.abc import Mapping
from datetime import date

import openpyxl

from question_bank.intake import Intake, sift
from question_bank.model import Kind
from question_bank.readers.questions import read_questions
from question_bank.readers.tables import read_tables
from question_bank.writers.errors_xlsx import write_errors
from tests.question_bank.files import GOOD, HEADER, Rows, a_question, xlsx


def intake_of(sheets: Rows | Mapping[str, Rows] | bytes) -> Intake:
    data = sheets if isinstance(sheets, bytes) else xlsx(sheets)
    return sift(read_questions(data, "题库.xlsx"), lambda _: {})


def lines_of(data: bytes) -> list[list[str]]:
    (sheet,) = read_tables(data, "错误.xlsx").sheets
    return [[cell.text for cell in row.cells] for row in sheet.rows]


def test_bad_rows_come_back_with_their_number_reasons_and_cells() -> None:
    bad = a_question(答案="E")

    lines = lines_of(write_errors(intake_of([HEADER, GOOD, bad])))

    assert lines[0] == ["原行号", "错误说明", *HEADER]
    assert lines[1][0] == "3"
    assert lines[1][1].startswith("第 3 行：答案 E 不在选项 A–D 之中。")
    assert lines[1][2:] == bad


def test_both_sides_of_a_conflict_come_back() -> None:
    intake = intake_of([HEADER, GOOD, a_question(答案="B")])

    assert [line[0] for line in lines_of(write_errors(intake))] == ["原行号", "2", "3"]


def test_mended_rows_can_be_loaded_again() -> None:
    errors = write_errors(intake_of([HEADER, GOOD, a_question(题干="", 答案="B")]))
    book = openpyxl.load_workbook(io.BytesIO(errors))
    book.worksheets[0]["C2"] = "补上的题干"
    mended = io.BytesIO()
    book.save(mended)

    reading = read_questions(mended.getvalue(), "错误.xlsx")

    (candidate,) = reading.candidates
    assert candidate.question.stem == "补上的题干"
    assert candidate.question.key == ("B",)
    assert reading.ignored_columns == ()


def test_rows_that_nobody_mended_are_refused_again() -> None:
    spoilt = a_question(选项B=date(2024, 3, 5))

    again = intake_of(write_errors(intake_of([HEADER, spoilt])))

    assert [one.code for one in again.rejected] == ["error_cell"]


def test_the_kind_of_a_heading_is_kept_in_a_column() -> None:
    header = [title for title in HEADER if title != "题型"]
    row = [*GOOD[:1], *GOOD[2:6], "E"]

    again = read_questions(
        write_errors(intake_of({"多选题": [header, row]})), "错误.xlsx"
    )

    (rejection,) = again.rejections
    assert rejection.source is not None
    assert rejection.source.kind is Kind.MULTIPLE
    assert again.heads[0].titles[2] == "题型"


def test_formulas_and_markup_come_back_as_text() -> None:
    texts = ["=1+1", "+A1", "-2", "@SUM(A1)", "http://example.org", "<script>"]
    rows = [a_question(题干=text, 答案="E") for text in texts]

    book = openpyxl.load_workbook(io.BytesIO(write_errors(intake_of([HEADER, *rows]))))

    cells = [row[2] for row in book.worksheets[0].iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == texts
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)


def test_each_sheet_comes_back_under_its_name() -> None:
    bad = a_question(答案="")

    data = write_errors(intake_of({"甲": [HEADER, bad], "乙": [HEADER, GOOD, bad]}))

    sheets = read_tables(data, "错误.xlsx").sheets
    assert [(sheet.name, len(sheet.rows)) for sheet in sheets] == [("甲", 2), ("乙", 2)]


def test_a_file_that_could_not_be_read_says_why() -> None:
    assert lines_of(write_errors(intake_of(b"%PDF-")))[0] == ["错误说明"]
