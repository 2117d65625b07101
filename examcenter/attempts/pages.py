"""What the examinee's pages print, in the words of the page."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from examcenter.attempts.rules import ExamOffered, Shown
from examcenter.attempts.service import Ended
from examcenter.attempts.starting import Notice
from examcenter.attempts.wording import NOTICE_NAMES
from examcenter.exams.rules import Plan
from examcenter.web import wording
from examcenter.web.signin import SignedIn
from question_bank.scoring import decimal_text


@dataclass(frozen=True, slots=True)
class Person:
    """The examinee, as their own pages show them to a neighbour's eye."""

    name: str
    department: str
    staff_number_masked: str


def person(user: SignedIn) -> Person:
    number = user.login.upper()
    hidden = "*" * max(0, len(number) - 4)
    return Person(user.name, user.department, f"{number[:2]}{hidden}{number[-2:]}")


def card(exam: ExamOffered) -> dict[str, object]:
    """Return an exam in the list of "my exams"."""
    running = exam.running and url_for("attempts.paper", attempt_id=exam.running)
    return _offered(exam) | {
        "url": url_for("attempts.notice", exam_id=exam.id),
        "running_url": running,
        "results": [
            (
                _("第 %(number)s 次作答", number=number),
                url_for("attempts.result", attempt_id=attempt),
                _("回执和成绩"),
            )
            for number, attempt in enumerate(exam.ended, start=1)
        ],
    }


def _offered(exam: ExamOffered) -> dict[str, object]:
    return {
        "id": exam.id,
        "title": exam.title,
        "opens_at": exam.opens_at,
        "closes_at": exam.closes_at,
        "duration_minutes": exam.duration_minutes,
        "pass_mark": exam.pass_mark,
        "full_marks": exam.full_marks,
        "state": exam.state,
        "attempts_left": exam.attempts_left,
        "may_start": exam.may_start,
        "why_not_words": wording.sentence(exam.why_not) if exam.why_not else "",
    }


def notice(found: Notice) -> dict[str, object]:
    """Return what an examinee reads before the start."""
    plan, exam = found.plan, found.exam
    consent = exam.consent and {
        "version": exam.consent.version,
        "paragraphs": exam.consent.text.split("\n"),
    }
    return {
        "exam": _offered(exam)
        | {
            "late_entry_minutes": _late_entry(plan),
            "grades": [
                {"name": g.name, "from_mark": decimal_text(g.from_)}
                for g in plan.grades
            ],
            "sections": [
                (s.title, s.count, decimal_text(s.marks)) for s in plan.sections
            ],
            "camera": plan.camera.value,
            "snapshot_seconds": plan.snapshot_seconds,
        },
        "consent": consent,
    }


def _late_entry(plan: Plan) -> int:
    """Return the minutes after which nobody may enter; 0 without such a rule."""
    is_rule = plan.late_entry_until < plan.closes_at
    return plan.late_entry_minutes if is_rule else 0


def receipt(ended: Ended) -> dict[str, object]:
    """Return an ended attempt as its receipt prints it."""
    by: dict[str, str] = {
        "examinee": _("本人交卷"),
        "server": _("时间到，系统自动交卷"),
        "officer": _("由工作人员收卷"),
    }
    return {
        "id": ended.id,
        "receipt": ended.receipt,
        "submitted_at": ended.submitted_at,
        "submitted_by_words": by[ended.submitted_by or "server"],
        "answered": ended.answered,
        "total": ended.total,
        "notices": [
            (notice.at, NOTICE_NAMES[notice.kind], notice.minutes, notice.reason)
            for notice in ended.notices
        ],
    }


def release_words(ended: Ended, shown: Shown | None) -> str:
    """Return why there is no result yet; empty where there is one."""
    if ended.voided_by == "reset":
        return str(_("本次作答因故障重置，不计成绩；请按工作人员安排重新作答。"))
    if ended.voided_by is not None:
        return str(_("本次作答已作废，没有成绩。有异议请带上回执号申诉。"))
    words: dict[str, str] = {
        "at_submission": _("正在评分，请稍候刷新本页。"),
        "at_close": _("成绩在考试结束后公布，届时可在本页查看。"),
        "manual": _("成绩由考务人员统一公布，届时可在本页查看。"),
    }
    return "" if shown else words[ended.release]


@dataclass(frozen=True, slots=True)
class Recorded:
    """How much was recorded about somebody, and for how long it is kept."""

    snapshots: int
    signals: int
    kept_words: str


def recorded(counts: tuple[int, int], ended: Ended) -> Recorded:
    words = _("成绩确定后 %(days)s 天，之后删除", days=ended.retain_days)
    return Recorded(*counts, words)
