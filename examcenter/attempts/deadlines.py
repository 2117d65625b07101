"""Ends of attempts, computed from the rows that decide them.

``attempt.deadline`` only keeps what these rows say: whoever adds one calls `renew` in
the same unit of work.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from examcenter.attempts.act_models import AttemptCredit, AttemptPause, TimeGrant
from examcenter.attempts.models import Attempt
from examcenter.attempts.rules import deadline
from examcenter.attempts.timing import Flat, Interval, extended
from examcenter.db import CHUNK
from examcenter.exams import service as exams


def renew(session: Session, attempts: Collection[Attempt]) -> dict[int, timedelta]:
    """Store the ends of *attempts*; return by how much each one moved.

    The caller holds their rows, so that of two acts at once none is forgotten.
    """
    ends = computed(session, attempts)
    moved: dict[int, timedelta] = {}
    for attempt in attempts:
        moved[attempt.id] = ends[attempt.id] - attempt.deadline
        attempt.deadline = ends[attempt.id]
    changed = [
        {"id": attempt_id, "deadline": ends[attempt_id]}
        for attempt_id, by in moved.items()
        if by
    ]
    if changed:
        session.execute(update(Attempt), changed)
    return moved


def computed(
    session: Session,
    attempts: Iterable[Attempt],
    extra: Iterable[TimeGrant] = (),
) -> dict[int, datetime]:
    """Return the end of each of *attempts* from nothing but rows.

    With *extra* as it would be if these grants counted as well.
    """
    listed = list(attempts)
    ids = [attempt.id for attempt in listed]
    lost: defaultdict[int, list[Interval]] = defaultdict(list)
    given: defaultdict[int, list[Flat]] = defaultdict(list)
    for attempt_id, grant in _credits(session, ids):
        _add(lost[attempt_id], given[attempt_id], grant)
    for grant in extra:
        for attempt_id in ids:
            _add(lost[attempt_id], given[attempt_id], grant)
    for attempt_id, pause in _pauses(session, ids):
        lost[attempt_id].append(pause)
    plans = {
        exam_id: exams.frozen(session, exam_id).plan
        for exam_id in {attempt.exam_id for attempt in listed}
    }
    return {
        one.id: extended(
            one.started_at,
            deadline(
                one.started_at,
                plans[one.exam_id].duration,
                plans[one.exam_id].closes_at,
                timedelta(0),
            ),
            lost[one.id],
            given[one.id],
        )
        for one in listed
    }


def _add(lost: list[Interval], given: list[Flat], grant: TimeGrant) -> None:
    if grant.seconds is not None:
        # Without a cause of its own a grant is a cause of its own.
        given.append(Flat(grant.cause or grant.public_id, grant.seconds))
    elif grant.cause_from is not None and grant.cause_to is not None:
        lost.append(Interval(grant.cause_from, grant.cause_to))


def _credits(session: Session, ids: list[int]) -> Iterable[tuple[int, TimeGrant]]:
    for at in range(0, len(ids), CHUNK):
        rows = session.execute(
            select(AttemptCredit.attempt_id, TimeGrant)
            .join(TimeGrant, TimeGrant.id == AttemptCredit.grant_id)
            .where(AttemptCredit.attempt_id.in_(ids[at : at + CHUNK]))
        )
        yield from ((attempt_id, grant) for attempt_id, grant in rows)


def _pauses(session: Session, ids: list[int]) -> Iterable[tuple[int, Interval]]:
    for at in range(0, len(ids), CHUNK):
        rows = session.execute(
            select(
                AttemptPause.attempt_id, AttemptPause.paused_at, AttemptPause.resumed_at
            ).where(
                AttemptPause.attempt_id.in_(ids[at : at + CHUNK]),
                AttemptPause.resumed_at.is_not(None),
            )
        )
        for attempt_id, paused_at, resumed_at in rows:
            if resumed_at is not None:
                yield attempt_id, Interval(paused_at, resumed_at)


def held(session: Session, ids: Collection[int]) -> list[Attempt]:
    """Return attempts with their rows locked, always in one order."""
    found: list[Attempt] = []
    ordered = sorted(ids)
    for at in range(0, len(ordered), CHUNK):
        rows = session.execute(
            select(Attempt)
            .where(Attempt.id.in_(ordered[at : at + CHUNK]))
            .order_by(Attempt.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        found += rows.scalars()
    return found


def moved_facts(moved: Mapping[int, timedelta]) -> dict[int, dict[str, int]]:
    """Return for the record how many seconds each attempt gained."""
    return {one: {"seconds": int(by.total_seconds())} for one, by in moved.items()}
