"""A small server for the sitting page: real templates and scripts, a hall in memory.

The page is tried against this rather than against the application, so that a test can
break the server in ways that the application never should.
"""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, make_response, redirect, request
from flask import render_template as render
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from examcenter.attempts.sealing import check_seal, to_bytes
from examcenter.paths import resource
from examcenter.web import headers
from tests.js import samples
from tests.js.hall import ATTEMPT, KEY, Hall, Refusal

PERSON = {"name": "林知远", "department": "市司法局", "staff_number_masked": "43****01"}
COOKIE = "stub_session"
LOGIN, PASSWORD = "430001", "Right-answer-9"
ANOTHER = "430002"
"""Somebody else, with a password of the same words."""


class Refused(Exception):  # noqa: N818 - the page calls it so
    """The API says no."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


@dataclass
class Running:
    """The server in its thread, and where it listens."""

    server: BaseWSGIServer
    thread: threading.Thread

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Silent(WSGIRequestHandler):
    """A page loads fifty files; nobody wants to read of each."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        del code, size


def serve(hall: Hall) -> Running:
    """Start a server of *hall* on a free port of the loopback interface."""
    server = make_server(
        "127.0.0.1", 0, application(hall), threaded=True, request_handler=Silent
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    return Running(server, thread)


def application(hall: Hall) -> Flask:
    app = Flask(
        "stub",
        template_folder=str(resource("examcenter/templates")),
        static_folder=str(resource("static")),
        static_url_path="/static",
    )
    app.config.update(SECRET_KEY="stub", BOOTSTRAP_SERVE_LOCAL=True)
    Babel(app, default_locale="zh")
    Bootstrap5(app)
    headers.register(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["moment"] = lambda moment: f"{moment:%Y年%m月%d日 %H:%M}"
    app.jinja_env.filters["clock_time"] = lambda moment: f"{moment:%H:%M}"
    app.jinja_env.globals["csrf_token"] = lambda: hall.token
    app.register_blueprint(_pages(hall))
    app.register_blueprint(_api(hall))
    app.register_error_handler(Refused, _answer_refusal)
    return app


def _answer_refusal(error: Refused) -> Response:
    said = {"code": error.refusal.code, "message": "", "request_id": "r"}
    response = jsonify(said)
    response.status_code = error.refusal.status
    response.headers.extend(dict(error.refusal.headers))
    return response


def _pages(hall: Hall) -> Blueprint:
    pages = Blueprint("pages", __name__)

    @pages.get("/paper")
    def paper() -> ResponseReturnValue:
        session = request.cookies.get(COOKIE, "first")
        if session not in hall.sessions:
            return redirect("/sign-in")
        places = {"result_url": "/result", "sign_in_url": "/sign-in", "home_url": "/"}
        page = render(
            "attempts/paper.html",
            attempt_id=ATTEMPT,
            exam_title="2026年度国家工作人员学法考试",
            person=PERSON,
            api="/api/v1",
            csrf=hall.token,
            heartbeat_seconds=request.args.get("heartbeat", 5),
            **places,
        )
        response = make_response(page)
        response.set_cookie(COOKIE, session)
        return response

    @pages.get("/result")
    def result() -> ResponseReturnValue:
        return render("attempts/result.html", **samples.result(hall))

    @pages.get("/mine")
    def mine() -> ResponseReturnValue:
        exams = [] if request.args.get("none") else samples.exams()
        return render("attempts/mine.html", exams=exams)

    @pages.get("/notice")
    def notice() -> ResponseReturnValue:
        return render("attempts/notice.html", **samples.notice(hall.camera, PERSON))

    @pages.post("/start")
    def start() -> ResponseReturnValue:
        return jsonify(request.form)

    @pages.get("/sign-in")
    def sign_in() -> ResponseReturnValue:
        return f'<title>登录</title><meta name="csrf-token" content="{hall.token}">'

    return pages


def _sessions(api: Blueprint, hall: Hall) -> None:
    @api.post("/session")
    def session() -> ResponseReturnValue:
        given = request.get_json()
        if given["login"] not in {LOGIN, ANOTHER} or given["password"] != PASSWORD:
            raise Refused(Refusal(401, "wrong_credentials"))
        number = next(hall.tokens)
        hall.token = f"token-{number}"
        hall.sessions.add(f"again-{number}")
        if given["login"] == ANOTHER:
            hall.strangers.add(f"again-{number}")
        person = {"name": PERSON["name"], "department": PERSON["department"]}
        response = jsonify({"person": person, "csrf_token": hall.token})
        response.set_cookie(COOKIE, f"again-{number}")
        return response

    @api.delete("/session")
    def leave() -> ResponseReturnValue:
        hall.sessions.discard(request.cookies[COOKIE])
        return "", 204


def _api(hall: Hall) -> Blueprint:
    api = Blueprint("api", __name__, url_prefix="/api/v1")
    mine = f"/attempts/{ATTEMPT}"

    @api.before_request
    def check() -> None:
        if request.endpoint != "api.session":
            _check_session(hall)
        if request.endpoint not in {"api.session", "api.leave"}:
            _check_owner(hall)

    @api.get(mine)
    def attempt() -> ResponseReturnValue:
        _maybe_refuse(hall, "attempt")
        _check_open(hall)
        return jsonify(hall.document())

    @api.post(f"{mine}/lease")
    def lease() -> ResponseReturnValue:
        _check_open(hall)
        hall.lease += 1
        hall.holder = request.cookies[COOKIE]
        return jsonify({"lease": hall.lease})

    _sessions(api, hall)
    _answers(api, hall)
    _late(api, hall)
    _evidence(api, hall)
    return api


def _answers(api: Blueprint, hall: Hall) -> None:
    mine = f"/attempts/{ATTEMPT}"

    @api.put(f"{mine}/answers")
    def answers() -> ResponseReturnValue:
        _maybe_refuse(hall, "answers" if request.get_json()["answers"] else "heartbeat")
        saved = _written(hall, request.get_json())
        if saved and hall.stall():
            return Response(_half(), headers={"Content-Length": "999"})
        now = hall.now().isoformat()
        moments = {"server_time": now, "deadline": hall.deadline.isoformat()}
        news = hall.notices[request.get_json().get("seen", 0) :]
        staff = {"state": "paused" if hall.paused else "running", "notices": news}
        return jsonify({"saved": saved, "saved_at": now, **moments, **staff})

    @api.post(f"{mine}/submission")
    def submission() -> ResponseReturnValue:
        _maybe_refuse(hall, "submission")
        if hall.receipt is None:
            _written(hall, request.get_json())
            hall.receipt = "R-2026-0042"
            hall.submitted_at = hall.now()
        assert hall.submitted_at is not None
        at = hall.submitted_at.isoformat()
        result = {"score": "88", "full_marks": "100", "passed": True, "grade": "良好"}
        receipt = {"state": "submitted", "receipt": hall.receipt, "submitted_at": at}
        return jsonify({**receipt, "result": result})


def _late(api: Blueprint, hall: Hall) -> None:
    mine = f"/attempts/{ATTEMPT}"

    @api.post(f"{mine}/late")
    def late() -> ResponseReturnValue:
        _maybe_refuse(hall, "late")
        if not hall.is_over:
            raise Refused(Refusal(409, "attempt_running"))
        sent = request.get_json()
        hall.late.append({**json.loads(sent["packet"]), "sealed": _is_sealed(sent)})
        kept = len(hall.late[-1]["answers"])
        return jsonify({"received_at": hall.now().isoformat(), "answers": kept})

    @api.get(f"{mine}/seal")
    def seal() -> ResponseReturnValue:
        return jsonify({"key": KEY})


def _evidence(api: Blueprint, hall: Hall) -> None:
    mine = f"/attempts/{ATTEMPT}"

    @api.post(f"{mine}/snapshots")
    def snapshots() -> ResponseReturnValue:
        if hall.snapshot_refusal:
            raise Refused(hall.snapshot_refusal)
        assert request.headers["X-Snapshot-Id"]
        assert request.headers["X-Captured-At"]
        hall.snapshots.append(request.get_data())
        return jsonify({"received_at": hall.now().isoformat()}), 202

    @api.post(f"{mine}/signals")
    def signals() -> ResponseReturnValue:
        hall.signals += [signal["kind"] for signal in request.get_json()["signals"]]
        return "", 202


def _half() -> Iterator[bytes]:
    """Begin an answer, and keep the connection open long after anybody would wait."""
    yield b'{"saved": '
    threading.Event().wait(25)


def _is_sealed(sent: dict[str, Any]) -> bool:
    if sent["seal"] is None:
        return False
    check_seal(to_bytes(KEY), sent["packet"], sent["seal"])
    return True


def _written(hall: Hall, given: dict[str, Any]) -> dict[str, int]:
    _check_open(hall)
    if hall.paused and given["answers"]:
        raise Refused(Refusal(409, "attempt_paused"))
    if (given["lease"], request.cookies[COOKIE]) != (hall.lease, hall.holder):
        raise Refused(Refusal(409, "lease_lost"))
    saved = hall.save(given["answers"])
    if saved is None:
        raise Refused(Refusal(409, "version_conflict"))
    return saved


def _check_open(hall: Hall) -> None:
    if hall.is_over:
        raise Refused(Refusal(409, "attempt_closed"))


def _check_session(hall: Hall) -> None:
    if request.cookies.get(COOKIE) not in hall.sessions:
        raise Refused(Refusal(401, "not_signed_in"))
    is_unsafe = request.method != "GET"
    if is_unsafe and request.headers.get("X-CSRF-Token") != hall.token:
        raise Refused(Refusal(403, "csrf"))


def _check_owner(hall: Hall) -> None:
    if request.cookies.get(COOKIE) in hall.strangers:
        raise Refused(Refusal(404, "not_found"))


def _maybe_refuse(hall: Hall, what: str) -> None:
    refusal = hall.next_refusal(what)
    if refusal is not None:
        raise Refused(refusal)
