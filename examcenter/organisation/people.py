"""The list of people, and one of them, as those who look after the roster see them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from examcenter.accounts.models import Account, Grant
from examcenter.errors import NotFoundError
from examcenter.organisation.models import Department, Person
from examcenter.organisation.rules import masked_id_number, masked_phone
from examcenter.organisation.service import Scope
from examcenter.wishes import Wish, contains, page_of

FILTERS = ("department", "status", "exempt")
SORTS = ("staff_number", "name", "department")

_MOST = 1_000_000

_AnySelect = Select[*tuple[Any, ...]]


class PasswordState(StrEnum):
    """How somebody can sign in."""

    NONE = "none"
    FIRST = "first"
    EXPIRED = "expired"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody on the roster; ID number and telephone are masked."""

    public_id: str
    staff_number: str
    name: str
    department_code: str
    department: str
    category: str
    rank: str
    id_number: str
    phone: str
    status: str
    exemption: str


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person with everything that their page shows.

    *is_staff* people get their first passwords from the system administrator.
    """

    line: PersonLine
    account_id: int
    exempted_at: datetime | None
    updated_at: datetime
    password: PasswordState
    password_expires_at: datetime | None
    is_staff: bool


def people(
    session: Session, asked: Wish, *, scope: Scope
) -> tuple[list[PersonLine], int]:
    """Return the wished page of the people in *scope*, and how many there are."""
    rows, total = page_of(session, _ordered(_listed(scope, asked), asked), asked)
    return [_line(row) for row in rows], total


def all_people(session: Session, asked: Wish, *, scope: Scope) -> list[PersonLine]:
    """Return everybody whom the filters of *asked* leave, on one page."""
    return people(session, replace(asked, page=1, size=_MOST), scope=scope)[0]


def person(
    session: Session, public_id: str, *, scope: Scope, now: datetime
) -> PersonPage:
    """Return one person; raises NotFoundError for who is not in *scope*."""
    is_staff = select(Grant.id).where(Grant.account_id == Account.id).exists()
    row = session.execute(
        _statement(scope)
        .add_columns(
            Account.id,
            Person.exempted_at,
            Person.updated_at,
            Account.password,
            Account.first_password_expires_at.label("expires_at"),
            is_staff.label("is_staff"),
        )
        .where(Account.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return PersonPage(
        line=_line(row),
        account_id=row.id,
        exempted_at=row.exempted_at,
        updated_at=row.updated_at,
        password=_password_state(row, now),
        password_expires_at=row.expires_at,
        is_staff=row.is_staff,
    )


def _statement(scope: Scope) -> _AnySelect:
    return (
        select(
            Account.public_id,
            Person.staff_number,
            Person.name,
            Department.code.label("department_code"),
            Department.name.label("department"),
            Person.category,
            Person.rank,
            Person.id_number,
            Person.phone,
            Person.status,
            Person.exemption,
        )
        .select_from(Person)
        .join(Account, Account.id == Person.id)
        .join(Department, Department.id == Person.department_id)
        .where(scope.covers(Department.path))
    )


def _listed(scope: Scope, asked: Wish) -> _AnySelect:
    statement = _statement(scope)
    if asked.text:
        name: Any = Person.name
        number: Any = Person.staff_number
        statement = statement.where(
            contains(name, asked.text) | contains(number, asked.text)
        )
    if code := asked.filters.get("department"):
        above = select(Department.path).where(Department.code == code)
        within = Department.path.startswith(above.scalar_subquery())
        statement = statement.where(within)
    if status := asked.filters.get("status"):
        statement = statement.where(Person.status == status)
    if exempt := asked.filters.get("exempt"):
        is_exempt = Person.exemption != ""
        statement = statement.where(is_exempt if exempt == "yes" else ~is_exempt)
    return statement


def _ordered(statement: _AnySelect, asked: Wish) -> _AnySelect:
    column: Any = {
        "name": Person.name,
        "department": Department.path,
    }.get(asked.sort, Person.staff_number)
    first = column.desc() if asked.descending else column.asc()
    return statement.order_by(first, Person.id)


def _line(row: Row[Any]) -> PersonLine:
    return PersonLine(
        public_id=row.public_id,
        staff_number=row.staff_number,
        name=row.name,
        department_code=row.department_code,
        department=row.department,
        category=row.category,
        rank=row.rank,
        id_number=masked_id_number(row.id_number),
        phone=masked_phone(row.phone),
        status=row.status,
        exemption=row.exemption,
    )


def _password_state(row: Row[Any], now: datetime) -> PasswordState:
    if row.password is not None:
        return PasswordState.OWN
    if row.expires_at is None:
        return PasswordState.NONE
    return PasswordState.FIRST if row.expires_at > now else PasswordState.EXPIRED


EXPORT_HEAD = (
    "工号",
    "姓名",
    "单位代码",
    "单位名称",
    "人员类别",
    "职务层次",
    "证件号码",
    "手机号",
    "在职状态",
    "免考原因",
)


def export_rows(lines: Sequence[PersonLine]) -> list[tuple[str, ...]]:
    """Return *lines* as rows of a table, ID numbers and telephones masked."""
    return [
        (
            line.staff_number,
            line.name,
            line.department_code,
            line.department,
            line.category,
            line.rank,
            line.id_number,
            line.phone,
            line.status,
            line.exemption,
        )
        for line in lines
    ]
