"""The delivery API after the end: the attempt's key, and packets that come late."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from examcenter.accounts.rules import Role
from examcenter.attempts import keeping, late_packets, sealing, service, wiring
from examcenter.attempts.documents import SealShown
from examcenter.attempts.late_packets import Sealed
from examcenter.attempts.late_rules import ForgedSealError
from examcenter.web.context import now, reading
from examcenter.web.openapi import Description, documented
from examcenter.web.signin import allow

bp = Blueprint("late_api", __name__, url_prefix="/api/v1/attempts/<attempt_id>")


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """*answers* counts those that differ from what is stored; 0: nothing was new."""

    received_at: datetime
    answers: int


@bp.get("/seal")
@documented(
    Description(
        "The key of one's own attempt, also after its end",
        {200: SealShown},
        refuses=(404,),
    )
)
@allow(Role.EXAMINEE)
def seal(attempt_id: str) -> ResponseReturnValue:
    with reading() as db:
        service.own(db, attempt_id, wiring.examinee())
    return jsonify(SealShown(sealing.to_text(wiring.seal_key(attempt_id))))


@bp.post("/late")
@documented(
    Description(
        "Leave what did not arrive in time, for an officer to decide on",
        {200: KeptMessage},
        takes=Sealed,
        refuses=(400, 404, 409, 413, 415, 422),
    )
)
@allow(Role.EXAMINEE)
def leave(attempt_id: str) -> ResponseReturnValue:
    received = now()
    sent = late_packets.sealed(request.get_json())
    with reading() as db:
        service.own(db, attempt_id, wiring.examinee())
    if sent.seal is not None:
        sealing.check_seal(wiring.seal_key(attempt_id), sent.packet, sent.seal)
    packet = late_packets.packet(sent.packet)
    if packet.attempt != attempt_id:
        raise ForgedSealError
    kept = keeping.kept(packet, received, sealed=sent.seal is not None)
    return jsonify(KeptMessage(kept.received_at, kept.differences))
