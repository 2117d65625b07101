"""What is next for each role, from what is there and what is not yet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from examcenter.accounts.rules import Role
from examcenter.attempts import starting
from examcenter.attempts.rules import Examinee
from examcenter.bank import service as bank
from examcenter.exams import planning
from examcenter.exams.rules import ExamState
from examcenter.home import service
from examcenter.organisation import service as organisation
from examcenter.rooms import service as rooms
from examcenter.web.signin import SignedIn
from examcenter.wishes import Wish

Done = Literal["done", "now", "later"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do; the template says by *state* whether it is the next one."""

    label: str
    words: str
    url: str
    state: Done


@dataclass(frozen=True, slots=True)
class Card:
    """What one role finds on the start page."""

    title: str
    steps: Sequence[Step]


def cards(session: Session, user: SignedIn, *, now: datetime) -> list[Card]:
    """Return a card for each role of *user*, the examinee's first."""
    advisers: tuple[tuple[Role, Callable[[], Card]], ...] = (
        (Role.EXAMINEE, lambda: _examinee(session, user, now)),
        (Role.BANK_EDITOR, lambda: _bank_editor(session)),
        (Role.EXAM_OFFICER, lambda: _exam_officer(session, user, now)),
        (Role.INVIGILATOR, lambda: _invigilator(session, user)),
        (Role.HR, lambda: _hr(session, user, now)),
        (Role.SYSTEM, lambda: _system(session)),
    )
    return [advise() for role, advise in advisers if role in user.roles]


def _in_order(*steps: tuple[str, str, str, bool]) -> list[Step]:
    """Return *steps* (label, words, url, done); the first undone one is next."""
    found: list[Step] = []
    for label, words, url, done in steps:
        waiting = any(step.state == "now" for step in found)
        state: Done = "done" if done else "later" if waiting else "now"
        found.append(Step(label, words, url, state))
    return found


def _examinee(session: Session, user: SignedIn, now: datetime) -> Card:
    by = Examinee(user.id, user.sign_in_id, user.only_exam)
    steps = []
    for exam in starting.offered(session, by, now=now):
        if exam.running:
            url = url_for("attempts.paper", attempt_id=exam.running)
            steps.append(Step(exam.title, _("正在作答，点此继续。"), url, "now"))
        elif exam.may_start:
            url = url_for("attempts.notice", exam_id=exam.id)
            words = _("现在可以开始。请先阅读考试须知。")
            steps.append(Step(exam.title, words, url, "now"))
        elif exam.ended:
            url = url_for("attempts.result", attempt_id=exam.ended[-1])
            steps.append(Step(exam.title, _("查看回执和成绩。"), url, "done"))
    if not steps:
        words = _("现在没有可以参加的考试。")
        steps = [Step(_("我的考试"), words, url_for("attempts.mine"), "later")]
    return Card(_("我的考试"), steps)


def _invigilator(session: Session, user: SignedIn) -> Card:
    mine = rooms.rooms(session, rooms.looked_after(session, user.id))
    steps = [
        Step(
            room.name,
            _(
                "%(seats)s 座。看考生，办补时、暂停、换机。",
                seats=room.seats,
            ),
            url_for("room_board.index", room_id=room.public_id),
            "now",
        )
        for room in mine
    ]
    if not steps:
        words = _("还没有分配给您的考场，请联系系统管理员。")
        steps = [Step(_("考场"), words, url_for("rooms.index"), "later")]
    return Card(_("监考"), steps)


def _bank_editor(session: Session) -> Card:
    count = sum(b.questions for b in bank.banks(session))
    words = _("现有 %(n)s 道题。", n=count) if count else _("还没有题目。")
    return Card(
        _("题库管理"),
        _in_order(
            (_("导入题目"), words, url_for("bank.imports.choose"), count > 0),
            (
                _("检查和查找题目"),
                _("按题型、知识点查找；停用有问题的题目。"),
                url_for("bank.index"),
                False,
            ),
        ),
    )


def _exam_officer(session: Session, user: SignedIn, now: datetime) -> Card:
    scope = organisation.scope_of(session, user.id, Role.EXAM_OFFICER)
    units, people = service.counts(session, scope)
    exams, total = planning.exams(session, Wish(), scope=scope, now=now)
    published = sum(1 for exam in exams if exam.state is not ExamState.DRAFT)
    running = [exam for exam in exams if exam.state is ExamState.OPEN]
    board = (
        url_for("exams.overview", exam_id=running[0].exam.public_id)
        if running
        else url_for("exams.index")
    )
    return Card(
        _("考务管理"),
        _in_order(
            (
                _("导入单位"),
                _("现有 %(n)s 个单位。", n=units),
                url_for("departments.index"),
                units > 0,
            ),
            (
                _("导入人员名册"),
                _("现有 %(n)s 人。", n=people),
                url_for("people.index"),
                people > 0,
            ),
            (
                _("制定考试方案"),
                _("现有 %(n)s 场考试。", n=total),
                url_for("exams.plans.new") if not total else url_for("exams.index"),
                total > 0,
            ),
            (
                _("发布考试"),
                _("发布后抽题组卷，考生即可看到。"),
                url_for("exams.index"),
                published > 0,
            ),
            (
                _("查看考试进度"),
                _("进行中的考试 %(n)s 场。", n=len(running)),
                board,
                False,
            ),
        ),
    )


def _hr(session: Session, user: SignedIn, now: datetime) -> Card:
    scope = organisation.scope_of(session, user.id, Role.HR)
    exams, _total = planning.exams(session, Wish(), scope=scope, now=now)
    finished = sum(1 for exam in exams if exam.state is ExamState.CLOSED)
    words = _("已结束的考试 %(n)s 场；可下载表格上报。", n=finished)
    return Card(
        _("人事考核"),
        [Step(_("参考率与合格率"), words, url_for("reports.index"), "now")],
    )


def _system(session: Session) -> Card:
    units, people = service.counts(session, organisation.EVERYTHING)
    words = _("%(units)s 个单位，%(people)s 人。", units=units, people=people)
    return Card(
        _("系统管理"),
        _in_order(
            (
                _("工作人员账号"),
                _("为题库、考务、人事人员建立账号，授予角色。"),
                url_for("staff.index"),
                service.helpers(session) > 0,
            ),
            (_("单位"), words, url_for("departments.index"), units > 0),
        ),
    )
