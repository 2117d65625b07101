"""Where failures meet HTTP, once: numbers here, sentences in ``web/wording.py``."""

import secrets
from dataclasses import dataclass

import structlog
from flask import (
    Flask,
    Response,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from examcenter.errors import (
    ConflictError,
    ExamCenterError,
    MalformedError,
    NotAllowedError,
    NotFoundError,
    NotSignedInError,
    RefusedError,
    TooLargeError,
    TooManyError,
    UnavailableError,
    UnsupportedTypeError,
)
from examcenter.web import wording
from examcenter.web.context import request_id
from examcenter.web.signin import PasswordChangeRequiredError

STATUS: dict[type[ExamCenterError], int] = {
    MalformedError: 400,
    NotSignedInError: 401,
    NotAllowedError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    TooLargeError: 413,
    UnsupportedTypeError: 415,
    RefusedError: 422,
    TooManyError: 429,
    UnavailableError: 503,
}

_MOST_READ_OVER = 32 * 1024 * 1024
_PIECE = 64 * 1024

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Failure:
    """What an error page says: STYLE's four questions and a number to quote."""

    status: int
    title: str
    what_happened: str
    was_anything_lost: str
    what_now: str
    request_id: str


def status_of(error: ExamCenterError) -> int:
    """Return the HTTP status of *error*: that of its nearest listed ancestor."""
    for ancestor in type(error).__mro__:
        if ancestor in STATUS:
            return STATUS[ancestor]
    return 500


def register(app: Flask) -> None:
    """Answer every failure: as JSON below ``/api``, as a page elsewhere."""

    @app.before_request
    def _number() -> None:
        g.request_id = secrets.token_hex(8)

    @app.before_request
    def _nothing_is_there() -> None:
        # PostgreSQL cannot even look for it; SQLite looks and finds nothing.
        if any("\0" in str(part) for part in (request.view_args or {}).values()):
            raise NotFoundError

    app.register_error_handler(ExamCenterError, _ours)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def is_api() -> bool:
    """Whether this request wants JSON."""
    return request.path.startswith("/api/")


def _ours(error: ExamCenterError) -> ResponseReturnValue:
    if not is_api():
        if isinstance(error, NotSignedInError):
            return redirect(url_for("accounts.sign_in", next=_here()), 303)
        if isinstance(error, PasswordChangeRequiredError):
            return redirect(url_for("accounts.password"), 303)
    answer = _answer(error.code, status_of(error), error.facts)
    if isinstance(error, TooManyError | UnavailableError):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _here() -> str:
    return request.full_path.rstrip("?") if request.method == "GET" else "/"


def _csrf(error: CSRFError) -> ResponseReturnValue:
    del error
    return _answer("csrf", 403)


def _http(error: HTTPException) -> ResponseReturnValue:
    codes = {
        400: "malformed",
        404: "not_found",
        405: "method_not_allowed",
        413: "too_large",
        415: "unsupported_type",
    }
    status = error.code or 500
    if status < 400:  # noqa: PLR2004 - a redirect is an HTTPException too
        return make_response(error.get_response())
    return _answer(codes.get(status, "error"), status)


def _unexpected(error: Exception) -> ResponseReturnValue:
    log.error(
        "request.failed", path=request.path, error=type(error).__name__, exc_info=error
    )
    return _answer("error", 500)


def _read_over() -> None:
    """Take in what was refused as too large, so that its sender hears the refusal.

    A connection closed with words still on the way is reset, and the client sees a
    broken line and sends everything again.
    """
    left = min(request.content_length or 0, _MOST_READ_OVER)
    while left > 0:
        piece = request.environ["wsgi.input"].read(min(left, _PIECE))
        if not piece:
            return
        left -= len(piece)


def _answer(code: str, status: int, facts: dict[str, object] | None = None) -> Response:
    if status == 413:  # noqa: PLR2004 - too large
        _read_over()
    sentence = wording.sentence(code, facts or {})
    if is_api():
        number = request_id()
        document = {"code": code, "message": sentence, "request_id": number}
        return make_response(jsonify(document), status)
    failure = Failure(
        status=status,
        title=wording.title(status),
        what_happened=sentence,
        was_anything_lost=wording.was_anything_lost(status),
        what_now=wording.what_now(status),
        request_id=request_id(),
    )
    return make_response(render_template("errors/error.html", failure=failure), status)
