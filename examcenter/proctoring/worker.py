"""Looking at snapshots in the background, where no answer waits for it."""

from collections.abc import Collection, Sequence
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

    No transaction is open while a picture is looked at.  What another worker finished
    in the meantime stays as it is.
    """
    with database.reading() as session:
        waiting = service.waiting(session, limit)
    done = 0
    for start in range(0, len(waiting), _AT_ONCE):
        seen = _look(waiting[start : start + _AT_ONCE], analyst, evidence)
        detector = analyst.detector()
        with database.unit_of_work() as session:
            for snapshot, analysis in seen:
                done += service.record(
                    session,
                    snapshot.id,
                    analysis,
                    detector=detector,
                    now=clock.now(),
                )
    return done


def _look(
    waiting: Sequence[service.Waiting], analyst: Looks, evidence: Evidence
) -> list[tuple[service.Waiting, Analysis]]:
    seen = []
    for snapshot in waiting:
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
