"""The steps of signing in that the page and the API share.

Checking a password takes a tenth of a second, so it happens while only reading: the
one writer of the database never waits for a hash.
"""

from datetime import datetime, timedelta

from flask import request

from examcenter.accounts import sign_ins
from examcenter.accounts.passwords import Policy
from examcenter.accounts.rules import STAFF_ROLES, Identity
from examcenter.accounts.service import Chooser
from examcenter.web import signin
from examcenter.web.context import centre, reading, settings, unit_of_work
from examcenter.web.signin import me

# Being seen is written down once a minute at most: reading a page should not write.
_NOTED = timedelta(minutes=1)


class Hooks:
    """What accounts need from features above them; handed in by ``app.py``."""

    code_exam: sign_ins.CodeExam
    place: sign_ins.Place


hooks = Hooks()


def policy() -> Policy:
    return Policy(key=centre().secret, settings=settings().accounts)


def chooser() -> Chooser:
    """Return whoever is about to choose a password."""
    user = me()
    return Chooser(user.id, user.sign_in_id, (user.login, user.name, user.department))


def sign_in(login: str, password: str, *, now: datetime) -> Identity:
    """Sign in or raise WrongCredentialsError, WaitBeforeSignInError."""
    address = request.remote_addr or ""
    given = sign_ins.Credentials(login, password, address)
    try:
        with reading() as db:
            verified = sign_ins.verify(
                db, given, policy=policy(), code_exam=hooks.code_exam, now=now
            )
    except sign_ins.WrongCredentialsError:
        with unit_of_work() as db:
            sign_ins.record_failure(db, login, address, now=now)
        raise
    with unit_of_work() as db:
        token = sign_ins.begin(
            db, verified, given, settings=settings().accounts, now=now
        )
    identity = load(token)
    if identity is None:  # disabled in this very moment
        raise sign_ins.WrongCredentialsError
    signin.begin(identity, token)
    return identity


def load(token: str) -> Identity | None:
    """Return who the cookie's *token* stands for."""
    now = centre().clock.now()
    idle = timedelta(minutes=settings().accounts.staff_idle_minutes)
    with reading() as db:
        identity = sign_ins.identify(db, token, place=hooks.place, idle=idle, now=now)
    if identity and identity.roles & STAFF_ROLES and now - identity.seen_at > _NOTED:
        with unit_of_work() as db:
            sign_ins.seen(db, identity.sign_in_id, now=now)
    return identity


def sign_out(sign_in_id: int, *, now: datetime) -> None:
    """End the sign-in on the server first, then in the browser."""
    with unit_of_work() as db:
        sign_ins.sign_out(db, sign_in_id, now=now)
    signin.end()
