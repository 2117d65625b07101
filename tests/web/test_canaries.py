"""Threat T17: nothing tells a key before release, wherever an examinee looks.

Every secret of the bank has words that occur nowhere else, and an examinee opens every
address of the application in every state that an attempt can be in.
"""

import base64
import html
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from examcenter.accounts.rules import Role
from examcenter.bank.models import QuestionRow, Revision
from examcenter.clock import FixedClock
from examcenter.exams import planning, publishing
from examcenter.exams.models import Exam
from examcenter.exams.rules import Release, Review
from examcenter.results.closing import close_exam
from question_bank.model import Kind
from tests.support.actors import ApiUser, a_browser
from tests.support.factories import NOW, a_department, a_person, an_account
from tests.support.halls import KEY_CANARY, a_bank, a_plan, a_question
from tests.web.doors import DOORS, SAFE
from tests.web.world import text_of

DIFFICULTY, CITATION, CATEGORY = "绝密难度", "《绝密法》第一条", "绝密类别"
KINDS = (Kind.TRUE_FALSE, Kind.SINGLE, Kind.MULTIPLE)


@dataclass
class Sitting:
    """One examinee, their exam, and everything that they were ever sent."""

    app: Flask
    db: Session
    clock: FixedClock
    exam_id: str
    people: tuple[str, ...]
    secrets: tuple[str, ...]
    heard: list[TestResponse] = field(default_factory=list)
    attempt: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.examinee = a_browser(self.app, self.people[0])

    def starts(self) -> None:
        answer = self.posts(f"/exams/{self.exam_id}/attempts")
        self.attempt = answer.get_json()
        self.posts(f"/exams/{self.exam_id}/attempts")
        self.posts(f"/attempts/{self.attempt['id']}/lease")

    def saves(self) -> None:
        change = {
            "id": "6f1c1d6e-0000-4000-8000-000000000001",
            "question": 3,
            "version": 1,
            "value": ["A"],
            "at": "",
        }
        for answers in ([change], [{**change, "value": ["Z"]}], [{"question": 3}]):
            document = {"lease": 2, "answers": answers}
            path = f"/attempts/{self.attempt['id']}/answers"
            self.heard.append(self.examinee.puts(path, document))

    def hands_in(self) -> None:
        document = {"lease": 2, "answers": []}
        self.posts(f"/attempts/{self.attempt['id']}/submission", document)

    def exam_closes(self) -> None:
        close_exam(self.db, self.exam_id, by=None, now=self.clock.now())
        self.db.commit()

    def posts(self, path: str, document: Any = None) -> TestResponse:
        answer = self.examinee.posts(path, document)
        self.heard.append(answer)
        return answer

    def looks_everywhere(self) -> None:
        """Open every address, with the examinee's own things and the bank's in it."""
        question = self.db.scalars(select(QuestionRow.public_id)).first()
        self.db.rollback()
        named = {
            "exam_id": self.exam_id,
            "attempt_id": self.attempt.get("id", "nothing"),
            "filename": "css/base.css",
            "code": "en",
        }
        for door in DOORS:
            given = {a: named.get(a, question or "") for a in door.arguments}
            numbers = dict.fromkeys(("import_id", "grant_id"), "1")
            given |= {a: numbers[a] for a in door.arguments if a in numbers}
            if door.method in SAFE:
                path = self.app.url_map.bind("localhost").build(door.endpoint, given)
                self.heard.append(self.examinee.client.get(path, buffered=True))

    def leaks(self) -> set[str]:
        """Return every secret that was heard, with the address that told it.

        What the question itself named is no news in its answer.
        """
        return {
            f"{secret} in {answer.request.path}"
            for answer in self.heard
            for secret in self.secrets
            if secret not in answer.request.url
            and any(way in everything_of(answer) for way in ways_to_write(secret))
        }


def everything_of(answer: TestResponse) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers)
    return f"{headers}\n{text_of(answer)}"


def ways_to_write(secret: str) -> set[str]:
    """Return *secret* as pages, scripts, addresses and documents would write it."""
    return {
        secret,
        html.escape(secret),
        json.dumps(secret)[1:-1],
        quote(secret),
        base64.b64encode(secret.encode()).decode().rstrip("="),
    }


Sits = Callable[..., Sitting]


@pytest.fixture
def sits(app: Flask, db: Session, clock: FixedClock) -> Sits:
    """Publish an exam and return somebody who may sit it."""

    def made(*, people: int = 1, **plan: Any) -> Sitting:
        department = a_department(db)
        enrolled = tuple(f"HY{n:05}" for n in range(1, people + 1))
        for staff_number in enrolled:
            a_person(db, department, staff_number)
        numbers = range(1, 9)
        questions = [
            a_question(n, kind, category=f"{CATEGORY}{n % 2}")
            for kind in KINDS
            for n in numbers
        ]
        a_bank(db, questions)
        planned = a_plan(**({"release": Release.MANUAL} | plan))
        exam_id = planning.create(db, planned, by=None, now=NOW)
        publishing.publish(db, exam_id, by=None, now=NOW)
        db.commit()
        secrets = tuple(secrets_of(db))
        db.rollback()  # what reads here would keep the application from writing
        return Sitting(app, db, clock, exam_id, enrolled, secrets)

    return made


