"""Sitting through the delivery API."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examcenter.attempts.models import Answer, AnswerEvent, Attempt
from examcenter.clock import FixedClock
from tests.attempts.sitting import a_change, hands_in, saves, started
from tests.support.actors import ApiUser, a_browser
from tests.support.halls import Hall


def test_an_exam_is_offered_with_what_may_be_done_about_it(
    examinee: ApiUser, hall: Hall
) -> None:
    document = examinee.gets("/exams").get_json()

    (exam,) = document["exams"]
    assert exam["id"] == hall.exam_id
    assert exam["state"] == "open"
    assert (exam["full_marks"], exam["pass_mark"]) == ("100", "60")
    assert (exam["may_start"], exam["why_not"], exam["attempts_left"]) == (
        True,
        None,
        2,
    )
    assert exam["consent"]["text"]
    assert document["server_time"].endswith("+08:00")


def test_starting_twice_gives_the_same_attempt(examinee: ApiUser, hall: Hall) -> None:
    first = examinee.posts(f"/exams/{hall.exam_id}/attempts")
    second = examinee.posts(f"/exams/{hall.exam_id}/attempts")

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.get_json()["id"] == second.get_json()["id"]
    assert second.get_json()["lease"] == 1


def test_the_document_has_the_whole_paper_in_its_sections(
    attempt: dict[str, Any],
) -> None:
    spans = [(s["first"], s["last"]) for s in attempt["sections"]]
    kinds = [q["kind"] for q in attempt["questions"]]

    assert spans == [(1, 2), (3, 4), (5, 6)]
    assert kinds == ["true_false"] * 2 + ["single"] * 2 + ["multiple"] * 2
    assert [q["number"] for q in attempt["questions"]] == [1, 2, 3, 4, 5, 6]
    assert [o["label"] for o in attempt["questions"][2]["options"]] == list("ABCD")
    assert attempt["questions"][2]["marks"] == "20"


def test_two_examinees_get_different_papers(
    app: Flask, attempt: dict[str, Any], hall: Hall
) -> None:
    other = started(a_browser(app, hall.people[1].staff_number), hall)

    assert other["questions"] != attempt["questions"]


def test_an_attempt_of_somebody_else_does_not_exist(
    app: Flask, attempt: dict[str, Any], hall: Hall
) -> None:
    other = a_browser(app, hall.people[1].staff_number)

    answers = [
        other.gets(f"/attempts/{attempt['id']}"),
        other.posts(f"/attempts/{attempt['id']}/lease"),
        saves(other, attempt, a_change()),
        hands_in(other, attempt),
        other.gets(f"/attempts/{attempt['id']}/result"),
    ]

    assert {answer.status_code for answer in answers} == {404}


def test_a_saved_answer_is_there_after_a_reload(
    examinee: ApiUser, attempt: dict[str, Any]
) -> None:
    saved = saves(examinee, attempt, a_change(3, 1, "B"))

    again = examinee.gets(f"/attempts/{attempt['id']}").get_json()
    assert saved.get_json()["saved"] == {"3": 1}
    assert again["answers"] == {"3": {"version": 1, "value": ["B"]}}


def test_T7_an_older_version_never_overwrites_a_newer_one(  # noqa: N802 - the threat's number
    examinee: ApiUser, attempt: dict[str, Any]
) -> None:
    saves(examinee, attempt, a_change(3, 5, "B"))

    late = saves(examinee, attempt, a_change(3, 4, "C"))

    again = examinee.gets(f"/attempts/{attempt['id']}").get_json()
    assert late.status_code == 200
    assert late.get_json()["saved"] == {"3": 5}
    assert again["answers"]["3"] == {"version": 5, "value": ["B"]}


def test_T7_a_repeated_save_is_answered_as_the_first_time(  # noqa: N802
    examinee: ApiUser, attempt: dict[str, Any], db: Session
) -> None:
    change = a_change(3, 1, "B")

    first = saves(examinee, attempt, change)
    again = saves(examinee, attempt, change)

    assert first.get_json()["saved"] == again.get_json()["saved"] == {"3": 1}
    assert db.scalar(select(func.count()).select_from(AnswerEvent)) == 1


def test_one_version_with_two_values_is_a_conflict_and_nothing_is_stored(
    examinee: ApiUser, attempt: dict[str, Any], db: Session
) -> None:
    saves(examinee, attempt, a_change(3, 1, "B"))

    answer = saves(examinee, attempt, a_change(4, 1, "A"), a_change(3, 1, "C"))

    assert (answer.status_code, answer.get_json()["code"]) == (409, "version_conflict")
    assert db.scalars(select(Answer.question)).all() == [3]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (a_change(7), "no_such_question"),
        (a_change(3, 1, "E"), "no_such_option"),
        (a_change(3, 1, "A", "B"), "no_such_option"),
    ],
    ids=["beyond the paper", "beyond the options", "two where one is asked"],
)
def test_T8_what_is_not_on_the_paper_is_refused(  # noqa: N802
    examinee: ApiUser, attempt: dict[str, Any], change: dict[str, Any], code: str
) -> None:
    answer = saves(examinee, attempt, change)

    assert (answer.status_code, answer.get_json()["code"]) == (422, code)


GOOD = {**a_change(), "id": "6f1c1d6e-0000-4000-8000-000000000001"}
MALFORMED: dict[str, Any] = {
    "nothing": {},
    "lease as text": {"lease": "1"},
    "lease as truth value": {"lease": True, "answers": []},
    "lease beyond any": {"lease": 2**40, "answers": []},
    "answers as object": {"lease": 1, "answers": {}},
    "an empty answer": {"lease": 1, "answers": [{}]},
    "version zero": {"lease": 1, "answers": [{**GOOD, "version": 0}]},
    "version infinite": {"lease": 1, "answers": [{**GOOD, "version": 1e400}]},
    "value as text": {"lease": 1, "answers": [{**GOOD, "value": "A"}]},
    "value of nulls": {"lease": 1, "answers": [{**GOOD, "value": [None]}]},
    "id not a UUID": {"lease": 1, "answers": [{**GOOD, "id": "1"}]},
    "a NUL in the time": {"lease": 1, "answers": [{**GOOD, "at": "\0"}]},
    "a list": [1, 2],
}


@pytest.mark.parametrize("document", MALFORMED.values(), ids=MALFORMED)
def test_T49_what_is_malformed_is_told_so(  # noqa: N802
    examinee: ApiUser, attempt: dict[str, Any], document: Any
) -> None:
    answer = examinee.puts(f"/attempts/{attempt['id']}/answers", document)

    assert (answer.status_code, answer.get_json()["code"]) == (400, "malformed")


def test_T5_the_page_that_lost_the_lease_can_save_no_more(  # noqa: N802
    app: Flask, examinee: ApiUser, attempt: dict[str, Any], hall: Hall
) -> None:
    elsewhere = a_browser(app, hall.people[0].staff_number)
    lease = elsewhere.posts(f"/attempts/{attempt['id']}/lease").get_json()["lease"]

    old = saves(examinee, attempt, a_change(3, 2, "C"))
    new = saves(elsewhere, {**attempt, "lease": lease}, a_change(3, 1, "B"))

    assert (old.status_code, old.get_json()["code"]) == (409, "lease_lost")
    assert new.status_code == 200


def test_a_lease_is_honoured_only_from_the_sign_in_that_took_it(
    app: Flask, attempt: dict[str, Any], hall: Hall
) -> None:
    elsewhere = a_browser(app, hall.people[0].staff_number)

    answer = saves(elsewhere, attempt, a_change())

    assert answer.get_json()["code"] == "lease_lost"


def test_handing_in_gives_a_receipt_and_a_result(
    examinee: ApiUser, attempt: dict[str, Any]
) -> None:
    right = [a_change(n, 1, *the_right_labels(attempt, n)) for n in range(1, 7)]

    answer = hands_in(examinee, attempt, *right).get_json()

    assert answer["state"] == "submitted"
    assert answer["receipt"]
    assert answer["result"] == {
        "score": "100",
        "full_marks": "100",
        "passed": True,
        "grade": "优秀",
    }


def the_right_labels(attempt: dict[str, Any], number: int) -> list[str]:
    """Return the labels behind which the bank's A (and C) are shown."""
    question = attempt["questions"][number - 1]
    wanted = ("甲", "丙") if question["kind"] == "multiple" else ("甲", "正确")
    return [o["label"] for o in question["options"] if o["text"].endswith(wanted)]


