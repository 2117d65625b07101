"""The officer's pages of what came after the end: list, look, decide, load a file."""

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import CombinedMultiDict

from examcenter.accounts.rules import Role
from examcenter.attempts import answer_file, deciding, wiring
from examcenter.attempts.deciding import Late, Verdict
from examcenter.attempts.forms import AnswerFileForm, DecisionForm
from examcenter.attempts.late import Came
from examcenter.attempts.late_rules import Decision, Difference, Source
from examcenter.attempts.late_wording import DECISIONS, SOURCES, WAITING
from examcenter.errors import ExamCenterError
from examcenter.exams import service as exams
from examcenter.organisation.service import Scope, scope_of
from examcenter.web import wording
from examcenter.web.context import now, reading, settings, unit_of_work
from examcenter.web.errors import status_of
from examcenter.web.signin import allow, me
from question_bank.scoring import decimal_text

bp = Blueprint("late", __name__, url_prefix="/exams")
log = structlog.get_logger()


def _scope(db: Session) -> Scope:
    return scope_of(db, me().id, Role.EXAM_OFFICER)


@bp.get("/<exam_id>/late")
@allow(Role.EXAM_OFFICER)
def index(exam_id: str) -> ResponseReturnValue:
    with reading() as db:
        exam = exams.find(db, exam_id, _scope(db))
        found = deciding.of_exam(db, exam_id, _scope(db))
    return render_template(
        "late/index.html", exam=exam, found=found, most=deciding.MOST_LISTED, **_words()
    )


@bp.get("/late/<delivery_id>")
@allow(Role.EXAM_OFFICER)
def delivery(delivery_id: str) -> ResponseReturnValue:
    with reading() as db:
        late, differences = deciding.find(db, delivery_id, _scope(db))
    return _page(late, differences, DecisionForm())


def _page(late: Late, differences: Sequence[Difference], form: DecisionForm) -> str:
    return render_template(
        "late/delivery.html",
        late=late,
        differences=differences,
        newer=sum(1 for one in differences if not one.is_older),
        form=form,
        shown=_shown,
        decimal=decimal_text,
        zone=ZoneInfo(settings().locale.timezone),
        made_at=_claimed(late.made_at),
        **_words(),
    )


def _claimed(moment: str) -> str:
    """Return a page's own time on our clocks, or as it came where it is none."""
    try:
        told = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    if told.tzinfo is None:
        return moment
    zone = ZoneInfo(settings().locale.timezone)
    return f"{told.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def _words() -> dict[str, object]:
    return {"sources": SOURCES, "decisions": DECISIONS, "waiting": WAITING}


def _shown(value: Sequence[str]) -> str:
    return "、".join(value) or _("（空）")


@bp.post("/late/<delivery_id>/admission")
@allow(Role.EXAM_OFFICER)
def admit(delivery_id: str) -> ResponseReturnValue:
    return _decide(delivery_id, Decision.ADMITTED)


@bp.post("/late/<delivery_id>/refusal")
@allow(Role.EXAM_OFFICER)
def decline(delivery_id: str) -> ResponseReturnValue:
    return _decide(delivery_id, Decision.DECLINED)


def _decide(delivery_id: str, decision: Decision) -> ResponseReturnValue:
    form = DecisionForm(request.form)
    with unit_of_work() as db:
        scope = _scope(db)
        late, differences = deciding.find(db, delivery_id, scope)
        if not form.validate():
            return _page(late, differences, form), 422
        verdict = Verdict(by=me().id, at=now(), reason=form.reason.data or "")
        if decision is Decision.ADMITTED:
            rescore = wiring.hooks.rescore
            deciding.admit(db, delivery_id, verdict, scope, rescore=rescore)
        else:
            deciding.decline(db, delivery_id, verdict, scope)
    log.info(
        "late.decided",
        decision=decision.value,
        delivery=delivery_id,
        attempt=late.attempt_id,
        by=me().id,
        reason=verdict.reason,
    )
    words = {
        Decision.ADMITTED: _("已采用，答卷已按采用后的答案重新评分。"),
        Decision.DECLINED: _("未采用，答卷和成绩不变。"),
    }
    if decision is Decision.ADMITTED and late.submitted_at is None:
        words[decision] = _("已存入正在作答的答卷。")
    flash(words[decision], "good")
    return redirect(url_for(".delivery", delivery_id=delivery_id), 303)


@bp.get("/answer-file")
@allow(Role.EXAM_OFFICER)
def choose() -> ResponseReturnValue:
    return render_template("late/choose.html", form=AnswerFileForm())


@bp.post("/answer-file")
@allow(Role.EXAM_OFFICER)
def load() -> ResponseReturnValue:
    form = AnswerFileForm(CombinedMultiDict((request.files, request.form)))
    if not form.validate():
        return render_template("late/choose.html", form=form), 422
    # A large one lies in a file of its own, which is given back at once.
    with closing(request.files["file"]) as sent:
        data = sent.stream.read(answer_file.MOST_FILE_BYTES + 1)
    came = Came(
        at=now(),
        source=Source.FILE,
        sealed=True,
        address=(request.remote_addr or "")[:64],
        brought_by=me().id,
    )
    try:
        with unit_of_work() as db:
            kept = answer_file.load(
                db, data, came, key_of=wiring.seal_key, scope=_scope(db)
            )
    except ExamCenterError as error:
        form.file.errors = [wording.sentence(error.code, error.facts)]
        return render_template("late/choose.html", form=form), status_of(error)
    log.info("late.file_loaded", delivery=kept.delivery, by=me().id)
    return redirect(url_for(".delivery", delivery_id=kept.delivery), 303)
