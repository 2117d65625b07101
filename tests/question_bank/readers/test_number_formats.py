"""A number is read as people see it, or not at all."""

import io

import pytest
import xlsxwriter

from question_bank.readers.number_formats import shown
from question_bank.readers.questions import read_questions


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (0.5, "0%", "50%"),
        (0.125, "0.0%", "12.5%"),
        (0.005, "0%", "1%"),
        (3, "0.00", "3.00"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (10000, "#,##0", "10,000"),
        (30, '0"日"', "30日"),
        (5, '"¥"#,##0.00', "¥5.00"),
        (5, "[$￥-804]#,##0.00", "￥5.00"),
        (2.675, "0.00_ ", "2.68"),
        (-3, "0.0", "-3.0"),
        (-3, "#,##0 ;(#,##0)", "(3)"),
    ],
)
def test_a_number_is_shown_as_its_format_says(
    value: float, code: str, text: str
) -> None:
    assert shown(value, code) == (text, "")


@pytest.mark.parametrize("code", ["# ?/?", "0.00E+00", "000-0000", '[>9]0;"少"', "?0"])
def test_a_format_that_cannot_be_followed_is_trouble(code: str) -> None:
    text, trouble = shown(12, code)

    assert trouble == "formatted_number" or text == "12"


def test_options_that_are_formatted_numbers_read_as_people_see_them() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        percent = book.add_format({"num_format": "0%"})
        fraction = book.add_format({"num_format": "# ?/?"})
        header = ["题干", "题型", "选项A", "选项B", "答案"]
        for at, row in enumerate([header, ["甲？", "单选题"], ["乙？", "单选题"]]):
            sheet.write_row(at, 0, row)
        for at, style in ((1, percent), (2, fraction)):
            sheet.write_number(at, 2, 0.5, style)
            sheet.write_number(at, 3, 1000)
            sheet.write_string(at, 4, "A")

    reading = read_questions(target.getvalue(), "题库.xlsx")

    assert [one.question.options for one in reading.candidates] == [("50%", "1000")]
    assert [one.code for one in reading.rejections] == ["formatted_number"]
