"""What a roster would change: each row held against the file and what is stored."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from examcenter.accounts.models import Account
from examcenter.accounts.rules import Role
from examcenter.db import CHUNK
from examcenter.organisation.imports import Plan, fault_of
from examcenter.organisation.models import Department, Person
from examcenter.organisation.roster_rows import Listed, Problem, Roster
from examcenter.organisation.service import Scope, scope_of

_Item = TypeVar("_Item")
_AnySelect = Select[*tuple[Any, ...]]

COLUMNS = (
    "staff_number",
    "name",
    "id_number",
    "department_id",
    "category",
    "rank",
    "phone",
    "status",
    "exemption",
)
"""What a roster may change about a person, by the names in the table."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored that the file speaks of.

    *departments* by code, as id and path.  *accounts* by login, with the person's
    columns None where it has no person.  *holders* by ID number, whose it is.
    """

    departments: Mapping[str, tuple[int, str]]
    accounts: Mapping[str, Row[Any]]
    holders: Mapping[str, Row[Any]]
    scope: Scope


def planned(
    session: Session, roster: Roster, by: int | None
) -> tuple[Plan[Listed], Known]:
    """Sort the rows of *roster* into new, changed, unchanged and bad ones.

    Departments and people outside the scope of *by* do not exist.
    """
    plan = Plan[Listed](faults=list(roster.rejected))
    rows: dict[str, Listed] = {}
    for row, _ in roster.people:
        rows.setdefault(row.login, row)
    known = _known(
        session, list(rows.values()), scope_of(session, by, Role.EXAM_OFFICER)
    )
    numbers: dict[str, Listed] = {}
    for row, problems in roster.people:
        found = [
            *problems,
            *_clashes(row, rows, numbers),
            *_unfit(row, known),
            *_taken(row, rows, known),
        ]
        if found:
            plan.faults.append(fault_of(row.entry, found))
    if not plan.faults:
        _sort_out(plan, rows, known)
    return plan, known


def values(row: Listed, known: Known) -> dict[str, Any]:
    """Return the columns that the file gives, by their names in the table."""
    given = {
        "category": row.category,
        "rank": row.rank,
        "phone": row.phone,
        "status": row.status,
        "exemption": row.exemption,
    }
    told: dict[str, Any] = {k: v for k, v in given.items() if v is not None}
    if row.has("id_number"):
        told["id_number"] = row.id_number
    return told | {
        "staff_number": row.staff_number,
        "name": row.name,
        "department_id": known.departments[row.department][0],
    }


def chunks(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    """Yield *items* in parts that one statement can take."""
    for at in range(0, len(items), CHUNK):
        yield items[at : at + CHUNK]


def _known(session: Session, rows: Sequence[Listed], scope: Scope) -> Known:
    departments = session.execute(
        select(Department.code, Department.id, Department.path).where(
            scope.covers(Department.path)
        )
    ).all()
    logins = [row.login for row in rows]
    numbers = [row.id_number for row in rows if row.id_number]
    people = _matching(session, _people(), Account.login, logins)
    holders = _matching(session, _holders(), Person.id_number, numbers)
    return Known(
        departments={row.code: (row.id, row.path) for row in departments},
        accounts={row.login: row for row in people},
        holders={row.id_number: row for row in holders},
        scope=scope,
    )


def _people() -> _AnySelect:
    return (
        select(
            Account.id,
            Account.login,
            Account.name.label("account_name"),
            Person.id.label("person_id"),
            *(getattr(Person, name) for name in COLUMNS),
            Person.exempted_at,
            Department.path,
        )
        .outerjoin(Person, Person.id == Account.id)
        .outerjoin(Department, Department.id == Person.department_id)
    )


def _holders() -> _AnySelect:
    return (
        select(Person.id_number, Person.staff_number, Account.login, Department.path)
        .join(Account, Account.id == Person.id)
        .join(Department, Department.id == Person.department_id)
    )


def _matching(
    session: Session, statement: _AnySelect, column: Any, wanted: Sequence[str]
) -> Iterator[Row[Any]]:
    for some in chunks(wanted):
        yield from session.execute(statement.where(column.in_(some)))


def _clashes(
    row: Listed, rows: Mapping[str, Listed], numbers: dict[str, Listed]
) -> Iterator[Problem]:
    """Yield what *row* repeats of a row above it, and note its ID number."""
    first = rows[row.login]
    if row.login and first is not row:
        words = f"工号 {row.staff_number} 与 {first.entry.place} 重复"
        yield "duplicate_staff_number", words
    if row.id_number:
        holder = numbers.setdefault(row.id_number, row)
        if holder.login != row.login:
            place = f"{holder.entry.place}（工号 {holder.staff_number}）"
            yield "duplicate_id_number", f"证件号码与 {place} 相同"


def _unfit(row: Listed, known: Known) -> Iterator[Problem]:
    if row.department and row.department not in known.departments:
        words = f"单位代码 {row.department} 不存在，请先导入单位或改正代码"
        yield "unknown_department", words
    account = known.accounts.get(row.login)
    if account is None:
        return
    if account.person_id is None and account.account_name != row.name:
        words = f"工号 {row.staff_number} 已是另一工作人员的登录名"
        yield "login_taken", words
    if account.person_id is not None and not known.scope.includes(account.path):
        words = f"工号 {row.staff_number} 属于您管理范围以外的人员"
        yield "person_elsewhere", words


def _taken(row: Listed, rows: Mapping[str, Listed], known: Known) -> Iterator[Problem]:
    """Yield when somebody else has the ID number and keeps it after this file."""
    holder = known.holders.get(row.id_number) if row.id_number else None
    if holder is None or holder.login == row.login:
        return
    other = rows.get(holder.login)
    if other and other.has("id_number") and other.id_number != row.id_number:
        return
    inside = known.scope.includes(holder.path)
    whose = f"工号 {holder.staff_number}" if inside else "您管理范围以外的人员"
    yield "id_number_taken", f"证件号码已登记在{whose}名下"


def _sort_out(plan: Plan[Listed], rows: Mapping[str, Listed], known: Known) -> None:
    for login, row in rows.items():
        stored = known.accounts.get(login)
        if stored is None or stored.person_id is None:
            plan.new.append(row)
        elif any(getattr(stored, n) != v for n, v in values(row, known).items()):
            plan.changed.append(row)
        else:
            plan.unchanged += 1
