"""F17, F21, F25: another machine, no memory for pictures, no descriptors left."""

import resource
import socket
import time
from contextlib import ExitStack

import pytest

from tests.faults.extent import DONE, allowed, rounds
from tests.faults.pages import Crowd
from tests.faults.school import School
from tests.system.examinee import Examinee
from tests.system.test_fifty_examinees import a_picture

pytestmark = [pytest.mark.faults, pytest.mark.system]


def test_F17_another_machine_has_the_same_answers_and_the_old_one_is_read_only(  # noqa: N802 - the fault's number
    hall: School,
) -> None:
    (page,) = hall.pages(1)
    page.opens()
    for _ in range(5):
        page.saves()
    old = page.examinee

    begun = time.monotonic()
    new = Examinee(hall.centre.port, old.login, old.code)
    new.signs_in()
    path = f"/attempts/{old.attempt['id']}"
    status, taken = new.asks("POST", f"{path}/lease")
    _, document = new.asks("GET", path)
    took = time.monotonic() - begun
    refused, answer = old.asks(
        "PUT", f"{path}/answers", {"lease": old.attempt["lease"], "answers": []}
    )

    newest = {a.question: [a.version, list(a.value)] for a in page.heard}
    shown = {a["question"]: [a["version"], a["value"]] for a in document["answers"]}
    assert status == 200
    assert taken["lease"] > old.attempt["lease"]
    assert shown == newest
    assert document["deadline"] == old.attempt["deadline"]
    assert (refused, answer["code"]) == (409, "lease_lost")
    assert took < allowed(60)


def test_F21_pictures_without_memory_cost_no_answer(  # noqa: N802 - the fault's number
    hall: School,
) -> None:
    pages = hall.pages(4)

    with Crowd(pages, think=0.05) as crowd:
        crowd.goes_on(within=allowed(10), saves=4)
        for _ in range(rounds(1, 3, 20)):
            for pid in hall.centre.workers_of_pictures():
                starve(pid)
            for page in pages:
                page.examinee.sends_picture(a_picture())
            crowd.goes_on(within=allowed(10), saves=20)
            DONE["times that pictures had no memory"] += 1

    assert crowd.errors == []
    assert [error for page in pages for error in page.examinee.errors] == []
    assert hall.wrong(crowd.ledger()) == []


def starve(pid: int) -> None:
    """Let a process have no more memory than it has; it ends itself, or is ended."""
    try:
        resource.prlimit(pid, resource.RLIMIT_AS, (1 << 20, 1 << 20))
    except ProcessLookupError:
        return


def test_F25_without_descriptors_the_server_answers_or_refuses_and_recovers(  # noqa: N802 - the fault's number
    hall: School,
) -> None:
    pages = hall.pages(4)
    workers = hall.centre.web_workers()
    limits = {pid: resource.prlimit(pid, resource.RLIMIT_NOFILE) for pid in workers}

    with Crowd(pages) as crowd:
        crowd.goes_on(within=allowed(10), saves=4)
        for _ in range(rounds(1, 3, 20)):
            for pid, (_soft, hard) in limits.items():
                resource.prlimit(pid, resource.RLIMIT_NOFILE, (64, hard))
            with ExitStack() as held:
                for _ in range(200):
                    held.enter_context(an_idle_line(hall.centre.port))
                time.sleep(1)
            for pid, limit in limits.items():
                resource.prlimit(pid, resource.RLIMIT_NOFILE, limit)
            crowd.goes_on(within=allowed(10), saves=4)
            DONE["times out of descriptors"] += 1
        statuses = set().union(*(page.statuses for page in pages))

    assert crowd.errors == []
    assert statuses <= {200, 503}
    assert hall.wrong(crowd.ledger()) == []


def an_idle_line(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=5)
