"""A small centre with everything in it that an address can name, and who visits it.

Two departments: *ours*, whose things everybody below asks for, and *theirs*, whose
officer, HR and examinee hold the right roles and may still see none of it.
"""

import io
import re
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from examcenter.accounts.models import Account, Grant
from examcenter.accounts.passwords import Policy
from examcenter.accounts.rules import Role
from examcenter.accounts.service import issue_first_password
from examcenter.bank.models import BankImport, QuestionRow
from examcenter.config import Settings
from examcenter.db import Database
from examcenter.exams import planning, publishing
from examcenter.exams import service as exam_service
from examcenter.exams.rules import Release
from examcenter.organisation.models import Department
from examcenter.rooms.models import Room
from tests.support.factories import NOW, PASSWORD, a_department, a_person, an_account
from tests.support.halls import a_mixed_bank, a_plan
from tests.support.rooms import a_room, seated

OURS, THEIRS = "430411", "430412"
OWNER, ANOTHER, NEWCOMER = "OW00001", "AN00001", "NE00001"
EXAM, DRAFT, ENDED = "归我们管的考试", "归我们管的草稿", "归我们管的旧考试"
OF_OURS = (OWNER, f"考生{OWNER}", OURS, EXAM, DRAFT, ENDED)
"""Words that stand on no page of somebody who has nothing to do with our department."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who asks; *outside* means: of the right role, for another department."""

    login: str = ""
    role: Role | None = None
    outside: bool = False


ACTORS: Mapping[str, Actor] = {
    "nobody": Actor(),
    "the examinee": Actor(OWNER, Role.EXAMINEE),
    "another examinee": Actor(ANOTHER, Role.EXAMINEE, outside=True),
    "a bank editor": Actor("editor", Role.BANK_EDITOR),
    "an officer": Actor("officer", Role.EXAM_OFFICER),
    "an officer elsewhere": Actor("officer2", Role.EXAM_OFFICER, outside=True),
    "an invigilator": Actor("watch", Role.INVIGILATOR),
    "an invigilator elsewhere": Actor("watch2", Role.INVIGILATOR, outside=True),
    "HR": Actor("hr", Role.HR),
    "HR elsewhere": Actor("hr2", Role.HR, outside=True),
    "a system administrator": Actor("system", Role.SYSTEM),
}


@dataclass
class Stage:
    """The application with the world in it; `reset` undoes what a request changed."""

    app: Flask
    database: Database
    path: Path
    facts: dict[str, str] = field(default_factory=dict)
    _cookies: dict[str, str] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)

    def keep(self) -> None:
        """Remember the database and the uploaded files as they stand."""
        with self.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self.path, self.path.with_suffix(".kept"))
        shutil.copytree(self._uploads, self._kept_uploads)

    def reset(self) -> None:
        self.database.dispose()
        for beside in ("-wal", "-shm"):
            Path(f"{self.path}{beside}").unlink(missing_ok=True)
        shutil.copy(self.path.with_suffix(".kept"), self.path)
        shutil.copytree(self._kept_uploads, self._uploads, dirs_exist_ok=True)

    @property
    def _uploads(self) -> Path:
        return self.path.parent / "uploads"

    @property
    def _kept_uploads(self) -> Path:
        return self.path.parent / "kept-uploads"

    def signs_in(self, name: str, login: str, password: str = PASSWORD) -> None:
        client = self.app.test_client()
        if login:
            answer = client.post(
                "/api/v1/session", json={"login": login, "password": password}
            )
            assert answer.status_code == 200, answer.get_json()
            self._tokens[name] = answer.get_json()["csrf_token"]
        else:
            page = client.get("/sign-in").text
            token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
            assert token is not None
            self._tokens[name] = token[1]
        cookie = client.get_cookie("examcenter")
        assert cookie is not None
        self._cookies[name] = cookie.value

    def client(self, name: str) -> FlaskClient:
        """Return the browser of *name*, signed in."""
        client = self.app.test_client()
        client.set_cookie("examcenter", self._cookies[name])
        return client

    def asks(
        self, name: str, method: str, path: str, *, token: bool = True, **more: Any
    ) -> TestResponse:
        """Send a request as *name* would, with or without the page's token.

        *more* is what the test client takes; without it the body is empty.
        """
        given = self._tokens[name] if token else "wrong"
        if path.startswith("/api/"):
            headers = {"X-CSRF-Token": given} | dict(more.pop("headers", {}))
            more = {"headers": headers} | more
            if method != "GET" and "data" not in more:
                more = {"json": {}} | more
        elif method != "GET":
            more["data"] = {"csrf_token": given} | more.get("data", {})
        # Buffered, so that no file stays open behind an answer.
        return self.client(name).open(path, method=method, buffered=True, **more)


