"""The exam officer's pages."""

import io
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from examcenter.accounts.models import Grant
from examcenter.accounts.rules import Role
from examcenter.clock import FixedClock
from examcenter.exams import planning
from examcenter.exams.models import PaperRow
from examcenter.exams.rules import Release
from examcenter.organisation.service import EVERYTHING
from examcenter.paths import resource
from examcenter.wishes import Wish
from tests.support.actors import ApiUser, a_browser
from tests.support.factories import NOW, a_department, a_person, an_account
from tests.support.halls import KEY_CANARY, Hall, a_hall, a_mixed_bank, a_plan

FORM: dict[str, Any] = {
    "title": "2026年度补考",
    "opens_at": "2026-12-05T09:00",
    "closes_at": "2026-12-05T11:00",
    "duration_minutes": "６０",
    "late_entry_minutes": "30",
    "departments": ["430400"],
    "bank": "学法题库",
    "sections-0-title": "单项选择题",
    "sections-0-kind": "single",
    "sections-0-count": "4",
    "sections-0-marks": "2.5",
    "sections-0-scoring": "all_or_nothing",
    "by_category-0-category": "宪法",
    "by_category-0-least": "1",
    "pass_mark": "6",
    "attempts": "1",
    "attempt_rule": "best",
    "release": "at_close",
    "review": "none",
    "shuffle_questions": "y",
    "camera": "optional",
    "snapshot_from": "20",
    "snapshot_to": "40",
    "retain_days": "180",
}


class _Sent(HTMLParser):
    """What a browser would send of the fields on a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "select":
            self._select = given.get("name") or ""
        chosen = tag == "option" and "selected" in given
        ticked = given.get("type") != "checkbox" or "checked" in given
        typed = tag == "input" and ticked and given.get("name")
        if chosen or typed:
            name = self._select if chosen else given["name"] or ""
            self.fields.setdefault(name, []).append(given.get("value") or "")


@pytest.fixture
def officer(app: Flask, db: Session) -> ApiUser:
    """An exam officer over the whole centre, where people and a bank are ready."""
    an_account(db, "officer", Role.EXAM_OFFICER)
    a_person(db, a_department(db), "HY90001")
    a_mixed_bank(db)
    db.commit()
    return a_browser(app, "officer")


@pytest.fixture
def hall(app: Flask, db: Session) -> Hall:
    """A published exam of three people, and an officer."""
    del app
    an_account(db, "officer", Role.EXAM_OFFICER)
    hall = a_hall(db, people=3, release=Release.MANUAL)
    db.commit()
    return hall


def _sent(page: str) -> dict[str, Any]:
    """Return the plan's fields of *page* as a browser would send them."""
    fields: dict[str, Any] = _Sent(page).fields
    return {name: fields[name] for name in fields if name not in {"csrf_token", "file"}}


def exams(db: Session) -> list[planning.ExamLine]:
    """Return what is stored, and let others write again."""
    lines, _total = planning.exams(db, Wish(), scope=EVERYTHING, now=NOW)
    db.expunge_all()
    db.rollback()
    return list(lines)


def test_the_form_makes_the_plan_that_was_written(
    officer: ApiUser, db: Session
) -> None:
    answer = officer.submits_form("/exams/new", **FORM)

    (line,) = exams(db)
    plan = line.exam.plan
    assert answer.status_code == 303
    assert plan.title == "2026年度补考"
    assert plan.opens_at == NOW + timedelta(days=4)
    assert (plan.full_marks, plan.pass_mark, plan.duration_minutes) == (1000, 600, 60)
    assert plan.by_category == (("宪法", 1),)
    assert [grade.name for grade in plan.grades] == ["优秀", "良好", "合格"]
    assert not plan.shuffle_options


def test_a_new_form_shows_the_usual_paper(officer: ApiUser) -> None:
    page = officer.client.get("/exams/new").get_data(as_text=True)

    assert 'name="sections-2-count" type="text" value="15"' in page
    assert 'value="2026-12-08T09:00"' in page


def test_faults_stand_at_their_fields_and_nothing_is_lost_or_stored(
    officer: ApiUser, db: Session
) -> None:
    wrong = FORM | {
        "title": "",
        "closes_at": "2026-12-05T08:00",
        "sections-0-count": "很多",
        "more_departments": "430499",
    }

    answer = officer.submits_form("/exams/new", **wrong)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'href="#title"' in page
    assert 'href="#sections-0-count"' in page
    assert "结束时间应当晚于开始时间。" in page
    assert 'value="很多"' in page
    assert "430499" in page
    assert exams(db) == []


