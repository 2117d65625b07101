"""Which requests the gathering worker takes off a socket, and which it leaves."""

import socket
from collections.abc import Iterator

import pytest

from examcenter.cli.gathering import is_whole_save

BODY = b'{"lease":1,"answers":[]}'


def a_save(
    *more: bytes, method: bytes = b"PUT", length: int = len(BODY), body: bytes = BODY
) -> bytes:
    lines = [
        method + b" /api/v1/attempts/" + b"0" * 32 + b"/answers HTTP/1.1",
        b"Host: centre",
        b"Content-Type: application/json",
        *more,
        b"Content-Length: %d" % length,
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    here, there = socket.socketpair()
    yield here, there
    here.close()
    there.close()


def test_a_save_that_has_come_in_whole_is_taken(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    here, there = pair
    there.sendall(a_save())

    assert is_whole_save(here)
    assert here.recv(10_000) == a_save()  # it was only looked at


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing yet"),
        pytest.param(a_save()[:40], id="half a head"),
        pytest.param(a_save()[:-3], id="half a body"),
        pytest.param(a_save() + b"GET", id="the next one behind it"),
        pytest.param(a_save(method=b"GET"), id="another method"),
        pytest.param(a_save(length=99_999), id="a body too long to see"),
        pytest.param(a_save(b"Transfer-Encoding: chunked"), id="chunked"),
        pytest.param(a_save(b"Expect: 100-continue"), id="waits for a word"),
        pytest.param(b"GET /my/exams HTTP/1.1\r\n\r\n", id="a page"),
    ],
)
def test_everything_else_is_left_to_the_threads(
    pair: tuple[socket.socket, socket.socket], sent: bytes
) -> None:
    here, there = pair
    there.sendall(sent)

    assert not is_whole_save(here)


def test_a_closed_line_is_left_to_the_threads(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    here, there = pair
    there.close()

    assert not is_whole_save(here)
    here.close()
    assert not is_whole_save(here)
