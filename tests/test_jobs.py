"""What the centre does by itself, also after nobody was there to do it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter import jobs
from examcenter.attempts.models import Attempt
from examcenter.attempts.rules import SubmittedBy
from examcenter.clock import FixedClock
from examcenter.config import Settings
from examcenter.db import Database
from examcenter.proctoring.analyst import Analyst
from examcenter.proctoring.evidence import Evidence
from examcenter.results.models import Result
from tests.support.halls import a_hall
from tests.support.proctoring_factories import a_seat


@pytest.fixture
def centre(
    settings: Settings, database: Database, clock: FixedClock
) -> Iterator[jobs.Centre]:
    with Analyst() as analyst:
        yield jobs.Centre(settings, database, clock, Evidence(settings.home), analyst)


def test_T11_after_hours_without_a_worker_everybody_is_handed_in_and_marked(  # noqa: N802 - the threat's number
    centre: jobs.Centre, db: Session, clock: FixedClock
) -> None:
    attempt_id = a_seat(db, a_hall(db)).attempt.id
    db.commit()
    clock.advance(timedelta(hours=5))

    first = jobs.collect(centre)
    again = (jobs.collect(centre), jobs.score(centre))

    with centre.database.reading() as session:
        ended_by = session.execute(select(Attempt.submitted_by)).scalar_one()
        marked = session.execute(select(Result.attempt_id)).scalars().all()
    assert (first, again) == (1, (0, 0))
    assert ended_by == SubmittedBy.SERVER
    assert marked == [attempt_id]


def test_before_the_deadline_nobody_is_handed_in(
    centre: jobs.Centre, db: Session, clock: FixedClock
) -> None:
    a_seat(db, a_hall(db))
    db.commit()
    clock.advance(timedelta(minutes=59))

    assert (jobs.collect(centre), jobs.score(centre)) == (0, 0)


def test_with_nothing_to_do_every_job_says_so(centre: jobs.Centre) -> None:
    every = (jobs.collect, jobs.score, jobs.analyse, jobs.tidy, jobs.purge)

    assert [job(centre) for job in every] == [0, 0, 0, 0, 0]
