"""The pages for signing in and choosing a password."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from examcenter.accounts import service
from examcenter.accounts.passwords import Policy
from examcenter.config import Settings
from examcenter.secret import read
from tests.support.actors import a_browser
from tests.support.factories import NOW, PASSWORD, an_account


@pytest.fixture(autouse=True)
def account(db: Session) -> int:
    number = an_account(db, "HY1").id
    db.commit()
    return number


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def signs_in(client: FlaskClient, password: str, query: str = "") -> TestResponse:
    page = client.get(f"/sign-in{query}").text
    fields = {"login": "HY1", "password": password, "csrf_token": token_in(page)}
    return client.post(f"/sign-in{query}", data=fields)


def test_the_right_password_leads_to_the_start_page(client: FlaskClient) -> None:
    answer = signs_in(client, PASSWORD)

    assert (answer.status_code, answer.location) == (303, "/")


def test_a_wrong_password_keeps_the_login_and_says_so(client: FlaskClient) -> None:
    answer = signs_in(client, "not-the-one")

    assert answer.status_code == 401
    assert 'value="HY1"' in answer.text
    assert "工号或密码不正确" in answer.text
    assert "not-the-one" not in answer.text


def test_who_asked_for_a_page_gets_there_after_signing_in(client: FlaskClient) -> None:
    asked = client.get("/password")
    answer = signs_in(client, PASSWORD, "?next=/password")

    assert asked.location == "/sign-in?next=/password"
    assert answer.location == "/password"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/%09/evil.example\t",
        "/\t/evil.example",
        "evil.example",
    ],
    ids=ascii,
)
def test_no_address_of_another_site_is_followed(
    client: FlaskClient, target: str
) -> None:
    page = client.get("/sign-in").text
    fields = {"login": "HY1", "password": PASSWORD, "csrf_token": token_in(page)}

    answer = client.post("/sign-in", query_string={"next": target}, data=fields)

    assert answer.location == "/"


def test_a_form_without_its_token_signs_nobody_in(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"login": "HY1", "password": PASSWORD})

    assert answer.status_code == 403


def test_a_first_password_opens_nothing_but_the_page_that_changes_it(
    app: Flask, db: Session, settings: Settings, account: int
) -> None:
    policy = Policy(key=read(settings.home), settings=settings.accounts)
    first = service.issue_first_password(db, account, policy=policy, now=NOW)
    db.commit()
    browser = a_browser(app, "HY1", first)

    kept_out = browser.client.get("/")
    page = browser.client.get("/password").text
    weak = browser.submits_form("/password", new_password="password", again="password")
    unequal = browser.submits_form(
        "/password", new_password="Other-Horse-43", again="Other-Horse-44"
    )
    chosen = browser.submits_form(
        "/password", new_password="Other-Horse-43", again="Other-Horse-43"
    )

    assert kept_out.location == "/password"
    assert "您用的是初始密码" in page
    assert (weak.status_code, unequal.status_code) == (422, 422)
    assert "密码太短" in weak.text
    assert "两次输入的密码不一致" in unequal.text
    assert chosen.location == "/"
    assert (
        a_browser(app, "HY1", "Other-Horse-43").deletes("/session").status_code == 204
    )


def test_signing_out_ends_the_cookie_on_the_server(app: Flask) -> None:
    browser = a_browser(app, "HY1")

    answer = browser.submits_form("/sign-out")

    assert answer.location == "/sign-in"
    assert browser.client.get("/password").status_code == 303


@pytest.mark.parametrize(("said", "cleared"), [("empty", '"storage"'), ("", None)])
def test_signing_out_clears_a_browser_s_storage_only_where_nothing_waits_in_it(
    app: Flask, said: str, cleared: str | None
) -> None:
    answer = a_browser(app, "HY1").submits_form("/sign-out", storage=said)

    assert answer.headers.get("Clear-Site-Data") == cleared
