"""Answers that reached us after the end: kept as they came, for a person to decide on.

Keeping changes nothing that counts.  Whoever calls commits.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examcenter.attempts import ledger
from examcenter.attempts.late_models import LateDelivery
from examcenter.attempts.late_rules import (
    MOST_PER_ATTEMPT,
    Difference,
    LateFullError,
    Packet,
    Source,
    StillRunningError,
    Stored,
    canonical,
    differences,
    digest_of,
)
from examcenter.attempts.models import AnswerEvent, Attempt
from examcenter.attempts.rules import AnswerGiven, Arrival, still_counts
from examcenter.attempts.shapes import check, shape_of_paper


@dataclass(frozen=True, slots=True)
class Came:
    """How a packet reached us: when and from where, by whose page or by whose hand."""

    at: datetime
    source: Source
    sealed: bool
    address: str
    sign_in_id: int | None = None
    brought_by: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a packet: *delivery* is None where it held nothing new."""

    delivery: str | None
    received_at: datetime
    differences: int


def check_ended(attempt: Attempt, arrived: Arrival) -> None:
    """Raise StillRunningError while answers of *attempt* can simply be saved."""
    is_open = attempt.submitted_at is None
    if is_open and still_counts(arrived.at, attempt.deadline, arrived.grace):
        raise StillRunningError


def keep(session: Session, attempt: Attempt, packet: Packet, came: Came) -> Kept:
    """Keep *packet* beside the attempt, once, however often it comes.

    Raises NoSuchQuestionError, NoSuchOptionError, LateTooLargeError, LateFullError.
    """
    # Its row is locked, so that two at once are counted one after the other.
    session.refresh(attempt, with_for_update=True)
    shape = shape_of_paper(session, attempt.exam_id, attempt.person_id, attempt.number)
    check(packet.answers, shape)
    said = news(session, attempt.id, packet.answers)
    if not said:
        return Kept(None, came.at, 0)
    body = canonical(packet.answers)
    row = _same(session, attempt.id, digest_of(body))
    if row is None:
        _check_room(session, attempt.id)
        row = LateDelivery(attempt_id=attempt.id, body=body, sha256=digest_of(body))
        _tell(row, packet, came)
        row.received_at = came.at
        session.add(row)
    elif came.sealed and not row.sealed and row.decision is None:
        _tell(row, packet, came)  # the same answers, now with a seal on them
    session.flush()
    return Kept(row.public_id, row.received_at, len(said))


def _tell(row: LateDelivery, packet: Packet, came: Came) -> None:
    row.source, row.sealed, row.address = came.source, came.sealed, came.address
    row.sign_in_id, row.brought_by = came.sign_in_id, came.brought_by
    row.lease, row.made_at = packet.lease, packet.made_at
    row.handed_in, row.uninterrupted = packet.handed_in, packet.uninterrupted


def _same(session: Session, attempt_id: int, digest: str) -> LateDelivery | None:
    return session.execute(
        select(LateDelivery).where(
            LateDelivery.attempt_id == attempt_id, LateDelivery.sha256 == digest
        )
    ).scalar_one_or_none()


def _check_room(session: Session, attempt_id: int) -> None:
    there = session.execute(
        select(func.count()).where(LateDelivery.attempt_id == attempt_id)
    ).scalar_one()
    if there >= MOST_PER_ATTEMPT:
        raise LateFullError


def news(
    session: Session, attempt_id: int, given: tuple[AnswerGiven, ...]
) -> list[Difference]:
    """Return what *given* says otherwise than the ledger; what it has is no news.

    An answer whose id the ledger knows arrived in time and lost only its reply.
    """
    ids = {answer.id for answer in given}
    known = set(
        session.execute(
            select(AnswerEvent.client_id).where(
                AnswerEvent.attempt_id == attempt_id, AnswerEvent.client_id.in_(ids)
            )
        ).scalars()
    )
    there = {
        number: Stored(answer.version, answer.value)
        for number, answer in ledger.answers(session, attempt_id).items()
    }
    return differences(there, [one for one in given if one.id not in known])
