"""An application and the people who meet the bank in it."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

import examcenter.app
from examcenter import features
from examcenter.accounts.rules import Role
from examcenter.bank import views
from examcenter.bank.wording import SENTENCES
from examcenter.web import wording
from tests.support.actors import ApiUser, a_browser
from tests.support.factories import an_account


@pytest.fixture(autouse=True)
def _wired(monkeypatch: pytest.MonkeyPatch) -> None:
    if views.bp not in features.BLUEPRINTS:
        together = (*features.BLUEPRINTS, views.bp)
        monkeypatch.setattr(examcenter.app, "BLUEPRINTS", together)
        wording.add(SENTENCES)


@pytest.fixture
def editor(app: Flask, db: Session) -> ApiUser:
    an_account(db, "editor", Role.BANK_EDITOR, name="王编辑")
    db.commit()
    return a_browser(app, "editor")
