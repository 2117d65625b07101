"""The start page, the language switch and the answers to a supervisor's probes."""

import prometheus_client
from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from examcenter.errors import NotFoundError
from examcenter.home import advice
from examcenter.web import openapi
from examcenter.web.context import now, reading
from examcenter.web.signin import me, public, signed_in
from examcenter.web.targets import own_path
from examcenter.web.templating import LANGUAGES

bp = Blueprint("home", __name__)


@bp.get("/")
@signed_in
def start() -> ResponseReturnValue:
    with reading() as db:
        cards = advice.cards(db, me(), now=now())
    return render_template("home/start.html", cards=cards)


@bp.get("/language/<code>")
@public
def language(code: str) -> ResponseReturnValue:
    if code not in dict(LANGUAGES):
        raise NotFoundError
    session["language"] = code
    target = own_path(request.args.get("next", ""))
    return redirect(target or url_for(".start"), 303)


@bp.get("/api/v1/openapi.json")
@public
def api_description() -> ResponseReturnValue:
    return jsonify(openapi.document(current_app))


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    return {"alive": True}


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    with reading() as db:
        db.execute(text("SELECT 1"))
    return {"ready": True}


@bp.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    # Loopback only: the figures are for the operator's own collector.
    if request.remote_addr not in {"127.0.0.1", "::1"}:
        raise NotFoundError
    figures = prometheus_client.generate_latest()
    return Response(figures, mimetype="text/plain; version=0.0.4")
