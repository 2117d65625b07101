"""The load generator against a real server: what it reports and what it checks."""

import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from examcenter import secret
from examcenter.clock import SystemClock
from examcenter.db import Database
from examcenter.load import service
from examcenter.load.ledger import missing
from examcenter.load.report import Found
from examcenter.load.rules import Orders, loopback
from tests.system.centre import Centre, a_plan

pytestmark = pytest.mark.system

PEOPLE = 20
BRISK = ("--think", "1", "--snapshot", "3", "--pulse", "0.5", "--sign-in", "1")


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    centre = Centre(tmp_path)
    yield centre
    centre.stops()


def loaded(centre: Centre, exam: str, *, code: int = 0, people: int = PEOPLE) -> str:
    return centre.does(
        *("load", "--exam", exam, "--url", centre.url, "--examinees", str(people)),
        *("--minutes", "0.1", *BRISK, "--json"),
        code=code,
    )


def test_twenty_examinees_sit_and_nothing_is_missing(centre: Centre) -> None:
    exam = centre.is_loaded(PEOPLE + 1, a_plan())
    held = centre.codes(exam)
    centre.starts("--workers", "2")

    report = centre.answers(
        *("load", "--exam", exam, "--url", centre.url, "--examinees", str(PEOPLE)),
        *("--minutes", "0.1", *BRISK),
    )

    assert (report["examinees"], report["minutes"]) == (PEOPLE, 0.1)
    assert (report["errors"], report["missing_after_check"]) == (0, 0)
    assert report["receipts"] == PEOPLE
    # Beside the answers that were saved, each examinee hands in one more.
    assert report["acknowledged"] == report["saves"]["count"] + PEOPLE
    assert stored(centre, "answer_event") >= report["acknowledged"]
    assert report["snapshots"]["count"] <= stored(centre, "snapshot")
    for phase in ("sign_in", "start_burst", "saves", "snapshots", "submit_burst"):
        assert report[phase]["count"] >= PEOPLE
        assert 0 < report[phase]["p50_ms"] <= report[phase]["p99_ms"]
        assert report[phase]["p99_ms"] <= report[phase]["max_ms"]
    assert codes_in(centre) == len(held)


def test_used_up_attempts_are_said_so(centre: Centre) -> None:
    exam = centre.is_loaded(2, a_plan())
    centre.starts("--workers", "1")

    loaded(centre, exam, people=2)
    again = subprocess.run(  # noqa: S603 - our own program
        [
            *centre.program(),
            *("load", "--exam", exam, "--url", centre.url, "--examinees", "2"),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert again.returncode == 1
    assert "机会已经用完" in again.stderr


def test_examinees_outlive_a_server_that_is_killed(centre: Centre) -> None:
    exam = centre.is_loaded(PEOPLE, a_plan())
    centre.starts("--workers", "2")
    database = Database(f"sqlite:///{centre.home / 'examcenter.sqlite3'}")
    found: list[Found] = []
    orders = Orders(
        PEOPLE, minutes=0.25, sign_in=1, think=0.5, pulse=0.5, snapshot=0, patience=60
    )
    place = service.Centre(
        database, secret.read(centre.home), SystemClock(), loopback(centre.url)
    )

    def sit() -> None:
        found.append(service.load(place, exam, orders, lambda *_: None))

    sitting = threading.Thread(target=sit)
    sitting.start()
    wait_for_answers(centre, PEOPLE * 3)
    centre.dies()
    centre.starts("--workers", "2")
    sitting.join(timeout=120)

    assert not sitting.is_alive()
    assert found[0].tally.errors == {}
    assert found[0].missing == []
    assert sum(found[0].tally.again.values()) > 0
    assert found[0].ledger.receipts == PEOPLE
    with database.unit_of_work() as session:  # the check can fail
        session.connection().exec_driver_sql(
            "UPDATE answer SET version = version - 1 WHERE version > 1"
        )
        assert missing(session, found[0].ledger) != []
        session.rollback()
    database.dispose()


def wait_for_answers(centre: Centre, count: int) -> None:
    for _ in range(600):
        if stored(centre, "answer_event") >= count:
            return
        time.sleep(0.05)
    raise AssertionError(f"no {count} answers in half a minute")


def stored(centre: Centre, table: str) -> int:
    database = sqlite3.connect(centre.home / "examcenter.sqlite3")
    count = database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - our own names
    database.close()
    return int(count)


def codes_in(centre: Centre) -> int:
    return stored(centre, "exam_code")
