"""When one may start, until when an answer counts, what an answer may be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examcenter.attempts.rules import (
    NoSuchOptionError,
    Standing,
    check_value,
    deadline,
    still_counts,
    why_not,
)
from examcenter.exams.rules import ExamState, Plan, PlanSection
from question_bank.model import Kind

NINE = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NONE = timedelta(0)

PLAN = Plan(
    title="学法考试",
    opens_at=NINE,
    closes_at=NINE + 2 * HOUR,
    sections=(PlanSection("判断题", Kind.TRUE_FALSE, 1, 200),),
    bank="学法题库",
    departments=("430400",),
    attempts=2,
    late_entry_minutes=30,
)
STANDING = Standing(
    state=ExamState.OPEN,
    plan=PLAN,
    exempt=False,
    used=0,
    has_begun=False,
    running=False,
    now=NINE,
)


def test_a_late_start_buys_no_time() -> None:
    closes = NINE + 2 * HOUR

    assert deadline(NINE + 1.5 * HOUR, HOUR, closes, NONE) == closes


def test_time_granted_for_a_fault_comes_after_the_end_of_the_exam() -> None:
    closes, granted = NINE + HOUR, timedelta(minutes=8)

    assert deadline(NINE, HOUR, closes, granted) == closes + granted


@given(
    late=st.integers(0, 7200), allowed=st.integers(1, 7200), granted=st.integers(0, 600)
)
def test_a_grant_never_shortens(late: int, allowed: int, granted: int) -> None:
    closes = NINE + 2 * HOUR
    started, length = NINE + timedelta(seconds=late), timedelta(seconds=allowed)

    plain = deadline(started, length, closes, NONE)
    more = deadline(started, length, closes, timedelta(seconds=granted))

    assert plain <= more
    assert plain <= closes


@pytest.mark.parametrize(
    ("milliseconds", "counts"),
    [(-1, True), (0, True), (2_999, True), (3_000, False), (60_000, False)],
    ids=["before the bell", "at the bell", "in grace", "after grace", "much later"],
)
def test_T3_an_answer_counts_until_the_grace_after_the_bell(  # noqa: N802 - the threat's number
    milliseconds: int, counts: bool
) -> None:
    received = NINE + timedelta(milliseconds=milliseconds)

    assert still_counts(received, NINE, timedelta(seconds=3)) is counts


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        (STANDING, None),
        (replace(STANDING, exempt=True), "exempt"),
        (replace(STANDING, state=ExamState.PUBLISHED), "not_yet_open"),
        (replace(STANDING, state=ExamState.CLOSED), "closed"),
        (replace(STANDING, used=2), "no_attempts_left"),
        (replace(STANDING, now=NINE + timedelta(minutes=30)), "too_late"),
        (
            replace(STANDING, used=1, has_begun=True, now=NINE + timedelta(minutes=31)),
            None,
        ),
        (replace(STANDING, has_begun=True, now=NINE + timedelta(minutes=31)), None),
        (
            replace(
                STANDING,
                now=NINE + timedelta(minutes=39),
                late_until=NINE + timedelta(minutes=40),
            ),
            None,
        ),
        (
            replace(
                STANDING,
                now=NINE + timedelta(minutes=40),
                late_until=NINE + timedelta(minutes=40),
            ),
            "too_late",
        ),
        (replace(STANDING, used=2, running=True), None),
    ],
    ids=[
        "open",
        "exempt",
        "not yet open",
        "closed",
        "used up",
        "late",
        "late but for the second attempt",
        "late after a reset",
        "let in late",
        "too late even so",
        "running",
    ],
)
def test_why_somebody_may_not_start(standing: Standing, reason: str | None) -> None:
    assert why_not(standing) == reason


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.SINGLE, []),
        (Kind.SINGLE, ["D"]),
        (Kind.MULTIPLE, ["A", "C", "D"]),
        (Kind.TRUE_FALSE, ["B"]),
    ],
    ids=["taken back", "one", "several", "false"],
)
def test_a_choice_that_the_question_offers_is_an_answer(
    kind: Kind, value: list[str]
) -> None:
    options = 2 if kind is Kind.TRUE_FALSE else 4

    check_value(kind, options, value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.SINGLE, ["A", "B"]),
        (Kind.SINGLE, ["E"]),
        (Kind.MULTIPLE, ["A", "A"]),
        (Kind.MULTIPLE, ["AB"]),
        (Kind.MULTIPLE, [""]),
        (Kind.TRUE_FALSE, ["C"]),
        (Kind.MULTIPLE, ["a"]),
    ],
    ids=[
        "two for one",
        "beyond the options",
        "twice the same",
        "two in one",
        "nothing as something",
        "neither true nor false",
        "lower case",
    ],
)
def test_what_the_question_does_not_offer_is_no_answer(
    kind: Kind, value: list[str]
) -> None:
    with pytest.raises(NoSuchOptionError):
        check_value(kind, 2 if kind is Kind.TRUE_FALSE else 4, value)
