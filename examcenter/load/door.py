"""An examinee's way to the server: requests are sent until they are answered."""

import asyncio
import secrets
import time
from dataclasses import dataclass, field

from examcenter.load.line import Line, LineBrokenError, Reply, connected
from examcenter.load.rules import Address
from examcenter.load.tally import Tally

ANSWER_WITHIN = 30.0
"""Seconds after which a request counts as lost and is sent again."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 10.0
_BUSY = frozenset({429, 503})
_DICE = secrets.SystemRandom()


class NoAnswerError(Exception):
    """A request was not answered for as long as patience lasted."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request without what the session adds to it."""

    method: str
    path: str
    body: bytes = b""
    kind: str = "application/json"
    headers: str = ""


@dataclass(slots=True)
class Door:
    """Keeps the session and the open lines of one examinee.

    Every request is repeated as it was, with the same ids in it, when its answer was
    lost or the server was busy; what the server asks to wait is waited, and a random
    half more, so that a crowd does not come back as one.
    """

    address: Address
    tally: Tally
    patience: float
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    _free: list[Line] = field(default_factory=list)

    async def ask(self, request: Request) -> Reply:
        """Return the answer to *request*; raises NoAnswerError."""
        until = time.perf_counter() + self.patience
        failures = 0
        while True:
            reply, pause = await self._try(request, failures)
            if reply is not None and reply.status not in _BUSY:
                self.cookies |= reply.cookies
                return reply
            if time.perf_counter() + pause > until:
                why = "no_answer" if reply is None else f"busy_{reply.status}"
                raise NoAnswerError(why)
            failures += 1
            await asyncio.sleep(pause)

    async def _try(self, request: Request, failures: int) -> tuple[Reply | None, float]:
        """Return the answer, or None, and how long to wait before trying again."""
        own = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**failures)
        pause = own * (0.5 + _DICE.random())
        was_used = bool(self._free)
        try:
            reply = await self._once(request)
        except LineBrokenError:
            # The server ends idle lines; who uses one then notices and asks anew.
            self.tally.again["idle_line" if was_used else "line_broken"] += 1
            return None, 0.0 if was_used else pause
        except OSError as error:
            self.tally.again[type(error).__name__] += 1
            return None, pause
        if reply.status in _BUSY:
            self.tally.again[str(reply.status)] += 1
            pause = max(own, reply.retry_after or 0.0) * (1 + _DICE.random() / 2)
        return reply, pause

    async def _once(self, request: Request) -> Reply:
        line = await self._line()
        reply = await line.ask(*self._bytes(request), seconds=ANSWER_WITHIN)
        if line.is_free:
            self._free.append(line)
        return reply

    async def loses_the_reply_to(self, request: Request) -> None:
        """Send *request* and hang up before it is answered."""
        try:
            line = await self._line()
        except OSError:
            return
        line.send_and_hang_up(*self._bytes(request))

    async def _line(self) -> Line:
        while self._free:
            line = self._free.pop()
            if line.is_free:
                return line
        address = self.address
        return await connected(address.host, address.port, seconds=ANSWER_WITHIN)

    def hangs_up(self) -> None:
        """Close every line, as a page that is reloaded does."""
        for line in self._free:
            line.close()
        self._free.clear()

    def _bytes(self, request: Request) -> tuple[bytes, bytes]:
        self.tally.requests += 1
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = (
            f"{request.method} {request.path} HTTP/1.1\r\n"
            f"Host: {self.address.host}:{self.address.port}\r\n"
            "Accept-Encoding: gzip\r\n"
            f"Cookie: {cookies}\r\n"
            f"X-CSRF-Token: {self.token}\r\n"
            f"Content-Type: {request.kind}\r\n"
            f"Content-Length: {len(request.body)}\r\n"
            f"{request.headers}\r\n"
        )
        return head.encode("latin-1"), request.body
