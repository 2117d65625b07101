"""The tables that offices send, and the traps in them (as XLSX and as CSV)."""

import io
from collections.abc import Sequence
from datetime import date

import openpyxl
import pytest
import xlsxwriter

from question_bank.model import TRUE_FALSE_OPTIONS, Kind, Question
from question_bank.readers.questions import read_questions
from question_bank.readers.reading import Reading
from tests.question_bank.files import (
    GOOD,
    HEADER,
    Rows,
    Value,
    a_question,
    comma_separated,
    xlsx,
)


def read(*rows: Sequence[Value]) -> Reading:
    return read_questions(xlsx(rows), "题库.xlsx")


def the_question(*rows: Sequence[Value]) -> Question:
    reading = read(*rows)
    assert not reading.rejections
    (candidate,) = reading.candidates
    return candidate.question


def the_code(*rows: Sequence[Value]) -> str:
    reading = read(*rows)
    assert not reading.candidates
    (rejection,) = reading.rejections
    assert rejection.source is not None
    return rejection.code


def codes(reading: Reading) -> list[str]:
    return [caution.code for caution in reading.cautions]


def test_a_good_row_becomes_its_question() -> None:
    question = the_question(
        (*HEADER, "解析", "难度", "知识点", "法律依据"),
        (*GOOD, "见宪法第六十四条", "易", "宪法", "宪法第六十四条"),
    )

    assert question == Question(
        kind=Kind.SINGLE,
        stem="宪法的修改由谁通过？",
        options=("全国人大", "国务院", "最高法", "最高检"),
        key=("A",),
        explanation="见宪法第六十四条",
        category="宪法",
        difficulty="易",
        citation="宪法第六十四条",
    )


@pytest.mark.parametrize(
    ("titles", "row"),
    [
        pytest.param(
            ["题干\n(必填)", "题型（必填）", "选项 A", "选项B(勿删)", "*正确答案"],
            ["宪法？", "单选题", "甲", "乙", "B"],
            id="notes, spaces, line breaks",
        ),
        pytest.param(
            ["题干", "题型", "选择项1", "选择项2", "答案1", "得分1"],
            ["宪法？", "单选", "甲", "乙", "B", "2"],
            id="numbered options and answers",
        ),
        pytest.param(
            ["题型", "题干", "选项", "答案"],
            ["单选", "宪法？", "A. 甲\nB. 乙", "B"],
            id="all options in one cell",
        ),
        pytest.param(
            ["专业", "题型", "题目", "选项", "正确答案"],
            ["法律", "单选", "宪法？", "A. 甲,B. 乙", "B. 乙"],
            id="options and answers with labels and texts",
        ),
        pytest.param(
            ["题干", "答案字母", "A", "B"],
            ["宪法？", "B", "甲", "乙"],
            id="answer before options, no kind",
        ),
        pytest.param(
            [
                "问题",
                "题型(0单选,1判断,2多选)",
                "考试人员类型",
                "选项A",
                "选项B",
                "答案",
            ],
            ["宪法？", 0, "公务员", "甲", "乙", "b"],
            id="kinds as numbers that the header explains",
        ),
        pytest.param(
            ["content", "type", "option1", "option2", "isCorrect1", "isCorrect2"],
            ["宪法？", "RADIO", "甲", "乙", 0, 1],
            id="a flag for each option",
        ),
        pytest.param(
            [
                "目录",
                "题目类型",
                "大题题干",
                "小题题型",
                "小题题干",
                "A",
                "B",
                "正确答案",
            ],
            ["法律", "材料题", "", "单选题", "宪法？", "(A)甲", "(B)乙", "乙"],
            id="two kinds, labels before options, the answer's text",
        ),
    ],
)
def test_the_column_sets_of_offices_are_read(
    titles: list[Value], row: list[Value]
) -> None:
    question = the_question(titles, row)

    assert question.stem == "宪法？"
    assert question.kind is Kind.SINGLE
    assert question.options == ("甲", "乙")
    assert question.key == ("B",)


def test_the_header_may_stand_below_a_title() -> None:
    reading = read(["法律知识题库"], ["时间", "2024年"], [], HEADER, GOOD)

    (candidate,) = reading.candidates

    assert candidate.source.place == "Sheet1!R5"


def test_without_a_header_the_file_is_refused_with_the_way_out() -> None:
    reading = read(GOOD, GOOD)

    (rejection,) = reading.rejections

    assert (rejection.place, rejection.code) == ("题库.xlsx", "header_not_found")
    assert "题干" in rejection.message


