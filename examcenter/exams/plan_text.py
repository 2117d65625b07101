"""A plan as the texts of a form, and such texts as the values of a plan file."""

import unicodedata
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from examcenter.exams.rules import DEFAULT_BANK, Plan, PlanSection
from question_bank.model import Kind
from question_bank.scoring import decimal_text

_LOCAL = "%Y-%m-%dT%H:%M"
_FIRST_HOUR = 9
_LEAD = timedelta(days=7)

USUAL_SECTIONS = (
    PlanSection("判断题", Kind.TRUE_FALSE, 20, 200),
    PlanSection("单项选择题", Kind.SINGLE, 30, 100),
    PlanSection("多项选择题", Kind.MULTIPLE, 15, 200),
)
"""65 questions and 100 marks, after 湘法治办〔2019〕12号."""


def usual_plan(now: datetime, zone: ZoneInfo) -> Plan:
    """Return the plan that a new form shows: a week from now, nine to eleven."""
    day = (now + _LEAD).astimezone(zone)
    opens = day.replace(hour=_FIRST_HOUR, minute=0, second=0, microsecond=0)
    title = f"{opens.year}年度国家工作人员学法考试"
    closes = opens + timedelta(hours=2)
    return Plan(title, opens, closes, USUAL_SECTIONS, bank=DEFAULT_BANK)


def copied(plan: Plan, now: datetime, zone: ZoneInfo) -> Plan:
    """Return *plan* for another exam: the same but for the window, a week from now."""
    usual = usual_plan(now, zone)
    return replace(plan, opens_at=usual.opens_at, closes_at=usual.closes_at)


def texts_of(plan: Plan, zone: ZoneInfo) -> dict[str, Any]:
    """Return what the fields of a form show for *plan*, by their names."""
    bound = plan.max_neighbour_overlap
    return {
        "title": plan.title,
        "opens_at": plan.opens_at.astimezone(zone).strftime(_LOCAL),
        "closes_at": plan.closes_at.astimezone(zone).strftime(_LOCAL),
        "duration_minutes": str(plan.duration_minutes),
        "late_entry_minutes": str(plan.late_entry_minutes),
        "departments": list(plan.departments),
        "bank": plan.bank,
        "sections": [_section_texts(section) for section in plan.sections],
        "by_category": [
            {"category": category, "least": str(least)}
            for category, least in plan.by_category
        ],
        "pass_mark": decimal_text(plan.pass_mark),
        "grades": [
            {"name": grade.name, "begins": decimal_text(grade.from_)}
            for grade in plan.grades
        ],
        "attempts": str(plan.attempts),
        "attempt_rule": plan.attempt_rule.value,
        "release": plan.release.value,
        "review": plan.review.value,
        "shuffle_questions": plan.shuffle_questions,
        "shuffle_options": plan.shuffle_options,
        "max_neighbour_overlap": "" if bound is None else str(bound),
        "camera": plan.camera.value,
        "snapshot_from": str(plan.snapshot_seconds[0]),
        "snapshot_to": str(plan.snapshot_seconds[1]),
        "retain_days": str(plan.retain_days),
    }


def _section_texts(section: PlanSection) -> dict[str, str]:
    return {
        "title": section.title,
        "kind": section.kind.value,
        "count": str(section.count),
        "marks": decimal_text(section.marks),
        "scoring": section.scoring.value,
        "instructions": section.instructions,
    }


def number(text: str | None) -> object:
    """Return the number that *text* writes, exactly; another text stays a text.

    Full-width digits count, since Chinese keyboards write them.
    """
    plain = unicodedata.normalize("NFKC", text or "").strip()
    if plain.isascii() and plain.removeprefix("-").isdigit() and len(plain) <= _LONGEST:
        return int(plain)
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return plain
    return value if value.is_finite() and len(plain) <= _LONGEST else plain


_LONGEST = 20


def moment(text: str | None, zone: ZoneInfo) -> object:
    """Return the moment that *text* writes by a clock in *zone*, or the text."""
    try:
        return datetime.fromisoformat((text or "").strip()).replace(tzinfo=zone)
    except ValueError:
        return text or ""
