"""F13: the wall clock of the whole server jumps in mid-exam."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.extent import DONE, allowed, rounds
from tests.faults.pages import Crowd
from tests.faults.school import School
from tests.system.centre import Centre

pytestmark = [pytest.mark.faults, pytest.mark.system]

FAKER = "libfaketime.so.1"


@pytest.fixture
def engine() -> str:
    """A file: PostgreSQL's clock is another process's, which is not moved here."""
    return "sqlite"


@pytest.fixture
def wall(tmp_path: Path) -> Path:
    """The file that says where the wall clock of a faked process stands."""
    wall = tmp_path / "wall"
    wall.write_text("+0\n")
    return wall


@pytest.fixture
def faked(
    wall: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[School]:
    """A centre whose wall clock the test moves; uptime goes on."""
    found = next(Path("/usr/lib").glob(f"*/faketime/{FAKER}"), None)
    if found is None:
        pytest.skip("no libfaketime on this machine: apt-get install libfaketime")
    school = School(Centre(tmp_path))
    monkeypatch.setenv("LD_PRELOAD", str(found))
    monkeypatch.setenv("FAKETIME_TIMESTAMP_FILE", str(wall))
    monkeypatch.setenv("FAKETIME_NO_CACHE", "1")
    monkeypatch.setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent / "patched"))
    try:
        school.centre.starts("--workers", "2")
        yield school
    finally:
        school.centre.stops()


def test_F13_a_jump_of_the_servers_clock_hands_nobody_in(  # noqa: N802 - the fault's number
    faked: School, wall: Path
) -> None:
    log = faked.centre.folder / "server.log"

    with Crowd(faked.pages(4), think=0.05) as crowd:
        crowd.goes_on(within=allowed(10), saves=4)
        for jump in ("+5h", "-5h")[: rounds(1, 2, 2)]:
            told = log.read_text().count("clock.disagrees")
            wall.write_text(f"{jump}\n")
            crowd.goes_on(within=allowed(10), saves=20)
            waiting = time.monotonic()
            while log.read_text().count("clock.disagrees") == told:
                assert time.monotonic() - waiting < allowed(30)
                time.sleep(0.2)
                if "clock.disagrees" in log.read_text():
                    break  # the alarm of the first jump is still open
            crowd.goes_on(within=allowed(10), saves=20)
            DONE["jumps of the server's clock"] += 1
        wall.write_text("+0\n")

    assert crowd.errors == []
    assert faked.running() == 4
    assert faked.wrong(crowd.ledger()) == []
