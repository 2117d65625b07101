"""F1, F2, F20: processes are killed, and nothing that was acknowledged is lost."""

import os
import random  # noqa: TID251 - moments of faults, nothing drawn
import signal
import subprocess
import time
from datetime import timedelta

import pytest

from tests.faults.extent import DONE, allowed, rounds
from tests.faults.heard import ROOT, a_ledger, acknowledged, environment, writer, wrong
from tests.faults.pages import Crowd
from tests.faults.school import School
from tests.faults.seats import Seats

pytestmark = [pytest.mark.faults, pytest.mark.system]

PEOPLE = 6
DICE = random.Random(20261201)  # noqa: S311 - repeatable moments


def test_F2_a_killed_writer_loses_no_acknowledged_answer(  # noqa: N802 - the fault's number
    seats: Seats,
) -> None:
    ledger = a_ledger([])
    first = 1

    for _ in range(rounds(3, 12, 170)):
        with subprocess.Popen(  # noqa: S603 - our own program
            writer(seats, "--threads", "8", "--first", str(first)),
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            begun = process.stdout.readline()  # it has started, and saves
            time.sleep(0.2 + DICE.random() * 1.5)
            process.kill()
            said = [begun, *process.stdout.readlines()]
        answers = acknowledged(said)
        for answer in answers:
            ledger.heard(answer)
        first = seats.versions() + 1
        assert answers
        DONE["kill -9"] += 1
        DONE["saves acknowledged by writers"] += len(said)

    assert wrong(seats.url, ledger) == []


def test_F1_killed_web_workers_lose_no_acknowledged_answer(  # noqa: N802 - the fault's number
    hall: School,
) -> None:
    centre = hall.centre

    with Crowd(hall.pages(PEOPLE)) as crowd:
        for _ in range(rounds(3, 12, 40)):
            crowd.goes_on(within=allowed(10), saves=5)
            time.sleep(DICE.random() / 2)
            workers = centre.web_workers()
            os.kill(DICE.choice(workers), signal.SIGKILL)
            DONE["kill -9"] += 1
            crowd.goes_on(within=allowed(5))

    assert crowd.errors == []
    assert hall.wrong(crowd.ledger()) == []


def test_F2_everything_is_killed_and_is_back_within_a_minute(  # noqa: N802 - the fault's number
    hall: School,
) -> None:
    centre = hall.centre

    with Crowd(hall.pages(PEOPLE)) as crowd:
        for _ in range(rounds(1, 4, 15)):
            crowd.goes_on(within=allowed(10), saves=5)
            centre.dies()
            DONE["kill -9"] += 1
            begun = time.monotonic()
            centre.starts("--workers", "2")
            crowd.goes_on(within=allowed(60) - (time.monotonic() - begun))

    assert crowd.errors == []
    assert hall.wrong(crowd.ledger()) == []


def test_F20_a_deadline_during_an_outage_is_kept_within_half_a_minute_of_return(  # noqa: N802 - the fault's number
    hall: School,
) -> None:
    centre = hall.centre
    with Crowd(hall.pages(PEOPLE)) as crowd:
        crowd.goes_on(within=allowed(10), saves=PEOPLE)
    centre.dies()
    hall.ends_every_attempt(timedelta(minutes=1))

    centre.starts("--workers", "1")
    begun = time.monotonic()
    while hall.overdue():
        assert time.monotonic() - begun < allowed(30)
        time.sleep(0.1)

    assert crowd.errors == []
    assert hall.wrong(crowd.ledger()) == []
