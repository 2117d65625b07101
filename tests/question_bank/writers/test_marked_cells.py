"""The workbook of rows to mend colours the cells that are at fault."""

import io

import openpyxl

from question_bank.intake import sift
from question_bank.readers.questions import read_questions
from question_bank.writers.errors_xlsx import write_errors
from tests.question_bank.files import GOOD, HEADER, a_question, xlsx

RED = "FFF7D9D5"


def marked(data: bytes, name: str) -> dict[str, str]:
    """Return the titles above the coloured cells of the first faulty row."""
    intake = sift(read_questions(data, name), lambda _: {})
    (sheet,) = openpyxl.load_workbook(io.BytesIO(write_errors(intake)))
    titles = [cell.value for cell in sheet[1]]
    return {
        str(title): str(cell.value or "")
        for title, cell in zip(titles, sheet[2], strict=False)
        if cell.fill.fgColor.rgb == RED
    }


def test_a_wrong_answer_is_marked() -> None:
    assert marked(xlsx([HEADER, GOOD, a_question(答案="E")]), "题库.xlsx") == {
        "答案": "E"
    }


def test_an_empty_cell_is_marked_too() -> None:
    assert marked(xlsx([HEADER, GOOD, a_question(题干="")]), "题库.xlsx") == {
        "题干": ""
    }


def test_a_question_of_running_text_comes_back_in_our_form() -> None:
    text = "1.甲？\nA.一\nB.二\n答案：C"

    intake = sift(read_questions(text.encode(), "题库.txt"), lambda _: {})
    mended = write_errors(intake)

    assert marked(text.encode(), "题库.txt") == {"答案": "C"}
    (rejection,) = read_questions(mended, "错误.xlsx").rejections
    assert rejection.code == "answer_not_an_option"
