"""The tables that offices send, and the traps in them (as XLSX and as CSV)."""

import io
from datetime import date

import openpyxl
import pytest
import xlsxwriter

from question_bank.model import Kind, Question
from question_bank.readers.questions import read_questions
from tests.question_bank.files import (
    GOOD,
    HEADER,
    Rows,
    Value,
    a_question,
    comma_separated,
    xlsx,
)
from tests.question_bank.readings import codes, read, the_question


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
        pytest.param(
            {"题型": "填空题"}, "options_not_expected", id="a blank with options"
        ),
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
