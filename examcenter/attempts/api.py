"""The delivery API: exams offered, attempts, leases, answers, handing in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from examcenter.accounts.rules import Role
from examcenter.attempts import forms, service, starting
from examcenter.attempts.rules import Arrival, Examinee, Shown
from examcenter.web.context import now, reading, settings, unit_of_work
from examcenter.web.signin import allow, me

bp = Blueprint("attempts_api", __name__, url_prefix="/api/v1")
log = structlog.get_logger()


@dataclass
class Hooks:
    """What attempts need from features above them; handed in by ``features.py``.

    *score* marks one submitted attempt; *shown* gives its result, or raises what says
    why it is not released.
    """

    score: Callable[[Session, str, datetime], None]
    shown: Callable[[Session, str, datetime], Shown]
    released: Callable[[Session, str, datetime], Shown | None]
    recorded: Callable[[Session, str], tuple[int, int]]


hooks: Hooks


def install(given: Hooks) -> None:
    global hooks  # noqa: PLW0603 - set once, while the application is put together
    hooks = given


def examinee() -> Examinee:
    """Return whoever sits at the other end of this request."""
    user = me()
    return Examinee(user.id, user.sign_in_id, user.only_exam)


def arrival(received: datetime) -> Arrival:
    return Arrival(received, timedelta(seconds=settings().attempts.grace_seconds))


@bp.get("/exams")
@allow(Role.EXAMINEE)
def exams() -> ResponseReturnValue:
    moment = now()
    with reading() as db:
        offered = starting.offered(db, examinee(), now=moment)
    return jsonify({"exams": offered, "server_time": moment})


@bp.post("/exams/<exam_id>/attempts")
@allow(Role.EXAMINEE)
def start(exam_id: str) -> ResponseReturnValue:
    moment = now()
    consent = forms.consent_version(request.get_json(silent=True) or {})
    by = examinee()
    with unit_of_work() as db:
        started = starting.start(
            db, exam_id, by=by, consent_version=consent, now=moment
        )
    with reading() as db:
        document = service.document(db, started.attempt_id, by=by, now=moment)
    return jsonify(document), 201 if started.is_new else 200


@bp.get("/attempts/<attempt_id>")
@allow(Role.EXAMINEE)
def resume(attempt_id: str) -> ResponseReturnValue:
    with reading() as db:
        return jsonify(service.document(db, attempt_id, by=examinee(), now=now()))


@bp.post("/attempts/<attempt_id>/lease")
@allow(Role.EXAMINEE)
def take_lease(attempt_id: str) -> ResponseReturnValue:
    with unit_of_work() as db:
        lease = service.take_lease(db, attempt_id, by=examinee())
    return jsonify({"lease": lease})


@bp.put("/attempts/<attempt_id>/answers")
@allow(Role.EXAMINEE)
def save_answers(attempt_id: str) -> ResponseReturnValue:
    received = now()  # the first line: what counts is when it reached us
    given = forms.delivery(request.get_json())
    with unit_of_work() as db:
        saved = service.save(
            db, attempt_id, given, by=examinee(), arrived=arrival(received)
        )
    moment = now()
    return jsonify(
        {
            "saved": saved.saved,
            "saved_at": moment,
            "server_time": moment,
            "deadline": saved.deadline,
        }
    )


@bp.post("/attempts/<attempt_id>/submission")
@allow(Role.EXAMINEE)
def submit(attempt_id: str) -> ResponseReturnValue:
    received = now()
    given = forms.delivery(request.get_json())
    with unit_of_work() as db:
        receipt = service.submit(
            db, attempt_id, given, by=examinee(), arrived=arrival(received)
        )
    log.info("attempt.submitted", attempt=attempt_id, by="examinee")
    return jsonify(
        {
            "state": "submitted",
            "receipt": receipt.receipt,
            "submitted_at": receipt.submitted_at,
            "result": marked(attempt_id),
        }
    )


def marked(attempt_id: str) -> Shown | None:
    """Mark an attempt that was just handed in; return its result once released."""
    try:
        with unit_of_work() as db:
            hooks.score(db, attempt_id, now())
        with reading() as db:
            return hooks.released(db, attempt_id, now())
    except Exception:  # handed in is handed in; the worker marks what is unmarked
        log.exception("attempt.not_marked_yet", attempt=attempt_id)
        return None


@bp.get("/attempts/<attempt_id>/result")
@allow(Role.EXAMINEE)
def shown(attempt_id: str) -> ResponseReturnValue:
    with reading() as db:
        service.own(db, attempt_id, examinee())
        return jsonify(hooks.shown(db, attempt_id, now()))