def test_T9_handing_in_twice_gives_the_same_receipt(  # noqa: N802
    examinee: ApiUser, attempt: dict[str, Any]
) -> None:
    first = hands_in(examinee, attempt)
    again = hands_in(examinee, attempt)

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.get_json()["receipt"] == again.get_json()["receipt"]


def test_after_handing_in_nothing_can_be_saved(
    examinee: ApiUser, attempt: dict[str, Any]
) -> None:
    hands_in(examinee, attempt)

    answer = saves(examinee, attempt, a_change())

    assert (answer.status_code, answer.get_json()["code"]) == (409, "attempt_closed")


def test_handing_in_after_the_bell_is_a_conflict(
    examinee: ApiUser, attempt: dict[str, Any], clock: FixedClock
) -> None:
    clock.advance(timedelta(hours=1, seconds=4))

    answer = hands_in(examinee, attempt)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "attempt_closed")


def test_the_second_attempt_has_another_paper_and_then_none_is_left(
    examinee: ApiUser, attempt: dict[str, Any], hall: Hall
) -> None:
    hands_in(examinee, attempt)

    second = started(examinee, hall)
    hands_in(examinee, second)
    third = examinee.posts(f"/exams/{hall.exam_id}/attempts")

    assert {q["stem"] for q in second["questions"]}.isdisjoint(
        q["stem"] for q in attempt["questions"]
    )
    assert (third.status_code, third.get_json()["code"]) == (409, "no_attempts_left")


