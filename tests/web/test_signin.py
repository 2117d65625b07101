"""The sign-in page, where it leads to, the language switch, and failures as people and
programs meet them."""

import json
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from examcenter.accounts.rules import Role
from examcenter.app import create_app
from examcenter.clock import FixedClock
from examcenter.config import Settings
from examcenter.db import Database
from examcenter.errors import UnavailableError
from examcenter.web.signin import public
from tests.support.factories import PASSWORD, an_account
from tests.web.pages import filled_in, read
from tests.web.world import OWNER, Stage

ELSEWHERE = [
    *("//evil.example", "//evil.example/path", "///evil.example", "////evil.example"),
    *("https://evil.example", "http://evil.example", "HTTPS://EVIL.EXAMPLE"),
    *("https:evil.example", "https:/evil.example", "https:///evil.example"),
    *("/\\evil.example", "\\/evil.example", "\\\\evil.example", "/\\/evil.example"),
    *("/\\\\evil.example", "/%5cevil.example\\", "\\evil.example", "/x\\..\\evil"),
    *("javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x"),
    *(" //evil.example", "\t//evil.example", "/\t/evil.example", "/\n/evil.example"),
    *("/\r/evil.example", "\n//evil.example", "/\x00/evil.example", "\x00//evil"),
    *("evil.example", "@evil.example", "user:pass@evil.example", ".evil.example"),
    *("ftp://evil.example", "file:///etc/passwd", "ws://evil.example", "//", "///"),
    *("https://localhost@evil.example", "//localhost:80@evil.example", "?//evil"),
    *("http:\\\\evil.example", "/x\r\nLocation: https://evil.example", "", "#"),
]


def signs_in(stage: Stage, target: str, login: str = OWNER) -> TestResponse:
    client = stage.app.test_client()
    page = read(client.get(f"/sign-in?next={quote(target)}").text)
    form = next(form for form in page.all("form") if "password" in filled_in(form))
    fields = {**filled_in(form), "login": login, "password": PASSWORD}
    return client.post(form["action"], data=fields)


@pytest.mark.parametrize("target", ELSEWHERE, ids=ascii)
def test_signing_in_never_leads_to_another_place(stage: Stage, target: str) -> None:
    answer = signs_in(stage, target)

    assert (answer.status_code, answer.location) == (303, "/")


def test_there_are_forty_ways_to_another_place() -> None:
    assert len(set(ELSEWHERE)) >= 40


@pytest.mark.parametrize(
    "target", ["/my/exams", "/my/exams?page=2", "/password", "/my/exams?q=宪法"]
)
def test_signing_in_leads_to_the_page_that_was_asked_for(
    stage: Stage, target: str
) -> None:
    answer = signs_in(stage, target)

    assert answer.status_code == 303
    assert answer.location in {target, quote(target, safe="/?=")}


def test_whoever_is_not_signed_in_comes_back_to_their_page(stage: Stage) -> None:
    client = stage.app.test_client()

    answer = client.get("/my/exams?page=2")

    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/my/exams?page%3D2"


@pytest.mark.parametrize("target", ELSEWHERE, ids=ascii)
def test_changing_the_language_never_leads_to_another_place(
    stage: Stage, target: str
) -> None:
    answer = stage.app.test_client().get(f"/language/en?next={quote(target)}")

    assert answer.status_code == 303
    assert answer.location in {"/", ""} or is_a_path(answer.location)


def is_a_path(location: str) -> bool:
    """Whether a browser stays here: it reads a backslash as a slash, drops controls."""
    seen = location.replace("\\", "/").translate(dict.fromkeys(range(33)))
    return seen.startswith("/") and not seen.startswith("//")


def test_the_language_changes_the_page_as_a_whole(stage: Stage) -> None:
    client = stage.app.test_client()

    client.get("/language/en")
    english = read(client.get("/sign-in").text)
    client.get("/language/zh")
    chinese = read(client.get("/sign-in").text)

    assert [html["lang"] for html in english.all("html")] == ["en"]
    assert [html["lang"] for html in chinese.all("html")] == ["zh-CN"]


def test_a_language_that_is_not_spoken_is_not_found(stage: Stage) -> None:
    assert stage.app.test_client().get("/language/xx").status_code == 404


def test_the_language_stays_after_signing_in(stage: Stage) -> None:
    client = stage.app.test_client()
    client.get("/language/en")
    document = {"login": OWNER, "password": PASSWORD}

    client.post("/api/v1/session", json=document)

    page = read(client.get("/my/exams").text)
    assert [html["lang"] for html in page.all("html")] == ["en"]


def test_a_wrong_password_keeps_the_login_and_says_so(stage: Stage) -> None:
    client = stage.app.test_client()
    form = next(read(client.get("/sign-in").text).all("form"))
    fields = {**filled_in(form), "login": OWNER, "password": "<b>no</b>"}

    answer = client.post("/sign-in", data=fields)

    inputs = {i["name"]: i["value"] for i in read(answer.text).all("input")}
    assert answer.status_code == 401
    assert inputs["login"] == OWNER
    assert inputs["password"] == ""
    assert "<b>no</b>" not in answer.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403),
    ],
    ids=["a program", "our own page", "another site's page"],
)
def test_another_site_cannot_sign_anybody_in(
    stage: Stage, headers: dict[str, str], status: int
) -> None:
    document = {"login": OWNER, "password": PASSWORD}

    answer = stage.app.test_client().post(
        "/api/v1/session", json=document, headers=headers
    )

    assert answer.status_code == status


