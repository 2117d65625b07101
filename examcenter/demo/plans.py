"""The demonstration's two exams: one that anybody may sit now, one with results."""

from datetime import datetime, timedelta

from examcenter.demo.city import ROOT
from examcenter.exams.rules import Camera, Plan, PlanSection
from question_bank.model import Kind
from question_bank.scoring import ScoringRule

BANK = "学法题库"

_SECTIONS = (
    PlanSection("判断题", Kind.TRUE_FALSE, 20, 200, instructions="每题 2 分。"),
    PlanSection("单项选择题", Kind.SINGLE, 30, 100, instructions="每题 1 分。"),
    PlanSection(
        "多项选择题",
        Kind.MULTIPLE,
        15,
        200,
        ScoringRule.ALL_OR_NOTHING,
        "每题 2 分，多选、少选、错选均不得分。",
    ),
)
_SHARES = (("宪法", 8), ("民法典", 6), ("行政处罚法", 4))


def open_exam(now: datetime) -> Plan:
    """Return the plan of an exam that is open from now on for two weeks."""
    return Plan(
        title=f"{now.year}年度国家工作人员学法考试（演示）",
        opens_at=now.replace(minute=0, second=0, microsecond=0),
        closes_at=now.replace(minute=0, second=0, microsecond=0) + timedelta(days=14),
        late_entry_minutes=14 * 24 * 60,
        sections=_SECTIONS,
        by_category=_SHARES,
        bank=BANK,
        departments=(ROOT,),
        camera=Camera.OPTIONAL,
    )


def finished_exam(now: datetime) -> Plan:
    """Return the plan of an exam that ended a month ago."""
    nine = now.replace(hour=1, minute=0, second=0, microsecond=0)  # in China
    opened = nine - timedelta(days=30)
    return Plan(
        title=f"{opened.year}年度学法考试（第一批，演示）",
        opens_at=opened,
        closes_at=opened + timedelta(hours=3),
        late_entry_minutes=120,
        attempts=1,
        sections=_SECTIONS,
        by_category=_SHARES,
        bank=BANK,
        departments=(ROOT,),
        camera=Camera.OFF,
    )
