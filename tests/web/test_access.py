"""Every view, asked for by everybody: who is let in, and what others are told.

The questions come from the application's own list of addresses, the answers from the
table in ``rows.py``.
"""

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from examcenter.accounts.models import Account
from examcenter.exams import codes, service
from examcenter.web.context import Centre
from examcenter.web.signin import access_of
from tests.support.actors import a_browser
from tests.support.factories import NOW
from tests.web.doors import DOORS, SAFE, Door, an_app, as_id, doors
from tests.web.rows import ANYBODY, ROWS, SIGNED_IN, Outside, Row
from tests.web.world import ACTORS, OF_OURS, OWNER, Stage, text_of

NOT_LET_IN = {
    401: "told nothing",
    403: "forbidden",
    404: Outside.MISSING.value,
    500: "a fault",
}
WITHOUT_TOKEN = {"session_api.sign_in"}
SAYS_IT_IS_GONE = {"bank.imports.preview", "bank.imports.confirm"}
BEFORE_PASSWORD_CHANGE = {
    "accounts.sign_out",
    "accounts.password",
    "accounts.choose_password",
    "session_api.sign_out",
    "session_api.choose_password",
}


UNSAFE = [d for d in DOORS if d.method not in SAFE and d.endpoint not in WITHOUT_TOKEN]


def test_every_view_has_its_row() -> None:
    views = {door.endpoint for door in doors()}

    assert views - set(ROWS) == set(), "views without a row in tests/web/rows.py"
    assert set(ROWS) - views == set(), "rows without a view"


@pytest.mark.parametrize("endpoint", ROWS)
def test_a_view_says_of_itself_what_its_row_says(endpoint: str) -> None:
    said, row = access_of(an_app(), endpoint), ROWS[endpoint]

    assert said is not None
    assert said.public == (row.roles == ANYBODY)
    assert said.roles == (frozenset() if row.roles == SIGNED_IN else row.roles)
    assert said.csrf == (endpoint not in WITHOUT_TOKEN)


@pytest.mark.parametrize("name", ACTORS)
@pytest.mark.parametrize("door", DOORS, ids=as_id)
def test_T18_a_door_opens_for_whom_it_should(  # noqa: N802 - the threat's number
    stage: Stage, door: Door, name: str
) -> None:
    answer = door.opened(stage, name)

    expected = expectation(door.row, name)
    assert told(answer, expected) == expected, answer.status


def expectation(row: Row, name: str) -> str:
    """Return what *name* gets: in, sign in, forbidden, or something of Outside."""
    actor = ACTORS[name]
    if row.roles == ANYBODY:
        return "in"
    if actor.role is None:
        return "sign in"
    if actor.role not in row.roles:
        return "forbidden"
    is_outside = actor.outside or name in row.strangers
    is_stranger = is_outside and row.outside is not Outside.ALIKE
    return row.outside.value if is_stranger else "in"


def told(answer: TestResponse, expected: str) -> str:
    """Return in the words of `expectation` what *answer* is, as far as it tells."""
    if is_asked_to_sign_in(answer):
        return "sign in"
    if answer.status_code in NOT_LET_IN:
        return NOT_LET_IN[answer.status_code]
    if expected == Outside.BLANK.value:
        leaked = [word for word in OF_OURS if word in text_of(answer)]
        return f"leaks {leaked}" if leaked else expected
    if expected == Outside.GONE.value and answer.status_code == 303:
        return expected
    return "in"


def is_asked_to_sign_in(answer: TestResponse) -> bool:
    if answer.request.path.startswith("/api/"):
        return answer.status_code == 401 and "code" in answer.get_json()
    return answer.status_code == 303 and answer.location.startswith("/sign-in?next=")


@pytest.mark.parametrize("door", UNSAFE, ids=as_id)
def test_an_unsafe_request_without_the_pages_token_is_refused(
    stage: Stage, door: Door
) -> None:
    name = next(n for n in ACTORS if expectation(door.row, n) == "in")

    answer = door.opened(stage, name, token=False)

    assert answer.status_code == 403
    assert "页面已过期" in answer.get_data(as_text=True)


GUARDED = [
    door
    for door in DOORS
    if door.endpoint not in BEFORE_PASSWORD_CHANGE
    and expectation(door.row, "the examinee") == "in"
    and door.row.roles != ANYBODY
]


@pytest.mark.parametrize("door", GUARDED, ids=as_id)
def test_a_first_password_opens_nothing_but_its_change(
    stage: Stage, door: Door
) -> None:
    answer = door.opened(stage, "a newcomer")

    if door.path(stage).startswith("/api/"):
        assert answer.status_code == 403
        assert answer.get_json()["code"] == "password_change_required"
    else:
        assert (answer.status_code, answer.location) == (303, "/password")


NAMING = [door for door in DOORS if door.arguments - {"filename", "code"}]


@pytest.mark.parametrize("door", NAMING, ids=as_id)
def test_an_address_that_names_nothing_is_not_found_and_no_fault(
    stage: Stage, door: Door
) -> None:
    name = next(n for n in ACTORS if expectation(door.row, n) == "in")
    path = door.address(stage, dict.fromkeys(door.arguments, "999999"))

    answer = door.opened(stage, name, path)

    is_gone = door.row.outside is Outside.GONE or door.endpoint in SAYS_IT_IS_GONE
    assert answer.status_code == (303 if is_gone else 404)


def test_whoever_signed_in_by_a_code_meets_that_exam_alone(stage: Stage) -> None:
    facts = stage.facts
    code = a_code(stage, facts["ended_exam"])

    examinee = a_browser(stage.app, OWNER, code)

    listed = examinee.gets("/exams").get_json()["exams"]
    reached = {
        examinee.client.get(path).status_code
        for path in (
            f"/my/exams/{facts['exam_id']}",
            f"/my/attempts/{facts['attempt_id']}",
            f"/my/attempts/{facts['attempt_id']}/result",
            f"/api/v1/attempts/{facts['attempt_id']}",
            f"/api/v1/attempts/{facts['attempt_id']}/result",
        )
    }
    assert [exam["id"] for exam in listed] == [facts["ended_exam"]]
    assert reached == {404}


def a_code(stage: Stage, exam_id: str) -> str:
    """Issue codes for an exam; return that of the examinee."""
    centre: Centre = stage.app.extensions["examcenter"]
    with stage.database.unit_of_work() as db:
        officer = db.scalars(select(Account.id).where(Account.login == "officer")).one()
        issued = codes.issue_codes(
            db,
            service.find(db, exam_id),
            key=centre.secret,
            department_code=None,
            by=officer,
            now=NOW,
        )
    return next(one.code for one in issued if one.staff_number == OWNER)
