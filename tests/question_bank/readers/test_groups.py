"""Rows that make one question together, and cases told by their number."""

import pytest

from question_bank.model import Kind
from tests.question_bank.readings import read, the_code, the_question

BY_ROW = ("题干", "题型", "选项", "答案")


def test_one_row_for_each_option_is_one_question() -> None:
    reading = read(
        BY_ROW,
        ("甲？", "单选题", "一", "B"),
        ("", "", "二", ""),
        ("", "", "三", ""),
        ("乙？", "单选题", "一", "A"),
        ("", "", "二", ""),
    )

    first, second = (one.question for one in reading.candidates)
    assert (first.options, first.key) == (("一", "二", "三"), ("B",))
    assert (second.options, second.key) == (("一", "二"), ("A",))
    assert reading.joined_rows == 3


def test_each_options_row_may_say_whether_it_is_right() -> None:
    question = the_question(
        ("序号", "题干", "选项", "是否正确"),
        ("1", "甲？", "一", "是"),
        ("1", "甲？", "二", "否"),
        ("1", "甲？", "三", "是"),
    )

    assert (question.kind, question.key) == (Kind.MULTIPLE, ("A", "C"))


def test_a_row_with_all_options_and_no_stem_is_no_further_option() -> None:
    reading = read(
        BY_ROW, ("甲？", "单选题", "A.一 B.二", "B"), ("", "单选题", "A.三 B.四", "A")
    )

    assert [one.code for one in reading.rejections] == ["stem_empty"]
    assert reading.candidates[0].question.options == ("一", "二")


CASES = ("题干", "题型", "选项A", "选项B", "答案", "材料编号", "材料")


def test_the_questions_of_a_case_share_its_material_wherever_they_stand() -> None:
    reading = read(
        CASES,
        ("甲？", "单选题", "一", "二", "A", "2", ""),
        ("乙？", "单选题", "一", "二", "A", "1", "张某案"),
        ("丙？", "单选题", "一", "二", "A", "2", "李某案"),
        ("丁？", "单选题", "一", "二", "A", "1", "同上"),
        ("戊？", "单选题", "一", "二", "A", "", ""),
    )

    materials = [one.question.material for one in reading.candidates]
    assert materials == ["李某案", "张某案", "李某案", "张某案", ""]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(
            [("甲？", "单选题", "一", "二", "A", "9", "")], id="unknown number"
        ),
        pytest.param([("甲？", "单选题", "一", "二", "A", "", "同上")], id="no number"),
    ],
)
def test_a_case_that_is_not_told_clearly_is_refused(
    rows: list[tuple[str, ...]],
) -> None:
    other = ("乙？", "单选题", "一", "二", "A", "1", "张某案")

    reading = read(CASES, *rows, other)

    assert [one.code for one in reading.rejections] == ["material_unclear"]


@pytest.mark.parametrize(
    ("stem", "answer", "key"),
    [
        ("是____。", "人民", ("人民",)),
        ("是____。", "人民;全体人民", ("人民\n全体人民",)),
        ("是____和____。", "甲|乙", ("甲", "乙")),
        ("是（　）和（　）。", "甲;丙|乙", ("甲\n丙", "乙")),
        ("是____和____。", "甲；乙", ("甲", "乙")),
        ("是____、____。", "甲、乙", ("甲", "乙")),
        ("是____、____。", "（1）甲（2）乙", ("甲", "乙")),
        ("是____、____。", "①甲 ②乙", ("甲", "乙")),
        ("是＿＿。", "甲、乙", ("甲、乙",)),
        ("年份是____。", 1982, ("1982",)),
    ],
)
def test_blanks_are_read_as_offices_write_them(
    stem: str, answer: str | int, key: tuple[str, ...]
) -> None:
    question = the_question(("题干", "题型", "答案"), (stem, "填空题", answer))

    assert (question.kind, question.key) == (Kind.BLANK, key)


def test_more_answers_than_blanks_are_refused() -> None:
    rows = (("题干", "题型", "答案"), ("是____。", "填空题", "甲|乙"))

    assert the_code(*rows) == "blanks_do_not_match"


def test_a_short_answer_keeps_its_reference() -> None:
    question = the_question(
        ("题干", "题型", "答案"),
        ("简述原则。", "简答题", "公正、公开。\n教育与处罚结合。"),
    )

    assert question.kind is Kind.SHORT_ANSWER
    assert question.key == ("公正、公开。\n教育与处罚结合。",)
