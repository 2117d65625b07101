from dataclasses import replace

import pytest

from question_bank.checks import cautions, check
from question_bank.model import TRUE_FALSE_OPTIONS, Kind, Question

GOOD = Question(Kind.SINGLE, "题干", ("甲", "乙", "丙", "丁"), ("A",))
TRUTH = Question(Kind.TRUE_FALSE, "题干", TRUE_FALSE_OPTIONS, ("B",))


@pytest.mark.parametrize(
    "question",
    [
        GOOD,
        TRUTH,
        replace(GOOD, kind=Kind.MULTIPLE, key=("A", "B")),
        replace(GOOD, kind=Kind.INDETERMINATE, key=("A",)),
        replace(GOOD, stem="长" * 2000, options=("长" * 500, "乙")),
    ],
    ids=["single", "true or false", "multiple", "indeterminate", "at the limits"],
)
def test_a_good_question_has_no_problem(question: Question) -> None:
    assert check(question) == ()


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (replace(GOOD, stem="\u3000"), "stem_empty"),
        (replace(GOOD, stem="长" * 2001), "stem_too_long"),
        (replace(GOOD, explanation="长" * 2001), "explanation_too_long"),
        (replace(GOOD, options=("甲",)), "too_few_options"),
        (replace(GOOD, options=()), "too_few_options"),
        (replace(GOOD, options=tuple(map(str, range(27)))), "too_many_options"),
        (replace(GOOD, options=("甲", "", "丙")), "option_gap"),
        (replace(GOOD, options=("甲", "乙", "乙 ")), "options_repeat"),
        (replace(GOOD, options=("甲", "长" * 501)), "option_too_long"),
        (replace(GOOD, key=()), "answer_missing"),
        (replace(GOOD, key=("E",)), "answer_not_an_option"),
        (replace(GOOD, key=("A", "B")), "single_with_several_answers"),
        (replace(TRUTH, options=("错误", "正确")), "true_false_options_unclear"),
        (replace(TRUTH, key=("C",)), "answer_not_an_option"),
        (replace(GOOD, kind=Kind.BLANK), "options_not_expected"),
        (replace(GOOD, kind=Kind.SHORT_ANSWER), "options_not_expected"),
    ],
)
def test_each_fault_has_its_code_and_a_sentence(question: Question, code: str) -> None:
    problems = check(question)

    assert [problem.code for problem in problems] == [code]
    assert problems[0].message.endswith("。")


def test_a_multiple_with_one_answer_is_only_a_caution() -> None:
    lone = replace(GOOD, kind=Kind.MULTIPLE)

    assert check(lone) == ()
    assert [problem.code for problem in cautions(lone)] == ["multiple_with_one_answer"]
    assert cautions(GOOD) == ()
