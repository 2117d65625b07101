from collections.abc import Collection
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.model import Kind
from question_bank.scoring import (
    FAILED,
    NeedsAPersonError,
    ScoringRule,
    decimal_text,
    grade_of,
    score_answer,
)

GRADES = (("优秀", 9000), ("良好", 8000), ("合格", 6000))

kinds = st.sampled_from([kind for kind in Kind if kind.is_chosen])
rules = st.sampled_from(ScoringRule)
choices = st.frozensets(st.sampled_from("ABCDEF"))
keys = st.frozensets(st.sampled_from("ABCDEF"), min_size=1)
some_marks = st.integers(min_value=0, max_value=1000)


@pytest.mark.parametrize(
    ("rule", "value", "earned"),
    [
        pytest.param("all_or_nothing", "ABC", 200, id="complete"),
        pytest.param("all_or_nothing", "AB", 0, id="incomplete, all or nothing"),
        pytest.param("all_or_nothing", "ABCD", 0, id="one too many"),
        pytest.param("half_if_incomplete", "A", 100, id="incomplete, half"),
        pytest.param("half_if_incomplete", "AD", 0, id="incomplete and wrong, half"),
        pytest.param("half_if_incomplete", "CBA", 200, id="complete, half"),
        pytest.param("per_option", "A", 66, id="one of three, share cut"),
        pytest.param("per_option", "AC", 132, id="two of three, shares cut"),
        pytest.param("per_option", "BCA", 200, id="complete, nothing lost to cutting"),
        pytest.param("per_option", "ABD", 0, id="a wrong one eats the shares"),
        pytest.param("per_option", "", 0, id="nothing chosen"),
    ],
)
def test_a_multiple_choice_earns_what_its_rule_says(
    rule: str, value: str, earned: int
) -> None:
    score = score_answer(
        Kind.MULTIPLE, ScoringRule(rule), frozenset("ABC"), list(value), 200
    )

    assert score == earned


def test_half_of_an_odd_number_of_hundredths_is_cut() -> None:
    score = score_answer(
        Kind.INDETERMINATE,
        ScoringRule.HALF_IF_INCOMPLETE,
        frozenset("AB"),
        ["A"],
        125,
    )

    assert score == 62


@pytest.mark.parametrize("kind", [Kind.SINGLE, Kind.TRUE_FALSE])
@pytest.mark.parametrize("rule", ScoringRule)
def test_a_question_with_one_right_option_knows_no_half_marks(
    kind: Kind, rule: ScoringRule
) -> None:
    key = frozenset("AB")  # even where the bank wrongly names two

    assert score_answer(kind, rule, key, ["A"], 100) == 0
    assert score_answer(kind, rule, frozenset("A"), ["A"], 100) == 100


@pytest.mark.parametrize(
    ("value", "earned"),
    [
        pytest.param(["民法典"], 100, id="as in the key"),
        pytest.param([" 民 法典 "], 100, id="white space does not matter"),
        pytest.param(["ＷＴＯ"], 100, id="width and case do not matter"),
        pytest.param(["刑法"], 0, id="another text"),
        pytest.param(["民法典", "刑法"], 0, id="more texts than blanks"),
        pytest.param(["民法典。"], 100, id="a stop at the end does not matter"),
        pytest.param(["  "], 0, id="white space alone"),
        pytest.param([], 0, id="nothing"),
    ],
)
def test_a_blank_is_right_when_the_key_names_its_text(
    value: list[str], earned: int
) -> None:
    key = ("民法典\nwto",)

    score = score_answer(Kind.BLANK, ScoringRule.PER_OPTION, key, value, 100)

    assert score == earned


@pytest.mark.parametrize(
    ("rule", "value", "earned"),
    [
        pytest.param("all_or_nothing", ["甲", "乙", "丙"], 200, id="all right"),
        pytest.param("all_or_nothing", ["甲", "乙"], 0, id="one left empty"),
        pytest.param("all_or_nothing", ["乙", "甲", "丙"], 0, id="the order matters"),
        pytest.param("half_if_incomplete", ["甲", "", "丙"], 100, id="empty, half"),
        pytest.param("half_if_incomplete", ["甲", "错", "丙"], 0, id="wrong, half"),
        pytest.param("per_option", ["甲", "错", "丙"], 132, id="two shares, cut"),
        pytest.param("per_option", ["", "", ""], 0, id="nothing written"),
        pytest.param("per_option", ["二", "乙", "丙"], 200, id="an alternative"),
    ],
)
def test_several_blanks_earn_what_the_rule_says(
    rule: str, value: list[str], earned: int
) -> None:
    key = ("甲\n二", "乙", "丙")

    assert score_answer(Kind.BLANK, ScoringRule(rule), key, value, 200) == earned


