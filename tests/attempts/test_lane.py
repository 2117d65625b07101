"""The short way of a save says yes where the long way would, and never else."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask, request_started
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from examcenter.accounts.models import Account, SignIn
from examcenter.attempts.lane import Lane
from examcenter.attempts.models import Answer
from examcenter.clock import FixedClock
from examcenter.errors import UnavailableError
from tests.attempts.sitting import a_change, hands_in, saves
from tests.support.actors import ApiUser


@pytest.fixture
def long_way(app: Flask) -> Iterator[list[str]]:
    """An entry for each request that reached the application."""
    taken: list[str] = []

    def note(sender: Flask, **_: object) -> None:
        taken.append(str(sender))

    with request_started.connected_to(note, app):
        yield taken


@pytest.fixture
def known(
    long_way: list[str], examinee: ApiUser, attempt: dict[str, Any]
) -> dict[str, Any]:
    """An attempt whose page has saved once, and so is known to the lane."""
    assert saves(examinee, attempt, a_change(1, 1)).status_code == 200
    long_way.clear()
    return attempt


def test_the_second_save_of_a_page_takes_the_short_way(
    examinee: ApiUser, known: dict[str, Any], long_way: list[str], db: Session
) -> None:
    answer = saves(examinee, known, a_change(3, 1, "B"))

    assert answer.status_code == 200
    assert answer.get_json()["saved"] == {"3": 1}
    assert long_way == []
    stored = select(Answer.value).where(Answer.question == 3)
    assert db.execute(stored).scalar_one() == ["B"]


def test_both_ways_answer_alike(examinee: ApiUser, attempt: dict[str, Any]) -> None:
    long = saves(examinee, attempt, a_change(1, 1))
    short = saves(examinee, attempt, a_change(1, 2, "B"))

    assert set(short.get_json()) == set(long.get_json())
    assert dict(short.headers).keys() == dict(long.headers).keys()
    for name in ("Content-Security-Policy", "Cache-Control", "Permissions-Policy"):
        assert short.headers[name] == long.headers[name]
    assert short.get_json()["deadline"] == long.get_json()["deadline"]


def test_a_page_without_news_is_told_the_deadline_the_short_way(
    examinee: ApiUser, known: dict[str, Any], long_way: list[str]
) -> None:
    answer = saves(examinee, known)

    assert answer.get_json()["deadline"] == known["deadline"]
    assert answer.get_json()["saved"] == {}
    assert long_way == []


def revoke(db: Session) -> None:
    db.execute(update(SignIn).values(revoked_at=SignIn.started_at))


def expire(db: Session) -> None:
    db.execute(update(SignIn).values(expires_at=SignIn.started_at))


def disable(db: Session) -> None:
    db.execute(update(Account).values(disabled_at=Account.created_at))


@pytest.mark.parametrize("ended", [revoke, expire, disable])
def test_T30_an_ended_sign_in_saves_nothing_from_that_moment(  # noqa: N802 - the threat's number
    examinee: ApiUser,
    known: dict[str, Any],
    db: Session,
    ended: Callable[[Session], None],
) -> None:
    ended(db)
    db.commit()

    answers = [saves(examinee, known, a_change(3, 1)), saves(examinee, known)]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert db.execute(select(Answer).where(Answer.question == 3)).first() is None


def test_a_page_that_lost_its_lease_is_told_so_the_long_way(
    examinee: ApiUser, known: dict[str, Any], long_way: list[str]
) -> None:
    examinee.posts(f"/attempts/{known['id']}/lease")
    long_way.clear()

    answer = saves(examinee, known, a_change(3, 1))

    assert (answer.status_code, answer.get_json()["code"]) == (409, "lease_lost")
    assert len(long_way) == 1


def test_nothing_is_saved_after_the_bell(
    examinee: ApiUser, known: dict[str, Any], clock: FixedClock
) -> None:
    clock.advance(timedelta(hours=3))

    answer = saves(examinee, known, a_change(3, 1))

    assert (answer.status_code, answer.get_json()["code"]) == (409, "attempt_closed")


def test_nothing_is_saved_after_handing_in(
    examinee: ApiUser, known: dict[str, Any]
) -> None:
    hands_in(examinee, known)

    answer = saves(examinee, known, a_change(3, 1))

    assert (answer.status_code, answer.get_json()["code"]) == (409, "attempt_closed")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        pytest.param(a_change(99, 1), 422, "no_such_question", id="no such question"),
        pytest.param(a_change(3, 1, "Z"), 422, "no_such_option", id="no such option"),
        pytest.param({"id": "x"}, 400, "malformed", id="not an answer"),
        pytest.param(a_change(1, 1, "B"), 409, "version_conflict", id="other value"),
    ],
)
def test_what_is_refused_is_refused_the_long_way(
    examinee: ApiUser,
    known: dict[str, Any],
    change: dict[str, Any],
    status: int,
    code: str,
) -> None:
    answer = saves(examinee, known, change)

    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert answer.get_json()["request_id"]


@pytest.mark.parametrize(
    "header",
    [
        {"X-CSRF-Token": "another"},
        {"Origin": "http://evil.example"},
        {"Host": "other.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_request_that_differs_in_anything_is_judged_anew(
    examinee: ApiUser,
    known: dict[str, Any],
    long_way: list[str],
    header: dict[str, str],
) -> None:
    examinee.client.put(
        f"/api/v1/attempts/{known['id']}/answers",
        json={"lease": known["lease"], "answers": [a_change(3, 1)]},
        headers=header,
    )

    assert len(long_way) == 1


def test_a_page_waits_for_a_full_database_once_and_not_twice(
    app: Flask,
    examinee: ApiUser,
    known: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []
    lane: Lane = app.extensions["examcenter.lane"]

    def full(order: object) -> None:
        asked.append(order)
        raise UnavailableError

    monkeypatch.setattr(lane.saver, "do", full)
    answer = saves(examinee, known, a_change(3, 1))

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert len(asked) == 1


def test_the_time_of_receipt_is_taken_before_anything_else(
    app: Flask,
    examinee: ApiUser,
    known: dict[str, Any],
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A second before the bell; the database is so slow that it rings meanwhile.
    clock.set(datetime.fromisoformat(known["deadline"]) - timedelta(seconds=1))
    lane: Lane = app.extensions["examcenter.lane"]
    do = lane.saver.do

    def slowly(order: Any) -> Any:
        clock.advance(timedelta(minutes=1))
        return do(order)

    monkeypatch.setattr(lane.saver, "do", slowly)
    answer = saves(examinee, known, a_change(3, 1))

    assert answer.status_code == 200
