"""A key that could be meant in two ways is refused, for nobody would notice it."""

import io
from collections.abc import Sequence

import openpyxl
import pytest

from question_bank.model import Kind
from question_bank.readers.questions import read_questions
from question_bank.readers.reading import Reading
from tests.question_bank.files import HEADER, Value, a_question
from tests.question_bank.readings import codes, read, the_code, the_question

OPTIONS = {"选项A": "甲", "选项B": "乙", "选项C": "丙", "选项D": "丁"}


def row(**changes: Value) -> list[Value]:
    return a_question(**(OPTIONS | {"题型": ""} | changes))


def typed(
    rows: Sequence[Sequence[Value]],
    formats: dict[str, str] | None = None,
    merged: Sequence[str] = (),
) -> Reading:
    """Read a workbook whose cells have number formats and are merged as told."""
    book = openpyxl.Workbook()
    sheet = book.active
    for line in rows:
        sheet.append([None if value == "" else value for value in line])
    for cell, code in (formats or {}).items():
        sheet[cell].number_format = code
    for cells in merged:
        sheet.merge_cells(cells)
    target = io.BytesIO()
    book.save(target)
    return read_questions(target.getvalue(), "题库.xlsx")


@pytest.mark.parametrize(
    "answer",
    ["A.甲C.丙", "A.甲。C.丙", "A、甲；C、丙", "A:甲 C:丙", "A)甲,C)丙", "(A)甲(C)丙"],
)
def test_labels_with_their_texts_are_all_found(answer: str) -> None:
    assert the_question(HEADER, row(答案=answer)).key == ("A", "C")


@pytest.mark.parametrize("answer", ["A.甲乙", "A.甲B.丁", "A.甲和C.丙丁", "C. 甲"])
def test_a_label_with_words_that_are_not_its_options_is_refused(answer: str) -> None:
    assert the_code(HEADER, row(答案=answer)) == "answer_contradicts_option"


def test_a_truth_with_words_that_are_none_is_refused() -> None:
    header = ["题干", "题型", "答案"]

    assert the_code(header, ["宪法", "判断题", "A.正确B.错误"]) == "answer_unreadable"


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [("A", "B", "answers_disagree"), ("B", "丙", "answers_disagree")],
)
def test_two_columns_of_answers_must_not_disagree(
    first: str, second: str, code: str
) -> None:
    assert the_code([*HEADER, "答案字母"], [*row(答案=first), second]) == code


@pytest.mark.parametrize("second", ["A", "甲", "", "见教材第3页"])
def test_a_second_column_that_says_the_same_or_no_key_is_let_be(second: str) -> None:
    assert the_question([*HEADER, "答案字母"], [*row(), second]).key == ("A",)


@pytest.mark.parametrize(("answer", "key"), [(3, ""), (1, ""), (4, "D")])
def test_a_number_that_may_count_the_options_is_refused(answer: int, key: str) -> None:
    given = row(选项A=2, 选项B=3, 选项C=1, 选项D=4, 答案=answer)

    if key:
        assert the_question(HEADER, given).key == (key,)
    else:
        assert the_code(HEADER, given) == "answer_ambiguous"


def test_a_one_beside_columns_nobody_can_read_is_no_truth() -> None:
    header = ["题干", "备选一", "备选二", "答案"]

    assert the_code(header, ["谁制定宪法？", "甲", "乙", 1]) == "answer_unreadable"


def test_options_headed_in_chinese_numerals_are_options() -> None:
    question = the_question(
        ["题干", "选项一", "选项二", "答案"], ["谁？", "甲", "乙", "B"]
    )

    assert (question.options, question.key) == (("甲", "乙"), ("B",))


def test_options_under_the_labels_of_others_are_refused() -> None:
    given = row(选项A="B. 甲", 选项B="A. 乙", 选项C="C. 丙", 选项D="D. 丁")

    assert the_code(HEADER, given) == "option_labels_differ"


