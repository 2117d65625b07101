"""A centre of processes with more examinees than the tests of faults need."""

from itertools import islice

from examcenter.load.ledger import Ledger
from tests.faults.heard import wrong
from tests.faults.pages import Page
from tests.system.centre import Centre, a_plan

PEOPLE = 120


class School:
    """A loaded centre, and the people of its one exam who have not begun to sit."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.file = centre.home / "examcenter.sqlite3"
        self.url = f"sqlite:///{self.file}"
        exam = centre.is_loaded(PEOPLE, a_plan())
        self._codes = iter(centre.codes(exam).items())

    def pages(self, count: int, *, port: int = 0, timeout: float = 30) -> list[Page]:
        """Return pages of the next *count* people, at *port* or at the server's."""
        return [
            Page(port or self.centre.port, login, code, timeout=timeout)
            for login, code in islice(self._codes, count)
        ]

    def wrong(self, ledger: Ledger) -> list[object]:
        """Return everything that the database must not be; nothing is good."""
        return wrong(self.url, ledger)
