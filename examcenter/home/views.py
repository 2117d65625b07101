"""The start page, the language switch and the answers to a supervisor's probes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import prometheus_client
from flask import Blueprint, Response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.orm import Session

from examcenter.errors import NotFoundError
from examcenter.web.context import now, reading
from examcenter.web.signin import SignedIn, me, public, signed_in
from examcenter.web.templating import LANGUAGES

bp = Blueprint("home", __name__)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is next for somebody; *done* ones are shown as such."""

    label: object
    detail: object
    url: str
    done: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """What one role finds on the start page."""

    title: object
    steps: Sequence[Step]


Adviser = Callable[[Session, SignedIn, datetime], Card | None]
"""Says what is next for somebody in one role, or None when it is not theirs."""

advisers: list[Adviser] = []


@bp.get("/")
@signed_in
def start() -> ResponseReturnValue:
    with reading() as db:
        cards = [card for a in advisers if (card := a(db, me(), now()))]
    return render_template("home/start.html", cards=cards)


@bp.get("/language/<code>")
@public
def language(code: str) -> ResponseReturnValue:
    if code not in dict(LANGUAGES):
        raise NotFoundError
    session["language"] = code
    target = request.args.get("next", "/")
    is_path = target.startswith("/") and not target.startswith(("//", "/\\"))
    return redirect(target if is_path else "/", 303)


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
