"""The people who meet the bank."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from examcenter.accounts.rules import Role
from tests.support.actors import ApiUser, a_browser
from tests.support.factories import an_account


@pytest.fixture
def editor(app: Flask, db: Session) -> ApiUser:
    an_account(db, "editor", Role.BANK_EDITOR, name="王编辑")
    db.commit()
    return a_browser(app, "editor")
