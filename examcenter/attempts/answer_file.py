"""The answer file, last resort of a page that cannot reach us (docs/answer-file.md).

It is brought by hand, opened with the centre's secret, and becomes a late delivery:
nothing in it counts before an officer has looked at it and said so.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.attempts import late, late_packets, sealing
from examcenter.attempts.late import Came, Kept
from examcenter.attempts.late_rules import (
    FILE_FORMAT,
    FILE_VERSION,
    MOST_BYTES,
    AnswerFile,
    FileDamagedError,
    FileVersionError,
    LateTooLargeError,
    NotAnAnswerFileError,
    NothingNewError,
)
from examcenter.attempts.models import Attempt
from examcenter.errors import NotFoundError
from examcenter.organisation.models import Department, Person
from examcenter.organisation.service import Scope

MOST_FILE_BYTES = 2 * MOST_BYTES
"""Of a file: base64 makes a packet a third longer."""

_ATTEMPT = re.compile(r"[0-9a-f]{32}")

KeyOf = Callable[[str], bytes]
"""Gives the key of an attempt by its id."""


def read(data: bytes) -> AnswerFile:
    """Return what stands in a file before it is opened.

    Raises LateTooLargeError, NotAnAnswerFileError, FileVersionError.
    """
    if len(data) > MOST_FILE_BYTES:
        raise LateTooLargeError
    document = _object(data)
    if document.get("format") != FILE_FORMAT:
        raise NotAnAnswerFileError
    if document.get("version") != FILE_VERSION:
        raise FileVersionError
    attempt = document.get("attempt")
    if not isinstance(attempt, str) or not _ATTEMPT.fullmatch(attempt):
        raise NotAnAnswerFileError
    return AnswerFile(attempt, _part(document, "nonce"), _part(document, "locked"))


def _object(data: bytes) -> dict[str, Any]:
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise NotAnAnswerFileError from error
    if not isinstance(document, dict):
        raise NotAnAnswerFileError
    return document


def _part(document: dict[str, Any], name: str) -> bytes:
    text = document.get(name)
    if not isinstance(text, str):
        raise NotAnAnswerFileError
    try:
        return sealing.to_bytes(text)
    except ValueError as error:
        raise NotAnAnswerFileError from error


def load(
    session: Session, data: bytes, came: Came, *, key_of: KeyOf, scope: Scope
) -> Kept:
    """Open a file and keep what it holds as a late delivery; nothing counts by that.

    Raises what `read` and `late.keep` raise, FileDamagedError, NothingNewError, and
    NotFoundError for an attempt that is not in *scope* or not of this centre.
    """
    file = read(data)
    # Opened first: whether an attempt exists is told only to who has its key.
    text = sealing.open_file(key_of(file.attempt), file)
    packet = late_packets.packet(text)
    if packet.attempt != file.attempt:
        raise FileDamagedError
    kept = late.keep(session, _attempt(session, file.attempt, scope), packet, came)
    if kept.delivery is None:
        raise NothingNewError
    return kept


def _attempt(session: Session, public_id: str, scope: Scope) -> Attempt:
    attempt = session.execute(
        select(Attempt)
        .join(Person, Person.id == Attempt.person_id)
        .join(Department, Department.id == Person.department_id)
        .where(Attempt.public_id == public_id, scope.covers(Department.path))
    ).scalar_one_or_none()
    if attempt is None:
        raise NotFoundError
    return attempt
