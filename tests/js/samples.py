"""What the views would give the pages around the paper."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tests.js.hall import ATTEMPT, Hall

OPENS, CLOSES = (datetime(2026, 12, 1, hour, tzinfo=UTC) for hour in (1, 3))

EXAM: dict[str, Any] = {
    "id": "e1",
    "title": "2026年度国家工作人员学法考试",
    "opens_at": OPENS,
    "closes_at": CLOSES,
    "duration_minutes": 60,
    "late_entry_minutes": 30,
    "pass_mark": "60",
    "full_marks": "100",
    "state": "open",
    "attempts_left": 2,
    "may_start": True,
    "why_not": None,
    "why_not_words": "",
    "url": "/notice",
    "running_url": None,
    "results": [],
}


def exams() -> list[dict[str, Any]]:
    """One exam of each state, one of them with a running attempt."""
    results = [
        ("第 1 次", "/result", "88 分，合格"),
        ("第 2 次", "/result", "成绩尚未公布"),
    ]
    return [
        EXAM,
        {**EXAM, "title": "宪法专题考试", "running_url": "/paper", "attempts_left": 0},
        {
            **EXAM,
            "title": "年末测试",
            "state": "upcoming",
            "may_start": False,
            "why_not_words": "考试尚未开始。",
        },
        {
            **EXAM,
            "title": "2025年度国家工作人员学法考试",
            "state": "closed",
            "may_start": False,
            "attempts_left": 0,
            "results": results,
        },
    ]


def notice(camera: str, person: Mapping[str, str]) -> dict[str, Any]:
    """The notice of an exam whose camera is *camera*."""
    grades = [{"name": "优秀", "from_mark": "90"}, {"name": "合格", "from_mark": "60"}]
    sections = [("判断题", 20, "2"), ("单项选择题", 30, "1"), ("多项选择题", 15, "2")]
    plan = {"camera": camera, "snapshot_seconds": (20, 40), "retain_days": 180}
    paragraphs = [
        "本场考试使用摄像头监考。作答期间，系统会在随机时刻拍摄您所在座位的照片。",
        "照片只用于核对是否本人在座、考场秩序是否正常，以及处理申诉。",
    ]
    consent = {"version": "camera-1", "paragraphs": paragraphs}
    return {
        "exam": {**EXAM, **plan, "grades": grades, "sections": sections},
        "consent": consent if camera != "off" else None,
        "person": person,
        "start_url": "/start",
        "back_url": "/mine",
    }


def result(hall: Hall) -> dict[str, Any]:
    """The result page; the score stands on it once *hall* has given a receipt."""
    attempt = {
        "id": ATTEMPT,
        "receipt": hall.receipt or "R-2026-0099",
        "submitted_at": hall.submitted_at or CLOSES,
        "submitted_by_words": "本人交卷" if hall.receipt else "时间到，由服务器收卷",
        "answered": len(hall.stored),
        "total": 8,
    }
    scored = {"score": "88", "full_marks": "100", "passed": True, "grade": "良好"}
    recorded = {"snapshots": 96, "signals": 3, "kept_words": "成绩确定后 180 天"}
    return {
        "exam_title": EXAM["title"],
        "attempt": attempt,
        "result": scored if hall.receipt else None,
        "release_words": "成绩在考试结束后公布。",
        "recorded": recorded,
        "late": [],
        "home_url": "/mine",
        "again_url": None,
    }
