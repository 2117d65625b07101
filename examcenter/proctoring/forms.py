"""What a sitting page may say beside its answers; anything else is malformed."""

import re
from datetime import datetime
from typing import Any

from examcenter.attempts.rules import is_uuid
from examcenter.errors import MalformedError
from examcenter.proctoring.admission import (
    MOST_SIGNALS,
    SignalKind,
    SignalSent,
    SnapshotSent,
    TooManySignalsError,
    UnknownSignalError,
)
from examcenter.proctoring.pictures import (
    PictureNotJpegError,
    describe,
    strip_metadata,
)
from examcenter.proctoring.rules import PictureLimits

_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


def check_type(mimetype: str) -> None:
    """Raise PictureNotJpegError unless *mimetype* says that a JPEG comes."""
    if mimetype != "image/jpeg":
        raise PictureNotJpegError("the content type must be image/jpeg")


def snapshot(
    client_id: str | None, captured_at: str | None, data: bytes, limits: PictureLimits
) -> SnapshotSent:
    """Return the picture *data*, judged by its header and freed of its metadata.

    Raises MalformedError for what the request's headers say, and PictureError.
    """
    if client_id is None or not is_uuid(client_id):
        raise MalformedError("X-Snapshot-Id must be a UUID")
    moment = _moment(captured_at, "X-Captured-At")
    describe(data, limits)
    return SnapshotSent(client_id.lower(), moment, strip_metadata(data))


def signals(document: Any) -> tuple[SignalSent, ...]:
    """Return the signals of one request.

    Raises MalformedError, TooManySignalsError or UnknownSignalError.
    """
    given = document.get("signals") if isinstance(document, dict) else None
    if not isinstance(given, list):
        raise MalformedError("signals must be a list")
    if len(given) > MOST_SIGNALS:
        raise TooManySignalsError(most=MOST_SIGNALS)
    return tuple(_signal(one) for one in given)


def _signal(given: Any) -> SignalSent:
    if not isinstance(given, dict):
        raise MalformedError("a signal must be a JSON object")
    client_id, kind = given.get("id"), given.get("kind")
    if not isinstance(client_id, str) or not is_uuid(client_id):
        raise MalformedError("id must be a UUID")
    if not isinstance(kind, str):
        raise MalformedError("kind must be a text")
    at = _moment(given.get("at"), "at")
    if kind not in set(SignalKind):
        raise UnknownSignalError
    return SignalSent(client_id.lower(), SignalKind(kind), at)


def _moment(value: Any, name: str) -> str:
    """Return *value*, a time in RFC 3339, as it was written."""
    if not isinstance(value, str) or not _RFC_3339.fullmatch(value):
        raise MalformedError(f"{name} must be a time in RFC 3339")
    try:
        datetime.fromisoformat(value.upper())
    except ValueError as error:
        raise MalformedError(f"{name} is not a time") from error
    return value
