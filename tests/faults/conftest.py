"""What every fault is tried on: a centre of processes, or a hall and its writer."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from examcenter.db import Database
from tests.faults.extent import DONE, EXTENT, Extent
from tests.faults.school import School
from tests.faults.seats import Seats, seats_in
from tests.support.postgres import Server, a_server, why_not
from tests.system.centre import Centre

_BEGUN = time.monotonic()
_BOUND = 600


@pytest.fixture(scope="session")
def lasting_postgres() -> Iterator[Server]:
    """A PostgreSQL server that syncs as in service; others skip by name."""
    missing = why_not()
    if missing:
        pytest.skip(missing)
    with a_server(durable=True) as server:
        yield server


@pytest.fixture(scope="session")
def schools() -> Iterator[dict[str, School]]:
    """The centres of this process by engine, each loaded once, when first needed."""
    schools: dict[str, School] = {}
    yield schools
    for school in schools.values():
        school.centre.stops()


@pytest.fixture
def hall(
    engine: str,
    schools: dict[str, School],
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> School:
    """The centre, running; each test takes examinees who have not begun."""
    if engine not in schools:
        url = ""
        if engine == "postgres":
            server: Server = request.getfixturevalue("lasting_postgres")
            url = server.makes("centre")
        schools[engine] = School(Centre(tmp_path_factory.mktemp("school"), url))
    school = schools[engine]
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


def pytest_runtest_setup() -> None:
    if EXTENT is Extent.USUAL and time.monotonic() - _BEGUN > _BOUND:
        pytest.skip("ten minutes are over: make faults LONG=1 does everything")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if DONE:
        terminalreporter.section(f"faults, extent {EXTENT}")
        for what, count in sorted(DONE.items()):
            terminalreporter.write_line(f"{count:10,}  {what}")
