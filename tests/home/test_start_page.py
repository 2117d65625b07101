"""What the start page says is next."""

import re

from flask import Flask
from sqlalchemy.orm import Session

from examcenter.accounts.rules import Role
from tests.support.actors import a_browser
from tests.support.factories import a_department, an_account


def what_is_next(app: Flask, login: str) -> list[str]:
    page = a_browser(app, login).client.get("/").text
    step = r'step-now" aria-current="step">.*?<a href="[^"]+">([^<]+)<'
    return re.findall(step, page, re.DOTALL)


def test_an_administrator_first_finds_helpers_and_then_departments(
    app: Flask, db: Session
) -> None:
    an_account(db, "system", Role.SYSTEM)
    db.commit()
    alone = what_is_next(app, "system")

    an_account(db, "officer", Role.EXAM_OFFICER)
    db.commit()
    helped = what_is_next(app, "system")

    a_department(db, "430400")
    db.commit()
    settled = what_is_next(app, "system")

    assert (alone, helped, settled) == (["工作人员账号"], ["单位"], [])
