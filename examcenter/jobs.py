"""What the centre does by itself: small idempotent jobs on a ticker.

Each tick looks at rows and asks what is due.  It may run late, twice or in two
processes at once without harm, because rows and constraints decide, not timers.  Where
several processes tick, one of them does a job and the others let it; pictures they
share.  A tick looks before it takes the writers' turn, which belongs to answers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler

from examcenter.accounts import sign_ins
from examcenter.attempts import service as attempts
from examcenter.clock import Clock
from examcenter.clock_guard import ClockGuard
from examcenter.config import Settings
from examcenter.db import Database, is_alone
from examcenter.proctoring import retention
from examcenter.proctoring import worker as proctoring
from examcenter.proctoring.analyst import Analyst
from examcenter.proctoring.evidence import Evidence
from examcenter.results import service as results
from examcenter.web import uploads

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Centre:
    """What jobs work with."""

    settings: Settings
    database: Database
    clock: Clock
    evidence: Evidence
    analyst: Analyst
    guard: ClockGuard | None = None


def collect(centre: Centre) -> int:
    """Hand in for everybody whose time is over, and mark it; return how many."""
    grace = timedelta(seconds=centre.settings.attempts.grace_seconds)
    now = centre.clock.now()
    with centre.database.reading() as session:
        if not attempts.is_anybody_overdue(session, grace=grace, now=now):
            return 0
        if centre.guard is not None and centre.guard.is_frozen(session):
            log.warning("attempts.not_collected", why="clocks disagree")
            return 0
    with centre.database.unit_of_work() as session:
        if not is_alone(session, "collect"):
            return 0
        closed = attempts.close_overdue(session, grace=grace, now=now)
    if closed:
        log.info("attempts.collected", count=closed, by="server")
        score(centre)  # at once: the examinee is looking at the result page
    return closed


def watch_clocks(centre: Centre) -> int:
    """Compare the clocks; return how many disagree with the centre's time."""
    return 0 if centre.guard is None else centre.guard.look()


def score(centre: Centre) -> int:
    """Mark what was handed in and not yet marked; return how many that were."""
    with centre.database.reading() as session:
        if not results.is_anything_unmarked(session):
            return 0
    with centre.database.unit_of_work() as session:
        if not is_alone(session, "score"):
            return 0
        return results.score_submitted(session, now=centre.clock.now())


def analyse(centre: Centre) -> int:
    """Look at waiting snapshots; return how many were looked at."""
    return proctoring.analyse_waiting(
        centre.database,
        centre.analyst,
        centre.evidence,
        limit=centre.settings.proctoring.analyses_per_tick,
        clock=centre.clock,
    )


def tidy(centre: Centre) -> int:
    """Forget ended sign-ins' cookies and uploads that nobody confirmed."""
    uploads.sweep(centre.settings.home / "uploads", now=centre.clock.now())
    with centre.database.unit_of_work() as session:
        return sign_ins.forget_ended(session, now=centre.clock.now())


def purge(centre: Centre) -> int:
    """Delete pictures whose time is over, and files that never got their row."""
    now = centre.clock.now()
    expired = retention.delete_expired(centre.database, centre.evidence, now=now)
    return expired + proctoring.sweep(centre.database, centre.evidence, now=now)


def run(centre: Centre) -> None:
    """Tick until the process is told to stop."""
    scheduler = BlockingScheduler(
        timezone="UTC",
        executors={"default": ThreadPoolExecutor(4)},
        job_defaults={
            "coalesce": True,
            "max_instances": 1,
            "misfire_grace_time": None,
        },
    )
    tick = centre.settings.attempts.tick_seconds
    for job, seconds in (
        (watch_clocks, tick),
        (collect, tick),
        (score, tick),
        (analyse, 1),
        (tidy, 600),
        (purge, 6 * 3600),
    ):
        scheduler.add_job(
            _guarded(job, centre),
            "interval",
            seconds=seconds,
            id=job.__name__,
            next_run_time=_at_once(centre),
        )
    log.info("worker.started", detector=centre.analyst.detector())
    scheduler.start()


def _at_once(centre: Centre) -> datetime:
    # What became due while nothing ran is done first thing, not a tick later.
    return centre.clock.now()


def _guarded(job: Callable[[Centre], int], centre: Centre) -> Callable[[], None]:
    def tick() -> None:
        try:
            job(centre)
        except Exception:  # the next tick tries again; the ticker must live
            log.exception("job.failed", job=job.__name__)

    return tick
