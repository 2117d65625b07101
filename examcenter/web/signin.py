"""Signing in and being allowed: the only door to flask-login.

A view says who may see it with `public`, `signed_in` or `allow`; the check runs before
the view and `register` refuses an application in which a view says nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar, cast

import flask_login
from flask import Flask, request, session
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf

from examcenter.errors import NotAllowedError, NotFoundError, NotSignedInError

_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_View = TypeVar("_View", bound=Callable[..., object])


class SignedIn(Protocol):
    """What the web needs to know of whoever is signed in."""

    @property
    def id(self) -> int: ...
    @property
    def sign_in_id(self) -> int: ...
    @property
    def login(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def department(self) -> str: ...
    @property
    def roles(self) -> frozenset[str]: ...
    @property
    def must_change_password(self) -> bool: ...
    @property
    def only_exam(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Access:
    """Who may reach a view: anyone, anyone signed in, or holders of *roles*."""

    public: bool = False
    roles: frozenset[str] = frozenset()
    before_password_change: bool = False
    csrf: bool = True


class PasswordChangeRequiredError(NotAllowedError):
    """A first password opens nothing but the page that changes it."""

    code = "password_change_required"


def public(view: _View) -> _View:
    """Let anyone reach *view*."""
    return _marked(view, Access(public=True))


def public_without_token(view: _View) -> _View:
    """Let anyone reach *view*, also without a CSRF token.

    Only for signing in through the API, where no page could have given a token; the
    view must then accept nothing that a form of another site can send.
    """
    return _marked(view, Access(public=True, csrf=False))


def signed_in(view: _View) -> _View:
    """Let anyone who is signed in reach *view*."""
    return _marked(view, Access())


def signed_in_even_with_first_password(view: _View) -> _View:
    """Like `signed_in`, and also before a first password has been changed."""
    return _marked(view, Access(before_password_change=True))


def allow(*roles: str) -> Callable[[_View], _View]:
    """Let holders of any of *roles* reach the view, and nobody else."""

    def mark(view: _View) -> _View:
        return _marked(view, Access(roles=frozenset(roles)))

    return mark


def _marked(view: _View, access: Access) -> _View:
    view.access = access  # type: ignore[attr-defined]
    return view


def access_of(app: Flask, endpoint: str) -> Access | None:
    """Return what the view behind *endpoint* says about who may reach it."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return Access(public=True)
    return cast("Access | None", getattr(app.view_functions[endpoint], "access", None))


class _User(flask_login.UserMixin):  # type: ignore[misc]  # the library is untyped
    """What flask-login keeps for the length of one request."""

    def __init__(self, identity: SignedIn, token: str) -> None:
        self.identity = identity
        self._token = token

    def get_id(self) -> str:
        return self._token


def register(app: Flask, *, load: Callable[[str], SignedIn | None]) -> None:
    """Check access before every view; *load* turns a cookie's token into a person.

    Raises RuntimeError for a view that does not say who may reach it.
    """
    manager = flask_login.LoginManager(app)
    manager.session_protection = None  # a room behind one address; rows decide
    csrf = CSRFProtect()
    # Ours to call: who is not signed in hears that first, and not about a token.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    csrf.init_app(app)

    @manager.user_loader  # type: ignore[untyped-decorator]
    def _load(token: str) -> _User | None:
        identity = load(token)
        return _User(identity, token) if identity else None

    silent = [e for e in app.view_functions if access_of(app, e) is None]
    if silent:
        raise RuntimeError(f"views that do not say who may reach them: {silent}")

    @app.before_request
    def _check() -> None:
        if request.endpoint is None:
            return  # nothing here, or not by this method: Flask answers
        access = access_of(app, request.endpoint)
        if access is None:
            raise NotFoundError
        _check_site()
        if not access.public:
            _check_person(access)
        if access.csrf and request.method not in _SAFE:
            csrf.protect()


def _check_site() -> None:
    """Raise CSRFError where the browser says that another site sends the request."""
    elsewhere = request.headers.get("Sec-Fetch-Site") == "cross-site"
    if elsewhere and request.method not in _SAFE:
        raise CSRFError


def _check_person(access: Access) -> None:
    user = me_or_none()
    if user is None:
        raise NotSignedInError
    if access.roles and not access.roles & user.roles:
        raise NotAllowedError
    if user.must_change_password and not access.before_password_change:
        raise PasswordChangeRequiredError


def me_or_none() -> SignedIn | None:
    """Return whoever is signed in, or None."""
    user = flask_login.current_user
    return user.identity if user.is_authenticated else None


def me() -> SignedIn:
    """Return whoever is signed in; only for views behind an access check."""
    identity = me_or_none()
    if identity is None:
        raise NotSignedInError
    return identity


def begin(identity: SignedIn, token: str) -> None:
    """Sign *identity* in under *token*; whatever the cookie held before is dropped."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    flask_login.login_user(_User(identity, token))


def end() -> None:
    """Forget in this browser who was signed in."""
    language = session.get("language")
    flask_login.logout_user()
    session.clear()
    if language:
        session["language"] = language


def csrf_token() -> str:
    """Return the token that the browser must send with every unsafe request."""
    return cast(str, generate_csrf())
