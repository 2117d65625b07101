"""Published exams as those who sit them and their officers find them."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from examcenter.accounts.models import Account, Grant
from examcenter.accounts.rules import Role
from examcenter.bank import service as bank
from examcenter.bank.models import QuestionRow
from examcenter.db import Database
from examcenter.errors import NotFoundError
from examcenter.exams import planning, publishing, service
from examcenter.exams.rules import ExamState, NotPublishedError, PlanRefusedError
from examcenter.organisation.models import Department
from examcenter.organisation.service import EVERYTHING, Scope, scope_of
from examcenter.wishes import Wish
from tests.support.factories import NOW, a_department, a_person, an_account
from tests.support.halls import a_bank, a_hall, a_mixed_bank, a_plan

AFTER = NOW + timedelta(hours=2)


def test_an_examinee_finds_the_exams_of_their_roster(db: Session) -> None:
    hall = a_hall(db)
    planning.create(db, a_plan(title="还是草稿"), by=None, now=NOW)

    found = service.sittable(db, hall.people[0].id, only_exam=None, now=NOW)

    assert [(exam.public_id, exam.state, exam.exempt) for exam in found] == [
        (hall.exam_id, ExamState.OPEN, False)
    ]


def test_somebody_who_came_after_publishing_has_no_exam(db: Session) -> None:
    hall = a_hall(db)
    department = db.get_one(Department, hall.people[0].department_id)
    late = a_person(db, department, "HY09999")

    assert service.sittable(db, late.id, only_exam=None, now=NOW) == []


def test_a_code_leaves_one_exam(db: Session) -> None:
    hall = a_hall(db)
    other = planning.create(db, a_plan(title="另一场"), by=None, now=NOW)
    publishing.publish(db, other, by=None, now=NOW)
    exam = service.find(db, other)

    found = service.sittable(db, hall.people[0].id, only_exam=exam.id, now=NOW)

    assert [one.public_id for one in found] == [other]


def test_what_is_frozen_outlives_the_retiring_of_its_questions(db: Session) -> None:
    exam = service.find(db, a_hall(db).exam_id)

    db.execute(update(QuestionRow).values(retired_at=NOW))

    assert bank.candidates(db, exam.plan.bank) == []
    assert len(service.frozen(db, exam.id).questions) == 24


def test_frozen_exams_of_two_databases_are_never_mixed_up(
    db: Session, blank_sqlite: Path, tmp_path: Path
) -> None:
    here = service.find(db, a_hall(db).exam_id)
    shutil.copy(blank_sqlite, tmp_path / "other.sqlite3")
    other = Database(f"sqlite:///{tmp_path / 'other.sqlite3'}")

    with other.unit_of_work() as elsewhere:
        there = service.find(elsewhere, a_hall(elsewhere, title="另一个中心").exam_id)
        titles = [
            service.frozen(session, exam.id).plan.title
            for session, exam in ((db, here), (elsewhere, there), (db, here))
        ]
    other.dispose()

    assert here.id == there.id
    assert titles == [here.plan.title, "另一个中心", here.plan.title]


def test_a_draft_has_nothing_frozen(db: Session) -> None:
    a_department(db)
    a_mixed_bank(db)
    exam = service.find(db, planning.create(db, a_plan(), by=None, now=NOW))

    with pytest.raises(NotPublishedError):
        service.frozen(db, exam.id)
    with pytest.raises(NotPublishedError):
        service.close(db, exam.id, by=None, now=NOW)
    with pytest.raises(NotPublishedError):
        service.release(db, exam.id, now=NOW)


def test_closing_twice_keeps_the_first_moment(db: Session) -> None:
    exam = service.find(db, a_hall(db).exam_id)

    first = service.close(db, exam.id, by=None, now=NOW)
    second = service.close(db, exam.id, by=None, now=AFTER)

    db.expire_all()
    closed = service.find(db, exam.public_id)
    assert (first, second) == (True, False)
    assert closed.closed_at == NOW
    assert closed.state(NOW) is ExamState.CLOSED


def test_an_exam_that_does_not_exist_is_not_found(db: Session) -> None:
    with pytest.raises(NotFoundError):
        service.find(db, "0" * 32)
    with pytest.raises(NotFoundError):
        service.frozen(db, 1)
    with pytest.raises(NotFoundError):
        service.paper(db, 1, 1, 1)
    with pytest.raises(NotFoundError):
        service.close(db, 1, by=None, now=NOW)


def an_officer(db: Session, department: Department) -> Account:
    account = an_account(db)
    db.add(
        Grant(
            account_id=account.id,
            role=Role.EXAM_OFFICER,
            department_id=department.id,
            granted_at=NOW,
        )
    )
    db.flush()
    return account


def test_an_officer_of_a_county_sees_the_exams_of_that_county_alone(
    db: Session,
) -> None:
    root = a_department(db, "430400")
    county = a_department(db, "430408", parent=root)
    a_mixed_bank(db)
    scope = scope_of(db, an_officer(db, county).id, Role.EXAM_OFFICER)
    mine = planning.create(db, a_plan(departments=("430408",)), by=None, now=NOW)
    both = planning.create(
        db, a_plan(departments=("430400", "430408")), by=None, now=NOW
    )
    everybody = planning.create(db, a_plan(departments=()), by=None, now=NOW)

    lines, total = planning.exams(db, Wish(), scope=scope, now=NOW)

    assert [line.exam.public_id for line in lines] == [mine]
    assert total == 1
    for other in (both, everybody):
        with pytest.raises(NotFoundError):
            service.find(db, other, scope)
        with pytest.raises(NotFoundError):
            publishing.publish(db, other, scope=scope, by=None, now=NOW)
        with pytest.raises(NotFoundError):
            planning.edit(db, other, a_plan(departments=("430408",)), scope=scope)


def test_a_county_cannot_examine_the_city(db: Session) -> None:
    root = a_department(db, "430400")
    county = a_department(db, "430408", parent=root)
    a_mixed_bank(db)
    scope = scope_of(db, an_officer(db, county).id, Role.EXAM_OFFICER)

    with pytest.raises(PlanRefusedError) as caught:
        planning.create(db, a_plan(), scope=scope, by=None, now=NOW)
    own = planning.create(db, a_plan(departments=()), scope=scope, by=None, now=NOW)

    assert [fault.code for fault in caught.value.faults] == ["unknown_department"]
    assert service.find(db, own, scope).plan.departments == ("430408",)


def test_an_officer_without_any_department_sees_no_exam(db: Session) -> None:
    hall = a_hall(db)

    with pytest.raises(NotFoundError):
        service.find(db, hall.exam_id, Scope(everything=False))


def test_departments_and_banks_that_are_not_there_are_refused_together(
    db: Session,
) -> None:
    plan = a_plan(departments=("430400", "430499"), bank="没有的题库")

    with pytest.raises(PlanRefusedError) as caught:
        planning.create(db, plan, by=None, now=NOW)

    places = [(fault.place, fault.code) for fault in caught.value.faults]
    assert places == [
        ("bank", "unknown_bank"),
        ("departments[1]", "unknown_department"),
        ("departments[2]", "unknown_department"),
    ]


def test_questions_for_practice_are_not_examined(db: Session) -> None:
    a_department(db)
    a_bank(db, [], "练习").pool = "practice"
    db.flush()

    with pytest.raises(PlanRefusedError) as caught:
        planning.create(db, a_plan(bank="练习"), by=None, now=NOW)

    assert [fault.code for fault in caught.value.faults] == ["practice_bank"]


@pytest.mark.parametrize("wanted", list(ExamState))
def test_a_list_filtered_by_state_shows_what_the_clock_says(
    db: Session, wanted: ExamState
) -> None:
    a_person(db, a_department(db))
    a_mixed_bank(db)
    windows = {
        "open": (NOW, AFTER),
        "later": (NOW + timedelta(minutes=1), AFTER),
        "over": (NOW - timedelta(hours=1), NOW),
        "draft": (NOW, AFTER),
        "ended": (NOW, AFTER),
    }
    for title, (opens, closes) in windows.items():
        plan = a_plan(title=title, opens_at=opens, closes_at=closes)
        exam_id = planning.create(db, plan, by=None, now=opens)
        if title != "draft":
            publishing.publish(db, exam_id, by=None, now=opens)
        if title == "ended":
            service.close(db, service.find(db, exam_id).id, by=None, now=NOW)
    db.expire_all()

    asked = Wish(filters={"state": wanted})
    lines, total = planning.exams(db, asked, scope=EVERYTHING, now=NOW)

    assert lines
    assert total == len(lines)
    assert {line.state for line in lines} == {wanted}
    assert {line.exam.state(NOW) for line in lines} == {wanted}


def test_a_search_takes_signs_literally(db: Session) -> None:
    a_department(db)
    a_mixed_bank(db)
    planning.create(db, a_plan(title="100%通过"), by=None, now=NOW)
    planning.create(db, a_plan(title="年度考试"), by=None, now=NOW)

    lines, total = planning.exams(db, Wish(text="%"), scope=EVERYTHING, now=NOW)

    assert [line.exam.plan.title for line in lines] == ["100%通过"]
    assert total == 1
