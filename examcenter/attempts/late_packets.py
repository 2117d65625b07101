"""What a page may say after the end: a packet, and the seal on it."""

import json
import re
from dataclasses import dataclass
from typing import Any

from examcenter.attempts import forms
from examcenter.attempts.late_rules import MOST_BYTES, LateTooLargeError, Packet
from examcenter.errors import MalformedError

_MOMENT = re.compile(r"[0-9T:.Z+-]{1,40}")


@dataclass(frozen=True, slots=True)
class Sealed:
    """A packet as it travels; *seal* is null where the browser cannot make one."""

    packet: str
    seal: str | None = None


def sealed(document: Any) -> Sealed:
    """Return the packet and its seal, still unread."""
    given = document if isinstance(document, dict) else {}
    text, seal = given.get("packet"), given.get("seal")
    if not isinstance(text, str) or not isinstance(seal, str | None):
        raise MalformedError("packet must be a text, seal a text or null")
    if len(text) > 2 * MOST_BYTES:
        raise LateTooLargeError
    return Sealed(text, seal)


def packet(text: str) -> Packet:
    """Return what stands in a packet; anything else is malformed."""
    try:
        given = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise MalformedError("a packet is JSON") from error
    if not isinstance(given, dict):
        raise MalformedError("a packet is a JSON object")
    # A page that was opened anew after the end no longer knows which lease it had.
    lease = given.get("lease")
    delivery = forms.delivery(given | {"lease": 1 if lease is None else lease})
    if len({answer.id for answer in delivery.answers}) < len(delivery.answers):
        raise MalformedError("two answers have one id")
    places = {(answer.question, answer.version) for answer in delivery.answers}
    if len(places) < len(delivery.answers):
        raise MalformedError("two answers claim one version")
    return Packet(
        attempt=_text(given.get("attempt")),
        lease=None if lease is None else delivery.lease,
        made_at=_moment(given.get("made_at")),
        handed_in=given.get("handed_in") is True,
        uninterrupted=given.get("uninterrupted") is True,
        answers=delivery.answers,
    )


def _refuse(constant: str) -> float:
    raise ValueError(constant)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise MalformedError("attempt must be a text")
    return value


def _moment(value: Any) -> str:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise MalformedError("made_at must be a time")
    return value