def secrets_of(db: Session) -> Iterator[str]:
    yield from (KEY_CANARY, DIFFICULTY, CITATION, CATEGORY)
    for seed in db.scalars(select(Exam.seed)):
        assert seed is not None
        yield seed.hex()
        yield base64.b64encode(seed).decode()
    for question in db.scalars(select(QuestionRow)):
        yield question.public_id
        yield question.fingerprint
    for revision in db.scalars(select(Revision)):
        yield revision.public_id
        yield revision.key_digest


def before_the_start(_: Sitting) -> None:
    pass


def before_the_opening(sitting: Sitting) -> None:
    sitting.clock.advance(timedelta(minutes=-20))
    sitting.posts(f"/exams/{sitting.exam_id}/attempts")


def while_it_runs(sitting: Sitting) -> None:
    sitting.starts()
    sitting.saves()


def after_the_hand_in(sitting: Sitting) -> None:
    while_it_runs(sitting)
    sitting.hands_in()
    sitting.saves()


def after_the_bell_before_the_server_collects(sitting: Sitting) -> None:
    while_it_runs(sitting)
    sitting.clock.advance(timedelta(hours=1, minutes=1))
    sitting.hands_in()


def after_the_exam_was_closed(sitting: Sitting) -> None:
    while_it_runs(sitting)
    sitting.exam_closes()
    sitting.hands_in()


def long_after_the_window(sitting: Sitting) -> None:
    while_it_runs(sitting)
    sitting.hands_in()
    sitting.clock.advance(timedelta(hours=3))


STATES = (
    before_the_start,
    before_the_opening,
    while_it_runs,
    after_the_hand_in,
    after_the_bell_before_the_server_collects,
    after_the_exam_was_closed,
    long_after_the_window,
)


def as_words(state: Callable[..., None]) -> str:
    return state.__name__.replace("_", " ")


@pytest.mark.parametrize("state", STATES, ids=as_words)
def test_T17_no_address_tells_a_secret(  # noqa: N802 - the threat's number
    sits: Sits, state: Callable[[Sitting], None]
) -> None:
    sitting = sits()
    state(sitting)

    sitting.looks_everywhere()

    assert len(sitting.heard) > 20
    assert sitting.leaks() == set()


def test_T17_a_result_that_is_released_tells_no_key_where_no_review_is_planned(  # noqa: N802
    sits: Sits,
) -> None:
    sitting = sits(release=Release.AT_SUBMISSION, review=Review.NONE)
    after_the_hand_in(sitting)
    sitting.exam_closes()

    sitting.looks_everywhere()

    assert sitting.leaks() == set()


def test_T17_a_review_after_the_close_is_not_there_before_it(  # noqa: N802
    sits: Sits,
) -> None:
    sitting = sits(release=Release.AT_SUBMISSION, review=Review.AFTER_CLOSE)
    after_the_hand_in(sitting)

    sitting.looks_everywhere()

    assert sitting.leaks() == set()


def test_T17_another_exam_of_the_same_questions_stays_shut(  # noqa: N802
    sits: Sits,
) -> None:
    sitting = sits(people=2)
    sitting.starts()
    other = sitting.attempt["id"]
    sitting.examinee = a_browser(sitting.app, sitting.people[1])
    sitting.heard.clear()

    sitting.looks_everywhere()

    reached = {a.status_code for a in sitting.heard if other in a.request.path}
    assert reached == {403, 404}  # an officer's pages, and what is not theirs
    assert sitting.leaks() == set()


def test_the_canaries_sing_where_an_editor_may_hear_them(sits: Sits) -> None:
    sitting = sits()
    an_account(sitting.db, "editor", Role.BANK_EDITOR)
    sitting.db.commit()
    sitting.examinee = a_browser(sitting.app, "editor")

    sitting.looks_everywhere()

    told = {leak.split(" in ")[0] for leak in sitting.leaks()}
    assert {KEY_CANARY, DIFFICULTY, CITATION} <= told


def test_T17_a_question_on_the_page_has_what_it_needs_and_no_more(  # noqa: N802
    sits: Sits,
) -> None:
    sitting = sits()
    sitting.starts()

    for question in sitting.attempt["questions"]:
        assert set(question) == {
            *("number", "kind", "stem", "options", "marks", "material")
        }
        assert all(set(option) == {"label", "text"} for option in question["options"])


def test_T17_the_place_of_an_option_tells_nothing_of_its_place_in_the_bank(  # noqa: N802
    sits: Sits,
) -> None:
    sitting = sits(people=12)
    first_in_bank: list[int] = []
    for staff_number in sitting.people:
        examinee = a_browser(sitting.app, staff_number)
        paper = a_paper(examinee, sitting.exam_id)
        first_in_bank += [
            [o["text"][-1] for o in question["options"]].index("甲")
            for question in paper["questions"]
            if question["kind"] != Kind.TRUE_FALSE
        ]

    # Of 48 questions a quarter each is expected; a leak would put all in one place.
    assert set(first_in_bank) == {0, 1, 2, 3}
    assert max(first_in_bank.count(place) for place in range(4)) < 30


def a_paper(examinee: ApiUser, exam_id: str) -> dict[str, Any]:
    document: dict[str, Any] = examinee.posts(f"/exams/{exam_id}/attempts").get_json()
    return document