def test_a_header_alone_is_refused() -> None:
    assert read(HEADER).rejections[0].code == "no_questions"


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        ("正确", "A"),
        ("×", "B"),
        ("✓", "A"),
        ("Ｆ", "B"),
        ("n", "B"),
        (True, "A"),
        (False, "B"),
        (1, "A"),
        (0, "B"),
        ("A", "A"),
        ("B", "B"),
        ("答案：错", "B"),
    ],
)
def test_truths_are_read_by_cell_type_and_spelling(answer: Value, key: str) -> None:
    question = the_question(
        ["题干", "题型", "答案"], ["宪法是根本法。", "判断题", answer]
    )

    assert question.options == TRUE_FALSE_OPTIONS
    assert question.key == (key,)


@pytest.mark.parametrize(
    ("first", "second", "answer", "key"),
    [
        pytest.param("正确", "错误", "A", "A", id="A is true"),
        pytest.param("错误", "正确", "A", "B", id="A is false"),
        pytest.param("错", "对", "B", "A", id="B is true"),
        pytest.param("错误", "正确", "正确", "A", id="a word wins over places"),
        pytest.param("×", "√", "A. ×", "B", id="label and text"),
    ],
)
def test_a_label_means_what_the_options_say(
    first: str, second: str, answer: str, key: str
) -> None:
    question = the_question(
        ["题干", "题型", "选项A", "选项B", "答案"],
        ["宪法是根本法。", "判断题", first, second, answer],
    )

    assert question.options == TRUE_FALSE_OPTIONS
    assert question.key == (key,)


@pytest.mark.parametrize(
    ("options", "answer", "code"),
    [
        (["合法", "违法"], "A", "true_false_options_unclear"),
        (["正确", "对"], "A", "true_false_options_unclear"),
        (["正确", ""], "A", "true_false_options_unclear"),
        (["正确", "错误"], "C", "answer_unreadable"),
        (["正确", "错误"], "A. 错误", "answer_unreadable"),
        (["正确", "错误"], "AB", "answer_unreadable"),
        (["正确", "错误"], "", "answer_missing"),
    ],
)
def test_a_truth_is_never_guessed(options: list[str], answer: str, code: str) -> None:
    header = ["题干", "题型", "选项A", "选项B", "答案"]

    assert the_code(header, ["宪法。", "判断题", *options, answer]) == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"答案": ""}, "answer_missing", id="no answer"),
        pytest.param({"答案": "E"}, "answer_not_an_option", id="a label beyond"),
        pytest.param(
            {"答案": "AB"}, "single_with_several_answers", id="two for single"
        ),
        pytest.param(
            {"答案": "丁"}, "answer_unreadable", id="words that are no option"
        ),
        pytest.param(
            {"答案": "A. 国务院"}, "answer_contradicts_option", id="wrong text"
        ),
        pytest.param({"题干": " "}, "stem_empty", id="no stem"),
        pytest.param({"题干": "长" * 2001}, "stem_too_long", id="long stem"),
        pytest.param({"选项B": ""}, "option_gap", id="a gap"),
        pytest.param({"选项B": "全国 人大"}, "options_repeat", id="the same twice"),
        pytest.param({"选项B": "长" * 501}, "option_too_long", id="long option"),
        pytest.param(
            {"选项B": "", "选项C": "", "选项D": ""}, "too_few_options", id="one option"
        ),
        pytest.param({"题型": "名词解释"}, "kind_unknown", id="unknown kind"),
        pytest.param({"题型": 1}, "kind_unknown", id="a number for a kind"),
        pytest.param({"题型": "填空题"}, "kind_not_supported", id="a kind to come"),
        pytest.param({"选项B": date(2024, 3, 5)}, "date_cell", id="3-5 made a date"),
        pytest.param({"选项B": 4.3e17}, "number_too_long", id="lost digits"),
        pytest.param({"选项B": "#N/A"}, "error_cell", id="an error"),
    ],
)
def test_a_bad_row_is_refused_by_code_with_its_place(
    changes: dict[str, Value], code: str
) -> None:
    reading = read(HEADER, GOOD, a_question(**changes))

    (rejection,) = reading.rejections

    assert len(reading.candidates) == 1
    assert rejection.code == code
    assert rejection.place == "Sheet1!R3"
    assert rejection.message.startswith("第 3 行：")


def test_the_message_says_what_is_wrong_where_and_what_to_do() -> None:
    reading = read(HEADER, a_question(答案="E"))

    (rejection,) = reading.rejections

    assert rejection.message == (
        "第 2 行：答案 E 不在选项 A–D 之中。请改正答案或补上选项。"
    )


def test_a_spoilt_cell_is_named() -> None:
    reading = read(HEADER, a_question(选项B=date(2024, 3, 5)))

    assert "D2" in reading.rejections[0].message


