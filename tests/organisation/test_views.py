"""The pages of departments and people, as a browser meets them."""

import csv
import io
import re
from datetime import timedelta

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from examcenter.accounts.models import Account, Grant
from examcenter.accounts.rules import Role
from examcenter.clock import FixedClock
from examcenter.organisation import departments
from examcenter.organisation.models import Department, Person
from tests.support.actors import ApiUser, a_browser
from tests.support.factories import NOW, a_person, an_account
from tests.support.organisation_factories import (
    DEPARTMENTS,
    ROSTER_HEAD,
    a_row,
    csv_of,
    departments_table,
)


@pytest.fixture(autouse=True)
def city(db: Session) -> None:
    departments.take_in(db, departments_table(DEPARTMENTS), by=None)
    an_account(db, "officer", Role.EXAM_OFFICER)
    an_account(db, "hr", Role.HR)
    an_account(db, "system", Role.SYSTEM)
    county = an_account(db, "county")
    db.add(
        Grant(
            account_id=county.id,
            role=Role.EXAM_OFFICER,
            department_id=department(db, "430481").id,
            granted_at=NOW,
        )
    )
    a_person(db, department(db, "430400001"), "HY1")
    a_person(db, department(db, "430481"), "HY2")
    db.commit()


def department(db: Session, code: str) -> Department:
    return db.execute(select(Department).where(Department.code == code)).scalar_one()


def public_id(db: Session, login: str) -> str:
    found = select(Account.public_id).where(Account.login == login)
    number = db.execute(found).scalar_one()
    db.rollback()  # the application writes too
    return number


@pytest.fixture
def officer(app: Flask) -> ApiUser:
    return a_browser(app, "officer")


def sends(browser: ApiUser, path: str, rows: list[tuple[object, ...]]) -> TestResponse:
    file = (io.BytesIO(csv_of(rows, "gb18030")), "名册.csv")
    return browser.submits_form(path, file=file)


def people_there(db: Session) -> set[str]:
    there = set(db.execute(select(Person.staff_number)).scalars())
    db.rollback()  # the application writes too
    return there


def test_a_roster_goes_in_after_it_was_seen(officer: ApiUser, db: Session) -> None:
    shown = sends(officer, "/people/import", [ROSTER_HEAD, a_row("HY3", "王五")])
    before = people_there(db)
    preview = officer.client.get(shown.location)
    done = officer.submits_form(shown.location)

    assert shown.status_code == 303
    assert "新增 1" in preview.text
    assert before == {"HY1", "HY2"}
    assert done.location == "/people"
    assert people_there(db) == {"HY1", "HY2", "HY3"}


def test_a_bad_roster_shows_its_rows_and_offers_no_button(
    officer: ApiUser, db: Session
) -> None:
    shown = sends(
        officer,
        "/people/import",
        [ROSTER_HEAD, a_row("HY3", "<b>王五</b>"), a_row("HY4", department="9")],
    )
    preview = officer.client.get(shown.location)
    forced = officer.submits_form(shown.location)

    assert "R3" in preview.text
    assert "单位代码 9 不存在" in preview.text
    assert f'action="{shown.location}"' not in preview.text
    assert forced.location == shown.location
    assert people_there(db) == {"HY1", "HY2"}


def test_what_stands_in_a_file_is_shown_as_text(officer: ApiUser) -> None:
    row = a_row("HY3", "<script>alert(1)</script>", department="<b>")

    shown = sends(officer, "/people/import", [ROSTER_HEAD, row])

    page = officer.client.get(shown.location).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_rows_to_mend_come_back_as_a_workbook_of_text(officer: ApiUser) -> None:
    row = a_row("HY4", "=1+1", department="9")
    shown = sends(officer, "/people/import", [ROSTER_HEAD, row])

    answer = officer.client.get(f"{shown.location}/errors.xlsx")

    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    lines = list(sheet.iter_rows(values_only=True))
    assert lines[0][:3] == ("原行号", "错误说明", "工号")
    assert lines[1][0] == "2"
    assert "单位代码 9 不存在" in lines[1][1]
    assert lines[1][3] == "=1+1"
    assert sheet["D2"].data_type == "s"


def test_the_uploaded_file_is_nobody_elses(
    app: Flask, officer: ApiUser, db: Session
) -> None:
    an_account(db, "other", Role.EXAM_OFFICER)
    db.commit()
    shown = sends(officer, "/people/import", [ROSTER_HEAD, a_row("HY3", "王五")])

    other = a_browser(app, "other")
    seen = other.client.get(shown.location)
    taken = other.submits_form(shown.location)

    assert seen.location == "/people/import"
    assert taken.location == "/people/import"
    assert people_there(db) == {"HY1", "HY2"}


def test_the_uploaded_file_is_gone_after_an_hour(
    officer: ApiUser, clock: FixedClock, db: Session
) -> None:
    shown = sends(officer, "/people/import", [ROSTER_HEAD, a_row("HY3", "王五")])
    clock.advance(timedelta(minutes=29))
    assert officer.client.get("/people").status_code == 200
    clock.advance(timedelta(minutes=29))
    assert officer.client.get("/people").status_code == 200
    clock.advance(timedelta(minutes=3))

    done = officer.submits_form(shown.location)

    assert done.location == "/people/import"
    assert people_there(db) == {"HY1", "HY2"}


def test_a_file_must_be_chosen(officer: ApiUser) -> None:
    answer = officer.submits_form("/people/import")

    assert answer.status_code == 422
    assert "请选择要导入的文件" in answer.text