def test_options_that_speak_of_other_options_are_kept_whole() -> None:
    given = row(选项A="A、B", 选项B="B、C", 选项C="C、D", 选项D="D、A", 答案="C")

    assert the_question(HEADER, given).options == ("A、B", "B、C", "C、D", "D、A")


def test_a_mark_of_rightness_that_cannot_be_read_is_refused() -> None:
    header = ["题干", "option1", "option2", "isCorrect1", "isCorrect2"]

    assert the_code(header, ["谁？", "甲", "乙", 1, "maybe"]) == "answer_unreadable"


@pytest.mark.parametrize(
    "stem",
    [
        "公司（A）起诉，正确的是（ ）",
        "依照该条第（C）项，正确的是：",
        "依照（C）款，正确的是：",
        "有（a）公司，正确的是：",
    ],
)
def test_letters_that_may_name_something_else_are_no_answer(stem: str) -> None:
    given = row(题干=stem, 题型="单选题", 答案="")

    assert the_code(HEADER, given) == "answer_missing"


@pytest.mark.parametrize(
    ("stem", "left"),
    [
        ("应当（b）", "应当（\u3000）"),
        ("应当【B】", "应当【\u3000】"),
        ("应当〔Ｂ〕作出", "应当〔\u3000〕作出"),
        ("应当__B__作出", "应当____作出"),
    ],
)
def test_no_way_to_print_the_answer_reaches_the_examinee(stem: str, left: str) -> None:
    assert the_question(HEADER, row(题干=stem, 答案="B")).stem == left


@pytest.mark.parametrize(
    "change",
    [
        {"题干": "谁制定宪法？ 答案：B"},
        {"题干": "谁制定宪法？【答案】B"},
        {"选项D": "丁 正确答案是B"},
        {"题干": "宪法是根本法。答案：正确"},
    ],
)
def test_words_that_print_the_answer_are_refused(change: dict[str, str]) -> None:
    assert the_code(HEADER, row(**change)) == "answer_shown"


def test_a_stem_that_asks_about_answers_is_taken() -> None:
    stem = "关于政府信息公开答复，下列答案中正确的是："

    assert the_question(HEADER, row(题干=stem)).stem == stem


def test_letters_in_several_brackets_are_pointed_out() -> None:
    reading = read(HEADER, row(题干="甲（A）与乙（C）", 答案="AC"))

    assert codes(reading) == ["stem_shows_letters"]


def test_percentages_read_as_they_are_shown() -> None:
    reading = typed(
        [HEADER, row(选项A=0.3, 选项B=0.055, 选项C=0.1 + 0.2, 选项D=1234.5)],
        {"C2": "0%", "D2": "0.0%", "F2": "#,##0.00"},
    )

    (candidate,) = reading.candidates
    assert candidate.question.options == ("30%", "5.5%", "0.3", "1234.5")


@pytest.mark.parametrize("code", ["# ?/?", "000", '"¥"0', "0.00E+00", '0"人"'])
def test_a_number_that_shows_as_something_else_is_refused(code: str) -> None:
    reading = typed([HEADER, row(选项A=7)], {"C2": code})

    (rejection,) = reading.rejections
    assert rejection.code == "formatted_number"
    assert "C2" in rejection.message


def test_a_kind_merged_over_rows_counts_for_all_of_them_and_a_key_does_not() -> None:
    reading = typed(
        [
            HEADER,
            row(题干="一", 题型="不定项选择题", 答案="A"),
            row(题干="二", 题型="", 答案="B"),
            row(题干="三", 题型="", 答案=""),
        ],
        merged=["B2:B4", "G3:G4"],
    )

    kinds = [candidate.question.kind for candidate in reading.candidates]
    assert kinds == [Kind.INDETERMINATE, Kind.INDETERMINATE]
    assert [one.code for one in reading.rejections] == ["answer_missing"]
    assert codes(reading) == ["merged_cells"]
