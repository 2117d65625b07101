"""What an answered paper earns, which attempt counts, when a result is shown."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examcenter.exams.rules import (
    AttemptRule,
    ExamState,
    Plan,
    PlanSection,
    Release,
    Review,
)
from examcenter.results.rules import (
    Scored,
    Times,
    as_shown,
    counted,
    in_bank,
    is_released,
    mark_paper,
    may_review,
)
from question_bank.model import LABELS, Kind, Question
from question_bank.paper import Paper
from question_bank.scoring import ScoringRule
from tests.support.factories import NOW
from tests.support.halls import a_plan, a_question

SINGLE = a_question(1, key=("C",))
MULTIPLE = a_question(2, Kind.MULTIPLE, key=("A", "D"))
BLANK = Question(Kind.BLANK, "首都是？", (), ("北京",))


def a_small_plan(rule: ScoringRule = ScoringRule.HALF_IF_INCOMPLETE) -> Plan:
    return a_plan(
        sections=(
            PlanSection("单选", Kind.SINGLE, 1, 100),
            PlanSection("多选", Kind.MULTIPLE, 1, 300, rule),
            PlanSection("填空", Kind.BLANK, 1, 50),
        )
    )


# Shown as A is the bank's D, and so on backwards.
PAPER = Paper((1, 0, 2), ((3, 2, 1, 0), (3, 2, 1, 0), ()))
QUESTIONS = (MULTIPLE, SINGLE, BLANK)


@pytest.mark.parametrize(
    ("answers", "earned"),
    [
        pytest.param(
            {1: ("B",), 2: ("A", "D"), 3: ("北京",)}, (100, 300, 50), id="all"
        ),
        pytest.param({2: ("D", "A")}, (0, 300, 0), id="in another order"),
        pytest.param({2: ("A",)}, (0, 150, 0), id="incomplete: half"),
        pytest.param({2: ("A", "B")}, (0, 0, 0), id="one wrong option"),
        pytest.param({1: ("C",)}, (0, 0, 0), id="the bank's label, not the shown one"),
        pytest.param({1: ("Z",)}, (0, 0, 0), id="a label that was not shown"),
        pytest.param({1: (), 2: ()}, (0, 0, 0), id="answers taken back"),
        pytest.param({}, (0, 0, 0), id="nothing"),
    ],
)
def test_shown_labels_are_marked_by_the_bank_s_key(
    answers: dict[int, tuple[str, ...]], earned: tuple[int, ...]
) -> None:
    marked = mark_paper(a_small_plan(), QUESTIONS, PAPER, answers)

    assert marked.earned == earned
    assert marked.score == sum(earned)


def test_each_section_has_its_own_marks_and_rule() -> None:
    plan = a_small_plan(ScoringRule.ALL_OR_NOTHING)

    marked = mark_paper(plan, QUESTIONS, PAPER, {1: ("B",), 2: ("A",)})

    assert [(s.title, s.score, s.full_marks) for s in marked.sections] == [
        ("单选", 100, 100),
        ("多选", 0, 300),
        ("填空", 0, 50),
    ]


def test_a_paper_that_is_not_of_this_plan_is_refused() -> None:
    with pytest.raises(ValueError, match="2 where the plan has 3"):
        mark_paper(a_small_plan(), QUESTIONS, Paper((0, 1), ((), ())), {})


@given(st.permutations(range(6)), st.sets(st.sampled_from(LABELS[:6])))
def test_labels_go_to_the_bank_and_come_back(
    order: list[int], labels: set[str]
) -> None:
    question = replace(SINGLE, options=tuple("一二三四五六"))

    shown = as_shown(order, sorted(labels))

    assert set(in_bank(question, order, shown)) == labels


@pytest.mark.parametrize(
    ("rule", "number"),
    [(AttemptRule.BEST, 2), (AttemptRule.LAST, 4), (AttemptRule.FIRST, 1)],
)
def test_the_rule_says_which_attempt_counts(rule: AttemptRule, number: int) -> None:
    attempts = [Scored(4, 10), Scored(3, 70), Scored(2, 70), Scored(1, 20)]

    one = counted(rule, attempts)

    assert one is not None
    assert one.number == number
    assert counted(rule, []) is None


def times(state: ExamState, *, released: bool = False) -> Times:
    return Times(state, NOW - timedelta(hours=1) if released else None)


@pytest.mark.parametrize(
    ("release", "given", "seen"),
    [
        (Release.AT_SUBMISSION, times(ExamState.OPEN), True),
        (Release.AT_CLOSE, times(ExamState.OPEN), False),
        (Release.AT_CLOSE, times(ExamState.CLOSED), True),
        (Release.MANUAL, times(ExamState.CLOSED), False),
        (Release.MANUAL, times(ExamState.OPEN, released=True), True),
    ],
)
def test_a_result_is_seen_when_the_plan_says_so(
    release: Release, given: Times, seen: bool
) -> None:
    assert is_released(a_plan(release=release), given) is seen


@pytest.mark.parametrize(
    ("review", "release", "state", "allowed"),
    [
        (Review.NONE, Release.AT_SUBMISSION, ExamState.CLOSED, False),
        (Review.AFTER_CLOSE, Release.AT_SUBMISSION, ExamState.OPEN, False),
        (Review.AFTER_CLOSE, Release.AT_SUBMISSION, ExamState.CLOSED, True),
        (Review.AFTER_CLOSE, Release.MANUAL, ExamState.CLOSED, False),
    ],
)
def test_keys_are_seen_only_after_the_exam_and_only_where_the_plan_says_so(
    review: Review, release: Release, state: ExamState, allowed: bool
) -> None:
    plan = a_plan(review=review, release=release)

    assert may_review(plan, times(state)) is allowed
