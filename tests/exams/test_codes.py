"""Sign-in codes: for one person and one exam, as long as its window lasts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from examcenter.clock import FixedClock
from examcenter.exams import codes, planning, publishing, service
from examcenter.exams.codes import IssuedCode, NoSuchUnitError
from examcenter.exams.rules import NotPublishedError
from tests.support.actors import ApiUser, a_browser
from tests.support.factories import NOW, a_department, a_person
from tests.support.halls import a_hall, a_mixed_bank, a_plan

KEY = b"k" * 32
OPENS = NOW + timedelta(hours=2)
CLOSES = OPENS + timedelta(hours=2)


@dataclass(frozen=True)
class Desk:
    """An exam of two people that opens in two hours, and its first list of codes."""

    exam: service.ExamFacts
    person_id: int
    codes: list[IssuedCode]


@pytest.fixture
def desk(db: Session) -> Desk:
    hall = a_hall(db, opens_at=OPENS, closes_at=CLOSES)
    exam = service.find(db, hall.exam_id)
    return Desk(exam, hall.people[0].id, issue(db, exam))


def issue(
    db: Session,
    exam: service.ExamFacts,
    department: str | None = None,
    key: bytes = KEY,
) -> list[IssuedCode]:
    return codes.issue_codes(
        db, exam, key=key, department_code=department, by=None, now=NOW
    )


def opened(db: Session, desk: Desk, code: str, at: datetime = OPENS) -> int | None:
    return codes.code_exam(db, desk.person_id, code, key=KEY, now=at)


def test_a_code_opens_its_exam(db: Session, desk: Desk) -> None:
    assert opened(db, desk, desk.codes[0].code) == desk.exam.id


def test_a_code_may_be_typed_without_dashes_and_in_small_letters(
    db: Session, desk: Desk
) -> None:
    typed = desk.codes[0].code.replace("-", " ").lower()

    assert opened(db, desk, typed) == desk.exam.id


def test_the_code_of_a_colleague_opens_nothing(db: Session, desk: Desk) -> None:
    assert opened(db, desk, desk.codes[1].code) is None


@pytest.mark.parametrize(
    ("at", "works"),
    [
        pytest.param(OPENS - timedelta(minutes=31), False, id="long-before"),
        pytest.param(OPENS - timedelta(minutes=30), True, id="half-an-hour-before"),
        pytest.param(CLOSES - timedelta(seconds=1), True, id="last-second"),
        pytest.param(CLOSES, False, id="window-over"),
    ],
)
def test_a_code_works_while_the_window_lasts_and_a_little_before(
    db: Session, desk: Desk, at: datetime, *, works: bool
) -> None:
    assert (opened(db, desk, desk.codes[0].code, at) is not None) is works


def test_a_code_ends_with_its_exam(db: Session, desk: Desk) -> None:
    service.close(db, desk.exam.id, by=None, now=OPENS)

    assert opened(db, desk, desk.codes[0].code) is None


def test_issuing_again_replaces_the_code(db: Session, desk: Desk) -> None:
    again = issue(db, desk.exam)

    assert opened(db, desk, desk.codes[0].code) is None
    assert opened(db, desk, again[0].code) == desk.exam.id


def test_only_the_people_of_one_department_get_codes(db: Session) -> None:
    root = a_department(db, "430400")
    office = a_department(db, "430400001", parent=root)
    beside = a_department(db, "430400002", parent=root)
    a_person(db, office, "HY00002")
    a_person(db, office, "HY00001")
    a_person(db, beside, "HY00003")
    a_mixed_bank(db)
    exam_id = planning.create(db, a_plan(), by=None, now=NOW)
    publishing.publish(db, exam_id, by=None, now=NOW)
    exam = service.find(db, exam_id)

    issued = issue(db, exam, "430400001")

    assert [one.staff_number for one in issued] == ["HY00001", "HY00002"]
    assert {one.department for one in issued} == {"430400001"}
    with pytest.raises(NoSuchUnitError):
        issue(db, exam, "430499")


def test_exempt_people_get_no_code(db: Session) -> None:
    department = a_department(db)
    a_person(db, department, "HY00001")
    a_person(db, department, "HY00002").exemption = "病假"
    a_mixed_bank(db)
    exam_id = planning.create(db, a_plan(), by=None, now=NOW)
    publishing.publish(db, exam_id, by=None, now=NOW)

    issued = issue(db, service.find(db, exam_id))

    assert [one.staff_number for one in issued] == ["HY00001"]


def test_a_draft_has_no_codes(db: Session) -> None:
    a_department(db)
    a_mixed_bank(db)
    exam_id = planning.create(db, a_plan(), by=None, now=NOW)

    with pytest.raises(NotPublishedError):
        issue(db, service.find(db, exam_id))


def test_signing_in_by_code_shows_that_exam_alone(
    app: Flask, db: Session, clock: FixedClock
) -> None:
    hall = a_hall(db)
    other = planning.create(db, a_plan(title="另一场"), by=None, now=NOW)
    publishing.publish(db, other, by=None, now=NOW)
    key = app.extensions["examcenter"].secret
    issued = issue(db, service.find(db, hall.exam_id), key=key)
    db.commit()
    clock.set(NOW + timedelta(minutes=1))

    browser = a_browser(app, issued[0].staff_number, issued[0].code)

    exams = browser.gets("/exams").get_json()["exams"]
    assert [exam["id"] for exam in exams] == [hall.exam_id]


def test_a_code_is_no_password_after_the_window(
    app: Flask, db: Session, clock: FixedClock
) -> None:
    hall = a_hall(db)
    key = app.extensions["examcenter"].secret
    issued = issue(db, service.find(db, hall.exam_id), key=key)
    db.commit()
    clock.set(NOW + timedelta(hours=3))

    answer = ApiUser(app).client.post(
        "/api/v1/session",
        json={"login": issued[0].staff_number, "password": issued[0].code},
    )

    assert answer.status_code == 401


def test_a_code_opens_no_attempt_of_another_exam(
    app: Flask, db: Session, clock: FixedClock
) -> None:
    hall = a_hall(db)
    other = planning.create(db, a_plan(title="另一场"), by=None, now=NOW)
    publishing.publish(db, other, by=None, now=NOW)
    key = app.extensions["examcenter"].secret
    issued = issue(db, service.find(db, hall.exam_id), key=key)
    db.commit()
    clock.set(NOW + timedelta(minutes=1))
    by_password = a_browser(app, issued[0].staff_number)
    running = by_password.posts(f"/exams/{other}/attempts").get_json()["id"]

    by_code = a_browser(app, issued[0].staff_number, issued[0].code)

    told = [
        by_code.gets(f"/attempts/{running}"),
        by_code.posts(f"/attempts/{running}/lease"),
        by_code.puts(f"/attempts/{running}/answers", {"lease": 1, "answers": []}),
        by_code.posts(f"/attempts/{running}/submission", {"lease": 1, "answers": []}),
        by_code.gets(f"/attempts/{running}/result"),
        by_code.posts(f"/exams/{other}/attempts"),
    ]
    assert [answer.status_code for answer in told] == [404] * len(told)
    assert by_password.gets(f"/attempts/{running}").status_code == 200