def test_a_department_that_is_not_there_is_refused_at_its_field(
    officer: ApiUser, db: Session
) -> None:
    answer = officer.submits_form("/exams/new", **FORM, more_departments="430499")

    assert answer.status_code == 422
    assert "没有代码为 430499 的单位" in answer.get_data(as_text=True)
    assert exams(db) == []


def test_a_category_written_twice_is_refused_and_not_overwritten(
    officer: ApiUser, db: Session
) -> None:
    twice = {"by_category-1-category": "宪法", "by_category-1-least": "2"}

    answer = officer.submits_form("/exams/new", **(FORM | twice))

    assert answer.status_code == 422
    assert "写了两次" in answer.get_data(as_text=True)
    assert exams(db) == []


def test_another_row_keeps_what_was_typed(officer: ApiUser, db: Session) -> None:
    answer = officer.submits_form("/exams/new", **FORM, more="sections")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert 'name="sections-5-title"' in page
    assert 'value="2026年度补考"' in page
    assert exams(db) == []


def test_a_plan_file_makes_a_draft(officer: ApiUser, db: Session) -> None:
    data = resource("examples/exam.toml").read_bytes()

    answer = officer.submits_form("/exams/new/file", file=(io.BytesIO(data), "a.toml"))

    assert answer.status_code == 303
    assert exams(db)[0].exam.plan.question_count == 65


def test_a_faulty_plan_file_is_answered_with_places(
    officer: ApiUser, db: Session
) -> None:
    data = resource("examples/exam.toml").read_bytes() + b"colour = 1\n"

    answer = officer.submits_form("/exams/new/file", file=(io.BytesIO(data), "a.toml"))

    assert answer.status_code == 422
    assert "room.colour" in answer.get_data(as_text=True)
    assert exams(db) == []


def test_editing_shows_and_changes_the_draft(officer: ApiUser, db: Session) -> None:
    officer.submits_form("/exams/new", **FORM)
    exam_id = exams(db)[0].exam.public_id

    page = officer.client.get(f"/exams/{exam_id}/edit").get_data(as_text=True)
    officer.submits_form(f"/exams/{exam_id}/edit", **(FORM | {"title": "改过的"}))

    assert 'value="2.5"' in page
    assert exams(db)[0].exam.plan.title == "改过的"


def test_a_plan_read_into_the_form_and_sent_back_is_the_same(
    officer: ApiUser, db: Session
) -> None:
    plan = a_plan(by_category=(("宪法", 2),), max_neighbour_overlap=4)
    exam_id = planning.create(db, plan, by=None, now=NOW)
    db.commit()

    page = officer.client.get(f"/exams/{exam_id}/edit").get_data(as_text=True)
    fields = _sent(page) | {"title": "只改名称"}
    answer = officer.submits_form(f"/exams/{exam_id}/edit", **fields)

    assert answer.status_code == 303
    assert exams(db)[0].exam.plan == replace(plan, title="只改名称")


def test_publishing_by_page_draws_the_papers(officer: ApiUser, db: Session) -> None:
    officer.submits_form("/exams/new", **FORM)
    exam_id = exams(db)[0].exam.public_id

    before = officer.client.get(f"/exams/{exam_id}/publish").get_data(as_text=True)
    answer = officer.submits_form(f"/exams/{exam_id}/publish")
    again = officer.submits_form(f"/exams/{exam_id}/publish")

    papers = db.execute(select(func.count()).select_from(PaperRow)).scalar_one()
    assert "发布：1 人，1 份试卷" in before
    assert answer.status_code == again.status_code == 303
    assert exams(db)[0].exam.is_published
    assert papers == 1


def test_a_plan_that_cannot_be_published_says_why_and_what_to_do(
    officer: ApiUser, db: Session
) -> None:
    officer.submits_form("/exams/new", **(FORM | {"sections-0-count": "40"}))
    exam_id = exams(db)[0].exam.public_id

    page = officer.client.get(f"/exams/{exam_id}/publish").get_data(as_text=True)
    answer = officer.submits_form(f"/exams/{exam_id}/publish")

    assert "第 1 大题" in page
    assert "缺 32 题" in page
    assert answer.status_code == 422
    assert not exams(db)[0].exam.is_published


def test_a_published_exam_can_no_longer_be_edited(app: Flask, hall: Hall) -> None:
    officer = a_browser(app, "officer")

    page = officer.client.get(f"/exams/{hall.exam_id}/edit")
    answer = officer.submits_form(f"/exams/{hall.exam_id}/edit", **FORM)

    assert page.status_code == answer.status_code == 409


@pytest.mark.parametrize("place", ["", "/board", "/codes", "/close", "/release"])
def test_the_pages_of_a_published_exam_tell_no_key(
    app: Flask, hall: Hall, place: str
) -> None:
    answer = a_browser(app, "officer").client.get(f"/exams/{hall.exam_id}{place}")

    assert answer.status_code == 200
    assert KEY_CANARY not in answer.get_data(as_text=True)


