"""Rates, averages and ranks."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examcenter.reports.rules import (
    Counts,
    Unit,
    average_text,
    in_tree_order,
    line,
    ranks,
    rate,
    tops,
)


@pytest.mark.parametrize(
    ("n", "d", "text"),
    [
        pytest.param(149_999, 150_000, "99.99%", id="all but one of a city"),
        pytest.param(199, 200, "99.50%", id="all but one of 200"),
        pytest.param(2, 3, "66.66%", id="two of three"),
        pytest.param(80, 117, "68.37%", id="80 of 117"),
        pytest.param(2, 120, "1.66%", id="2 of 120"),
        pytest.param(117, 118, "99.15%", id="117 of 118"),
        pytest.param(116, 117, "99.14%", id="116 of 117"),
        pytest.param(57, 100, "57.00%", id="where a float says 56.99"),
        pytest.param(29, 100, "29.00%", id="where a float says 28"),
        pytest.param(1, 10_000, "0.01%", id="the least that is shown"),
        pytest.param(1, 150_000, "<0.01%", id="one of a city"),
        pytest.param(7, 7, "100%", id="all"),
        pytest.param(0, 7, "0%", id="none"),
        pytest.param(0, 0, "—", id="nobody to count"),
    ],
)
def test_a_rate_is_cut_and_never_rounded(n: int, d: int, text: str) -> None:
    assert rate(n, d) == text


@pytest.mark.parametrize(("n", "d"), [(8, 7), (1, 0), (-1, 7)])
def test_more_than_everybody_is_refused_and_not_capped(n: int, d: int) -> None:
    with pytest.raises(ValueError, match="part of a whole"):
        rate(n, d)


@given(st.integers(1, 10**7), st.data())
def test_a_rate_never_says_more_than_is_true(d: int, data: st.DataObject) -> None:
    n = data.draw(st.integers(0, d))

    text = rate(n, d)

    assert (text == "100%") == (n == d)
    assert (text == "0%") == (n == 0)
    if not text.startswith("<"):
        shown = Fraction(text.removesuffix("%")) / 100
        assert shown <= Fraction(n, d) < shown + Fraction(1, 10_000)
    else:
        assert 0 < Fraction(n, d) < Fraction(1, 10_000)


@pytest.mark.parametrize(
    ("total", "people", "text"),
    [
        (26_600, 3, "88.66"),
        (17_600, 2, "88"),
        (17_700, 2, "88.5"),
        (0, 2, "0"),
        (0, 0, "—"),
    ],
)
def test_an_average_is_cut_to_hundredths(total: int, people: int, text: str) -> None:
    assert average_text(total, people) == text


def test_equal_shares_have_one_rank_and_the_next_is_skipped() -> None:
    shares = {"甲": (1, 3), "乙": (2, 6), "丙": (9, 10), "丁": (0, 5), "戊": (0, 0)}

    assert ranks(shares) == {"丙": 1, "甲": 2, "乙": 2, "丁": 4}


def test_ranks_follow_the_fraction_where_the_texts_are_equal() -> None:
    shares = {"甲": (99_991, 150_000), "乙": (99_992, 150_000)}

    assert rate(*shares["甲"]) == rate(*shares["乙"])
    assert ranks(shares) == {"乙": 1, "甲": 2}


def test_nobody_marked_yet_leaves_marks_open_and_not_zero() -> None:
    row = line(None, Counts(enrolled=3, sat=2))

    assert (row.average, row.highest, row.lowest) == ("—", "—", "—")
    assert (row.pass_rate, row.participation_rate) == ("0%", "66.66%")


def test_two_departments_together_keep_the_highest_and_the_lowest() -> None:
    one = Counts(enrolled=2, sat=2, marked=2, total=150, highest=100, lowest=50)
    other = Counts(enrolled=1, sat=1, marked=1, total=30, highest=30, lowest=30)

    both = one + other + Counts(enrolled=4)

    assert (both.enrolled, both.total, both.highest, both.lowest) == (7, 180, 100, 30)


def test_more_people_sat_than_were_eligible_stops_the_report() -> None:
    with pytest.raises(ValueError, match="part of a whole"):
        line(None, Counts(enrolled=3, exempt=1, sat=3))


def a_unit(unit_id: int, path: str, code: str = "") -> Unit:
    return Unit(unit_id, code or str(unit_id), f"单位{unit_id}", "", path)


def test_the_tree_is_printed_each_department_before_those_below_it() -> None:
    units = [a_unit(3, "/1/3/", "B"), a_unit(4, "/1/2/4/"), a_unit(2, "/1/2/", "C")]
    units += [a_unit(1, "/1/", "A"), a_unit(5, "/1/3/5/")]

    assert [unit.id for unit in in_tree_order(units)] == [1, 3, 5, 2, 4]


def test_tops_are_those_whose_parents_are_not_seen() -> None:
    units = [a_unit(2, "/1/2/"), a_unit(4, "/1/2/9/4/"), a_unit(5, "/1/3/5/")]

    assert [unit.id for unit in tops(units)] == [2, 5]
