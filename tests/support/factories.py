"""Data with sensible defaults; a test overrides only what its sentence mentions."""

from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy.orm import Session

from examcenter.accounts import passwords
from examcenter.accounts.models import Account, Grant
from examcenter.accounts.rules import Role, normalised_login
from examcenter.organisation.models import Department, Person

NOW = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
PASSWORD = "Right-Horse-42"

# Hashing is slow on purpose; the tests' one password is hashed once.
_HASHED = passwords.hashed(PASSWORD)
_numbers = count(1)


def a_department(
    db: Session,
    code: str = "430400",
    *,
    parent: Department | None = None,
    name: str = "",
) -> Department:
    """Store a department; without *parent* it is a root."""
    department = Department(
        code=code,
        name=name or f"单位{code}",
        parent_id=parent.id if parent else None,
        ranking_group="市直",
        path="",
    )
    db.add(department)
    db.flush()
    department.path = f"{parent.path if parent else '/'}{department.id}/"
    db.flush()
    return department


def an_account(db: Session, login: str = "", *roles: Role, name: str = "") -> Account:
    """Store an account whose password is PASSWORD, with *roles* over the centre."""
    login = login or f"staff{next(_numbers)}"
    account = Account(
        login=normalised_login(login),
        name=name or f"工作人员{login}",
        password=_HASHED,
        created_at=NOW - timedelta(days=30),
    )
    db.add(account)
    db.flush()
    for role in roles:
        db.add(Grant(account_id=account.id, role=role, granted_at=NOW))
    db.flush()
    return account


def a_person(db: Session, department: Department, staff_number: str = "") -> Person:
    """Store somebody on the roster; they sign in with their staff number."""
    number = staff_number or f"HY{next(_numbers):05}"
    account = an_account(db, number, name=f"考生{number}")
    person = Person(
        id=account.id,
        staff_number=number,
        name=account.name,
        department_id=department.id,
        updated_at=NOW,
    )
    db.add(person)
    db.flush()
    return person
