"""One kept-alive HTTP/1.1 connection, no more than a load run needs of HTTP.

A general client costs several times the processor time per request; two thousand
simulated examinees must leave the machine to the server that is measured.
"""

import asyncio
import gzip
import zlib
from dataclasses import dataclass, field

_HEAD_ENDS = b"\r\n\r\n"
_LARGEST = 16 * 1024 * 1024
_WITHOUT_BODY = frozenset({204, 304})
_LAST_INFORMATIONAL = 199


class LineBrokenError(OSError):
    """The connection ended, or what came over it is not an HTTP answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; the names of *headers* are in lower case."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def retry_after(self) -> float | None:
        """The seconds that the server asks to wait, None when it does not."""
        text = self.headers.get("retry-after", "")
        return float(text) if text.isascii() and text.isdigit() else None


class Reading:
    """Puts an answer together from the bytes as they come in."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._head: Reply | None = None
        self._ends: int | None = None

    @property
    def is_untouched(self) -> bool:
        return not self._data and self._head is None

    def take(self, data: bytes) -> Reply | None:
        """Return the answer once *data* completes it.

        Raises LineBrokenError for what is no answer.
        """
        self._data += data
        if len(self._data) > _LARGEST:
            raise LineBrokenError("the answer is too large")
        try:
            return self._complete()
        except (ValueError, EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise LineBrokenError(f"not an HTTP answer: {error}") from error

    def end(self) -> Reply | None:
        """Return the answer that the end of the connection completes, or None."""
        head = self._head
        if head is None or self._ends is not None or _is_chunked(head):
            return None
        return self._done(head, bytes(self._data))

    def _complete(self) -> Reply | None:
        while self._head is None:
            at = self._data.find(_HEAD_ENDS)
            if at < 0:
                return None
            head = _head(bytes(self._data[:at]))
            del self._data[: at + len(_HEAD_ENDS)]
            if head.status > _LAST_INFORMATIONAL:  # "100 Continue" is no answer yet
                self._head, self._ends = head, _length(head)
        if _is_chunked(self._head):
            body = _unchunked(self._data)
        elif self._ends is not None and len(self._data) >= self._ends:
            body = bytes(self._data[: self._ends])
        else:
            body = None
        return None if body is None else self._done(self._head, body)

    def _done(self, head: Reply, body: bytes) -> Reply:
        if body and head.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        return Reply(head.status, body, head.headers, head.cookies)


def _head(data: bytes) -> Reply:
    first, *lines = data.decode("latin-1").split("\r\n")
    version, status = first.split(" ", 2)[:2]
    if not version.startswith("HTTP/1."):
        raise ValueError(version)
    headers: dict[str, str] = {}
    cookies: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        name, value = name.lower(), value.strip()
        if name == "set-cookie":
            key, _, crumb = value.partition(";")[0].partition("=")
            cookies[key] = crumb
        headers[name] = value
    return Reply(int(status), b"", headers, cookies)


def _length(head: Reply) -> int | None:
    if head.status in _WITHOUT_BODY:
        return 0
    told = head.headers.get("content-length")
    return None if told is None else int(told)


def _is_chunked(head: Reply) -> bool:
    return head.headers.get("transfer-encoding", "").lower() == "chunked"


def _unchunked(data: bytearray) -> bytes | None:
    """Return the body whose chunks *data* holds, None while some are missing."""
    body = bytearray()
    at = 0
    while (ends := data.find(b"\r\n", at)) >= 0:
        size = int(data[at:ends].split(b";")[0], 16)
        start = ends + 2
        if len(data) < start + size + 2:
            return None
        if size == 0:
            return bytes(body)
        body += data[start : start + size]
        at = start + size + 2
    return None


class Line(asyncio.Protocol):
    """One connection; at most one request is under way on it."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Reply] | None = None
        self._reading = Reading()

    @property
    def is_free(self) -> bool:
        """Whether the line is open and nothing is under way on it."""
        open_ = self._transport is not None and not self._transport.is_closing()
        return open_ and self._waiting is None

    async def ask(self, *parts: bytes, seconds: float) -> Reply:
        """Send a whole request and return its answer.

        Raises LineBrokenError, or TimeoutError after *seconds*; the line is closed
        then, since nobody knows any more what would come over it.
        """
        transport = self._transport
        if transport is None or not self.is_free:
            raise LineBrokenError("the connection is not open")
        loop = asyncio.get_running_loop()
        self._reading = Reading()
        waiting: asyncio.Future[Reply] = loop.create_future()
        self._waiting = waiting
        alarm = loop.call_later(seconds, self._give_up)
        try:
            transport.writelines(parts)
            return await waiting
        finally:
            alarm.cancel()
            self._waiting = None
            if not waiting.done() or waiting.cancelled() or waiting.exception():
                self.close()

    def send_and_hang_up(self, *parts: bytes) -> None:
        """Send a whole request and do not wait: for the server its reply is lost."""
        if self._transport is not None and self.is_free:
            self._transport.writelines(parts)
            self._transport.close()  # after what is buffered has gone out

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - asyncio's promise, for the type checker
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        waiting = self._waiting
        if waiting is None or waiting.done():
            self.close()  # nobody asked: what follows could not be told apart
            return
        try:
            reply = self._reading.take(data)
        except LineBrokenError as error:
            waiting.set_exception(error)
            return
        if reply is not None:
            if reply.headers.get("connection", "").lower() == "close":
                self.close()
            waiting.set_result(reply)

    def connection_lost(self, exc: Exception | None) -> None:
        waiting = self._waiting
        if waiting is None or waiting.done():
            return
        reply = self._reading.end() if exc is None else None
        if reply is not None:
            waiting.set_result(reply)
        else:
            waiting.set_exception(LineBrokenError("the connection ended"))

    def _give_up(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(TimeoutError())


async def connected(host: str, port: int, *, seconds: float) -> Line:
    """Return an open line; raises OSError (TimeoutError too) when there is none."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(seconds):
        _, line = await loop.create_connection(Line, host, port)
    return line
