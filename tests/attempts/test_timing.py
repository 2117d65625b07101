"""When an attempt ends: lost time, given time, and what they add up to."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examcenter.attempts.timing import Flat, Interval, extended, flat_credit, united

NINE = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)


def at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def lost(begins: float, ends: float) -> Interval:
    return Interval(at(begins), at(ends))


MOMENTS = st.integers(-30, 120)
INTERVALS = st.lists(
    st.tuples(MOMENTS, st.integers(0, 40)).map(lambda p: lost(p[0], p[0] + p[1])),
    max_size=6,
)
FLATS = st.lists(
    st.builds(Flat, st.sampled_from("abc"), st.integers(1, 1800)), max_size=5
)


@pytest.mark.parametrize(
    ("intervals", "ends"),
    [
        ([], 60),
        ([lost(3, 11)], 68),
        ([lost(3, 11), lost(5, 9)], 68),
        ([lost(3, 11), lost(9, 13)], 70),
        ([lost(3, 11), lost(11, 13)], 70),
        ([lost(-10, 5)], 65),
        ([lost(56, 64)], 68),
        ([lost(60, 70)], 60),
        ([lost(3, 11), lost(65, 70)], 73),
        ([lost(-10, 0)], 60),
    ],
    ids=[
        "nothing",
        "a power cut",
        "one inside another",
        "two that overlap",
        "two in a row",
        "one that began before the attempt",
        "one across the end counts whole",
        "one from the end on was not lost",
        "a second one in the time that the first one gave",
        "one before the attempt",
    ],
)
def test_lost_time_comes_back_once(intervals: list[Interval], ends: float) -> None:
    assert extended(NINE, TEN, intervals) == at(ends)


def test_of_grants_with_one_cause_the_largest_counts() -> None:
    flats = [Flat("停电", 300), Flat("停电", 480), Flat("换机", 60)]

    assert flat_credit(flats) == timedelta(seconds=540)


@given(INTERVALS, FLATS, INTERVALS, FLATS)
def test_T10_whatever_is_added_no_end_becomes_earlier(  # noqa: N802 - the threat's number
    intervals: list[Interval],
    flats: list[Flat],
    more: list[Interval],
    further: list[Flat],
) -> None:
    before = extended(NINE, TEN, intervals, flats)

    after = extended(NINE, TEN, intervals + more, flats + further)

    assert TEN <= before <= after


@given(INTERVALS, FLATS)
def test_an_examinee_always_has_the_time_they_were_allowed(
    intervals: list[Interval], flats: list[Flat]
) -> None:
    end = extended(NINE, TEN, intervals, flats)

    whole = [Interval(max(one.begins, NINE), one.ends) for one in intervals]
    stood = sum(
        (min(one.ends, end) - min(one.begins, end) for one in united(whole)),
        timedelta(0),
    )
    assert end - NINE - stood == TEN - NINE + flat_credit(flats)


@given(INTERVALS, st.randoms())
def test_the_order_of_grants_does_not_matter(
    intervals: list[Interval], order: object
) -> None:
    shuffled = list(intervals)
    order.shuffle(shuffled)  # type: ignore[attr-defined]  # a Random of the strategy

    assert extended(NINE, TEN, shuffled) == extended(NINE, TEN, intervals)
