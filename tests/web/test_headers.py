"""What every answer carries, and what every page has or may not have."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from tests.web.doors import DOORS, SAFE, Door, as_id
from tests.web.pages import Element, read
from tests.web.test_access import expectation
from tests.web.world import ACTORS, Stage

PAGES = [door for door in DOORS if door.method in SAFE]
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), "
    "fullscreen=(self)",
}
ADDRESSES = ("href", "src", "action", "formaction", "poster", "data", "srcset")
# The only words with "http" in them that a page may hold: they name a language.
NAMESPACES = ("http://www.w3.org/",)


def readers(door: Door) -> Iterator[str]:
    """Return those whom a view lets in."""
    return (name for name in ACTORS if expectation(door.row, name) == "in")


def policy_of(answer: TestResponse) -> dict[str, str]:
    parts = answer.headers["Content-Security-Policy"].split(";")
    pairs = (part.strip().partition(" ") for part in parts)
    return {name: value for name, _, value in pairs}


def test_every_answer_carries_the_policy_and_is_not_kept(stage: Stage) -> None:
    for door in PAGES:
        for name in ACTORS:
            answer = door.opened(stage, name)

            assert POLICY.items() <= policy_of(answer).items(), door
            assert ALWAYS.items() <= dict(answer.headers).items(), door
            is_static = door.endpoint.endswith("static")
            assert is_static or answer.headers["Cache-Control"] == "no-store", door


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing/here", 404),
        ("GET", "/api/v1/nothing", 404),
        ("DELETE", "/my/exams", 405),
        ("PUT", "/api/v1/exams", 405),
        ("GET", "/api/v1/exams", 401),
        ("POST", "/sign-in", 403),
        ("GET", "/static/nothing.css", 404),
    ],
)
def test_a_failure_carries_them_too(
    stage: Stage, method: str, path: str, status: int
) -> None:
    answer = stage.app.test_client().open(path, method=method)

    assert answer.status_code == status
    assert POLICY.items() <= policy_of(answer).items()
    assert ALWAYS.items() <= dict(answer.headers).items()
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_static_file_may_be_kept_because_its_address_changes_with_it(
    stage: Stage,
) -> None:
    path = stage.app.url_map.bind("").build("static", {"filename": "css/base.css"})

    answer = stage.app.test_client().get(path, buffered=True)

    assert re.fullmatch(r"/static/[0-9a-f]{10}/css/base\.css", path)
    assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(
    stage: Stage,
) -> None:
    answer = stage.app.test_client().get("/sign-in")

    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def a_page(stage: Stage, door: Door, name: str) -> Element | None:
    answer = door.opened(stage, name)
    is_saved = "attachment" in answer.headers.get("Content-Disposition", "")
    return (
        read(answer.text) if answer.mimetype == "text/html" and not is_saved else None
    )


def test_most_of_what_can_be_opened_is_a_page(stage: Stage) -> None:
    pages = [door for door, name in CASES if a_page(stage, door, name)]

    assert len({door.endpoint for door in pages}) > 30


CASES = [(door, name) for door in PAGES for name in readers(door)]


@pytest.mark.parametrize(("door", "name"), CASES, ids=as_id)
def test_a_page_brings_nothing_inline_and_names_no_other_place(
    stage: Stage, door: Door, name: str
) -> None:
    page = a_page(stage, door, name)
    if page is None:  # a download or a redirect has no markup of its own
        return

    assert list(inline(page)) == []
    assert list(outside(page)) == []


def inline(page: Element) -> Iterator[str]:
    """Return whatever the policy would stop: styles, scripts and handlers inline."""
    for element in page.all():
        if element.tag == "style" or "style" in element.attributes:
            yield f"a style at {element.tag}"
        is_data = element["type"] == "application/json"
        if element.tag == "script" and not element["src"] and not is_data:
            yield "a script"
        yield from (
            f"{a} at {element.tag}" for a in element.attributes if a[:2] == "on"
        )


def outside(page: Element) -> Iterator[str]:
    """Return every address in the page that is not the centre's own."""
    for element in page.all():
        for name in ADDRESSES:
            address = element[name]
            if urlsplit(address).scheme in {"data", "blob"} and element.tag == "img":
                continue
            if urlsplit(address).netloc or urlsplit(address).scheme:
                yield address
        for value in element.attributes.values():
            if re.search(r"https?://", value) and not value.startswith(NAMESPACES):
                yield value


@pytest.mark.parametrize(("door", "name"), CASES, ids=as_id)
def test_a_page_is_a_document_that_reads_well(
    stage: Stage, door: Door, name: str
) -> None:
    page = a_page(stage, door, name)
    if page is None or not list(page.all("body")):
        return

    assert [html["lang"] for html in page.all("html")] == ["zh-CN"]
    assert all(title.words for title in page.all("title"))
    assert [bool(heading.words) for heading in page.all("h1")] == [True]
    assert len(list(page.all("main"))) == 1
    assert list(unnamed(page)) == []
    assert list(doubled(page)) == []


def unnamed(page: Element) -> Iterator[str]:
    """Return the fields, buttons, links and pictures that have no name to be read."""
    labelled = {label["for"] for label in page.all("label") if label.words}
    for element in page.all("input", "select", "textarea", "button", "a", "img"):
        is_unseen = element["type"] == "hidden" or "hidden" in element.attributes
        is_labelled = element["id"] in labelled or element.is_inside("label")
        if not (is_unseen or is_labelled or names_itself(element)):
            yield f"{element.tag} {element['name'] or element['id']}"


def names_itself(element: Element) -> bool:
    if element["aria-label"] or element["aria-labelledby"]:
        return True
    if element.tag == "img":  # one that only decorates says so by an empty name
        return "alt" in element.attributes
    if element.tag in {"button", "a"}:
        return bool(element.words) or any(i["alt"] for i in element.all("img"))
    return element["type"] == "submit" and bool(element["value"])


def doubled(page: Element) -> Iterator[str]:
    """Return ids that occur twice, and labels and descriptions of what is not there."""
    ids = [element["id"] for element in page.all() if element["id"]]
    yield from {i for i in ids if ids.count(i) > 1}
    for element in page.all():
        for attribute in (
            "for",
            "aria-labelledby",
            "aria-describedby",
            "aria-controls",
        ):
            yield from (i for i in element[attribute].split() if i not in ids)


def test_the_checks_of_a_page_notice_what_they_look_for() -> None:
    page = read(
        '<p style="x" onclick="y"><script>1</script><a href="//evil.example">a</a>'
        '<input id="i" name="n"><label for="gone">b</label><b id="i"></b></p>'
    )

    assert sorted(inline(page)) == ["a script", "a style at p", "onclick at p"]
    assert list(outside(page)) == ["//evil.example"]
    assert list(unnamed(page)) == ["input n"]
    assert sorted(doubled(page)) == ["gone", "i"]
