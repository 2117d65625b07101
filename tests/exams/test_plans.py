"""Plan files: what is taken, what is refused, and where."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examcenter.exams import plans
from examcenter.exams.rules import (
    DEFAULT_GRADES,
    Camera,
    Grade,
    Plan,
    PlanRefusedError,
    canonical,
    cautions,
    plan_from,
)
from examcenter.paths import resource
from question_bank.model import Kind
from tests.support.halls import a_plan

LEAST = """
title = "学法考试"
opens_at = 2026-12-01T09:00:00+08:00
closes_at = 2026-12-01T11:00:00+08:00
{top}
[[sections]]
title = "单项选择题"
kind = "single"
count = 10
marks = {marks}
{section}
{rest}
"""


def a_file(
    top: str = "", section: str = "", rest: str = "", marks: str = "10"
) -> bytes:
    text = LEAST.format(top=top, section=section, rest=rest, marks=marks)
    return text.encode()


def read(data: bytes) -> Plan:
    return plans.read(data, "plan.toml")


def refused(data: bytes) -> set[tuple[str, str]]:
    """Return place and code of everything that is refused."""
    with pytest.raises(PlanRefusedError) as caught:
        read(data)
    return {(fault.place, fault.code) for fault in caught.value.faults}


def test_the_example_is_taken_as_it_stands() -> None:
    plan = plans.read(Path(resource("examples/exam.toml")).read_bytes(), "exam.toml")

    assert plan.opens_at == datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    assert (plan.question_count, plan.full_marks, plan.pass_mark) == (65, 10000, 6000)
    assert dict(plan.by_category) == {"宪法": 20, "民法典": 15, "行政处罚法": 10}
    assert plan.grades == DEFAULT_GRADES


def test_title_window_and_sections_are_enough() -> None:
    plan = read(a_file())

    assert plan.departments == ()
    assert plan.bank == "学法题库"
    assert (plan.duration_minutes, plan.late_entry_minutes) == (60, 30)
    assert plan.attempts == 2
    assert plan.camera is Camera.REQUIRED
    assert plan.max_neighbour_overlap is None


def test_title_window_and_sections_are_asked_for_together() -> None:
    assert refused(b"") == {
        ("title", "missing"),
        ("opens_at", "missing"),
        ("closes_at", "missing"),
        ("sections", "missing"),
    }


@pytest.mark.parametrize(
    ("data", "place"),
    [
        pytest.param(a_file("colour = 1"), "colour", id="at-the-top"),
        pytest.param(a_file(section="colour = 1"), "sections[1].colour", id="section"),
        pytest.param(a_file(rest="[draw]\ncolour = 1"), "draw.colour", id="draw"),
        pytest.param(
            a_file(rest="[proctoring]\ncolour = 1"), "proctoring.colour", id="camera"
        ),
        pytest.param(a_file(rest="[room]\ncolour = 1"), "room.colour", id="room"),
        pytest.param(
            a_file('grades = [{ name = "合格", from = 60, colour = 1 }]'),
            "grades[1].colour",
            id="grade",
        ),
    ],
)
def test_an_unknown_key_is_refused_with_its_place(data: bytes, place: str) -> None:
    assert refused(data) == {(place, "unknown_key")}


@pytest.mark.parametrize(
    ("data", "place", "code"),
    [
        pytest.param(
            a_file("attempts = 0"), "attempts", "out_of_range", id="no-attempt"
        ),
        pytest.param(a_file("attempts = 10"), "attempts", "out_of_range", id="ten"),
        pytest.param(a_file("attempts = true"), "attempts", "wrong_type", id="truth"),
        pytest.param(a_file("attempts = 1.5"), "attempts", "wrong_type", id="one-half"),
        pytest.param(
            a_file("pass_mark = 0"), "pass_mark", "out_of_range", id="free-pass"
        ),
        pytest.param(
            a_file("pass_mark = -1"), "pass_mark", "out_of_range", id="below-0"
        ),
        pytest.param(a_file("pass_mark = nan"), "pass_mark", "out_of_range", id="nan"),
        pytest.param(
            a_file("pass_mark = 100.5"), "pass_mark", "above_full_marks", id="too-high"
        ),
        pytest.param(
            a_file("pass_mark = 60.001"), "pass_mark", "too_fine", id="too-fine"
        ),
        pytest.param(
            a_file(marks="0"), "sections[1].marks", "out_of_range", id="worth-0"
        ),
        pytest.param(
            a_file(marks='"2"'), "sections[1].marks", "wrong_type", id="marks-in-quotes"
        ),
        pytest.param(
            a_file('attempt_rule = "worst"'),
            "attempt_rule",
            "unknown_choice",
            id="rule",
        ),
        pytest.param(
            a_file('departments = ["1", "1"]'), "departments", "twice", id="named-twice"
        ),
        pytest.param(
            a_file("departments = [430400]"), "departments", "wrong_type", id="numbers"
        ),
        pytest.param(
            a_file("required_credits = 80"),
            "required_credits",
            "no_study_yet",
            id="study",
        ),
        pytest.param(
            a_file(rest='[room]\nmode = "lab"'),
            "room.mode",
            "mode_not_supported",
            id="lab",
        ),
        pytest.param(
            a_file(rest="[proctoring]\nsnapshot_seconds = [40, 20]"),
            "proctoring.snapshot_seconds",
            "out_of_range",
            id="span-turned-round",
        ),
        pytest.param(
            a_file(rest='[draw.by_category]\n"宪法" = 11'),
            "draw.by_category",
            "more_than_the_paper",
            id="more-than-the-paper",
        ),
        pytest.param(
            a_file(rest='[draw.by_category]\n"" = 1'),
            "draw.by_category.",
            "empty",
            id="a-category-without-a-name",
        ),
        pytest.param(
            a_file('grades = [{ name = "合格", from = 50 }]'),
            "grades",
            "grades_disagree",
            id="a-grade-below-the-pass-mark",
        ),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(
    data: bytes, place: str, code: str
) -> None:
    assert refused(data) == {(place, code)}


def test_a_section_of_blanks_can_be_sat() -> None:
    data = a_file().replace(b'"single"', b'"blank"')

    assert read(data).sections[0].kind is Kind.BLANK


@pytest.mark.parametrize("kind", ["short_answer"])
def test_a_kind_that_nobody_can_sit_yet_is_refused_by_name(kind: str) -> None:
    data = a_file().replace(b'"single"', f'"{kind}"'.encode())

    with pytest.raises(PlanRefusedError) as caught:
        read(data)

    (fault,) = caught.value.faults
    assert fault.place == "sections[1].kind"
    assert kind in fault.message


def test_a_moment_without_its_offset_is_refused() -> None:
    data = a_file().replace(b"09:00:00+08:00", b"09:00:00")

    assert refused(data) == {("opens_at", "no_offset")}


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    data = a_file().replace(b"T11:00", b"T08:00")

    assert refused(data) == {("closes_at", "window_inverted")}


def test_all_faults_are_told_at_once() -> None:
    data = a_file("attempts = 0\ncolour = 1", "hue = 2", '[room]\nmode = "sea"')

    assert {place for place, _ in refused(data)} == {
        "attempts",
        "colour",
        "sections[1].hue",
        "room.mode",
    }


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"title = ", "not_toml", id="cut-off"),
        pytest.param("title = '考试'".encode("gb18030"), "not_utf8", id="gbk"),
        pytest.param(b"a = [" * 3000, "not_toml", id="nested-too-deep"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_at_its_name(data: bytes, code: str) -> None:
    assert refused(data) == {("plan.toml", code)}


def test_a_byte_order_mark_does_no_harm() -> None:
    assert read(b"\xef\xbb\xbf" + a_file()) == read(a_file())


@given(st.integers(min_value=1, max_value=99_999))
def test_marks_are_read_to_the_hundredth(hundredths: int) -> None:
    data = a_file(marks=f"{hundredths // 100}.{hundredths % 100:02}")

    assert read(data).sections[0].marks == hundredths


def test_usual_grades_follow_the_marks_of_the_paper() -> None:
    plan = read(a_file("pass_mark = 17", marks="2"))

    assert plan.full_marks == 2000
    assert plan.grades == (Grade("优秀", 1800), Grade("合格", 1700))


def test_a_plan_is_the_same_after_it_was_written_down() -> None:
    plan = a_plan(by_category=(("宪法", 2),), max_neighbour_overlap=3)

    assert plan_from(canonical(plan)) == plan
    assert canonical(plan_from(canonical(plan))) == canonical(plan)


def test_a_duration_beyond_the_window_is_worth_a_look() -> None:
    plan = a_plan(duration_minutes=121)

    assert cautions(plan) == ("longer_than_window",)
    assert cautions(a_plan()) == ()


def test_indeterminate_questions_can_be_sat() -> None:
    data = a_file().replace(b'"single"', b'"indeterminate"')

    assert read(data).sections[0].kind is Kind.INDETERMINATE
