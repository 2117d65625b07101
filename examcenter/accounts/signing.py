"""The steps of signing in that the page and the API share.

Checking a password takes a tenth of a second, so it happens while only reading: the
one writer of the database never waits for a hash.
"""

from datetime import datetime, timedelta

from flask import request

from examcenter.accounts import service
from examcenter.accounts.rules import STAFF_ROLES, Identity
from examcenter.web import signin
from examcenter.web.context import centre, reading, settings, unit_of_work

# Being seen is written down once a minute at most: reading a page should not write.
_NOTED = timedelta(minutes=1)


class Hooks:
    """What accounts need from features above them; handed in by ``app.py``."""

    code_exam: service.CodeExam
    place: service.Place


hooks = Hooks()


def policy() -> service.Policy:
    return service.Policy(key=centre().secret, settings=settings().accounts)


def sign_in(login: str, password: str, *, now: datetime) -> Identity:
    """Sign in or raise WrongCredentialsError, WaitBeforeSignInError."""
    address = request.remote_addr or ""
    given = service.Credentials(login, password, address)
    try:
        with reading() as db:
            verified = service.verify(
                db, given, policy=policy(), code_exam=hooks.code_exam, now=now
            )
    except service.WrongCredentialsError:
        with unit_of_work() as db:
            service.record_failure(db, login, address, now=now)
        raise
    with unit_of_work() as db:
        token = service.begin(
            db, verified, given, settings=settings().accounts, now=now
        )
    identity = load(token)
    if identity is None:  # disabled in this very moment
        raise service.WrongCredentialsError
    signin.begin(identity, token)
    return identity


def load(token: str) -> Identity | None:
    """Return who the cookie's *token* stands for."""
    now = centre().clock.now()
    idle = timedelta(minutes=settings().accounts.staff_idle_minutes)
    with reading() as db:
        identity = service.identify(db, token, place=hooks.place, idle=idle, now=now)
    if identity and identity.roles & STAFF_ROLES and now - identity.seen_at > _NOTED:
        with unit_of_work() as db:
            service.seen(db, identity.sign_in_id, now=now)
    return identity


def sign_out(sign_in_id: int, *, now: datetime) -> None:
    """End the sign-in on the server first, then in the browser."""
    with unit_of_work() as db:
        service.sign_out(db, sign_in_id, now=now)
    signin.end()