def test_nobody_starts_before_the_opening_or_after_the_end(
    examinee: ApiUser, hall: Hall, clock: FixedClock
) -> None:
    clock.advance(timedelta(minutes=-1))
    early = examinee.posts(f"/exams/{hall.exam_id}/attempts")
    clock.advance(timedelta(hours=2, minutes=2))
    late = examinee.posts(f"/exams/{hall.exam_id}/attempts")

    assert (early.status_code, early.get_json()["code"]) == (409, "not_yet_open")
    assert (late.status_code, late.get_json()["code"]) == (409, "closed")


def test_without_consent_the_camera_stays_off(attempt: dict[str, Any]) -> None:
    assert attempt["proctoring"]["camera"] == "off"


def test_with_consent_the_plans_camera_rule_holds(
    examinee: ApiUser, hall: Hall, db: Session
) -> None:
    (exam,) = examinee.gets("/exams").get_json()["exams"]
    consent = {"consent_version": exam["consent"]["version"]}

    attempt = examinee.posts(f"/exams/{hall.exam_id}/attempts", consent).get_json()

    assert attempt["proctoring"]["camera"] == "optional"
    assert (
        db.scalars(select(Attempt.consent_version)).one()
        == (consent["consent_version"])
    )


def test_a_consent_to_another_text_is_refused(examinee: ApiUser, hall: Hall) -> None:
    answer = examinee.posts(
        f"/exams/{hall.exam_id}/attempts", {"consent_version": "camera-older"}
    )

    assert (answer.status_code, answer.get_json()["code"]) == (422, "consent_outdated")


def test_a_page_without_news_hears_the_deadline_and_writes_nothing(
    examinee: ApiUser, attempt: dict[str, Any], clock: FixedClock
) -> None:
    quiet = saves(examinee, attempt)
    clock.advance(timedelta(hours=2))
    late = saves(examinee, attempt)

    assert quiet.status_code == 200
    assert quiet.get_json()["saved"] == {}
    assert quiet.get_json()["deadline"] == attempt["deadline"]
    assert (late.status_code, late.get_json()["code"]) == (409, "attempt_closed")