def text_of(answer: TestResponse) -> str:
    """Return everything that an answer says, also inside a workbook."""
    if not answer.data.startswith(b"PK\x03\x04"):
        return bytes(answer.data).decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        data = b"".join(archive.read(name) for name in archive.namelist())
    return data.decode("utf-8", "replace")


def build(db: Session, settings: Settings, key: bytes) -> dict[str, str]:
    """Store the world; return what its addresses name, and the newcomer's password."""
    root = a_department(db, "430400")
    ours = a_department(db, OURS, parent=root)
    theirs = a_department(db, THEIRS, parent=root)
    owner = a_person(db, ours, OWNER)
    a_person(db, theirs, ANOTHER)
    newcomer = a_person(db, ours, NEWCOMER)
    newcomer_account = db.get_one(Account, newcomer.id)
    password = issue_first_password(
        db, newcomer_account.id, policy=Policy(key, settings.accounts), now=NOW
    )
    _staff(db, theirs)
    brought = BankImport(
        bank_id=a_mixed_bank(db).id, file="a.csv", sha256="0" * 64, accepted=1, at=NOW
    )
    db.add(brought)
    rooms = a_room(db, "101", seats=4), a_room(db, "202", seats=1)
    exams = {
        "exam_id": _exam(db, EXAM, OURS),
        "ended_exam": _exam(db, ENDED, OURS),
        "theirs": _exam(db, "别人的考试", THEIRS),
        "draft": planning.create(
            db, a_plan(title=DRAFT, departments=(OURS,)), by=None, now=NOW
        ),
    }
    officer = db.scalars(select(Account).where(Account.login == "officer")).one()
    grant = db.scalars(select(Grant).where(Grant.account_id == officer.id)).one()
    for login, room in zip(("watch", "watch2"), rooms, strict=True):
        _looks_after(db, login, room)
    here = exam_service.find(db, exams["exam_id"])
    seated(db, here.id, rooms[0], [owner])
    question = db.scalars(select(QuestionRow).limit(1)).one()
    return {
        **exams,
        "newcomer_password": password,
        "person": db.get_one(Account, owner.id).public_id,
        "staff": officer.public_id,
        "grant_id": str(grant.id),
        "question": question.public_id,
        "import_id": str(brought.id),
        "room_id": rooms[0].public_id,
        "asked": "void",
        "decision": "decline",
        "pause": "pause",
        "code": "en",
        "kind": "absent",
        "form": "json",
        "department": OURS,
        "stylesheet": "css/base.css",
        "bootstrap": "css/bootstrap.min.css",
    }


def _staff(db: Session, theirs: Department) -> None:
    for actor in ACTORS.values():
        if actor.role is None or actor.role is Role.EXAMINEE:
            continue
        account = an_account(db, actor.login, actor.role, name=f"工作人员{actor.login}")
        if actor.outside:
            held = select(Grant).where(Grant.account_id == account.id)
            db.scalars(held).one().department_id = theirs.id


def _looks_after(db: Session, login: str, room: Room) -> None:
    held = select(Grant).join(Account, Account.id == Grant.account_id)
    grant = db.scalars(held.where(Account.login == login)).one()
    grant.department_id, grant.room_id = None, room.id


def _exam(db: Session, title: str, department: str) -> str:
    plan = a_plan(title=title, departments=(department,), release=Release.AT_SUBMISSION)
    exam_id = planning.create(db, plan, by=None, now=NOW)
    publishing.publish(db, exam_id, by=None, now=NOW)
    return exam_id