def test_all_reasons_of_a_row_are_told_at_once() -> None:
    reading = read(HEADER, a_question(题干="", 选项B="", 答案="E"))

    (rejection,) = reading.rejections

    assert rejection.code == "stem_empty"
    assert "选项 B" in rejection.message
    assert "答案 E" in rejection.message


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        ("ＡＣ", ("A", "C")),
        ("c、a", ("A", "C")),
        ("A;C;A", ("A", "C")),
        ("A|C", ("A", "C")),
        ("A. 全国人大,C. 最高法", ("A", "C")),
        ("正确答案：AC", ("A", "C")),
        ("A:", ("A",)),
        ("国务院", ("B",)),
    ],
)
def test_answers_are_read_in_many_spellings(answer: str, key: tuple[str, ...]) -> None:
    question = the_question(HEADER, a_question(题型="多选题", 答案=answer))

    assert question.key == key


def test_answers_in_several_columns_add_up() -> None:
    question = the_question(
        ["题干", "题型", "A", "B", "C", "答案1", "答案2"],
        ["宪法？", "多选题", "甲", "乙", "丙", "C", "A"],
    )

    assert question.key == ("A", "C")


def test_answer_and_flags_that_disagree_are_refused() -> None:
    header = ["title", "type", "A", "B", "answer", "isCorrect1", "isCorrect2"]

    assert (
        the_code(header, ["q", "single", "甲", "乙", "A", 0, 1]) == "answers_disagree"
    )


def test_an_option_that_reads_like_labels_makes_the_answer_ambiguous() -> None:
    changed = a_question(选项A="BC", 选项B="CD", 题型="多选题", 答案="BC")

    assert the_code(HEADER, changed) == "answer_ambiguous"


def test_a_multiple_with_one_answer_is_taken_and_told() -> None:
    reading = read(HEADER, a_question(题型="多选题"))

    assert reading.candidates[0].question.kind is Kind.MULTIPLE
    assert codes(reading) == ["multiple_with_one_answer"]


@pytest.mark.parametrize("bracket", ["( B )", "（Ｂ）", "（ B　）"])
@pytest.mark.parametrize("column", ["", "B"], ids=["answer in the stem alone", "twice"])
def test_an_answer_printed_in_the_stem_does_not_reach_the_examinee(
    bracket: str, column: str
) -> None:
    reading = read(HEADER, a_question(题干=f"公民应当{bracket}宪法。", 答案=column))

    question = reading.candidates[0].question

    assert question.key == ("B",)
    assert "B" not in question.stem
    assert "Ｂ" not in question.stem
    assert codes(reading) == ["answer_in_stem"]


def test_a_truth_printed_in_the_stem_is_blanked() -> None:
    question = the_question(
        ["题干", "题型", "答案"], ["宪法是根本法（√）", "判断题", ""]
    )

    assert question.stem == "宪法是根本法（　）"
    assert question.key == ("A",)


def test_letters_that_name_persons_stay_in_the_stem() -> None:
    stem = "甲(A)与乙(B)争议"

    question = the_question(HEADER, a_question(题干=stem))

    assert question.stem == stem


def test_another_letter_in_the_stem_stays_and_is_told() -> None:
    reading = read(HEADER, a_question(题干="乙公司(B)起诉"))

    assert reading.candidates[0].question.stem == "乙公司(B)起诉"
    assert codes(reading) == ["stem_shows_letters"]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (["宪法？", "甲", "乙", "丙", "B"], Kind.SINGLE),
        (["宪法？", "甲", "乙", "丙", "BC"], Kind.MULTIPLE),
        (["宪法。", "", "", "", "错"], Kind.TRUE_FALSE),
        (["宪法。", "错误", "正确", "", "A"], Kind.TRUE_FALSE),
        (["宪法。(√)", "", "", "", ""], Kind.TRUE_FALSE),
    ],
)
def test_a_missing_kind_follows_from_the_answer(row: list[Value], kind: Kind) -> None:
    assert the_question(["题干", "A", "B", "C", "答案"], row).kind is kind


def test_a_label_without_options_is_not_taken_for_a_truth() -> None:
    header = ["题干", "A", "B", "答案"]

    assert the_code(header, ["宪法。", "", "", "A"]) == "too_few_options"


def test_without_kind_and_answer_both_are_asked_for() -> None:
    reading = read(["题干", "A", "B", "答案"], ["宪法。", "甲", "乙", ""])

    (rejection,) = reading.rejections

    assert rejection.code == "kind_unknown"
    assert "没有答案" in rejection.message


SHEETS: dict[str, Rows] = {
    "单选题": [HEADER, a_question(题型="")],
    "多选": [HEADER, a_question(题型="")],
    "判断题（20）": [["题干", "答案"], ["宪法是根本法。", "对"]],
    "说明": [["请勿修改表头"]],
}