def test_departments_go_in_after_they_were_seen(officer: ApiUser, db: Session) -> None:
    rows: list[tuple[object, ...]] = [
        DEPARTMENTS[0],
        ("430400009", "市医保局", "430400", "市直", "市直"),
    ]
    shown = sends(officer, "/departments/import", rows)
    done = officer.submits_form(shown.location)

    assert done.location == "/departments"
    assert department(db, "430400009").name == "市医保局"


def test_an_officer_of_a_county_cannot_change_the_tree(app: Flask) -> None:
    county = a_browser(app, "county")

    shown = sends(county, "/departments/import", list(DEPARTMENTS))

    assert county.client.get(shown.location).status_code == 403
    assert "导入单位" not in county.client.get("/departments").text


def test_the_tree_shows_only_what_is_in_scope(app: Flask) -> None:
    page = a_browser(app, "county").client.get("/departments").text

    assert "耒阳市" in page
    assert "市司法局" not in page


def test_a_person_outside_the_scope_is_not_found(app: Flask, db: Session) -> None:
    county = a_browser(app, "county").client

    assert county.get(f"/people/{public_id(db, 'hy1')}").status_code == 404
    assert county.get(f"/people/{public_id(db, 'hy2')}").status_code == 200


def test_the_export_holds_what_the_filter_shows_and_says_so(
    officer: ApiUser, db: Session
) -> None:
    someone = db.execute(
        select(Person).where(Person.staff_number == "HY2")
    ).scalar_one()
    someone.name = "=cmd()"
    someone.id_number = "430405198001011239"
    db.commit()

    answer = officer.client.get("/people/export.csv?department=430481")

    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert "共 1 人" in rows[0][0]
    assert "耒阳市" in rows[0][1]
    assert "工作人员officer" in rows[0][2]
    assert rows[1][0] == "工号"
    assert [row[:2] for row in rows[2:]] == [["HY2", "'=cmd()"]]
    assert "430405198001011239" not in answer.text


def test_first_passwords_are_shown_once_and_sign_in(
    app: Flask, officer: ApiUser, db: Session
) -> None:
    for account in db.execute(select(Account).join(Person, Person.id == Account.id)):
        account[0].password = None
    db.commit()

    page = officer.submits_form(
        "/people/passwords", department="430481", reason="新一年"
    )
    again = officer.submits_form("/people/passwords", department="", reason="新一年")

    (password,) = re.findall(r"<code>([^<]+)</code>", page.text)
    assert "HY2" in page.text
    assert re.findall(r"<td[^>]*>(HY\d)</td>", again.text) == ["HY1"]
    assert a_browser(app, "hy2", password).gets("/exams").status_code == 403


def test_the_list_of_passwords_needs_a_reason(officer: ApiUser) -> None:
    answer = officer.submits_form("/people/passwords", department="")

    assert answer.status_code == 422


def test_a_department_outside_the_scope_gets_no_passwords(app: Flask) -> None:
    county = a_browser(app, "county")

    answer = county.submits_form(
        "/people/passwords", department="430400001", reason="新一年"
    )

    assert answer.status_code == 422


def test_one_persons_password_is_replaced_with_a_reason(
    app: Flask, officer: ApiUser, db: Session
) -> None:
    person = public_id(db, "hy1")

    silent = officer.submits_form(f"/people/{person}/first-password")
    page = officer.submits_form(f"/people/{person}/first-password", reason="忘记")

    (password,) = re.findall(r"<code>([^<]+)</code>", page.text)
    assert silent.status_code == 422
    assert a_browser(app, "hy1", password).deletes("/session").status_code == 204


def test_the_password_of_staff_is_not_the_exam_officers_business(
    officer: ApiUser, db: Session
) -> None:
    account = db.execute(select(Account).where(Account.login == "hy1")).scalar_one()
    db.add(Grant(account_id=account.id, role=Role.SYSTEM, granted_at=NOW))
    db.commit()

    answer = officer.submits_form(
        f"/people/{account.public_id}/first-password", reason="忘记"
    )

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("login", "path", "status"),
    [
        ("hr", "/people", 200),
        ("hr", "/people/export.csv", 200),
        ("hr", "/people/import", 403),
        ("hr", "/people/passwords", 403),
        ("hr", "/departments", 200),
        ("hr", "/departments/import", 403),
        ("system", "/departments", 200),
        ("system", "/departments/import", 200),
        ("system", "/people", 403),
        ("officer", "/staff", 403),
        ("officer", "/people/passwords", 200),
        ("hy1", "/people", 403),
        ("hy1", "/departments", 403),
    ],
)
def test_each_role_opens_its_own_pages(
    app: Flask, login: str, path: str, status: int
) -> None:
    assert a_browser(app, login).client.get(path).status_code == status


def test_hr_sees_no_button_that_changes_anything(app: Flask, db: Session) -> None:
    hr = a_browser(app, "hr").client

    pages = hr.get("/people").text + hr.get(f"/people/{public_id(db, 'hy1')}").text

    assert "导入名册" not in pages
    assert "发放" not in pages


@pytest.mark.parametrize(
    ("path", "place"), [("/people/import", "人员"), ("/departments/import", "单位")]
)
def test_an_import_stands_under_its_place_in_the_navigation(
    officer: ApiUser, path: str, place: str
) -> None:
    page = officer.client.get(path).text

    assert re.findall(r'aria-current="page">([^<]+)<', page) == [place]


def test_a_bad_row_is_named_as_the_reader_counts_rows(officer: ApiUser) -> None:
    shown = sends(
        officer, "/people/import", [ROSTER_HEAD, a_row("HY3", department="9")]
    )

    preview = officer.client.get(shown.location).text

    assert "位置 R3 是表格的第 3 行" in preview
    assert "GB18030" in preview
