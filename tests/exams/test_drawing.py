"""How little neighbours can share, and that no draw does better."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examcenter.exams.drawing import least_overlap
from examcenter.exams.rules import speak_of_each_other
from question_bank.blueprint import Quota
from question_bank.drawing import draw_papers
from question_bank.model import Kind
from question_bank.paper import neighbour_overlap


def a_quota(count: int, size: int) -> Quota:
    return Quota(0, Kind.SINGLE, "", "", count, tuple(range(size)))


@pytest.mark.parametrize(
    ("count", "size", "people", "least"),
    [
        pytest.param(10, 10, 2, 10, id="the-whole-bank-is-on-each-paper"),
        pytest.param(10, 20, 2, 0, id="two-papers-of-half-the-bank"),
        pytest.param(10, 20, 22, 4, id="four-neighbours-and-half-the-bank"),
        pytest.param(10, 40, 22, 0, id="four-times-a-paper"),
        pytest.param(10, 10, 1, 0, id="nobody-beside"),
    ],
)
def test_the_bound_is_what_counting_says(
    count: int, size: int, people: int, least: int
) -> None:
    assert least_overlap([a_quota(count, size)], people) == least


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_no_draw_stays_below_the_bound(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 8))
    size = data.draw(st.integers(count, 40))
    seed = data.draw(st.binary(min_size=32, max_size=32))
    people = data.draw(st.integers(1, 45))

    papers = draw_papers(
        [a_quota(count, size)],
        seed=seed,
        people=people,
        papers_each=1,
        shuffle_questions=False,
        shuffle_options=False,
        option_counts=[4] * size,
    )

    bound = least_overlap([a_quota(count, size)], people)
    assert neighbour_overlap(papers).max >= bound


@pytest.mark.parametrize(
    ("options", "speak"),
    [
        (("甲", "乙", "丙", "以上都对"), True),
        (("甲", "乙", "A和B"), True),
        (("甲", "乙", "两者都是"), True),
        (("宪法", "民法典", "刑法", "行政处罚法"), False),
        (("A类", "B类"), False),
    ],
)
def test_options_that_speak_of_each_other_are_known(
    options: tuple[str, ...], *, speak: bool
) -> None:
    assert speak_of_each_other(options) is speak