# A form can send nothing else without asking first, in browsers of any age.
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_a_form_of_another_site_cannot_sign_anybody_in(stage: Stage, kind: str) -> None:
    body = json.dumps({"login": OWNER, "password": PASSWORD})
    headers = {"Origin": "https://evil.example", "Content-Type": kind}

    answer = stage.app.test_client().post("/api/v1/session", data=body, headers=headers)

    assert answer.status_code == 415
    assert not answer.headers.get("Set-Cookie")


def test_a_failed_sign_in_says_the_same_for_a_stranger(stage: Stage) -> None:
    known, unknown = (
        stage.app.test_client().post(
            "/api/v1/session", json={"login": login, "password": "no"}
        )
        for login in (OWNER, "nobody-here")
    )

    said = [(a.status_code, a.get_json()["message"]) for a in (known, unknown)]
    assert said[0] == said[1]


@pytest.fixture
def failing(
    settings: Settings, database: Database, clock: FixedClock, app: Flask
) -> FlaskClient:
    """A browser of an application whose views at /boom and /api/boom fail."""
    broken = create_app(settings, clock=clock, database=database)
    secret_path = app.root_path

    @public
    def boom() -> str:
        raise ValueError(f"the password is hunter2, in {secret_path}")

    @public
    def busy() -> str:
        raise UnavailableError("OperationalError")

    for start in ("", "/api"):
        broken.add_url_rule(f"{start}/boom", f"boom{start}", boom)
        broken.add_url_rule(f"{start}/busy", f"busy{start}", busy)
    return broken.test_client()


@pytest.mark.parametrize("path", ["/boom", "/api/boom"])
def test_an_unexpected_failure_tells_its_number_and_nothing_of_the_inside(
    failing: FlaskClient, path: str
) -> None:
    answer = failing.get(path)

    assert answer.status_code == 500
    for inside in ("Traceback", "hunter2", "ValueError", "/examcenter/", ".py"):
        assert inside not in answer.text


def test_a_program_is_told_code_sentence_and_number(failing: FlaskClient) -> None:
    document = failing.get("/api/boom").get_json()

    assert set(document) == {"code", "message", "request_id"}
    assert document["code"] == "error"
    assert len(document["request_id"]) == 16


def test_a_person_is_told_what_happened_what_is_lost_what_to_do_and_the_number(
    failing: FlaskClient,
) -> None:
    page = failing.get("/boom").text

    for question in ("发生了什么", "有没有丢失", "现在怎么办", "求助时请报"):
        assert question in page
    assert len(next(read(page).all("code")).words) == 16


@pytest.mark.parametrize("path", ["/busy", "/api/busy"])
def test_a_busy_server_says_when_to_come_again(failing: FlaskClient, path: str) -> None:
    answer = failing.get(path)

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_two_requests_have_two_numbers(failing: FlaskClient) -> None:
    numbers = {failing.get("/api/boom").get_json()["request_id"] for _ in range(5)}

    assert len(numbers) == 5


def test_an_idle_member_of_staff_is_signed_out_and_an_examinee_is_not(
    stage: Stage,
) -> None:
    settings = stage.app.extensions["examcenter"].settings
    assert (
        settings.accounts.staff_idle_minutes < 60 < settings.accounts.sign_in_hours * 60
    )
    clock = stage.app.extensions["examcenter"].clock
    before = clock.now()

    clock.set(before.replace(hour=before.hour + 1))
    staff = stage.asks("an officer", "GET", "/")
    examinee = stage.asks("the examinee", "GET", "/my/exams")
    clock.set(before)

    assert staff.location.startswith("/sign-in")
    assert examinee.status_code == 200


def test_a_disabled_account_is_out_at_its_next_click(
    app: Flask, db: object, database: Database
) -> None:
    del db
    with database.unit_of_work() as session:
        account = an_account(session, "system", Role.SYSTEM)
        account_id = account.id
    client = app.test_client()
    client.post("/api/v1/session", json={"login": "system", "password": PASSWORD})
    assert client.get("/").status_code == 200

    with database.unit_of_work() as session:
        row = session.get_one(type(account), account_id)
        row.disabled_at = row.created_at

    assert client.get("/").status_code == 303


def test_no_unsafe_request_of_another_site_is_heard(stage: Stage) -> None:
    client = stage.app.test_client()
    unsafe = {
        (rule.rule, method)
        for rule in stage.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
    }

    heard = [
        (path, method)
        for path, method in sorted(unsafe)
        if client.open(
            path.replace("<int:", "<").split("<")[0] + "1" if "<" in path else path,
            method=method,
            headers={"Sec-Fetch-Site": "cross-site"},
        ).status_code
        not in {403, 404, 405}
    ]

    assert len(unsafe) > 30
    assert heard == []
