"""F10 to F12: the network goes, in every way, and answers go on when it is back."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.faults.extent import DONE, allowed, rounds
from tests.faults.pages import Crowd
from tests.faults.proxy import Proxy
from tests.faults.school import School

pytestmark = [pytest.mark.faults, pytest.mark.system]

PEOPLE = 4


@pytest.fixture
def proxy(hall: School) -> Iterator[Proxy]:
    with Proxy(hall.centre.port) as proxy:
        yield proxy


def test_F10_a_network_that_comes_and_goes_costs_no_answer(  # noqa: N802 - the fault's number
    hall: School, proxy: Proxy
) -> None:
    with Crowd(hall.pages(PEOPLE, port=proxy.port), think=0.02) as crowd:
        for _ in range(rounds(2, 8, 60)):
            crowd.goes_on(within=allowed(10), saves=PEOPLE)
            proxy.refuses = True
            proxy.resets()
            time.sleep(0.5)
            before = crowd.count
            time.sleep(0.5)
            assert crowd.count == before
            proxy.refuses = False
            crowd.goes_on(within=allowed(10), saves=PEOPLE)
            DONE["network cuts"] += 1

    assert crowd.errors == []
    assert hall.wrong(crowd.ledger()) == []


def test_F11_a_reply_that_is_lost_after_the_commit_is_given_again(  # noqa: N802 - the fault's number
    hall: School, proxy: Proxy
) -> None:
    (page,) = hall.pages(1, port=proxy.port)

    with Crowd([page], think=0.02) as crowd:
        for cut_after in (0, 1, 40):
            crowd.goes_on(within=allowed(10), saves=2)
            before, proxy.dropped = page.again, 0
            proxy.drops_replies, proxy.cut_after = not cut_after, cut_after
            while proxy.dropped < rounds(2, 5, 50):
                time.sleep(0.01)
            proxy.drops_replies, proxy.cut_after = False, 0
            crowd.goes_on(within=allowed(10), saves=2)
            DONE["replies lost after the commit"] += proxy.dropped
            assert page.again > before

    assert crowd.errors == []
    assert hall.wrong(crowd.ledger()) == []


def test_F11_a_line_that_is_dead_and_open_is_given_up(  # noqa: N802 - the fault's number
    hall: School, proxy: Proxy
) -> None:
    pages = hall.pages(PEOPLE, port=proxy.port, timeout=2)

    with Crowd(pages, think=0.02) as crowd:
        crowd.goes_on(within=allowed(10), saves=PEOPLE)
        proxy.swallows = True
        time.sleep(3)
        proxy.swallows = False
        crowd.goes_on(within=allowed(10), saves=PEOPLE)

    assert crowd.errors == []
    assert sum(page.again for page in pages) >= PEOPLE
    assert hall.wrong(crowd.ledger()) == []


def test_F12_a_line_of_two_seconds_and_64_kbit_carries_answers(  # noqa: N802 - the fault's number
    hall: School, proxy: Proxy
) -> None:
    pages = hall.pages(2, port=proxy.port)

    with Crowd(pages, think=0.2) as crowd:
        proxy.delay, proxy.rate = 1.0, 8_000.0
        for _ in range(rounds(1, 3, 10)):
            crowd.goes_on(within=allowed(10), saves=2)

    assert crowd.errors == []
    assert hall.wrong(crowd.ledger()) == []


def test_F12_who_sends_half_a_request_delays_nobody(  # noqa: N802 - the fault's number
    hall: School,
) -> None:
    slow = hall.pages(1)[0]
    slow.opens()
    cookie = "; ".join(f"{k}={v}" for k, v in slow.examinee.cookies.items())
    attempt = slow.examinee.attempt["id"]
    head = (
        f"PUT /api/v1/attempts/{attempt}/answers HTTP/1.1\r\nHost: x\r\n"
        f"Cookie: {cookie}\r\nX-CSRF-Token: {slow.examinee.token}\r\n"
        'Content-Type: application/json\r\nContent-Length: 200\r\n\r\n{"lease'
    ).encode()

    with half_sent(hall.centre.port, head, 8), Crowd(hall.pages(2)) as crowd:
        crowd.goes_on(within=allowed(10), saves=50)

    assert crowd.errors == []
    assert hall.wrong(crowd.ledger()) == []


@contextmanager
def half_sent(port: int, head: bytes, lines: int) -> Iterator[None]:
    """Hold *lines* open on which a request was begun and is never finished."""
    with ExitStack() as held:
        for _ in range(lines):
            line = held.enter_context(socket.create_connection(("127.0.0.1", port)))
            line.sendall(head)
        yield
