"""What can be done with pictures and signals of an attempt: keep, count, look at."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from examcenter.attempts import service as attempts
from examcenter.attempts.models import Attempt
from examcenter.attempts.rules import (
    Arrival,
    AttemptClosedError,
    Examinee,
    LeaseLostError,
    still_counts,
)
from examcenter.db import insert_into
from examcenter.errors import TooManyError
from examcenter.proctoring.admission import (
    SIGNALS,
    SNAPSHOTS,
    Bound,
    NoConsentError,
    SignalSent,
    SnapshotConflictError,
    SnapshotSent,
)
from examcenter.proctoring.models import Signal, Snapshot
from examcenter.proctoring.rules import Analysis


@dataclass(frozen=True, slots=True)
class Kept:
    """A snapshot that has its row; *file* is the one that the row names."""

    received_at: datetime
    file: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A snapshot that nobody has looked at yet."""

    id: int
    file: str


def admit(
    session: Session,
    attempt_id: str,
    sent: SnapshotSent,
    *,
    by: Examinee,
    arrived: Arrival,
) -> Kept | None:
    """Return what was kept of this snapshot before, None when it may come in now.

    Raises NotFoundError for an attempt that is not theirs, SnapshotConflictError when
    the id came with another picture, AttemptClosedError, LeaseLostError for another
    sign-in than the one that writes, NoConsentError, and TooManyError beyond what one
    page sends.
    """
    attempt = attempts.own(session, attempt_id, by)
    kept = _kept(session, attempt.id, sent)
    if kept is None:
        _check_admissible(session, attempt, by, arrived)
    return kept


def _check_admissible(
    session: Session, attempt: Attempt, by: Examinee, arrived: Arrival
) -> None:
    _check_open(attempt, arrived)
    # Else a second machine could show the right face while somebody else writes.
    if attempt.lease_sign_in_id != by.sign_in_id:
        raise LeaseLostError
    if attempt.consent_version is None:
        raise NoConsentError
    moments = session.execute(
        select(Snapshot.received_at)
        .where(
            Snapshot.attempt_id == attempt.id,
            Snapshot.received_at > arrived.at - SNAPSHOTS.within,
        )
        .order_by(Snapshot.received_at)
    ).scalars()
    _check_rate(SNAPSHOTS, moments.all(), arrived.at, more=1)


def keep(  # noqa: PLR0913 - who, what, where and when, as everywhere
    session: Session,
    attempt_id: str,
    sent: SnapshotSent,
    file: str,
    *,
    by: Examinee,
    arrived: Arrival,
) -> Kept:
    """Give the stored *file* its row; a repeated id gives the first one's.

    Raises what `admit` raises: the attempt may have ended in between.
    """
    attempt = attempts.own(session, attempt_id, by)
    kept = _kept(session, attempt.id, sent)
    if kept is not None:
        return kept
    _check_admissible(session, attempt, by, arrived)
    row = insert_into(session, Snapshot).values(
        attempt_id=attempt.id,
        client_id=sent.id,
        captured_at=sent.captured_at,
        received_at=arrived.at,
        file=file,
        size=len(sent.picture),
        sha256=sent.sha256,
    )
    session.execute(
        row.on_conflict_do_nothing(
            index_elements=[Snapshot.attempt_id, Snapshot.client_id]
        )
    )
    # What stands there now: ours, or that of the same request a moment before.
    return _kept(session, attempt.id, sent) or Kept(arrived.at, file)


def _kept(session: Session, attempt_id: int, sent: SnapshotSent) -> Kept | None:
    row = session.execute(
        select(Snapshot.received_at, Snapshot.file, Snapshot.sha256).where(
            Snapshot.attempt_id == attempt_id, Snapshot.client_id == sent.id
        )
    ).one_or_none()
    if row is None:
        return None
    if row.sha256 != sent.sha256:
        raise SnapshotConflictError
    return Kept(row.received_at, row.file)


