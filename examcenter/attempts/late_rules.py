"""What is true about answers that arrive after the end, and about answer files.

Nothing late counts by itself.  It is kept, bounded in number and size, and an officer
admits or declines it once, with a reason.  Also then nothing old replaces anything
new: only an answer of a higher version than the stored one can be admitted.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from examcenter.attempts.rules import AnswerGiven
from examcenter.errors import ConflictError, RefusedError, TooLargeError

MOST_PER_ATTEMPT = 20
"""Different late deliveries that are kept of one attempt; a repeat is no other one."""

MOST_BYTES = 256 * 1024
"""Of one packet, as it is stored: a paper of 200 questions takes about 30 kB."""

FILE_FORMAT = "examcenter-answers"
FILE_VERSION = 1


class StillRunningError(ConflictError):
    """The attempt has not ended: its answers are saved, not kept as late."""

    code = "attempt_running"


class ForgedSealError(RefusedError):
    """The seal does not belong to this attempt, or the packet was changed."""

    code = "forged_seal"


class LateFullError(RefusedError):
    """As much as is kept of one attempt is already there."""

    code = "late_full"


class LateTooLargeError(TooLargeError):
    """The packet is larger than any paper's answers."""

    code = "late_too_large"


class NotAnAnswerFileError(RefusedError):
    """The file is not one that the sitting page gives out."""

    code = "not_an_answer_file"


class FileVersionError(RefusedError):
    """The file's format is newer than this program."""

    code = "answer_file_version"


class FileDamagedError(RefusedError):
    """The file was changed, cut short, or locked by another centre."""

    code = "answer_file_damaged"


class NothingNewError(RefusedError):
    """Every answer in it is stored already, or older than what is stored."""

    code = "nothing_new"


class LateDecidedError(ConflictError):
    """Somebody has decided about this delivery already."""

    code = "late_decided"


class Source(StrEnum):
    """How a late delivery came."""

    PAGE = "page"
    FILE = "file"


class Decision(StrEnum):
    """What an officer made of it."""

    ADMITTED = "admitted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Packet:
    """What a page says it had when the end came; all but *answers* are its claims.

    *handed_in* means that the examinee had pressed the button; *uninterrupted* that
    the page was never reloaded or left since the server last answered.
    """

    attempt: str
    lease: int | None
    made_at: str
    handed_in: bool
    uninterrupted: bool
    answers: tuple[AnswerGiven, ...]


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """An answer file before it is opened; *header* is bound to what is *locked*."""

    attempt: str
    nonce: bytes
    locked: bytes

    @property
    def header(self) -> bytes:
        return f"{FILE_FORMAT}/{FILE_VERSION}/{self.attempt}".encode()


@dataclass(frozen=True, slots=True)
class Stored:
    """The answer that counts of one question."""

    version: int
    value: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One question in which a delivery says something else than the ledger.

    *is_older* means that the ledger has a later version: it stays as it is.
    """

    question: int
    stored: tuple[str, ...]
    given: tuple[str, ...]
    version: int
    is_older: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about a delivery, when, why, and *by* whom, by name.

    The name is empty where nobody needs it, and for a command at the terminal.
    *questions* are those whose answer was let in.
    """

    decision: Decision
    at: datetime
    reason: str
    by: str = ""
    questions: tuple[int, ...] = ()


def differences(
    stored: Mapping[int, Stored], given: Sequence[AnswerGiven]
) -> list[Difference]:
    """Return what *given* says otherwise than *stored*, by question.

    Of several answers to one question the one of the highest version speaks.
    """
    last: dict[int, AnswerGiven] = {}
    for answer in given:
        if (
            answer.question not in last
            or answer.version > last[answer.question].version
        ):
            last[answer.question] = answer
    return [
        Difference(
            question=number,
            stored=there.value,
            given=answer.value,
            version=answer.version,
            is_older=answer.version <= there.version,
        )
        for number, answer in sorted(last.items())
        if (there := stored.get(number, Stored(0, ()))).value != answer.value
    ]


def canonical(answers: Sequence[AnswerGiven]) -> str:
    """Return *answers* as the one text that stands for them: sorted keys, no spaces.

    The page's claims are no part of it, so that a repeated delivery is the same one.
    """
    rows = [
        {
            "at": answer.at,
            "id": answer.id,
            "question": answer.question,
            "value": list(answer.value),
            "version": answer.version,
        }
        for answer in sorted(answers, key=lambda a: (a.question, a.version, a.id))
    ]
    text = json.dumps(
        {"answers": rows}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    if len(text.encode()) > MOST_BYTES:
        raise LateTooLargeError
    return text


def answers_in(body: str) -> tuple[AnswerGiven, ...]:
    """Return the answers of a text that `canonical` made."""
    return tuple(
        AnswerGiven(
            id=row["id"],
            question=row["question"],
            version=row["version"],
            value=tuple(row["value"]),
            at=row["at"],
        )
        for row in json.loads(body)["answers"]
    )


def digest_of(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
