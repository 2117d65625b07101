"""A gunicorn worker that saves together what arrives together.

With one thread for each request, a save costs half as much again: its thread is put
to sleep for the sync and woken after it, while all others fight for the interpreter.
Here saves of known pages are taken off the sockets by one thread: it reads all that
have come in, writes them in one transaction and answers them.  Everything else, and
every save that is not plain, goes the way of gunicorn's own threads.

Measured on 2 cores with 64 connections: see ``bench/README.md``.
"""

import re
import socket
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from gunicorn.http import wsgi
from gunicorn.workers.gthread import TConn, ThreadWorker

from examcenter.attempts.lane import Answer, Lane
from examcenter.attempts.rules import Saved
from examcenter.errors import ExamCenterError

log = structlog.get_logger()

_HEAD = b"PUT /api/v1/attempts/"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,5})[ \t]*\r\n", re.IGNORECASE)
_UNUSUAL = re.compile(rb"\r\n(?:transfer-encoding|expect|upgrade):", re.IGNORECASE)
_LONGEST = 16 * 1024
MOST = 64
"""Saves in one transaction: so many are answered before their pages grow impatient."""


def is_whole_save(line: socket.socket) -> bool:
    """Whether one save, and nothing but it, can be read from *line* without waiting."""
    try:
        seen = line.recv(_LONGEST, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except (OSError, ValueError):  # closed; or TLS, which cannot be looked into
        return False
    if not seen.startswith(_HEAD):
        return False
    head, _, body = seen.partition(b"\r\n\r\n")
    length = _LENGTH.search(head + b"\r\n")
    return (
        length is not None
        and len(body) == int(length[1])
        and _UNUSUAL.search(head) is None
    )


class GatheringWorker(ThreadWorker):  # type: ignore[misc]  # the library is untyped
    """Serves with threads, and gathers the saves of an application with a lane."""

    def init_process(self) -> None:
        self._saves: deque[TConn] = deque()
        self._arrived = threading.Event()
        self._gatherer: threading.Thread | None = None
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        if self._is_for_gatherer(conn):
            if self._gatherer is None:
                self._gatherer = threading.Thread(target=self._gather, daemon=True)
                self._gatherer.start()
            self._saves.append(conn)
            self._arrived.set()
        else:
            super().enqueue_req(conn)

    def _is_for_gatherer(self, conn: TConn) -> bool:
        return (
            conn.initialized
            and not conn.is_http2
            and self.alive
            and self._lane() is not None
            and not conn.parser.unreader.buf.getvalue()
            and is_whole_save(conn.sock)
        )

    def _lane(self) -> Lane | None:
        found: Lane | None = self.wsgi.extensions.get("examcenter.lane")
        return found

    def _gather(self) -> None:
        lane = self._lane()
        while lane is not None:
            self._arrived.wait()
            self._arrived.clear()
            while self._saves:
                most = min(MOST, len(self._saves))
                some = [self._saves.popleft() for _ in range(most)]
                try:
                    self._serve(lane, some)
                except Exception:
                    log.exception("saves.failed", count=most)
                    for conn in some:
                        self._end(conn)

    def _serve(self, lane: Lane, some: Sequence[TConn]) -> None:
        asked = [self._read(conn) for conn in some]
        orders = [lane.order(one.environ) if one else None for one in asked]
        outcomes = iter(lane.saver.do_all([one for one in orders if one]))
        for conn, one, order in zip(some, asked, orders, strict=True):
            outcome = next(outcomes) if order else None
            if one is None:
                self._end(conn)
            elif isinstance(outcome, Saved):
                self._answer(one, lane.answer(one.environ, outcome))
            else:
                if isinstance(outcome, ExamCenterError):
                    lane.refused(one.environ, outcome)
                self._pass_on(one)

    def _read(self, conn: TConn) -> "_Asked | None":
        """Return the request on *conn*, or None for one that cannot be read."""
        # The socket does not block: whoever is slow waits for nobody but themselves.
        request = None
        try:
            request = next(conn.parser)
            response, environ = wsgi.create(
                request, conn.sock, conn.client, conn.server, self.cfg
            )
        except StopIteration:
            return None
        except Exception as error:  # noqa: BLE001 - gunicorn's own way with requests
            self.handle_error(request, conn.sock, conn.client, error)
            return None
        environ["wsgi.multithread"] = True
        full = len(self.keepalived_conns) >= self.max_keepalived
        if not self.alive or not self.cfg.keepalive or full:
            response.force_close()
        return _Asked(conn, request, response, environ)

    def _answer(self, one: "_Asked", answer: Answer) -> None:
        try:
            one.response.start_response("200 OK", answer.headers)
            one.response.write(answer.body)
            one.response.close()
        except OSError:  # gone, or not reading: the page asks again
            self._end(one.conn)
            return
        stays = not one.response.should_close()
        self.method_queue.defer(self.finish_request, one.conn, _Done(result=stays))

    def _pass_on(self, one: "_Asked") -> None:
        """Let a thread of gunicorn's have the request answered by the application."""
        one.request.body = one.environ["wsgi.input"]
        future = self.tpool.submit(self._handle_read, one)
        future.add_done_callback(
            lambda done: self.method_queue.defer(self.finish_request, one.conn, done)
        )

    def _handle_read(self, one: "_Asked") -> bool:
        conn = one.conn
        try:
            conn.sock.settimeout(None)  # a thread of its own may wait
            stays = self.handle_request(one.request, conn)
            return bool(self._keepalive_after(conn, stays))
        except (OSError, StopIteration):
            return False
        except Exception as error:  # noqa: BLE001 - gunicorn's own way with requests
            self.handle_error(one.request, conn.sock, conn.client, error)
            return False

    def _end(self, conn: TConn) -> None:
        self.method_queue.defer(self.finish_request, conn, _Done(result=False))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request that was read, with gunicorn's answer still to be filled in."""

    conn: TConn
    request: Any
    response: Any
    environ: dict[str, Any]


class _Done:
    """Stands for the future of a request: whether its connection stays open."""

    def __init__(self, *, result: bool) -> None:
        self._result = result

    def cancelled(self) -> bool:
        return False

    def result(self) -> bool:
        return self._result
