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
from examcenter.attempts import api as attempts_api
from examcenter.attempts import views as attempts
from examcenter.attempts import wiring as attempts_wiring
from examcenter.attempts import wording as attempts_wording
from examcenter.exams import codes
from examcenter.home import views as home
from examcenter.organisation import service as organisation
from examcenter.web import wording
from examcenter.web.context import centre
from examcenter.web.signin import SignedIn
from examcenter.web.templating import Place

BLUEPRINTS: Sequence[Blueprint] = (
    home.bp,
    accounts.bp,
    session_api.bp,
    attempts.bp,
    attempts_api.bp,
)

PLACES: Sequence[Place] = (
    Place(_("首页"), "home.start", frozenset(Role)),
    Place(_("我的考试"), "attempts.mine", frozenset({Role.EXAMINEE})),
)

SENTENCES = (accounts_wording.SENTENCES, attempts_wording.SENTENCES)


def wire_features(app: Flask) -> Callable[[str], SignedIn | None]:
    """Hand features what they need of each other; return who loads a sign-in."""
    del app
    for sentences in SENTENCES:
        wording.add(sentences)
    signing.hooks.code_exam = _code_exam
    signing.hooks.place = organisation.place
    attempts_wiring.install(
        attempts_wiring.Hooks(
            score=lambda *_: None,
            shown=lambda *_: None,
            released=lambda *_: None,
            recorded=lambda _session, _attempt: (0, 0),
        )
    )
    return signing.load


def _code_exam(session: Session, account_id: int, password: str) -> int | None:
    shared = centre()
    return codes.code_exam(
        session, account_id, password, key=shared.secret, now=shared.clock.now()
    )