@pytest.mark.parametrize("place", ["board", "codes", "close", "release"])
def test_a_draft_has_no_pages_of_a_published_exam(
    officer: ApiUser, db: Session, place: str
) -> None:
    officer.submits_form("/exams/new", **FORM)
    exam_id = exams(db)[0].exam.public_id

    assert officer.client.get(f"/exams/{exam_id}/{place}").status_code == 409


def test_the_board_shows_who_sits(app: Flask, hall: Hall) -> None:
    a_browser(app, "HY00002").posts(f"/exams/{hall.exam_id}/attempts")
    officer = a_browser(app, "officer")

    page = officer.client.get(f"/exams/{hall.exam_id}/board?standing=running")

    text = page.get_data(as_text=True)
    assert "HY00002" in text
    assert "HY00001" not in text
    assert "0 / 6" in text


def test_the_export_of_the_board_holds_what_the_filter_shows(
    app: Flask, hall: Hall
) -> None:
    a_browser(app, "HY00002").posts(f"/exams/{hall.exam_id}/attempts")
    officer = a_browser(app, "officer")

    answer = officer.client.get(f"/exams/{hall.exam_id}/board.csv?standing=absent")

    lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["工号", "HY00001", "HY00003"]


def test_codes_are_downloaded_and_open_the_exam(app: Flask, hall: Hall) -> None:
    officer = a_browser(app, "officer")

    answer = officer.submits_form(f"/exams/{hall.exam_id}/codes", department="")

    lines = answer.get_data().decode("utf-8-sig").splitlines()
    staff_number, _name, _department, code = lines[1].split(",")
    assert lines[0] == "工号,姓名,单位代码,登录码"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert a_browser(app, staff_number, code).gets("/exams").status_code == 200


def test_closing_asks_for_a_reason_and_collects(
    app: Flask, hall: Hall, db: Session, clock: FixedClock
) -> None:
    a_browser(app, "HY00002").posts(f"/exams/{hall.exam_id}/attempts")
    officer = a_browser(app, "officer")
    clock.advance(timedelta(minutes=1))

    page = officer.client.get(f"/exams/{hall.exam_id}/close").get_data(as_text=True)
    refused = officer.submits_form(f"/exams/{hall.exam_id}/close", reason="")
    closed = officer.submits_form(f"/exams/{hall.exam_id}/close", reason="停电")

    assert "结束考试并收回 1 份答卷" in page
    assert "考生HY00002" in page
    assert (refused.status_code, closed.status_code) == (422, 303)
    assert exams(db)[0].exam.closed_at == clock.now()


def test_results_are_released_once_by_hand(app: Flask, hall: Hall, db: Session) -> None:
    officer = a_browser(app, "officer")

    answer = officer.submits_form(f"/exams/{hall.exam_id}/release", reason="已复核")

    assert answer.status_code == 303
    assert exams(db)[0].exam.released_at == NOW


PAGES = (
    "",
    "/edit",
    "/publish",
    "/board",
    "/board.csv",
    "/codes",
    "/close",
    "/release",
)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.EXAM_OFFICER])
def test_other_roles_have_no_exam_pages(
    app: Flask, hall: Hall, db: Session, role: Role
) -> None:
    an_account(db, "other", *([role] if role != Role.EXAMINEE else []))
    db.commit()
    other = a_browser(app, "other").client

    answers = {other.get(f"/exams/{hall.exam_id}{page}").status_code for page in PAGES}
    answers |= {other.get(page).status_code for page in ("/exams", "/exams/new")}

    assert answers == {403}


def test_an_officer_of_nowhere_finds_no_exam(
    app: Flask, hall: Hall, db: Session
) -> None:
    account = an_account(db, "county", Role.EXAM_OFFICER)
    elsewhere = a_department(db, "430500")
    db.execute(
        update(Grant)
        .where(Grant.account_id == account.id)
        .values(department_id=elsewhere.id)
    )
    db.commit()
    officer = a_browser(app, "county").client

    answers = {officer.get(f"/exams/{hall.exam_id}{p}").status_code for p in PAGES}
    listed = officer.get("/exams").get_data(as_text=True)

    assert answers == {404}
    assert "2026年度学法考试" not in listed


def test_the_list_exports_what_it_shows(app: Flask, hall: Hall) -> None:
    del hall
    officer = a_browser(app, "officer").client

    every = officer.get("/exams/export.csv").get_data().decode("utf-8-sig")
    drafts = officer.get("/exams/export.csv?state=draft").get_data()

    assert "2026年度学法考试" in every
    assert len(drafts.decode("utf-8-sig").splitlines()) == 1
