"""Plan files: TOML in, a `Plan` out, or every fault at once."""

import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from examcenter.errors import Fault
from examcenter.exams.document import Table
from examcenter.exams.rules import (
    DEFAULT_BANK,
    AttemptRule,
    Camera,
    Grade,
    Plan,
    PlanRefusedError,
    PlanSection,
    Release,
    Review,
    default_grades,
)
from question_bank.checks import DRAWN_KINDS, KIND_NAMES
from question_bank.model import Kind
from question_bank.scoring import FAILED, ScoringRule, decimal_text

MOST_QUESTIONS = 500
MOST_ATTEMPTS = 9
MINUTES_A_DAY = 24 * 60
SHORTEST_SNAPSHOT, LONGEST_SNAPSHOT = 5, 600
SITTABLE = DRAWN_KINDS
"""The kinds that a machine can mark and the page can show."""


class _Mode(StrEnum):
    ANYWHERE = "anywhere"
    LAB = "lab"


def read(data: bytes, name: str) -> Plan:
    """Return the plan that the TOML file *name* describes.

    Raises PlanRefusedError with every fault and its place; a file that is no TOML has
    one fault, at its name.
    """
    try:
        text = data.decode("utf-8-sig")
        document = tomllib.loads(text.replace("\r\n", "\n"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        words = "文件不是 UTF-8 编码。请另存为 UTF-8 后重试。"
        raise PlanRefusedError((Fault(name, "not_utf8", words),)) from error
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        words = f"不是有效的 TOML 文件：{error}。"
        raise PlanRefusedError((Fault(name, "not_toml", words),)) from error
    return plan_of(document)


def plan_of(document: Mapping[str, Any]) -> Plan:
    """Return the plan that *document*, a parsed plan file, describes.

    Numbers with a fraction are Decimals.  Raises PlanRefusedError with every fault.
    """
    faults: list[Fault] = []
    top = Table(document, faults)
    plan = _plan(top)
    top.refuse_unknown()
    # What a faulty value contradicts is not known before it is mended.
    spoilt = {fault.place.split(".")[0].split("[")[0] for fault in faults}
    faults += [
        fault for needs, fault in _contradictions(plan) if not spoilt & set(needs)
    ]
    if faults:
        raise PlanRefusedError(tuple(faults))
    return plan


def _plan(top: Table) -> Plan:
    sections = _sections(top)
    full = sum(section.count * section.marks for section in sections)
    pass_mark = top.marks("pass_mark", full * 60 // 100)
    draw, proctoring = top.table("draw"), top.table("proctoring")
    plan = Plan(
        title=top.text("title"),
        opens_at=top.moment("opens_at"),
        closes_at=top.moment("closes_at"),
        sections=sections,
        bank=top.text("bank", DEFAULT_BANK, longest=100),
        departments=top.texts("departments"),
        duration_minutes=top.whole("duration_minutes", 60, 1, MINUTES_A_DAY),
        late_entry_minutes=top.whole("late_entry_minutes", 30, 0, 366 * MINUTES_A_DAY),
        pass_mark=pass_mark,
        grades=_grades(top) or default_grades(full, pass_mark),
        attempts=top.whole("attempts", 2, 1, MOST_ATTEMPTS),
        attempt_rule=top.choice("attempt_rule", AttemptRule, AttemptRule.BEST),
        release=top.choice("release", Release, Release.AT_SUBMISSION),
        review=top.choice("review", Review, Review.NONE),
        required_credits=top.whole("required_credits", 0, 0, 100_000),
        shuffle_questions=draw.flag("shuffle_questions", default=True),
        shuffle_options=draw.flag("shuffle_options", default=True),
        by_category=_by_category(draw.table("by_category")),
        max_neighbour_overlap=_bound(draw),
        camera=proctoring.choice("camera", Camera, Camera.REQUIRED),
        snapshot_seconds=proctoring.span(
            "snapshot_seconds", (20, 40), SHORTEST_SNAPSHOT, LONGEST_SNAPSHOT
        ),
        retain_days=proctoring.whole("retain_days", 180, 1, 3650),
    )
    _room(top.table("room"))
    draw.refuse_unknown()
    proctoring.refuse_unknown()
    return plan


def _sections(top: Table) -> tuple[PlanSection, ...]:
    tables = top.tables("sections")
    if not tables:
        top.refuse("sections", "missing", "至少要有一个 [[sections]]，写明题型和题数。")
    return tuple(_section(table) for table in tables)


def _section(table: Table) -> PlanSection:
    kind = table.choice("kind", Kind, None)
    if kind not in SITTABLE:
        words = (
            f"暂不支持{KIND_NAMES[kind]}（{kind}），因为需要人工阅卷。"
            "请改用选择题、判断题或填空题。"
        )
        table.refuse("kind", "kind_not_sittable", words)
    section = PlanSection(
        title=table.text("title", longest=100),
        kind=kind,
        count=table.whole("count", None, 1, MOST_QUESTIONS),
        marks=table.marks("marks"),
        scoring=table.choice("scoring", ScoringRule, ScoringRule.ALL_OR_NOTHING),
        instructions=table.text("instructions", "", longest=2000),
    )
    table.refuse_unknown()
    return section


def _grades(top: Table) -> tuple[Grade, ...]:
    grades = []
    for table in top.tables("grades"):
        grades.append(Grade(table.text("name", longest=40), table.marks("from")))
        table.refuse_unknown()
    return tuple(grades)


def _by_category(table: Table) -> tuple[tuple[str, int], ...]:
    if table.has(""):
        table.refuse("", "empty", "类别不能为空。")
    # Sorted, so that the order of lines in a file does not make another plan.
    return tuple(
        (category, table.whole(category, None, 0, MOST_QUESTIONS))
        for category in sorted(table.keys())
    )


def _bound(draw: Table) -> int | None:
    if not draw.has("max_neighbour_overlap"):
        return None
    return draw.whole("max_neighbour_overlap", None, 0, MOST_QUESTIONS)


def _room(room: Table) -> None:
    mode = room.choice("mode", _Mode, _Mode.ANYWHERE)
    networks = room.texts("networks")
    if mode is _Mode.LAB:
        words = "暂不支持机房考试（lab），请改为 anywhere。"
        room.refuse("mode", "mode_not_supported", words)
    elif networks:
        words = "只有机房考试才能限定网段；mode 为 anywhere 时请留空。"
        room.refuse("networks", "networks_without_lab", words)
    room.refuse_unknown()


_Contradiction = tuple[tuple[str, ...], Fault]


def _contradictions(plan: Plan) -> Iterator[_Contradiction]:
    """Yield what values say against each other, with the keys that must be sound."""
    yield from _about_time(plan)
    yield from _about_marks(plan)
    yield from _about_questions(plan)
    if plan.required_credits:
        words = "学习学分功能尚未提供，不能作为参加考试的条件；请改为 0。"
        yield (), Fault("required_credits", "no_study_yet", words)


def _about_time(plan: Plan) -> Iterator[_Contradiction]:
    if plan.opens_at >= plan.closes_at:
        words = "结束时间应当晚于开始时间。"
        keys = ("opens_at", "closes_at")
        yield keys, Fault("closes_at", "window_inverted", words)


def _about_marks(plan: Plan) -> Iterator[_Contradiction]:
    keys = ("grades", "pass_mark", "sections")
    if plan.pass_mark > plan.full_marks:
        words = f"合格线高于满分（{decimal_text(plan.full_marks)} 分）。"
        yield keys, Fault("pass_mark", "above_full_marks", words)
        return
    names = [grade.name for grade in plan.grades]
    marks = [grade.from_ for grade in plan.grades]
    if len(set(names)) < len(names) or len(set(marks)) < len(marks):
        yield keys, Fault("grades", "twice", "等次的名称和起点分都不能重复。")
    if FAILED in names:
        words = f"“{FAILED}”由系统给出，不能作为等次名称。"
        yield keys, Fault("grades", "reserved_name", words)
    if min(marks) != plan.pass_mark:
        words = (
            f"最低等次从 {decimal_text(min(marks))} 分起，合格线是 "
            f"{decimal_text(plan.pass_mark)} 分，两者应当相同。"
        )
        yield keys, Fault("grades", "grades_disagree", words)


def _about_questions(plan: Plan) -> Iterator[_Contradiction]:
    if plan.question_count > MOST_QUESTIONS:
        words = f"全卷共 {plan.question_count} 题，最多 {MOST_QUESTIONS} 题。"
        yield ("sections",), Fault("sections", "too_many_questions", words)
    promised = sum(least for _, least in plan.by_category)
    if promised > plan.question_count:
        words = f"各类题目合计至少 {promised} 题，而全卷只有 {plan.question_count} 题。"
        yield (
            ("draw", "sections"),
            Fault("draw.by_category", "more_than_the_paper", words),
        )
