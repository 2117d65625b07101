"""Looking at snapshots in the background, where no answer waits for it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from examcenter.clock import Clock
from examcenter.db import Database
from examcenter.proctoring import service
from examcenter.proctoring.evidence import (
    Evidence,
    EvidenceMissingError,
    EvidenceUnavailableError,
)
from examcenter.proctoring.rules import Analysis, unreadable

_AT_ONCE = 10
# Far longer than so many pictures take: only a worker that died leaves a claim behind.
_CLAIM = timedelta(minutes=5)
# Between a file and its row lie milliseconds; an hour is for suspended machines.
_ORPHAN_AFTER = timedelta(hours=1)

log = structlog.get_logger()


class Looks(Protocol):
    """Looks at pictures; the real one is `analyst.Analyst`."""

    def detector(self) -> str:
        """Return the name of the detector that runs."""

    def analyse_safely(self, data: bytes) -> Analysis:
        """Return what the picture shows, whatever it does to the decoder."""


def analyse_waiting(
    database: Database,
    analyst: Looks,
    evidence: Evidence,
    *,
    limit: int,
    clock: Clock,
) -> int:
    """Look at up to *limit* waiting snapshots; return how many got their verdict.

    Each is claimed first, so that any number of workers share the pictures.  No
    transaction is open while one is looked at, and a verdict is never overwritten.
    """
    done = 0
    unseen: list[service.Waiting] = []
    for start in range(0, limit, _AT_ONCE):
        claimed = _claim(database, min(_AT_ONCE, limit - start), clock.now())
        if not claimed:
            break
        try:
            seen = dict(_look(claimed, analyst, evidence))
            done += _record(database, seen, analyst.detector(), clock.now())
        except BaseException:
            _give_back(database, [*unseen, *claimed])
            raise
        unseen += [one for one in claimed if one not in seen]
    _give_back(database, unseen)
    return done


def _claim(database: Database, limit: int, now: datetime) -> list[service.Waiting]:
    with database.reading() as session:  # most ticks find nothing and write nothing
        if not service.is_any_waiting(session, now=now):
            return []
    with database.unit_of_work() as session:
        return service.claim(session, limit, until=now + _CLAIM, now=now)


def _give_back(database: Database, left: Sequence[service.Waiting]) -> None:
    if left:
        with database.unit_of_work() as session:
            service.release(session, [snapshot.id for snapshot in left])


def _record(
    database: Database,
    seen: Mapping[service.Waiting, Analysis],
    detector: str,
    now: datetime,
) -> int:
    with database.unit_of_work() as session:
        return sum(
            service.record(session, one.id, analysis, detector=detector, now=now)
            for one, analysis in seen.items()
        )


def _look(
    claimed: Sequence[service.Waiting], analyst: Looks, evidence: Evidence
) -> list[tuple[service.Waiting, Analysis]]:
    seen = []
    for snapshot in claimed:
        try:
            data = evidence.read(snapshot.file)
        except EvidenceMissingError:  # nothing will ever be seen on it
            log.warning("evidence.missing", snapshot=snapshot.id)
            seen.append((snapshot, unreadable(0.0)))
            continue
        except EvidenceUnavailableError:  # it may be there at the next tick
            log.warning("evidence.unavailable", snapshot=snapshot.id)
            continue
        seen.append((snapshot, analyst.analyse_safely(data)))
    return seen


def sweep(database: Database, evidence: Evidence, *, now: datetime) -> int:
    """Delete files whose snapshot never got its row; return how many.

    Raises ForeignEvidenceError, and deletes nothing, when most files have no row.
    """

    def known(files: Collection[str]) -> Collection[str]:
        with database.reading() as session:
            return service.with_a_row(session, files)

    deleted = evidence.sweep(known, before=now - _ORPHAN_AFTER)
    if deleted:
        log.info("evidence.swept", files=deleted)
    return deleted
