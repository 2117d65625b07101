"""The short way of a save: from the socket to the ledger without a web framework.

Half of what a durable save costs is finding out again and again, by way of routing,
cookies and tokens, what was found out for the same page a few seconds ago.  This layer
in front of the application remembers which cookie and token the application has let
through, and for whom.  A request that repeats them goes straight to the `Saver`, which
checks in its transaction what can change: attempt, lease, sign-in, deadline.

The lane only ever says yes.  What it does not know or what is refused goes to the
application as if there were no lane, and is answered there.
"""

import json
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from examcenter.attempts import forms
from examcenter.attempts.rules import Arrival, Examinee, Saved
from examcenter.attempts.saving import Order, Saver
from examcenter.errors import ExamCenterError, UnavailableError
from examcenter.web import headers
from examcenter.web.wire import as_json, document, written

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_RECEIVED = "examcenter.received"
_FAILED = "examcenter.failed"
_PAGE = "examcenter.page"

_PATH = re.compile(r"/api/v1/attempts/([0-9a-f]{32})/answers")
_LONGEST = 64 * 1024
_MOST_PAGES = 50_000

_Page = tuple[str | None, ...]


def received(environ: "WSGIEnvironment") -> datetime:
    """Return when the request reached us, however long it was on its way since.

    Raises UnavailableError when the lane has waited in vain for the database: the
    examinee shall not wait for it a second time.
    """
    failed = environ.get(_FAILED)
    if failed is not None:
        raise failed
    moment: datetime = environ[_RECEIVED]
    return moment


class _Reread(BytesIO):
    """A body that was read already, with what was noted about its request."""

    def __init__(self, body: bytes, environ: "WSGIEnvironment") -> None:
        super().__init__(body)
        self.environ = environ


def _page(environ: "WSGIEnvironment") -> _Page:
    """Return everything by which the application tells one page from another."""
    ask = environ.get
    return (
        ask("HTTP_COOKIE"),
        ask("HTTP_X_CSRF_TOKEN"),
        ask("HTTP_ORIGIN"),
        ask("HTTP_REFERER"),
        ask("HTTP_HOST"),
        ask("wsgi.url_scheme"),
        ask("HTTP_X_FORWARDED_PROTO"),
        ask("HTTP_X_FORWARDED_HOST"),
        ask("HTTP_SEC_FETCH_SITE"),
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """A page that the application has let through."""

    examinee: Examinee
    is_secure: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a save that is on the disk."""

    headers: list[tuple[str, str]]
    body: bytes


class Lane:
    """A WSGI layer that saves answers of pages the application knows."""

    def __init__(
        self,
        app: "WSGIApplication",
        saver: Saver,
        *,
        now: Callable[[], datetime],
        grace: timedelta,
        zone: ZoneInfo,
    ) -> None:
        self.saver = saver
        self._app = app
        self._now = now
        self._grace = grace
        self._zone = zone
        self._written = as_json(zone)
        self._pages: OrderedDict[_Page, _Known] = OrderedDict()
        self._lock = Lock()

    def remember(
        self, environ: "WSGIEnvironment", examinee: Examinee, *, is_secure: bool
    ) -> None:
        """Note that the application let the page of *environ* save for *examinee*."""
        with self._lock:
            self._pages[environ[_PAGE]] = _Known(examinee, is_secure)
            if len(self._pages) > _MOST_PAGES:
                self._pages.popitem(last=False)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        order = self.order(environ)
        if order is not None:
            try:
                answer = self.answer(environ, self.saver.do(order))
            except ExamCenterError as error:
                self.refused(environ, error)
            else:
                start_response("200 OK", answer.headers)
                return [answer.body]
        return self._app(environ, start_response)

    def order(self, environ: "WSGIEnvironment") -> Order | None:
        """Return what is to be saved; None when the application shall answer.

        Call it first of all: it notes in *environ* when the request reached us.
        """
        first = environ["wsgi.input"]
        if isinstance(first, _Reread):  # it was here before, and was passed on
            for note in (_RECEIVED, _FAILED, _PAGE):
                if note in first.environ:
                    environ[note] = first.environ[note]
            return None
        environ[_RECEIVED] = self._now()
        environ[_PAGE] = page = _page(environ)
        if environ["REQUEST_METHOD"] != "PUT":
            return None
        path = _PATH.fullmatch(environ["PATH_INFO"])
        known = self._pages.get(page)
        if path is None or known is None or not _is_small_json(environ):
            return None
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        # For the application, should it have to answer.
        environ["wsgi.input"] = _Reread(body, environ)
        try:
            given = forms.delivery(document(body))
        except (ExamCenterError, ValueError):
            return None
        arrived = Arrival(environ[_RECEIVED], self._grace)
        by, seen = known.examinee, given.seen
        return Order(path[1], given.lease, given.answers, by, arrived, seen)

    def refused(self, environ: "WSGIEnvironment", error: ExamCenterError) -> None:
        """Note that *error* stands in the way; the application says so."""
        if isinstance(error, UnavailableError):
            environ[_FAILED] = error

    def answer(self, environ: "WSGIEnvironment", saved: Saved) -> Answer:
        """Return what is said once *saved* is on the disk."""
        moment = written(self._now(), self._zone)
        said: dict[str, Any] = {
            "saved": saved.saved,
            "saved_at": moment,
            "server_time": moment,
            "deadline": written(saved.deadline, self._zone),
            "state": "paused" if saved.paused else "running",
            "notices": saved.notices,
        }
        body = json.dumps(
            said, ensure_ascii=False, separators=(",", ":"), default=self._written
        ).encode()
        known = self._pages.get(environ[_PAGE])
        is_secure = known is not None and known.is_secure
        return Answer(
            headers=[
                ("Content-Type", "application/json"),
                ("Content-Length", str(len(body))),
                ("Vary", "Cookie"),
                *headers.of_answer(is_secure=is_secure),
            ],
            body=body,
        )


def _is_small_json(environ: "WSGIEnvironment") -> bool:
    length = environ.get("CONTENT_LENGTH") or ""
    kind = environ.get("CONTENT_TYPE") or ""
    is_json = kind.partition(";")[0].strip().lower() == "application/json"
    return is_json and length.isascii() and length.isdigit() and int(length) <= _LONGEST
