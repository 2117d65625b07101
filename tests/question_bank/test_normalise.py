import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.model import Kind
from question_bank.normalise import (
    folded,
    kind_codes,
    kind_in_heading,
    kind_in_name,
    kind_named,
    plain,
    tidy,
    truth,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("公民 的权利", "公民的权利", id="spaces"),
        pytest.param("公民\u200b的\ufeff权利", "公民的权利", id="zero width"),
        pytest.param("第１０条，Ａ", "第10条,a", id="full width and case"),
        pytest.param("“宪法”规定：", '"宪法"规定:', id="quotes and colons"),
        pytest.param(
            "下列正确的是（　　）。", "下列正确的是( )", id="the blank at the end"
        ),
        pytest.param("甲、乙", "甲,乙", id="commas"),
        pytest.param("2018—2020", "2018-2020", id="dashes"),
    ],
)
def test_texts_that_offices_write_in_two_ways_fold_to_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10²平方米", "102平方米"),
        ("三年以上", "三年以下"),
        ("不得少于3日", "不得少于30日"),
        ("（一）", "（二）"),
        ("，", "。"),
    ],
)
def test_texts_that_differ_in_meaning_stay_apart(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@given(st.text())
def test_normal_forms_are_stable(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
    assert plain(plain(text)) == plain(text)


def test_tidy_keeps_what_is_seen() -> None:
    assert tidy(" 第１条\r\n\u3000“甲”\u00a0乙_x000D_ ") == "第１条\n“甲” 乙"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("单选", Kind.SINGLE),
        ("单项选择题", Kind.SINGLE),
        ("选择题", Kind.SINGLE),
        ("RADIO", Kind.SINGLE),
        ("【多选题】", Kind.MULTIPLE),
        ("_[多选]_", Kind.MULTIPLE),
        ("多项选择", Kind.MULTIPLE),
        ("MULTI", Kind.MULTIPLE),
        ("不定项选择题", Kind.INDETERMINATE),
        ("判断 题", Kind.TRUE_FALSE),
        ("是非题", Kind.TRUE_FALSE),
        ("对错题", Kind.TRUE_FALSE),
        ("JUDGE", Kind.TRUE_FALSE),
        ("tf", Kind.TRUE_FALSE),
        ("填空题", Kind.BLANK),
        ("问答题", Kind.SHORT_ANSWER),
        ("TKT", Kind.SHORT_ANSWER),
        ("名词解释", None),
        ("0", None),
        ("", None),
    ],
)
def test_kinds_are_named_in_many_ways(text: str, kind: Kind | None) -> None:
    assert kind_named(text) is kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("一、单选题（每题1分，共39道题）", Kind.SINGLE),
        ("第二部分 多项选择题", Kind.MULTIPLE),
        ("3. 判断题：", Kind.TRUE_FALSE),
        ("下列属于判断题的是", None),
        ("宪法", None),
    ],
)
def test_a_heading_announces_a_kind_and_a_sentence_does_not(
    text: str, kind: Kind | None
) -> None:
    assert kind_in_heading(text) is kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("2024年单选题库", Kind.SINGLE),
        ("不定项选择题", Kind.INDETERMINATE),
        ("多选", Kind.MULTIPLE),
        ("单选题和判断题", None),
        ("Sheet1", None),
    ],
)
def test_a_sheets_name_tells_the_kind_unless_it_names_two(
    name: str, kind: Kind | None
) -> None:
    assert kind_in_name(name) is kind


@pytest.mark.parametrize(
    ("header", "codes"),
    [
        (
            "题型(0单选,1判断,2多选)",
            {"0": Kind.SINGLE, "1": Kind.TRUE_FALSE, "2": Kind.MULTIPLE},
        ),
        ("题型（1-单选题 2-多选题）", {"1": Kind.SINGLE, "2": Kind.MULTIPLE}),
        ("题型", {}),
    ],
)
def test_numbers_mean_kinds_only_where_the_header_says_so(
    header: str, codes: dict[str, Kind]
) -> None:
    assert kind_codes(header) == codes


@pytest.mark.parametrize("text", [*"对是√✓✔Ｔvy1", "正确", "同意", "TRUE", "（√）"])
def test_spellings_of_true(text: str) -> None:
    assert truth(text) is True


@pytest.mark.parametrize("text", [*"错否×✗✘fXn0", "错误", "不同意", "FALSE", "( 错 )"])
def test_spellings_of_false(text: str) -> None:
    assert truth(text) is False


@pytest.mark.parametrize("text", ["A", "B", "", "也许", "10", "对的吗"])
def test_other_words_are_no_truth(text: str) -> None:
    assert truth(text) is None
