"""The delivery API: exams offered, attempts, leases, answers, handing in."""

import structlog
from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from examcenter.accounts.rules import Role
from examcenter.attempts import forms, lane, service, starting, wiring
from examcenter.attempts.documents import AttemptDocument
from examcenter.attempts.messages import (
    ExamsMessage,
    LeaseMessage,
    SavedMessage,
    StartMessage,
    SubmissionMessage,
)
from examcenter.attempts.rules import Delivery, Shown
from examcenter.web.context import now, reading, unit_of_work
from examcenter.web.openapi import Description, documented
from examcenter.web.signin import allow

bp = Blueprint("attempts_api", __name__, url_prefix="/api/v1")
log = structlog.get_logger()


@bp.get("/exams")
@documented(Description("The exams of whoever is signed in", {200: ExamsMessage}))
@allow(Role.EXAMINEE)
def exams() -> ResponseReturnValue:
    moment = now()
    with reading() as db:
        offered = starting.offered(db, wiring.examinee(), now=moment)
    return jsonify(ExamsMessage(tuple(offered), moment))


@bp.post("/exams/<exam_id>/attempts")
@documented(
    Description(
        "Start an attempt, or get the running one",
        {201: AttemptDocument, 200: AttemptDocument},
        takes=StartMessage,
        refuses=(400, 404, 409, 422),
    )
)
@allow(Role.EXAMINEE)
def start(exam_id: str) -> ResponseReturnValue:
    moment = now()
    consent = forms.consent_version(request.get_json(silent=True) or {})
    by = wiring.examinee()
    with unit_of_work() as db:
        started = starting.start(
            db, exam_id, by=by, consent_version=consent, now=moment
        )
    with reading() as db:
        document = service.document(db, started.attempt_id, by=by, now=moment)
    return jsonify(document), 201 if started.is_new else 200


@bp.get("/attempts/<attempt_id>")
@documented(
    Description("Resume", {200: AttemptDocument}, refuses=(404, 409)),
)
@allow(Role.EXAMINEE)
def resume(attempt_id: str) -> ResponseReturnValue:
    with reading() as db:
        return jsonify(
            service.document(db, attempt_id, by=wiring.examinee(), now=now())
        )


@bp.post("/attempts/<attempt_id>/lease")
@documented(
    Description("Become the one writer", {200: LeaseMessage}, refuses=(404, 409)),
)
@allow(Role.EXAMINEE)
def take_lease(attempt_id: str) -> ResponseReturnValue:
    with unit_of_work() as db:
        lease = service.take_lease(db, attempt_id, by=wiring.examinee(), now=now())
    return jsonify(LeaseMessage(lease))


@bp.put("/attempts/<attempt_id>/answers")
@documented(
    Description(
        "Save answers; 200 is sent after the commit is on disk",
        {200: SavedMessage},
        takes=Delivery,
        refuses=(400, 404, 409, 415, 422),
    )
)
@allow(Role.EXAMINEE)
def save_answers(attempt_id: str) -> ResponseReturnValue:
    received = lane.received(request.environ)
    given = forms.delivery(request.get_json())
    saved = wiring.save(attempt_id, given, received)
    moment = now()
    state = "paused" if saved.paused else "running"
    return jsonify(
        SavedMessage(saved.saved, moment, moment, saved.deadline, state, saved.notices)
    )


@bp.post("/attempts/<attempt_id>/submission")
@documented(
    Description(
        "Hand in, with what was not yet sent",
        {200: SubmissionMessage},
        takes=Delivery,
        refuses=(400, 404, 409, 415, 422),
    )
)
@allow(Role.EXAMINEE)
def submit(attempt_id: str) -> ResponseReturnValue:
    received = now()
    given = forms.delivery(request.get_json())
    with unit_of_work() as db:
        receipt = service.submit(
            db,
            attempt_id,
            given,
            by=wiring.examinee(),
            arrived=wiring.arrival(received),
        )
    log.info("attempt.submitted", attempt=attempt_id, by="examinee")
    result = wiring.marked(attempt_id)
    return jsonify(
        SubmissionMessage("submitted", receipt.receipt, receipt.submitted_at, result)
    )


@bp.get("/attempts/<attempt_id>/result")
@documented(Description("The released result", {200: Shown}, refuses=(404,)))
@allow(Role.EXAMINEE)
def shown(attempt_id: str) -> ResponseReturnValue:
    with reading() as db:
        service.own(db, attempt_id, wiring.examinee())
        return jsonify(wiring.hooks.shown(db, attempt_id, now()))
