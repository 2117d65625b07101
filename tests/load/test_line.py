"""HTTP answers as they come in pieces over one line."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable

import pytest

from examcenter.load.line import Line, LineBrokenError, Reading, Reply, connected
from tests.load.serving import Answers, talks_to


def read(*pieces: bytes) -> Reply | None:
    reading = Reading()
    reply = None
    for piece in pieces:
        reply = reading.take(piece)
    return reply


def test_an_answer_ends_where_its_length_says() -> None:
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello"

    assert read(whole) == Reply(200, b"hello", {"content-length": "5", "x-a": "b"})


def test_an_answer_may_come_byte_by_byte() -> None:
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    reading = Reading()

    replies = [reading.take(bytes([byte])) for byte in whole]

    assert replies[:-1] == [None] * (len(whole) - 1)
    assert replies[-1] is not None
    assert replies[-1].body == b"ok"


def test_chunks_are_put_together() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    assert read(head, b"4\r\nWiki\r\n", b"5;x=1\r\npedia\r\n0\r\n") is None
    reply = read(head, b"4\r\nWi", b"ki\r\nA\r\n0123456789\r\n0\r\n\r\n")

    assert reply is not None
    assert reply.body == b"Wiki0123456789"


@pytest.mark.parametrize("status", [204, 304])
def test_some_answers_have_no_body(status: int) -> None:
    reply = read(f"HTTP/1.1 {status} X\r\n\r\n".encode())

    assert reply is not None
    assert reply.body == b""


def test_continue_is_no_answer() -> None:
    reply = read(
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n",
    )

    assert reply is not None
    assert reply.status == 201


def test_a_packed_answer_is_unpacked() -> None:
    body = gzip.compress(b"paper")
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}"

    reply = read(head.encode() + b"\r\n\r\n" + body)

    assert reply is not None
    assert reply.body == b"paper"


def test_a_busy_server_says_how_long_to_wait() -> None:
    reply = read(
        b"HTTP/1.1 503 X\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\n{}",
    )

    assert reply is not None
    assert (reply.status, reply.retry_after) == (503, 7.0)
    assert Reply(503, b"", {"retry-after": "Wed, 25 Nov"}).retry_after is None
    assert Reply(503, b"").retry_after is None


def test_every_cookie_is_kept() -> None:
    reply = read(
        b"HTTP/1.1 200 OK\r\nSet-Cookie: session=a=b; HttpOnly; Path=/\r\n"
        b"Set-Cookie: other=c\r\nContent-Length: 0\r\n\r\n"
    )

    assert reply is not None
    assert reply.cookies == {"session": "a=b", "other": "c"}


@pytest.mark.parametrize(
    "nonsense",
    [
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nab",
    ],
    ids=["not HTTP", "no status", "no length", "no chunk", "not packed"],
)
def test_what_is_no_answer_breaks_the_line(nonsense: bytes) -> None:
    with pytest.raises(LineBrokenError):
        read(nonsense)


def talk(answers: Answers, asks: Callable[[Line], Awaitable[None]]) -> None:
    """Let *asks* talk over a line to a server that does what *answers* does."""

    async def acts(port: int) -> None:
        line = await connected("127.0.0.1", port, seconds=5)
        await asks(line)
        line.close()

    talks_to(answers, acts)


def test_one_line_carries_many_requests() -> None:
    async def answers(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while (asked := await reader.read(100)) != b"":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n" + asked)

    async def asks(line: Line) -> None:
        for body in (b"one", b"two"):
            assert (await line.ask(body, seconds=5)).body == body
            assert line.is_free

    talk(answers, asks)


def test_an_answer_without_length_ends_with_the_line() -> None:
    async def answers(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nhal")
        await writer.drain()
        writer.write(b"lo")

    async def asks(line: Line) -> None:
        assert (await line.ask(b"x", seconds=5)).body == b"hallo"
        assert not line.is_free

    talk(answers, asks)


def test_a_line_that_ends_in_mid_answer_is_broken() -> None:
    async def answers(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhal")
        await writer.drain()

    async def asks(line: Line) -> None:
        with pytest.raises(LineBrokenError):
            await line.ask(b"x", seconds=5)
        assert not line.is_free

    talk(answers, asks)


def test_a_server_that_is_silent_is_not_waited_for_for_ever() -> None:
    async def answers(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        del writer
        await reader.read()

    async def asks(line: Line) -> None:
        with pytest.raises(TimeoutError):
            await line.ask(b"x", seconds=0.05)
        assert not line.is_free

    talk(answers, asks)


def test_an_answer_that_closes_the_line_leaves_it_closed() -> None:
    async def answers(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.read(100)
        writer.write(
            b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        )

    async def asks(line: Line) -> None:
        assert (await line.ask(b"x", seconds=5)).status == 200
        assert not line.is_free

    talk(answers, asks)
