"""Giving time back: to a person, a seat, a room, everyone; for a while that was lost.

Whom the server collected while the cause lasted, or after it began, goes on when the
new end still lies ahead; a hand-in of the examinee's own is final.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from examcenter.attempts import deadlines, records
from examcenter.attempts.act_models import AttemptCredit, TimeGrant
from examcenter.attempts.act_rules import (
    Act,
    ExamOverError,
    Grant,
    GrantRefusedError,
    Kind,
    Target,
    check_grant,
)
from examcenter.attempts.models import Attempt
from examcenter.attempts.rules import SubmittedBy
from examcenter.db import CHUNK
from examcenter.exams.models import Exam
from examcenter.rooms.models import Seat, Seating

Unmark = Callable[[Session, Sequence[int]], None]
"""Forgets the marks of attempts that go on; handed in from above."""


@dataclass(frozen=True, slots=True)
class Granted:
    """What a grant did: its id, the attempts it counts for, those that go on again."""

    id: str
    attempts: int
    reopened: int


def grant(
    session: Session, exam_id: int, wanted: Grant, act: Act, *, unmark: Unmark
) -> Granted:
    """Give time and put it on record.

    Raises GrantRefusedError for what cannot be granted and when it would touch nobody,
    ExamOverError once the exam was ended.
    """
    check_grant(wanted, act.at)
    _refuse_ended(session, exam_id)
    ids = session.execute(_reached(exam_id, wanted)).scalars().all()
    row = _stored(session, exam_id, wanted, act)
    attempts = [a for a in deadlines.held(session, ids) if _is_reached(a, wanted)]
    running = [a for a in attempts if a.submitted_at is None]
    ended = [a for a in attempts if a.submitted_at is not None]
    again = _with_time_left(session, ended, row, act.at)
    if not running and not again and not wanted.standing:
        raise GrantRefusedError("grant_touches_nobody")
    unmark(session, [attempt.id for attempt in again])
    reopen(session, again, act)
    _credit(session, [*running, *again], row, act)
    return Granted(row.public_id, len(running) + len(again), len(again))


def _refuse_ended(session: Session, exam_id: int) -> None:
    # Locked, so that an exam is not ended between the look and the grant.
    row = session.execute(
        select(Exam.published_at, Exam.closed_at)
        .where(Exam.id == exam_id)
        .with_for_update(read=True)
    ).one()
    if row.closed_at is not None or row.published_at is None:
        raise ExamOverError


def _stored(session: Session, exam_id: int, wanted: Grant, act: Act) -> TimeGrant:
    row = TimeGrant(
        exam_id=exam_id,
        person_id=wanted.target.person_id,
        seat_id=wanted.target.seat_id,
        room_id=wanted.target.room_id,
        seconds=wanted.seconds,
        cause_from=wanted.since,
        cause_to=wanted.until,
        cause=wanted.cause.strip(),
        standing=wanted.standing,
        reason=act.reason,
        by=act.by,
        at=act.at,
    )
    session.add(row)
    session.flush()
    return row


def _reached(exam_id: int, wanted: Grant) -> Select[int]:
    """Select the attempts that a grant can be about."""
    later = aliased(Attempt)
    same = (Attempt.exam_id == exam_id, Attempt.voided_at.is_(None))
    newer = select(later.id).where(
        later.exam_id == Attempt.exam_id,
        later.person_id == Attempt.person_id,
        later.number > Attempt.number,
    )
    collected = and_(Attempt.submitted_by == SubmittedBy.SERVER, ~newer.exists())
    return select(Attempt.id).where(
        *same,
        or_(Attempt.submitted_at.is_(None), collected),
        _of_target(exam_id, wanted.target),
    )


def _of_target(exam_id: int, target: Target) -> ColumnElement[bool]:
    if target.person_id is not None:
        return Attempt.person_id == target.person_id
    seated = select(Seating.person_id).where(Seating.exam_id == exam_id)
    if target.seat_id is not None:
        return Attempt.person_id.in_(seated.where(Seating.seat_id == target.seat_id))
    if target.room_id is not None:
        in_room = seated.join(Seat, Seat.id == Seating.seat_id)
        return Attempt.person_id.in_(in_room.where(Seat.room_id == target.room_id))
    return Attempt.exam_id == exam_id


def _is_reached(attempt: Attempt, wanted: Grant) -> bool:
    """Whether a grant is about *attempt*, as it stands now that its row is held."""
    if attempt.voided_at is not None:
        return False
    if attempt.submitted_at is not None:
        if attempt.submitted_by != SubmittedBy.SERVER:
            return False
        if wanted.since is not None and attempt.submitted_at < wanted.since:
            return False
    return wanted.until is None or attempt.started_at < wanted.until


def _with_time_left(
    session: Session, ended: Sequence[Attempt], row: TimeGrant, now: datetime
) -> list[Attempt]:
    if not ended:
        return []
    ends = deadlines.computed(session, ended, [row])
    return [attempt for attempt in ended if ends[attempt.id] > now]


def reopen(session: Session, attempts: Sequence[Attempt], act: Act) -> None:
    """Let attempts that were collected go on; what they had as a receipt is on record.

    The caller holds their rows.
    """
    facts = {one.id: {"receipt": one.receipt} for one in attempts}
    ids = list(facts)
    for at in range(0, len(ids), CHUNK):
        session.execute(
            update(Attempt)
            .where(Attempt.id.in_(ids[at : at + CHUNK]))
            .values(submitted_at=None, submitted_by=None, receipt=None)
        )
    records.record_all(session, Kind.REOPENED, act, facts)


def _credit(
    session: Session, attempts: Sequence[Attempt], row: TimeGrant, act: Act
) -> None:
    rows = [{"attempt_id": one.id, "grant_id": row.id} for one in attempts]
    for at in range(0, len(rows), CHUNK):
        session.execute(insert(AttemptCredit), rows[at : at + CHUNK])
    moved = deadlines.moved_facts(deadlines.renew(session, attempts))
    facts = {one: {"grant": row.public_id, **told} for one, told in moved.items()}
    records.record_all(session, Kind.GRANTED, act, facts)


def credit_standing(session: Session, attempt: Attempt) -> None:
    """Give an attempt that begins what stands for its person in this exam."""
    grants = session.execute(
        select(TimeGrant)
        .where(
            TimeGrant.exam_id == attempt.exam_id,
            TimeGrant.person_id == attempt.person_id,
            TimeGrant.standing,
        )
        .order_by(TimeGrant.id)
    ).scalars()
    for row in grants.all():
        _credit(session, [attempt], row, Act(row.by, attempt.started_at, row.reason))


def count_reached(session: Session, exam_id: int, target: Target) -> int:
    """Return how many running attempts a grant to *target* would touch now."""
    return session.execute(
        select(func.count()).where(
            Attempt.exam_id == exam_id,
            Attempt.submitted_at.is_(None),
            _of_target(exam_id, target),
        )
    ).scalar_one()
