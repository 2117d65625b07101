"""Accounts of those who run the centre."""

import csv
import io
import re
import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from examcenter.accounts import staff
from examcenter.accounts.models import Account, Grant
from examcenter.accounts.rules import Role
from examcenter.db import Database
from tests.support.actors import ApiUser, a_browser
from tests.support.factories import NOW, a_department, a_person, an_account


@pytest.fixture(autouse=True)
def centre(db: Session) -> None:
    an_account(db, "admin", Role.SYSTEM, name="赵管理")
    a_person(db, a_department(db, "430481", name="耒阳市"), "HY1")
    db.commit()


@pytest.fixture
def admin(app: Flask) -> ApiUser:
    return a_browser(app, "admin")


def public_id(db: Session, login: str) -> str:
    found = select(Account.public_id).where(Account.login == login)
    number = db.execute(found).scalar_one()
    db.rollback()  # the application writes too
    return number


def grants(db: Session, login: str) -> list[tuple[str, bool]]:
    rows = db.execute(
        select(Grant.role, Grant.department_id)
        .join(Account, Account.id == Grant.account_id)
        .where(Account.login == login)
        .order_by(Grant.id)
    ).all()
    db.rollback()
    return [(row.role, row.department_id is not None) for row in rows]


def grant_id(db: Session, login: str, role: Role) -> int:
    found = db.execute(
        select(Grant.id)
        .join(Account, Account.id == Grant.account_id)
        .where(Account.login == login, Grant.role == role)
    ).scalar_one()
    db.rollback()
    return found


def makes(admin: ApiUser, **fields: str) -> TestResponse:
    asked = {"login": "hr1", "name": "李人事", "role": "hr", "department": ""}
    return admin.submits_form("/staff/new", **{**asked, **fields})


def test_a_new_account_is_shown_its_password_once_and_signs_in(
    app: Flask, admin: ApiUser, db: Session
) -> None:
    page = makes(admin, department="430481")

    (password,) = re.findall(r"<code>([^<]+)</code>", page.text)
    later = admin.client.get(f"/staff/{public_id(db, 'hr1')}").text
    assert password not in later
    assert "耒阳市" in later
    assert grants(db, "hr1") == [("hr", True)]
    assert a_browser(app, "hr1", password).deletes("/session").status_code == 204


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        pytest.param({"login": "ADMIN"}, 409, "已被使用", id="a-taken-login"),
        pytest.param({"login": "\u200b"}, 422, "可见的字符", id="an-invisible-login"),
        pytest.param({"name": ""}, 422, "还不能提交", id="no-name"),
        pytest.param({"role": "examinee"}, 422, "还不能提交", id="no-staff-role"),
        pytest.param({"department": "9"}, 422, "没有单位代码 9", id="no-department"),
        pytest.param(
            {"role": "system", "department": "430481"},
            422,
            "只能授予全中心",
            id="a-role-without-scope",
        ),
    ],
)
def test_an_account_that_cannot_be_is_refused_beside_its_field(
    admin: ApiUser, db: Session, fields: dict[str, str], status: int, words: str
) -> None:
    answer = makes(admin, **fields)

    assert answer.status_code == status
    assert words in answer.text
    assert db.execute(select(Account).where(Account.login == "hr1")).first() is None


def test_somebody_on_the_roster_is_found_by_the_whole_staff_number_and_given_a_role(
    admin: ApiUser, db: Session
) -> None:
    before = admin.client.get("/staff?q=考生").text
    found = admin.client.get("/staff?q=HY1").text
    admin.submits_form(
        f"/staff/{public_id(db, 'hy1')}/roles", role="exam_officer", department=""
    )
    after = admin.client.get("/staff?q=考生").text

    assert "hy1" not in before
    assert "hy1" in found
    assert "hy1" in after
    assert grants(db, "hy1") == [("exam_officer", False)]


def test_a_role_is_taken_back(admin: ApiUser, db: Session) -> None:
    makes(admin)
    held = grant_id(db, "hr1", Role.HR)

    admin.submits_form(f"/staff/{public_id(db, 'hr1')}/roles/{held}/withdraw")

    assert grants(db, "hr1") == []


def test_a_grant_of_somebody_else_is_not_found(admin: ApiUser, db: Session) -> None:
    makes(admin)
    held = grant_id(db, "admin", Role.SYSTEM)

    answer = admin.submits_form(f"/staff/{public_id(db, 'hr1')}/roles/{held}/withdraw")

    assert answer.status_code == 404
    assert grants(db, "admin") == [("system", False)]


