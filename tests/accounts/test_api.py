"""Signing in and out through the API."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from examcenter.clock import FixedClock
from tests.support.actors import a_browser
from tests.support.factories import PASSWORD, an_account


@pytest.fixture
def login(db: Session) -> str:
    account = an_account(db, "HY00001")
    db.commit()
    return account.login


def test_the_right_password_signs_in(app: Flask, login: str) -> None:
    browser = a_browser(app, login)

    assert browser.deletes("/session").status_code == 204


@pytest.mark.usefixtures("login")
@pytest.mark.parametrize("spelling", ["ＨＹ00001", " hy00001 ", "HY\u200b00001"])
def test_a_login_is_one_identity_however_it_is_typed(app: Flask, spelling: str) -> None:
    assert a_browser(app, spelling).deletes("/session").status_code == 204


def test_a_wrong_password_and_an_unknown_login_are_told_alike(
    client: FlaskClient, login: str
) -> None:
    wrong = client.post("/api/v1/session", json={"login": login, "password": "no"})
    nobody = client.post("/api/v1/session", json={"login": "no", "password": "no"})

    assert wrong.status_code == nobody.status_code == 401
    assert wrong.get_json()["code"] == nobody.get_json()["code"]
    assert wrong.get_json()["message"] == nobody.get_json()["message"]


def test_after_five_wrong_passwords_an_address_waits_for_that_login(
    client: FlaskClient, login: str, clock: FixedClock
) -> None:
    right = {"login": login, "password": PASSWORD}
    for _ in range(5):
        client.post("/api/v1/session", json={"login": login, "password": "no"})

    refused = client.post("/api/v1/session", json=right)
    clock.advance(timedelta(minutes=6))
    accepted = client.post("/api/v1/session", json=right)

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert accepted.status_code == 200


def test_an_old_cookie_is_worth_nothing_after_signing_out(
    app: Flask, login: str
) -> None:
    browser = a_browser(app, login)
    cookie = browser.client.get_cookie("examcenter")
    assert cookie is not None
    browser.deletes("/session")

    browser.client.set_cookie("examcenter", cookie.value)

    assert browser.deletes("/session").status_code == 401


def test_an_unsafe_request_without_a_token_is_refused(app: Flask, login: str) -> None:
    browser = a_browser(app, login)

    answer = browser.client.delete("/api/v1/session")

    assert answer.status_code == 403
    assert answer.get_json()["code"] == "csrf"


def test_signing_in_by_a_form_of_another_site_is_refused(
    client: FlaskClient, login: str
) -> None:
    body = f'{{"login": "{login}", "password": "{PASSWORD}"}}'

    answer = client.post("/api/v1/session", data=body, content_type="text/plain")

    assert answer.status_code == 415


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"], ids=["nul", "half a pair"])
def test_T49_a_text_that_is_none_is_malformed_and_never_an_error_of_ours(  # noqa: N802 - the threat's number
    client: FlaskClient, text: str
) -> None:
    for login, password in ((text, "no"), ("no", text)):
        answer = client.post(
            "/api/v1/session",
            data=json.dumps({"login": login, "password": password}),
            content_type="application/json",
        )

        assert answer.status_code == 400


def test_T49_an_address_with_a_nul_is_not_there(  # noqa: N802 - the threat's number
    app: Flask, login: str
) -> None:
    browser = a_browser(app, login)

    assert browser.client.get("/api/v1/attempts/a%00b").status_code == 404
