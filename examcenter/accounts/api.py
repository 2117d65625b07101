"""``/api/v1/session``: signing in and out for pages, load generators and kiosks."""

from dataclasses import dataclass

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from examcenter.accounts import forms, service, signing
from examcenter.errors import NotAllowedError, UnsupportedTypeError
from examcenter.web.context import now, settings, unit_of_work
from examcenter.web.openapi import Description, documented
from examcenter.web.signin import (
    csrf_token,
    me,
    public_without_token,
    signed_in_even_with_first_password,
)

bp = Blueprint("session_api", __name__, url_prefix="/api/v1/session")


@dataclass(frozen=True, slots=True)
class SignInMessage:
    login: str
    password: str


@dataclass(frozen=True, slots=True)
class PersonMessage:
    name: str
    department: str


@dataclass(frozen=True, slots=True)
class SignedInMessage:
    """*csrf_token* goes into the header X-CSRF-Token of every unsafe request."""

    person: PersonMessage
    csrf_token: str


@dataclass(frozen=True, slots=True)
class PasswordMessage:
    new_password: str


@bp.post("")
@documented(
    Description(
        "Sign in with a password or an exam code",
        {200: SignedInMessage},
        takes=SignInMessage,
        refuses=(400, 401, 403, 415, 429),
    )
)
@public_without_token
def sign_in() -> ResponseReturnValue:
    moment = now()
    # A form of another site can send neither JSON nor this header's value.
    if not request.is_json:
        raise UnsupportedTypeError
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise NotAllowedError
    document = request.get_json()
    identity = signing.sign_in(
        forms.text_of(document, "login", longest=64),
        forms.text_of(document, "password"),
        now=moment,
    )
    person = PersonMessage(identity.name, identity.department)
    return jsonify(SignedInMessage(person, csrf_token()))


@bp.post("/password")
@documented(
    Description(
        "Choose a password",
        {204: None},
        takes=PasswordMessage,
        refuses=(400, 415, 422),
    )
)
@signed_in_even_with_first_password
def choose_password() -> ResponseReturnValue:
    new = forms.text_of(request.get_json(), "new_password")
    with unit_of_work() as db:
        service.choose_password(
            db, new, by=signing.chooser(), settings=settings().accounts, now=now()
        )
    return "", 204


@bp.delete("")
@documented(Description("Sign out", {204: None}))
@signed_in_even_with_first_password
def sign_out() -> ResponseReturnValue:
    signing.sign_out(me().sign_in_id, now=now())
    return "", 204
