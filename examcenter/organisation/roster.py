"""Loading the roster: every person of the file or, when a row is bad, none.

Each person gets an account of the same id, which cannot be signed in with before a
first password is issued.  Who is not in the file stays as they are.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from examcenter.accounts.models import Account
from examcenter.db import new_public_id, wait_for_turn
from examcenter.organisation.columns import read_table
from examcenter.organisation.imports import IMPORT, ImportCollidedError, ImportReport
from examcenter.organisation.models import Person
from examcenter.organisation.roster_plan import (
    Known,
    chunks,
    planned,
    values,
)
from examcenter.organisation.roster_rows import (
    VOCABULARY,
    Listed,
    Roster,
    listed,
)
from examcenter.organisation.rules import Status
from question_bank.readers.tables import Limits


def read(data: bytes, name: str, *, limits: Limits) -> Roster:
    """Return what the file says; takes its time, so call it before a unit of work.

    Never raises for what is in the file: see *rejected* and the problems of *people*.
    """
    table = read_table(data, name, vocabulary=VOCABULARY, limits=limits)
    return Roster(
        file=table.file,
        encoding=table.encoding,
        entries=table.entries,
        rejected=table.rejected,
        ignored_columns=table.ignored_columns,
        notes=table.notes,
        people=tuple(map(listed, table.entries)),
    )


def preview(session: Session, roster: Roster, *, by: int | None) -> ImportReport:
    """Return what `take_in` would answer, without writing anything."""
    plan, _ = planned(session, roster, by)
    return plan.report(roster)


def take_in(
    session: Session, roster: Roster, *, by: int | None, now: datetime
) -> ImportReport:
    """Write the people of *roster*, all of them or, when any row is bad, none.

    *by* is the exam officer who brought it, or None for the operator: departments and
    people outside their scope do not exist for the import either.  A preview beforehand
    that finds nothing to write spares others the wait for this writer.

    Raises ImportCollidedError when another import was first at the same rows.
    """
    # Two imports at once: the second waits here for the first, and sees what it wrote.
    wait_for_turn(session, IMPORT)
    plan, known = planned(session, roster, by)
    if plan.is_to_be_written:
        try:
            _release_numbers(session, plan.changed, known)
            _insert(session, plan.new, known, now)
            _update(session, plan.changed, known, now)
        except IntegrityError as error:
            raise ImportCollidedError from error
    return plan.report(roster)


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
        # Rows of the same columns follow each other, and so go in one statement.
        session.execute(update(Person), sorted(people, key=sorted))
        named = [
            {"id": before.id, "name": row.name}
            for row, before in zip(some, stored, strict=True)
            if before.account_name != row.name
        ]
        if named:
            session.execute(update(Account), named)
    session.expire_all()


def _after(before: Row[Any], given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return what changes about a person: a column left alone costs no index work."""
    after = {name: new for name, new in given.items() if getattr(before, name) != new}
    if "exemption" in after:
        dated = (before.exempted_at or now) if after["exemption"] else None
        after["exempted_at"] = dated
    return after | {"id": before.id, "updated_at": now}


def _release_numbers(session: Session, rows: Sequence[Listed], known: Known) -> None:
    """Take changed ID numbers off first: people may have to swap or hand on theirs."""
    leaving = [
        {"id": before.id, "id_number": None}
        for row, before in ((row, known.accounts[row.login]) for row in rows)
        if row.has("id_number") and before.id_number not in (None, row.id_number)
    ]
    for some in chunks(leaving):
        session.execute(update(Person), some)
