"""Loading the roster: every person of the file or, when a row is bad, none.

Each person gets an account of the same id, which cannot be signed in with before a
first password is issued.  Who is not in the file stays as they are.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from examcenter.accounts.models import Account
from examcenter.db import new_public_id
from examcenter.organisation.columns import Table, read_table
from examcenter.organisation.imports import ImportCollidedError, ImportReport
from examcenter.organisation.models import Department, Person
from examcenter.organisation.roster_plan import (
    COLUMNS,
    Known,
    chunks,
    planned,
    values,
)
from examcenter.organisation.roster_rows import VOCABULARY, Listed
from examcenter.organisation.rules import Status
from question_bank.readers.tables import Limits


def read(data: bytes, name: str, *, limits: Limits) -> Table:
    """Return the file's rows; takes its time, so call it before a unit of work."""
    return read_table(data, name, vocabulary=VOCABULARY, limits=limits)


def preview(session: Session, table: Table, *, by: int | None) -> ImportReport:
    """Return what `take_in` would answer, without writing anything."""
    plan, _ = planned(session, table, by)
    return plan.report(table)


def take_in(
    session: Session, table: Table, *, by: int | None, now: datetime
) -> ImportReport:
    """Write the people of *table*, all of them or, when any row is bad, none.

    *by* is the exam officer who brought it, or None for the operator: departments and
    people outside their scope do not exist for the import either.

    Raises ImportCollidedError when another import was first at the same rows.
    """
    # Two imports at once: the second waits here for the first, and sees what it wrote.
    lock = select(Department.id).order_by(Department.id).with_for_update()
    session.execute(lock).all()
    plan, known = planned(session, table, by)
    if plan.is_to_be_written:
        try:
            _release_numbers(session, plan.changed, known)
            _insert(session, plan.new, known, now)
            _update(session, plan.changed, known, now)
        except IntegrityError as error:
            raise ImportCollidedError from error
    return plan.report(table)


_UNTOLD = {
    "id_number": None,
    "category": "",
    "rank": "",
    "phone": "",
    "status": str(Status.ON_POST),
    "exemption": "",
}


def _insert(
    session: Session, rows: Sequence[Listed], known: Known, now: datetime
) -> None:
    for some in chunks(rows):
        ids = {
            row.login: known.accounts[row.login].id
            for row in some
            if row.login in known.accounts
        }
        fresh = [
            {
                "public_id": new_public_id(),
                "login": row.login,
                "name": row.name,
                "created_at": now,
            }
            for row in some
            if row.login not in ids
        ]
        if fresh:
            made = insert(Account).returning(Account.login, Account.id)
            ids |= {row.login: row.id for row in session.execute(made, fresh)}
        people = [
            _UNTOLD
            | values(row, known)
            | {
                "id": ids[row.login],
                "exempted_at": now if row.exemption else None,
                "updated_at": now,
            }
            for row in some
        ]
        session.execute(insert(Person), people)


def _update(
    session: Session, rows: Sequence[Listed], known: Known, now: datetime
) -> None:
    for some in chunks(rows):
        stored = [known.accounts[row.login] for row in some]
        people = [
            _after(before, values(row, known), now)
            for row, before in zip(some, stored, strict=True)
        ]
        session.execute(update(Person), people)
        named = [
            {"id": before.id, "name": row.name}
            for row, before in zip(some, stored, strict=True)
            if before.account_name != row.name
        ]
        if named:
            session.execute(update(Account), named)
    session.expire_all()


def _after(before: Row[Any], given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    after = {name: getattr(before, name) for name in COLUMNS} | dict(given)
    exempted_at = (before.exempted_at or now) if after["exemption"] else None
    return after | {"id": before.id, "exempted_at": exempted_at, "updated_at": now}


def _release_numbers(session: Session, rows: Sequence[Listed], known: Known) -> None:
    """Take changed ID numbers off first: people may have to swap or hand on theirs."""
    leaving = [
        {"id": before.id, "id_number": None}
        for row, before in ((row, known.accounts[row.login]) for row in rows)
        if row.has("id_number") and before.id_number not in (None, row.id_number)
    ]
    for some in chunks(leaving):
        session.execute(update(Person), some)
