"""Filling an empty centre, once, through the same services that an office uses."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.accounts import passwords
from examcenter.accounts import service as accounts
from examcenter.accounts.models import Account
from examcenter.accounts.rules import Role
from examcenter.bank import importing
from examcenter.bank.rules import ImportOrder
from examcenter.db import Database
from examcenter.demo import city, history
from examcenter.demo.plans import BANK, finished_exam, open_exam
from examcenter.errors import ConflictError
from examcenter.exams import planning, publishing
from examcenter.exams import service as exams
from examcenter.exams.rules import Plan
from examcenter.organisation import departments, roster
from examcenter.organisation.models import Person
from examcenter.paths import resource
from examcenter.results.service import score_submitted
from question_bank.readers.tables import Limits

_STAFF = (
    ("题库管理员", "editor", "题库管理员小文", Role.BANK_EDITOR),
    ("考务管理员", "officer", "考务管理员小陈", Role.EXAM_OFFICER),
    ("人事（考核）", "hr", "人事小林", Role.HR),
    ("系统管理员", "system", "系统管理员小周", Role.SYSTEM),
)
_EXAMINEES = 3
_DONE = "demo-accounts.json"


@dataclass(frozen=True, slots=True)
class Sign:
    """An account of the demonstration, to be printed."""

    role: str
    login: str
    password: str


class NotEmptyError(ConflictError):
    """The demonstration does not mix with the data of a real office."""

    code = "demo_needs_an_empty_centre"


def fill(database: Database, *, home: Path, now: datetime) -> list[Sign]:
    """Fill the centre and return one account per role; safe to repeat.

    The passwords are drawn at random for this centre and kept in the data directory,
    readable by its owner alone.  Raises NotEmptyError where people are there already.
    """
    done = home / _DONE
    if done.exists():
        return [Sign(**sign) for sign in json.loads(done.read_text())]
    with database.unit_of_work() as session:
        if session.execute(select(Person.id)).first() is not None:
            raise NotEmptyError("演示数据只能放进空的数据目录：已有人员名册。")
        _load(session, now)
        signs = [*_staff(session, now), *_examinees(session)]
        _exams(session, now)
    _keep(done, signs)
    return signs


def _load(session: Session, now: datetime) -> None:
    limits = Limits()
    tree = departments.read(city.departments_file(), "departments.csv", limits=limits)
    departments.take_in(session, tree, by=None)
    people = roster.read(city.roster_file(), "roster.csv", limits=limits)
    roster.take_in(session, people, by=None, now=now - timedelta(days=60))
    questions = resource("examples") / "questions.csv"
    order = ImportOrder(bank=BANK)
    examined = importing.examine(
        session, questions.read_bytes(), questions.name, order=order, limits=limits
    )
    importing.import_questions(session, examined, order, by=None, now=now)


def _staff(session: Session, now: datetime) -> list[Sign]:
    signs = []
    for title, login, name, role in _STAFF:
        account = accounts.create_account(session, login, name, now=now)
        authority = accounts.Authority(role)
        accounts.grant(session, account, authority, by=None, now=now)
        signs.append(_with_password(session, account, title))
    return signs


def _examinees(session: Session) -> list[Sign]:
    first = select(Person.id).order_by(Person.staff_number).limit(_EXAMINEES)
    ids = session.execute(first).scalars().all()
    return [_with_password(session, person, "考生") for person in ids]


def _with_password(session: Session, account_id: int, title: str) -> Sign:
    # Set as if they had chosen it: whoever tries the centre should not have to begin
    # by inventing passwords.
    account = session.get_one(Account, account_id)
    password = passwords.drawn()
    account.password = passwords.hashed(password)
    account.first_password = None
    account.first_password_expires_at = None
    return Sign(
        title, account.login.upper() if title == "考生" else account.login, password
    )


def _exams(session: Session, now: datetime) -> None:
    past = finished_exam(now)
    exam_id = _published(session, past, past.opens_at - timedelta(days=7))
    history.sit(session, exam_id)
    exams.close(session, exam_id, by=None, now=past.closes_at)
    while score_submitted(session, now=past.closes_at):
        pass
    _published(session, open_exam(now), now)


def _published(session: Session, plan: Plan, now: datetime) -> int:
    public_id = planning.create(session, plan, by=None, now=now)
    publishing.publish(session, public_id, by=None, now=now)
    return exams.find(session, public_id).id


def _keep(path: Path, signs: list[Sign]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump([asdict(sign) for sign in signs], file, ensure_ascii=False)
