"""``/api/v1/session``: signing in and out for pages, load generators and kiosks."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from examcenter.accounts import forms, service, signing
from examcenter.errors import NotAllowedError, UnsupportedTypeError
from examcenter.web.context import now, settings, unit_of_work
from examcenter.web.signin import (
    csrf_token,
    me,
    public_without_token,
    signed_in_even_with_first_password,
)

bp = Blueprint("session_api", __name__, url_prefix="/api/v1/session")


@bp.post("")
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
    person = {"name": identity.name, "department": identity.department}
    return jsonify({"person": person, "csrf_token": csrf_token()})


@bp.post("/password")
@signed_in_even_with_first_password
def choose_password() -> ResponseReturnValue:
    new = forms.text_of(request.get_json(), "new_password")
    with unit_of_work() as db:
        service.choose_password(
            db, new, by=me(), settings=settings().accounts, now=now()
        )
    return "", 204


@bp.delete("")
@signed_in_even_with_first_password
def sign_out() -> ResponseReturnValue:
    signing.sign_out(me().sign_in_id, now=now())
    return "", 204
