"""F7, F8: PostgreSQL restarts or is away, and nothing that was acknowledged is lost."""

import time

import pytest

from tests.faults.extent import DONE, allowed, rounds
from tests.faults.pages import Crowd
from tests.faults.school import School
from tests.support.postgres import Server

pytestmark = [pytest.mark.faults, pytest.mark.system, pytest.mark.postgres]

PEOPLE = 6


@pytest.fixture
def engine() -> str:
    """SQLite has no server that could be away."""
    return "postgres"


def test_F7_a_server_that_crashes_and_recovers_loses_no_acknowledged_answer(  # noqa: N802 - the fault's number
    hall: School, lasting_postgres: Server
) -> None:
    with Crowd(hall.pages(PEOPLE)) as crowd:
        for _ in range(rounds(2, 8, 100)):
            crowd.goes_on(within=allowed(10), saves=5 * PEOPLE)
            lasting_postgres.dies()
            lasting_postgres.starts()
            crowd.goes_on(within=allowed(10))
            DONE["crashes of PostgreSQL"] += 1

    assert crowd.errors == []
    assert hall.wrong(crowd.ledger()) == []


def test_F8_while_it_is_away_pages_are_told_at_once_and_go_on_after_it(  # noqa: N802 - the fault's number
    hall: School, lasting_postgres: Server
) -> None:
    pages = hall.pages(PEOPLE)

    with Crowd(pages) as crowd:
        crowd.goes_on(within=allowed(10), saves=PEOPLE)
        lasting_postgres.stops()
        before = time.monotonic()
        for page in pages:
            page.statuses.clear()
            page.slowest = 0
        time.sleep(rounds(2, 20, 45))
        statuses = set().union(*(page.statuses for page in pages))
        slowest = max(page.slowest for page in pages)
        lasting_postgres.starts()
        crowd.goes_on(within=allowed(60), saves=PEOPLE)
        DONE["seconds without PostgreSQL"] += round(time.monotonic() - before)

    assert crowd.errors == []
    assert 503 in statuses
    assert slowest < allowed(10)
    assert hall.wrong(crowd.ledger()) == []


def test_F3_what_a_commit_promises_of_a_power_cut_is_switched_on(  # noqa: N802 - the fault's number
    lasting_postgres: Server, hall: School
) -> None:
    del lasting_postgres
    with hall.work() as session:
        connection = session.connection()
        found = {
            name: connection.exec_driver_sql(f"SHOW {name}").scalar_one()
            for name in ("fsync", "full_page_writes", "synchronous_commit")
        }

    assert set(found.values()) == {"on"}