def test_a_blank_is_no_pattern() -> None:
    key = (".*",)

    assert score_answer(Kind.BLANK, ScoringRule.PER_OPTION, key, ["甲"], 100) == 0


@pytest.mark.parametrize("rule", ScoringRule)
def test_a_short_answer_needs_a_person(rule: ScoringRule) -> None:
    with pytest.raises(NeedsAPersonError):
        score_answer(Kind.SHORT_ANSWER, rule, ("公正",), ["公正"], 100)


@given(kinds, rules, keys, choices, some_marks)
def test_a_score_lies_between_nothing_and_the_marks(
    kind: Kind,
    rule: ScoringRule,
    key: frozenset[str],
    value: Collection[str],
    marks: int,
) -> None:
    assert 0 <= score_answer(kind, rule, key, value, marks) <= marks


@given(kinds, rules, keys, some_marks)
def test_the_complete_answer_earns_all_marks_and_none_earns_nothing(
    kind: Kind, rule: ScoringRule, key: frozenset[str], marks: int
) -> None:
    assert score_answer(kind, rule, key, key, marks) == marks
    assert score_answer(kind, rule, key, (), marks) == 0


@given(kinds, rules, keys, choices, st.data())
def test_a_wrong_option_never_earns(
    kind: Kind,
    rule: ScoringRule,
    key: frozenset[str],
    chosen: frozenset[str],
    data: st.DataObject,
) -> None:
    wrong = data.draw(st.sampled_from(sorted(set("ABCDEFG") - key)))

    assert score_answer(kind, rule, key, chosen | {wrong}, 200) == 0


@given(kinds, rules, keys, st.lists(st.sampled_from("ABCDEF")))
def test_the_order_and_repetition_of_an_answer_do_not_matter(
    kind: Kind, rule: ScoringRule, key: frozenset[str], value: list[str]
) -> None:
    turned = [*reversed(value), *value]

    assert score_answer(kind, rule, key, turned, 200) == score_answer(
        kind, rule, key, frozenset(value), 200
    )


@given(rules, keys, st.data())
def test_one_more_right_option_never_costs_marks(
    rule: ScoringRule, key: frozenset[str], data: st.DataObject
) -> None:
    value = data.draw(st.frozensets(st.sampled_from(sorted(key))))
    more = value | {data.draw(st.sampled_from(sorted(key)))}

    fewer = score_answer(Kind.MULTIPLE, rule, key, value, 199)

    assert score_answer(Kind.MULTIPLE, rule, key, more, 199) >= fewer


def test_a_question_without_a_key_earns_nobody_anything() -> None:
    score = score_answer(Kind.MULTIPLE, ScoringRule.PER_OPTION, frozenset(), ["A"], 200)

    assert score == 0


def test_negative_marks_are_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        score_answer(Kind.SINGLE, ScoringRule.ALL_OR_NOTHING, frozenset("A"), ["A"], -1)


@pytest.mark.parametrize(
    ("hundredths", "text"),
    [
        (8800, "88"),
        (8850, "88.5"),
        (8805, "88.05"),
        (10000, "100"),
        (0, "0"),
        (5, "0.05"),
        (-50, "-0.5"),
    ],
)
def test_a_score_is_written_without_trailing_zeros(hundredths: int, text: str) -> None:
    assert decimal_text(hundredths) == text


@given(st.integers(-1_000_000, 1_000_000))
def test_a_written_score_can_be_read_back(hundredths: int) -> None:
    text = decimal_text(hundredths)

    assert Decimal(text) * 100 == hundredths
    assert not text.endswith((".", ".0"))


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        pytest.param(10000, "优秀", id="full marks"),
        pytest.param(9000, "优秀", id="just excellent"),
        pytest.param(8999, "良好", id="a hundredth short of excellent"),
        pytest.param(6000, "合格", id="just passed"),
        pytest.param(5999, FAILED, id="a hundredth short of passing"),
        pytest.param(0, "不合格", id="nothing"),
    ],
)
def test_a_grade_begins_at_its_own_score(score: int, grade: str) -> None:
    assert grade_of(score, GRADES) == grade
    assert grade_of(score, reversed(GRADES)) == grade


def test_an_exam_without_grades_gives_none() -> None:
    assert grade_of(10000, ()) == ""
