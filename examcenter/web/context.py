"""What a view may ask for without being handed it: settings, time, the database."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import Flask, current_app, g, has_request_context
from sqlalchemy.orm import Session

from examcenter.clock import Clock
from examcenter.config import Settings
from examcenter.db import Database

_KEY = "examcenter"


@dataclass(frozen=True, slots=True)
class Centre:
    """Everything that one running application shares."""

    settings: Settings
    clock: Clock
    database: Database
    secret: bytes


def install(app: Flask, centre: Centre) -> None:
    """Make *centre* what this module's functions speak of."""
    app.extensions[_KEY] = centre


def centre() -> Centre:
    return of(current_app)


def of(app: Flask) -> Centre:
    """Return what *app* shares, also outside a request."""
    return cast(Centre, app.extensions[_KEY])


def settings() -> Settings:
    return centre().settings


def now() -> datetime:
    """Return the present moment; call it on a request's first line where it counts."""
    return centre().clock.now()


def unit_of_work() -> AbstractContextManager[Session]:
    """Open the request's one unit of work: all of it is kept, or none."""
    return centre().database.unit_of_work()


def reading() -> AbstractContextManager[Session]:
    """Open a session that only looks."""
    return centre().database.reading()


def request_id() -> str:
    return cast(str, g.get("request_id", "")) if has_request_context() else ""
