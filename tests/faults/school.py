"""A centre of processes with more examinees than the tests of faults need."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from examcenter.attempts.models import Attempt
from examcenter.clock import SystemClock
from examcenter.db import Database
from examcenter.load.ledger import Ledger
from tests.faults.heard import wrong
from tests.faults.pages import Page
from tests.system.centre import Centre, a_plan

PEOPLE = 120


class School:
    """A loaded centre, and the people of its one exam who have not begun to sit."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.url = centre.database_url
        exam = centre.is_loaded(PEOPLE, a_plan())
        self._codes = iter(centre.codes(exam).items())

    def pages(self, count: int, *, port: int = 0, timeout: float = 30) -> list[Page]:
        """Return pages of the next *count* people, at *port* or at the server's."""
        return [
            Page(port or self.centre.port, login, code, timeout=timeout)
            for login, code in islice(self._codes, count)
        ]

    def ends_every_attempt(self, ago: timedelta) -> None:
        """Let every running attempt have had its deadline *ago*."""
        ended = SystemClock().now() - ago
        running = update(Attempt).where(Attempt.submitted_at.is_(None))
        with self.work() as session:
            session.execute(running.values(deadline=ended))

    def overdue(self) -> int:
        """Return how many attempts run although their time was over ten seconds ago."""
        late = Attempt.deadline < SystemClock().now() - timedelta(seconds=10)
        count = select(func.count()).where(Attempt.submitted_at.is_(None), late)
        with self.work() as session:
            return session.execute(count).scalar_one()

    @contextmanager
    def work(self) -> Iterator[Session]:
        """Open a unit of work beside the centre's own."""
        database = Database(self.url)
        try:
            with database.unit_of_work() as session:
                yield session
        finally:
            database.dispose()

    def running(self) -> int:
        """Return how many attempts nobody has handed in."""
        count = select(func.count()).where(Attempt.submitted_at.is_(None))
        with self.work() as session:
            return session.execute(count).scalar_one()

    def wrong(self, ledger: Ledger) -> list[object]:
        """Return everything that the database must not be; nothing is good."""
        return wrong(self.url, ledger)