def test_the_last_administrator_can_be_neither_disabled_nor_stripped(
    admin: ApiUser, db: Session
) -> None:
    me = public_id(db, "admin")
    held = grant_id(db, "admin", Role.SYSTEM)

    disabled = admin.submits_form(f"/staff/{me}/disable", reason="试一试")
    stripped = admin.submits_form(f"/staff/{me}/roles/{held}/withdraw")

    assert (disabled.status_code, stripped.status_code) == (409, 409)
    assert "最后一个" in disabled.text
    assert grants(db, "admin") == [("system", False)]


@pytest.mark.parametrize("flaw", ["disabled", "without a password", "expired"])
def test_an_administrator_who_cannot_sign_in_does_not_count(
    admin: ApiUser, db: Session, flaw: str
) -> None:
    other = an_account(db, "other", Role.SYSTEM)
    if flaw == "disabled":
        other.disabled_at = NOW
    if flaw != "disabled":
        other.password = None
    if flaw == "expired":
        other.first_password = "x"
        other.first_password_expires_at = NOW - timedelta(days=1)
    db.commit()

    me = public_id(db, "admin")

    assert admin.submits_form(f"/staff/{me}/disable", reason="x").status_code == 409


def test_two_administrators_who_disable_each_other_leave_one(
    database: Database, db: Session
) -> None:
    an_account(db, "other", Role.SYSTEM)
    db.commit()
    targets = [public_id(db, "admin"), public_id(db, "other")]
    together = threading.Barrier(2)
    refused: list[str] = []

    def disable(target: str) -> None:
        together.wait()
        try:
            with database.unit_of_work() as session:
                staff.disable(session, target, now=NOW)
        except staff.LastAdministratorError:
            refused.append(target)

    threads = [threading.Thread(target=disable, args=(one,)) for one in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1


def test_a_disabled_account_is_out_at_once_and_comes_back_as_it_was(
    app: Flask, admin: ApiUser, db: Session
) -> None:
    an_account(db, "hr2", Role.HR)
    db.commit()
    hr = a_browser(app, "hr2")
    account = public_id(db, "hr2")

    silent = admin.submits_form(f"/staff/{account}/disable")
    admin.submits_form(f"/staff/{account}/disable", reason="调离")
    during = hr.client.get("/people")
    admin.submits_form(f"/staff/{account}/enable")

    assert silent.status_code == 422
    assert during.status_code == 303
    assert a_browser(app, "hr2").client.get("/people").status_code == 200


def test_signing_somebody_out_everywhere_leaves_the_password(
    app: Flask, admin: ApiUser, db: Session
) -> None:
    an_account(db, "hr2", Role.HR)
    db.commit()
    hr = a_browser(app, "hr2")

    admin.submits_form(f"/staff/{public_id(db, 'hr2')}/sign-outs")

    assert hr.client.get("/people").status_code == 303
    assert a_browser(app, "hr2").deletes("/session").status_code == 204


def test_the_one_who_signs_everybody_out_stays(admin: ApiUser, db: Session) -> None:
    admin.submits_form(f"/staff/{public_id(db, 'admin')}/sign-outs")

    assert admin.client.get("/staff").status_code == 200


def test_a_forgotten_password_is_replaced(
    app: Flask, admin: ApiUser, db: Session
) -> None:
    an_account(db, "hr2", Role.HR)
    db.commit()

    page = admin.submits_form(f"/staff/{public_id(db, 'hr2')}/password")

    (password,) = re.findall(r"<code>([^<]+)</code>", page.text)
    assert a_browser(app, "hr2", password).deletes("/session").status_code == 204


@pytest.mark.parametrize(
    ("query", "logins"),
    [
        ("", ["admin", "hr2", "off"]),
        ("?role=hr", ["hr2"]),
        ("?state=disabled", ["off"]),
        ("?state=active&sort=login&direction=desc", ["hr2", "admin"]),
        ("?q=赵", ["admin"]),
    ],
)
def test_the_export_holds_what_the_list_shows(
    admin: ApiUser, db: Session, query: str, logins: list[str]
) -> None:
    an_account(db, "hr2", Role.HR)
    an_account(db, "off", Role.BANK_EDITOR).disabled_at = NOW
    db.commit()

    text = admin.client.get(f"/staff/export.csv{query}").data.decode("utf-8-sig")
    page = admin.client.get(f"/staff{query}").text

    rows = list(csv.reader(io.StringIO(text)))
    assert [row[0] for row in rows[3:]] == logins
    assert all(login in page for login in logins)


@pytest.mark.parametrize("path", ["/staff", "/staff/new", "/staff/export.csv"])
@pytest.mark.parametrize("role", [Role.EXAM_OFFICER, Role.HR, Role.BANK_EDITOR])
def test_only_the_system_administrator_looks_after_accounts(
    app: Flask, db: Session, role: Role, path: str
) -> None:
    an_account(db, "other", role)
    db.commit()

    assert a_browser(app, "other").client.get(path).status_code == 403
