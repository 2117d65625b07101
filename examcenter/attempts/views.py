"""The examinee's pages: my exams, notice, sitting, receipt and result."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from examcenter.accounts.rules import Role
from examcenter.attempts import pages, seen, service, starting, wiring
from examcenter.attempts.documents import PICTURES
from examcenter.attempts.rules import MayNotStartError
from examcenter.attempts.wiring import examinee
from examcenter.web.context import now, reading, settings, unit_of_work
from examcenter.web.signin import allow, csrf_token, me

bp = Blueprint("attempts", __name__)


@bp.get("/my/exams")
@allow(Role.EXAMINEE)
def mine() -> ResponseReturnValue:
    with reading() as db:
        offered = starting.offered(db, examinee(), now=now())
    exams = [pages.card(exam) for exam in offered]
    return render_template("attempts/mine.html", exams=exams)


@bp.get("/my/exams/<exam_id>")
@allow(Role.EXAMINEE)
def notice(exam_id: str) -> ResponseReturnValue:
    with reading() as db:
        found = starting.notice(db, exam_id, by=examinee(), now=now())
    if found.exam.running:
        return redirect(url_for(".paper", attempt_id=found.exam.running), 303)
    return render_template(
        "attempts/notice.html",
        **pages.notice(found),
        person=pages.person(me()),
        start_url=url_for(".start", exam_id=exam_id),
        back_url=url_for(".mine"),
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
    except MayNotStartError:  # the notice says why
        return redirect(url_for(".notice", exam_id=exam_id), 303)
    return redirect(url_for(".paper", attempt_id=started.attempt_id), 303)


@bp.get(f"{PICTURES}/<digest>")
@allow(Role.EXAMINEE)
def picture(digest: str) -> ResponseReturnValue:
    with reading() as db:
        found = seen.picture(db, digest, by=examinee().id)
    return Response(found.data, mimetype=found.type)


@bp.get("/my/attempts/<attempt_id>")
@allow(Role.EXAMINEE)
def paper(attempt_id: str) -> ResponseReturnValue:
    with reading() as db:
        ended = service.ended(db, attempt_id, by=examinee())
    result_url = url_for(".result", attempt_id=attempt_id)
    if ended.receipt is not None:
        return redirect(result_url, 303)
    return render_template(
        "attempts/paper.html",
        attempt_id=attempt_id,
        exam_title=ended.exam_title,
        person=pages.person(me()),
        api="/api/v1",
        csrf=csrf_token(),
        result_url=result_url,
        sign_in_url=url_for("accounts.sign_in"),
        home_url=url_for(".mine"),
        zone=settings().locale.timezone,
    )


@bp.get("/my/attempts/<attempt_id>/result")
@allow(Role.EXAMINEE)
def result(attempt_id: str) -> ResponseReturnValue:
    moment = now()
    with reading() as db:
        ended = service.ended(db, attempt_id, by=examinee())
        if ended.receipt is None:
            return redirect(url_for(".paper", attempt_id=attempt_id), 303)
        shown = wiring.hooks.released(db, attempt_id, moment)
        reviewed = wiring.hooks.reviewed(db, attempt_id, moment)
        counts = wiring.hooks.recorded(db, attempt_id)
        offered = starting.offered(db, examinee(), now=moment)
    again = any(exam.id == ended.exam_id and exam.may_start for exam in offered)
    return render_template(
        "attempts/result.html",
        exam_title=ended.exam_title,
        attempt=pages.receipt(ended),
        result=shown,
        release_words=pages.release_words(ended, shown),
        reviewed=reviewed,
        recorded=pages.recorded(counts, ended),
        home_url=url_for(".mine"),
        again_url=url_for(".notice", exam_id=ended.exam_id) if again else None,
    )
