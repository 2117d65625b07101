"""What every fault is tried on: a centre of processes, or a hall and its writer."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from examcenter.db import Database
from tests.faults.extent import DONE, EXTENT
from tests.faults.school import School
from tests.faults.seats import Seats, seats_in
from tests.system.centre import Centre


@pytest.fixture(scope="session")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    """One centre for all tests of this process, loaded once."""
    school = School(Centre(tmp_path_factory.mktemp("school")))
    yield school
    school.centre.stops()


@pytest.fixture
def hall(school: School) -> School:
    """The centre, running; each test takes examinees who have not begun."""
    if not school.centre.is_running:
        school.centre.starts("--workers", "2")
    return school


@pytest.fixture
def seats(database: Database, tmp_path: Path) -> Seats:
    """Running attempts in a database of our own, for a writer to save answers of."""
    with Session(database.engine.execution_options(examcenter_writes=True)) as db:
        seats = seats_in(db, database.url, tmp_path / "seats.json")
        db.commit()
    database.dispose()
    return seats


@pytest.fixture
def strace() -> str:
    """The path of strace; without one the test skips by name."""
    found = shutil.which("strace")
    if found is None:
        pytest.skip("no strace on this machine: apt-get install strace")
    return found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if DONE:
        terminalreporter.section(f"faults, extent {EXTENT}")
        for what, count in sorted(DONE.items()):
            terminalreporter.write_line(f"{count:10,}  {what}")