def test_one_sheet_for_each_kind() -> None:
    reading = read_questions(xlsx(SHEETS), "题库.xlsx")

    kinds = {one.source.place: one.question.kind for one in reading.candidates}

    assert kinds == {
        "单选题!R2": Kind.SINGLE,
        "多选!R2": Kind.MULTIPLE,
        "判断题（20）!R2": Kind.TRUE_FALSE,
    }
    assert "sheet_without_header" in codes(reading)


def test_a_message_names_the_sheet_where_there_are_several() -> None:
    sheets = {**SHEETS, "判断题": [["题干", "答案"], ["宪法是根本法。", "E"]]}

    (rejection,) = read_questions(xlsx(sheets), "题库.xlsx").rejections

    assert rejection.message.startswith("工作表“判断题”第 2 行：")


def test_headings_between_rows_give_the_kind() -> None:
    reading = read(
        HEADER,
        ["一、单选题（每题1分，共39道题）"],
        a_question(题型=""),
        ["二、多选题"],
        a_question(题型="", 题干="另一题", 答案="AB"),
        HEADER,
        a_question(题型="", 题干="第三题"),
    )

    kinds = [one.question.kind for one in reading.candidates]

    assert kinds == [Kind.SINGLE, Kind.MULTIPLE, Kind.MULTIPLE]
    assert reading.heading_rows == 3


def test_blank_rows_are_counted_and_lone_notes_are_told() -> None:
    reading = read(
        ["序号", *HEADER, "备注"],
        [1, *GOOD],
        [],
        [2],
        [3, *GOOD],
        ["", *[""] * 7, "完"],
    )

    assert [one.source.row for one in reading.candidates] == [2, 5]
    assert reading.blank_rows == 3
    assert codes(reading) == ["row_not_read"]
    assert reading.ignored_columns == ("备注",)


def test_marks_are_not_taken_over_and_that_is_told() -> None:
    reading = read((*HEADER, "分值"), (*GOOD, 2))

    assert reading.ignored_columns == ()
    assert codes(reading) == ["marks_not_stored"]


def test_hidden_sheets_are_reported_and_not_taken() -> None:
    data = xlsx({"题目": [HEADER, GOOD], "旧题": [HEADER, GOOD, GOOD]})
    hidden = _hide_second(data)

    reading = read_questions(hidden, "题库.xlsx")

    assert [one.source.sheet for one in reading.candidates] == ["题目"]
    assert [one.place for one in reading.cautions] == ["旧题"]
    assert codes(reading) == ["hidden_sheet"]


def _hide_second(workbook: bytes) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    book.worksheets[1].sheet_state = "hidden"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_merged_cells_belong_to_the_top_left() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 6, "法律知识题库")
        sheet.write_row(1, 0, HEADER)
        sheet.write_row(2, 0, GOOD)
        sheet.merge_range(3, 0, 3, 6, "二、判断题")
        sheet.write_row(4, 0, ["宪法是根本法。", "", "", "", "", "", "对"])

    reading = read_questions(target.getvalue(), "题库.xlsx")

    assert [one.question.kind for one in reading.candidates] == [
        Kind.SINGLE,
        Kind.TRUE_FALSE,
    ]


def test_rich_text_and_odd_spaces_do_not_show() -> None:
    question = the_question(
        HEADER,
        a_question(题干="\ufeff公民\u200b的\u00a0权利\r\n有哪些", 选项A="\u3000甲 "),
    )

    assert question.stem == "公民的 权利\n有哪些"
    assert question.options[0] == "甲"


def test_numbers_in_options_read_as_numbers() -> None:
    question = the_question(
        HEADER, a_question(选项A=1, 选项B=1000, 选项C=0.5, 选项D="10%", 答案="1000")
    )

    assert question.options == ("1", "1000", "0.5", "10%")
    assert question.key == ("B",)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "=1+1", "+A1", "-2", "@SUM(A1)", "<b>甲</b>"]
)
def test_markup_and_formulas_are_text(text: str) -> None:
    assert the_question(HEADER, a_question(选项A=text)).options[0] == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize(
    "separator", [",", "\t", ";"], ids=["comma", "tab", "semicolon"]
)
def test_the_same_questions_come_from_text_tables(
    encoding: str, separator: str
) -> None:
    data = comma_separated([HEADER, GOOD], encoding, separator)

    reading = read_questions(data, "题库.csv")

    assert reading.candidates[0].question == the_question(HEADER, GOOD)
    assert reading.candidates[0].source.place == "R2"


def test_an_unreadable_file_is_one_rejection_at_its_name() -> None:
    reading = read_questions(b"%PDF-1.7", "题库.pdf")

    (rejection,) = reading.rejections

    assert (rejection.place, rejection.code) == ("题库.pdf", "format_not_supported")
    assert rejection.source is None
