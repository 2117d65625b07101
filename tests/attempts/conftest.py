"""A hall, an examinee in a browser, and the attempt that they have started."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.attempts.sitting import started
from tests.support.actors import ApiUser, a_browser
from tests.support.halls import Hall, a_hall


@pytest.fixture
def hall(db: Session) -> Hall:
    hall = a_hall(db)
    db.commit()
    return hall


@pytest.fixture
def examinee(app: Flask, hall: Hall) -> ApiUser:
    return a_browser(app, hall.people[0].staff_number)


@pytest.fixture
def attempt(examinee: ApiUser, hall: Hall) -> dict[str, Any]:
    return started(examinee, hall)
