"""A request is sent again, as it was, until it is answered or patience ends."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from examcenter.load import door as doors
from examcenter.load.door import Door, NoAnswerError, Request
from examcenter.load.rules import Address
from examcenter.load.tally import Tally
from tests.load.serving import talks_to

OK = b"HTTP/1.1 200 OK\r\nSet-Cookie: session=new\r\nContent-Length: 0\r\n\r\n"
BUSY = b"HTTP/1.1 503 X\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"
LATER = b"HTTP/1.1 503 X\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n"
LOST = b""


class Server:
    """Answers one request after another from a list; LOST ends the line instead."""

    def __init__(self, replies: Sequence[bytes]) -> None:
        self._replies = list(replies)
        self.heard: list[bytes] = []
        self.lines = 0

    async def serves(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.lines += 1
        while asked := await reader.read(10_000):
            self.heard.append(asked)
            reply = self._replies.pop(0)
            if reply == LOST:
                break
            writer.write(reply)


def through_a_door(
    server: Server, acts: Callable[[Door], Awaitable[None]], patience: float = 5
) -> Tally:
    tally = Tally()

    async def opens(port: int) -> None:
        door = Door(Address("127.0.0.1", port), tally, patience)
        await acts(door)
        door.hangs_up()

    talks_to(server.serves, opens)
    return tally


SAVE = Request("PUT", "/answers", b'{"id": 1}')


async def saves(door: Door) -> None:
    assert (await door.ask(SAVE)).status == 200


def test_a_lost_reply_is_asked_for_again_with_the_same_body() -> None:
    server = Server([LOST, OK])

    tally = through_a_door(server, saves)

    assert len(server.heard) == 2
    assert server.heard[0] == server.heard[1]
    assert tally.again == {"line_broken": 1}


def test_a_busy_server_is_asked_again() -> None:
    server = Server([BUSY, BUSY, OK])

    tally = through_a_door(server, saves)

    assert len(server.heard) == 3
    assert tally.again == {"503": 2}


def test_a_server_that_asks_for_more_than_our_patience_is_an_error() -> None:
    async def is_refused(door: Door) -> None:
        with pytest.raises(NoAnswerError, match="busy_503"):
            await door.ask(SAVE)

    server = Server([LATER])

    through_a_door(server, is_refused)

    assert len(server.heard) == 1


def test_patience_ends() -> None:
    async def is_lost(door: Door) -> None:
        with pytest.raises(NoAnswerError, match="no_answer"):
            await door.ask(SAVE)

    server = Server([LOST] * 100)

    through_a_door(server, is_lost, patience=1)

    assert 1 < len(server.heard) < 10


def test_a_line_is_used_again_and_carries_the_session() -> None:
    async def saves_twice(door: Door) -> None:
        door.token = "token"
        await door.ask(SAVE)
        await door.ask(SAVE)

    server = Server([OK, OK])

    through_a_door(server, saves_twice)

    assert server.lines == 1
    assert b"Cookie: session=new\r\n" not in server.heard[0]
    assert b"Cookie: session=new\r\n" in server.heard[1]
    assert b"X-CSRF-Token: token\r\n" in server.heard[1]


def test_a_reply_lost_on_purpose_was_a_whole_request() -> None:
    async def loses_one(door: Door) -> None:
        await door.loses_the_reply_to(SAVE)
        await asyncio.sleep(0.05)
        await door.ask(SAVE)

    server = Server([OK, OK])

    through_a_door(server, loses_one)

    assert server.lines == 2
    assert server.heard[0].endswith(SAVE.body)


def test_nobody_there_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "_FIRST_PAUSE", 0.01)
    tally = Tally()
    door = Door(Address("127.0.0.1", 1), tally, 0.1)

    with pytest.raises(NoAnswerError, match="no_answer"):
        asyncio.run(door.ask(SAVE))

    assert tally.again["ConnectionRefusedError"] > 1
