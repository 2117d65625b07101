"""Which features there are, and what a lower one is handed of a higher one."""

from collections.abc import Callable, Sequence

from flask import Blueprint, Flask
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from examcenter.accounts import api as session_api
from examcenter.accounts import signing
from examcenter.accounts import views as accounts
from examcenter.accounts import wording as accounts_wording
from examcenter.accounts.rules import Role
from examcenter.home import views as home
from examcenter.web import wording
from examcenter.web.signin import SignedIn
from examcenter.web.templating import Place

BLUEPRINTS: Sequence[Blueprint] = (home.bp, accounts.bp, session_api.bp)

PLACES: Sequence[Place] = (Place(_("首页"), "home.start", frozenset(Role)),)


def wire_features(app: Flask) -> Callable[[str], SignedIn | None]:
    """Hand features what they need of each other; return who loads a sign-in."""
    del app
    for sentences in (accounts_wording.SENTENCES,):
        wording.add(sentences)
    signing.hooks.code_exam = _no_code
    signing.hooks.place = _nowhere
    return signing.load


def _no_code(session: Session, account_id: int, password: str) -> int | None:
    del session, account_id, password
    return None


def _nowhere(session: Session, account_id: int) -> tuple[str, frozenset[str]]:
    del session, account_id
    return "", frozenset()
