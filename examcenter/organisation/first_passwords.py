"""First passwords for the people of a department, to be printed and handed out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.accounts.first_passwords import issue_first_passwords
from examcenter.accounts.models import Account, Grant
from examcenter.accounts.passwords import Policy
from examcenter.accounts.service import issue_first_password
from examcenter.errors import NotAllowedError, NotFoundError
from examcenter.organisation.models import Department, Person
from examcenter.organisation.rules import ON_POST
from examcenter.organisation.service import Scope


class StaffPasswordError(NotAllowedError):
    """The password of staff is the system administrator's business."""

    code = "staff_password"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose first passwords: a department with all below it, or everybody's for ""."""

    department: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class Slip:
    """One person's first password, to be seen once; *department* is the code."""

    staff_number: str
    name: str
    department: str
    department_name: str
    password: str


def issue(
    session: Session,
    wanted: Wanted,
    *,
    scope: Scope,
    policy: Policy,
    now: datetime,
) -> tuple[Slip, ...]:
    """Issue first passwords to people on post who need one; sorted for handing out.

    Raises NotFoundError for a department that is not there or not in *scope*.
    """
    people = (
        select(
            Person.id,
            Person.staff_number,
            Person.name,
            Department.code,
            Department.name.label("department_name"),
        )
        .join(Department, Department.id == Person.department_id)
        .where(scope.covers(Department.path), Person.status.in_(ON_POST))
        .order_by(Department.path, Person.staff_number)
    )
    if wanted.department:
        path = _path_of(session, wanted.department, scope)
        people = people.where(Department.path.startswith(path, autoescape=True))
    rows = session.execute(people).all()
    issued = issue_first_passwords(
        session,
        [row.id for row in rows],
        policy=policy,
        again=wanted.again,
        now=now,
    )
    return tuple(
        Slip(
            row.staff_number,
            row.name,
            row.code,
            row.department_name,
            issued[row.id],
        )
        for row in rows
        if row.id in issued
    )


def reissue(
    session: Session, public_id: str, *, scope: Scope, policy: Policy, now: datetime
) -> Slip:
    """Give one person a first password in place of whatever they had.

    Raises NotFoundError for who is not in *scope*, and StaffPasswordError for staff:
    whoever looks after a department must not be able to become its administrator.
    """
    row = session.execute(
        select(
            Person.id,
            Person.staff_number,
            Person.name,
            Department.code,
            Department.name.label("department_name"),
        )
        .join(Department, Department.id == Person.department_id)
        .join(Account, Account.id == Person.id)
        .where(Account.public_id == public_id, scope.covers(Department.path))
    ).one_or_none()
    if row is None:
        raise NotFoundError
    if session.execute(select(Grant.id).where(Grant.account_id == row.id)).first():
        raise StaffPasswordError
    password = issue_first_password(session, row.id, policy=policy, now=now)
    return Slip(row.staff_number, row.name, row.code, row.department_name, password)


def rows_of(slips: Sequence[Slip]) -> list[tuple[str, ...]]:
    """Return *slips* as the rows of a table with its header."""
    head = ("staff_number", "name", "department", "password")
    return [head, *((s.staff_number, s.name, s.department, s.password) for s in slips)]


def _path_of(session: Session, code: str, scope: Scope) -> str:
    path = session.execute(
        select(Department.path).where(
            Department.code == code, scope.covers(Department.path)
        )
    ).scalar_one_or_none()
    if path is None:
        raise NotFoundError(f"no department {code}", department=code)
    return path
