"""The examinee's pages: my exams, notice, sitting, receipt and result."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from examcenter.accounts.rules import Role
from examcenter.attempts import api, service, starting
from examcenter.attempts.api import examinee
from examcenter.attempts.rules import ExamOffered, MayNotStartError, Shown
from examcenter.attempts.service import Ended
from examcenter.errors import NotFoundError
from examcenter.web import wording
from examcenter.web.context import now, reading, unit_of_work
from examcenter.web.signin import SignedIn, allow, csrf_token, me

bp = Blueprint("attempts", __name__)


@dataclass(frozen=True, slots=True)
class Person:
    """The examinee as their own pages print them."""

    name: str
    department: str
    staff_number_masked: str


def person(user: SignedIn) -> Person:
    number = user.login.upper()
    hidden = "*" * max(0, len(number) - 4)
    return Person(user.name, user.department, f"{number[:2]}{hidden}{number[-2:]}")


@dataclass(frozen=True, slots=True)
class ExamCard:
    """One exam in the list of "my exams"."""

    exam: ExamOffered
    url: str
    running_url: str | None
    why_not_words: str
    results: tuple[tuple[str, str, str], ...]


@bp.get("/my/exams")
@allow(Role.EXAMINEE)
def mine() -> ResponseReturnValue:
    with reading() as db:
        cards = [_card(exam) for exam in starting.offered(db, examinee(), now=now())]
    return render_template("attempts/mine.html", cards=cards, person=person(me()))


def _card(exam: ExamOffered) -> ExamCard:
    running = exam.running and url_for(".paper", attempt_id=exam.running)
    return ExamCard(
        exam=exam,
        url=url_for(".notice", exam_id=exam.id),
        running_url=running or None,
        why_not_words=wording.sentence(exam.why_not) if exam.why_not else "",
        results=tuple(
            (
                _("第 %(number)d 次作答", number=number),
                url_for(".result", attempt_id=attempt),
                _("查看回执和成绩"),
            )
            for number, attempt in enumerate(exam.ended, start=1)
        ),
    )


@bp.get("/my/exams/<exam_id>")
@allow(Role.EXAMINEE)
def notice(exam_id: str) -> ResponseReturnValue:
    with reading() as db:
        found = starting.notice(db, exam_id, by=examinee(), now=now())
    if found.exam.running:
        return redirect(url_for(".paper", attempt_id=found.exam.running), 303)
    reason = found.exam.why_not
    return render_template(
        "attempts/notice.html",
        exam=found.exam,
        plan=found.plan,
        consent=found.exam.consent,
        person=person(me()),
        why_not_words=wording.sentence(reason) if reason else "",
        start_url=url_for(".start", exam_id=exam_id),
        home_url=url_for(".mine"),
    )


@bp.post("/my/exams/<exam_id>/start")
@allow(Role.EXAMINEE)
def start(exam_id: str) -> ResponseReturnValue:
    moment = now()
    consent = request.form.get("consent_version") or None
    try:
        with unit_of_work() as db:
            started = starting.start(
                db, exam_id, by=examinee(), consent_version=consent, now=moment
            )
    except MayNotStartError:
        return redirect(url_for(".notice", exam_id=exam_id), 303)
    return redirect(url_for(".paper", attempt_id=started.attempt_id), 303)


@bp.get("/my/attempts/<attempt_id>")
@allow(Role.EXAMINEE)
def paper(attempt_id: str) -> ResponseReturnValue:
    with reading() as db:
        ended = service.ended(db, attempt_id, by=examinee())
    if ended.receipt is not None:
        return redirect(url_for(".result", attempt_id=attempt_id), 303)
    return render_template(
        "attempts/paper.html",
        attempt_id=attempt_id,
        exam_title=ended.exam_title,
        person=person(me()),
        login=me().login,
        api="/api/v1",
        csrf=csrf_token(),
        result_url=url_for(".result", attempt_id=attempt_id),
        sign_in_url=url_for("accounts.sign_in"),
        home_url=url_for(".mine"),
    )


@bp.get("/my/attempts/<attempt_id>/result")
@allow(Role.EXAMINEE)
def result(attempt_id: str) -> ResponseReturnValue:
    moment = now()
    with reading() as db:
        ended = service.ended(db, attempt_id, by=examinee())
        if ended.receipt is None:
            return redirect(url_for(".paper", attempt_id=attempt_id), 303)
        shown = api.hooks.released(db, attempt_id, moment)
        recorded = api.hooks.recorded(db, attempt_id)
        again = _again(starting.offered(db, examinee(), now=moment), ended)
    return render_template(
        "attempts/result.html",
        attempt=ended,
        result=shown,
        release_words=_release_words(ended, shown),
        recorded=recorded,
        home_url=url_for(".mine"),
        again_url=again,
    )


def _again(offered: list[ExamOffered], ended: Ended) -> str | None:
    may = any(e.id == ended.exam_id and e.may_start for e in offered)
    return url_for(".notice", exam_id=ended.exam_id) if may else None


def _release_words(ended: Ended, shown: Shown | None) -> str:
    if shown is not None:
        return ""
    if ended.submitted_at is None:
        raise NotFoundError
    words: dict[str, str] = {
        "at_submission": _("正在评分，请稍候刷新本页。"),
        "at_close": _("成绩在考试结束后公布，届时可在本页查看。"),
        "manual": _("成绩由考务人员统一公布，届时可在本页查看。"),
    }
    return words[ended.release]