def keep_signals(
    session: Session,
    attempt_id: str,
    sent: Sequence[SignalSent],
    *,
    by: Examinee,
    arrived: Arrival,
) -> None:
    """Keep the signals that are new; what came before is not kept twice.

    Raises NotFoundError, AttemptClosedError and TooManyError; none is kept then.
    """
    attempt = attempts.own(session, attempt_id, by)
    known = session.execute(
        select(Signal.client_id).where(
            Signal.attempt_id == attempt.id, Signal.client_id.in_({s.id for s in sent})
        )
    ).scalars()
    fresh = {s.id: s for s in sent}
    for client_id in known:
        del fresh[client_id]
    if not fresh:
        return
    _check_open(attempt, arrived)
    _check_signal_rate(session, attempt.id, len(fresh), arrived.at)
    rows = [
        {
            "attempt_id": attempt.id,
            "client_id": signal.id,
            "kind": signal.kind.value,
            "client_at": signal.at,
            "received_at": arrived.at,
        }
        for signal in fresh.values()
    ]
    session.execute(
        insert_into(session, Signal)
        .values(rows)
        .on_conflict_do_nothing(index_elements=[Signal.attempt_id, Signal.client_id])
    )


def _check_open(attempt: Attempt, arrived: Arrival) -> None:
    closed = attempt.submitted_at is not None
    if closed or not still_counts(arrived.at, attempt.deadline, arrived.grace):
        raise AttemptClosedError


def _check_signal_rate(
    session: Session, attempt_id: int, more: int, now: datetime
) -> None:
    moments = session.execute(
        select(Signal.received_at)
        .where(
            Signal.attempt_id == attempt_id,
            Signal.received_at > now - SIGNALS.within,
        )
        .order_by(Signal.received_at)
    ).scalars()
    _check_rate(SIGNALS, moments.all(), now, more=more)


def _check_rate(
    bound: Bound, moments: Sequence[datetime], now: datetime, *, more: int
) -> None:
    wait = bound.wait(moments, now=now, more=more)
    if wait:
        raise TooManyError(retry_after=wait)


def recorded(session: Session, attempt_id: str) -> tuple[int, int]:
    """Return how many snapshots and signals of an attempt are kept."""
    attempt = select(Attempt.id).where(Attempt.public_id == attempt_id)
    of_attempt = attempt.scalar_subquery()
    snapshots = select(func.count()).where(Snapshot.attempt_id == of_attempt)
    signals = select(func.count()).where(Signal.attempt_id == of_attempt)
    row = session.execute(
        select(snapshots.scalar_subquery(), signals.scalar_subquery())
    ).one()
    return row[0], row[1]


def is_any_waiting(session: Session, *, now: datetime) -> bool:
    """Whether a snapshot waits that nobody looks at; only reads."""
    return session.execute(_unclaimed(now).limit(1)).first() is not None


def _unclaimed(now: datetime) -> Select[int]:
    free = or_(Snapshot.claimed_until.is_(None), Snapshot.claimed_until <= now)
    waiting = Snapshot.analysed_at.is_(None)
    return select(Snapshot.id).where(waiting, free).order_by(Snapshot.id)


def claim(
    session: Session, limit: int, *, until: datetime, now: datetime
) -> list[Waiting]:
    """Claim up to *limit* snapshots that nobody looks at, oldest first, until *until*.

    Any number of workers may claim at once and get different ones.  What a worker
    claimed and did not finish, because it was killed, is free again after *until*.
    """
    due = _unclaimed(now).limit(limit).with_for_update(skip_locked=True).cte("due")
    rows = session.execute(
        update(Snapshot)
        .where(Snapshot.id.in_(select(due.c.id)))
        .values(claimed_until=until)
        .returning(Snapshot.id, Snapshot.file)
    )
    return sorted((Waiting(row.id, row.file) for row in rows), key=lambda one: one.id)


def release(session: Session, snapshot_ids: Collection[int]) -> None:
    """Give claimed snapshots back, for the next tick of any worker."""
    session.execute(
        update(Snapshot)
        .where(Snapshot.id.in_(snapshot_ids), Snapshot.analysed_at.is_(None))
        .values(claimed_until=None)
    )


def record(
    session: Session,
    snapshot_id: int,
    analysis: Analysis,
    *,
    detector: str,
    now: datetime,
) -> bool:
    """Write down what a snapshot shows; return whether this call was the first.

    A verdict is never overwritten, so two workers at once do no harm.
    """
    done = session.execute(
        update(Snapshot)
        .where(Snapshot.id == snapshot_id, Snapshot.analysed_at.is_(None))
        .values(
            verdict=analysis.verdict.value,
            faces=analysis.faces,
            confidence=analysis.confidence,
            detector=detector,
            analysed_at=now,
        )
        .returning(Snapshot.id)
    ).first()
    return done is not None


def with_a_row(session: Session, files: Collection[str]) -> set[str]:
    """Return those of *files* that belong to a snapshot."""
    rows = session.execute(select(Snapshot.file).where(Snapshot.file.in_(files)))
    return set(rows.scalars())
