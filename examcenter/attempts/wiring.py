"""Who sits at the other end of a request, and what attempts are handed from above."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

import structlog
from flask import Flask, current_app, request
from sqlalchemy.orm import Session

from examcenter.attempts.documents import Reviewed
from examcenter.attempts.granting import Unmark
from examcenter.attempts.lane import Lane
from examcenter.attempts.rules import Arrival, Delivery, Examinee, Saved, Shown
from examcenter.attempts.saving import Order, Saver
from examcenter.web import context
from examcenter.web.context import now, reading, settings, unit_of_work
from examcenter.web.signin import me

log = structlog.get_logger()


@dataclass
class Hooks:
    """What attempts need from features above them; handed in by ``features.py``.

    *score* marks one submitted attempt; *shown* gives its result, or raises what says
    why it is not released; *released* gives it or None.  *reviewed* gives the paper
    with its keys where the plan allows that; *recorded* counts snapshots and signals.
    *unmark* forgets the marks of attempts that go on again.
    """

    score: Callable[[Session, str, datetime], None]
    shown: Callable[[Session, str, datetime], Shown]
    released: Callable[[Session, str, datetime], Shown | None]
    reviewed: Callable[[Session, str, datetime], Sequence[Reviewed] | None]
    recorded: Callable[[Session, str], tuple[int, int]]
    unmark: Unmark


hooks: Hooks

_LANE = "examcenter.lane"


def install(given: Hooks) -> None:
    """Hand attempts what they need of others."""
    global hooks  # noqa: PLW0603 - set once, while the application is put together
    hooks = given


def open_lane(app: Flask) -> None:
    """Put the short way of a save before *app*, in front of every other layer."""
    shared = context.of(app)
    wait = shared.settings.database.busy_seconds
    lane = Lane(
        app.wsgi_app,
        Saver(shared.database, patience=wait),
        now=shared.clock.now,
        grace=timedelta(seconds=shared.settings.attempts.grace_seconds),
        zone=ZoneInfo(shared.settings.locale.timezone),
    )
    app.extensions[_LANE] = lane
    app.wsgi_app = lane  # type: ignore[method-assign]


def examinee() -> Examinee:
    """Return whoever sits at the other end of this request."""
    user = me()
    return Examinee(user.id, user.sign_in_id, user.only_exam)


def arrival(received: datetime) -> Arrival:
    return Arrival(received, timedelta(seconds=settings().attempts.grace_seconds))


def save(attempt_id: str, given: Delivery, received: datetime) -> Saved:
    """Save what a page sent; the next time its requests take the short way."""
    by = examinee()
    lane = cast(Lane, current_app.extensions[_LANE])
    arrived = arrival(received)
    order = Order(attempt_id, given.lease, given.answers, by, arrived, given.seen)
    saved = lane.saver.do(order)
    lane.remember(request.environ, by, is_secure=request.is_secure)
    return saved


def marked(attempt_id: str) -> Shown | None:
    """Mark an attempt that was just handed in; return its result once released."""
    try:
        with unit_of_work() as db:
            hooks.score(db, attempt_id, now())
        with reading() as db:
            return hooks.released(db, attempt_id, now())
    except Exception:  # handed in is handed in; the worker marks what is unmarked
        log.exception("attempt.not_marked_yet", attempt=attempt_id)
        return None
