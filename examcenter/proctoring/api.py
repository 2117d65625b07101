"""The delivery API beside the answers: snapshots and signals."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from examcenter.accounts.rules import Role
from examcenter.attempts.wiring import arrival, examinee
from examcenter.proctoring import forms, service, wiring
from examcenter.proctoring.admission import SignalKind
from examcenter.proctoring.pictures import PictureTooLargeError
from examcenter.web.context import now, unit_of_work
from examcenter.web.openapi import Description, documented
from examcenter.web.signin import allow

bp = Blueprint("proctoring_api", __name__, url_prefix="/api/v1")


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    received_at: datetime


@dataclass(frozen=True, slots=True)
class SignalMessage:
    """*id* is a UUID of the page, *kind* one of `admission.SignalKind`."""

    id: str
    kind: SignalKind
    at: str


@dataclass(frozen=True, slots=True)
class SignalsMessage:
    signals: tuple[SignalMessage, ...]


@bp.post("/attempts/<attempt_id>/snapshots")
@documented(
    Description(
        "A camera picture",
        {202: ReceivedMessage},
        takes="image/jpeg",
        headers=("X-Snapshot-Id", "X-Captured-At"),
        refuses=(400, 404, 409, 413, 415, 422, 429),
    )
)
@allow(Role.EXAMINEE)
def snapshot(attempt_id: str) -> ResponseReturnValue:
    received = now()
    forms.check_type(request.mimetype)
    limits = wiring.limits()
    sent = forms.snapshot(
        request.headers.get("X-Snapshot-Id"),
        request.headers.get("X-Captured-At"),
        _body(limits.max_bytes),
        limits,
    )
    kept_at = wiring.lane().receive(
        attempt_id, sent, by=examinee(), arrived=arrival(received)
    )
    return jsonify(ReceivedMessage(kept_at)), 202


def _body(most: int) -> bytes:
    """Return what was sent, reading nothing of more than *most* bytes."""
    if (request.content_length or 0) > most:
        raise PictureTooLargeError(size=request.content_length, most=most)
    data = bytearray()
    # One byte more than allowed is enough to know; a chunked body tells no length.
    while len(data) <= most:
        piece = request.stream.read(most + 1 - len(data))
        if not piece:
            break
        data += piece
    return bytes(data)


@bp.post("/attempts/<attempt_id>/signals")
@documented(
    Description(
        "What the page noticed: focus lost, camera back, offline",
        {202: ReceivedMessage},
        takes=SignalsMessage,
        refuses=(400, 404, 409, 415, 422, 429),
    )
)
@allow(Role.EXAMINEE)
def signals(attempt_id: str) -> ResponseReturnValue:
    received = now()
    sent = forms.signals(request.get_json())
    with unit_of_work() as db:
        service.keep_signals(
            db, attempt_id, sent, by=examinee(), arrived=arrival(received)
        )
    return jsonify(ReceivedMessage(received)), 202
