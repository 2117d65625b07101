"""Attempts that are looked after, and what was recorded about them."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.accounts.models import SignIn
from examcenter.attempts import starting
from examcenter.attempts.consent import consent_for
from examcenter.attempts.models import AnswerEvent, Attempt
from examcenter.attempts.rules import Arrival, Examinee
from examcenter.exams import service as exams
from examcenter.organisation.models import Person
from examcenter.proctoring.admission import SignalKind
from examcenter.proctoring.evidence import Evidence
from examcenter.proctoring.models import Signal, Snapshot
from tests.support.factories import NOW
from tests.support.halls import Hall, a_hall

ARRIVED = Arrival(NOW, timedelta(seconds=3))


@dataclass(frozen=True, slots=True)
class Seat:
    """A running attempt and who sits it."""

    hall: Hall
    person: Person
    examinee: Examinee
    attempt: Attempt


def a_seat(db: Session, hall: Hall | None = None, *, consents: bool = True) -> Seat:
    """Store the first person's running attempt, with the camera unless told not to."""
    hall = hall or a_hall(db)
    person = hall.people[0]
    examinee = an_examinee(db, person)
    consent = consent_for(exams.find(db, hall.exam_id).plan)
    assert consent is not None
    started = starting.start(
        db,
        hall.exam_id,
        by=examinee,
        consent_version=consent.version if consents else None,
        now=NOW,
    )
    found = select(Attempt).where(Attempt.public_id == started.attempt_id)
    return Seat(hall, person, examinee, db.scalars(found).one())


def an_examinee(db: Session, person: Person) -> Examinee:
    """Store a sign-in of *person*."""
    sign_in = SignIn(
        token_digest=uuid.uuid4().hex,
        account_id=person.id,
        address="127.0.0.1",
        started_at=NOW,
        seen_at=NOW,
        expires_at=NOW + timedelta(hours=12),
    )
    db.add(sign_in)
    db.flush()
    return Examinee(person.id, sign_in.id)


def a_snapshot(
    db: Session,
    attempt: Attempt,
    evidence: Evidence,
    picture: bytes,
    at: datetime = NOW,
) -> Snapshot:
    """Store a snapshot that nobody has looked at."""
    snapshot = Snapshot(
        attempt_id=attempt.id,
        client_id=str(uuid.uuid4()),
        captured_at="2026-12-01T09:00:00+08:00",
        received_at=at,
        file=evidence.store(picture),
        size=len(picture),
        sha256=hashlib.sha256(picture).hexdigest(),
    )
    db.add(snapshot)
    db.flush()
    return snapshot


def a_signal(
    db: Session, attempt: Attempt, kind: SignalKind, at: datetime = NOW
) -> Signal:
    signal = Signal(
        attempt_id=attempt.id,
        client_id=str(uuid.uuid4()),
        kind=kind.value,
        client_at="2026-12-01T09:00:00+08:00",
        received_at=at,
    )
    db.add(signal)
    db.flush()
    return signal


def an_answer(
    db: Session, attempt: Attempt, question: int, at: datetime = NOW
) -> AnswerEvent:
    event = AnswerEvent(
        attempt_id=attempt.id,
        question=question,
        version=1,
        client_id=str(uuid.uuid4()),
        value=["A"],
        lease=1,
        client_at="2026-12-01T09:00:00+08:00",
        received_at=at,
    )
    db.add(event)
    db.flush()
    return event
