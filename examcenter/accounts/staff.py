"""Accounts of those who run the centre: made, given roles, disabled.

Whoever is on the roster may be staff as well; the list shows them once they have a
role, and before that to whoever types their whole staff number.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, func, or_, select
from sqlalchemy.orm import Session

from examcenter.accounts import service, sign_ins
from examcenter.accounts.models import Account, Grant, SignIn
from examcenter.accounts.passwords import Policy
from examcenter.accounts.rules import STAFF_ROLES, Role, normalised_login
from examcenter.accounts.service import Authority
from examcenter.errors import ConflictError, NotFoundError, RefusedError
from examcenter.wishes import Wish, contains, page_of

FILTERS = ("role", "state")
SORTS = ("login", "name")

SCOPED = frozenset({Role.EXAM_OFFICER, Role.HR})
"""Roles that may be given over a part of the tree; the others are for the centre."""

OnRoster = ColumnElement[bool]
"""The condition that an account belongs to somebody on the roster."""

_MOST = 100_000
_AnySelect = Select[*tuple[Any, ...]]


class LastAdministratorError(ConflictError):
    """Without this account nobody could sign in as system administrator any more."""

    code = "last_administrator"


class InvigilatorNeedsARoomError(RefusedError):
    """An invigilator looks after a room, and nobody else does."""

    code = "invigilator_needs_a_room"


class RoleNotScopedError(RefusedError):
    """The role is always for the whole centre."""

    code = "role_not_scoped"


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody holds; without department and room for the whole centre."""

    id: int
    role: Role
    department_id: int | None
    granted_at: datetime
    room_id: int | None = None


@dataclass(frozen=True, slots=True)
class StaffLine:
    """An account of the list, with its roles in the order they were given."""

    id: int
    public_id: str
    login: str
    name: str
    roles: tuple[Held, ...]
    disabled_at: datetime | None
    seen_at: datetime | None
    has_password: bool
    first_password_expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewStaff:
    """An account to be made, with its first role."""

    login: str
    name: str
    authority: Authority


@dataclass(frozen=True, slots=True)
class By:
    """The administrator who acts, and their present sign-in, which survives."""

    id: int
    sign_in_id: int


def staff(
    session: Session, asked: Wish, *, on_roster: OnRoster
) -> tuple[list[StaffLine], int]:
    """Return the wished page of staff accounts, and how many there are."""
    rows, total = page_of(session, _listed(asked, on_roster), asked)
    return _lines(session, rows), total


def all_staff(session: Session, asked: Wish, *, on_roster: OnRoster) -> list[StaffLine]:
    """Return every account that the filters of *asked* leave."""
    whole = replace(asked, page=1, size=_MOST)
    return staff(session, whole, on_roster=on_roster)[0]


def account(session: Session, public_id: str) -> StaffLine:
    """Return one account; raises NotFoundError."""
    found = _statement().where(Account.public_id == public_id)
    lines = _lines(session, session.execute(found).all())
    if not lines:
        raise NotFoundError
    return lines[0]


def create(
    session: Session,
    new: NewStaff,
    *,
    by: int | None,
    policy: Policy,
    now: datetime,
) -> tuple[str, str]:
    """Make an account with its first role; return its public id and first password.

    Raises LoginTakenError, and RoleNotScopedError for a part of the tree under a role
    that is for the whole centre.
    """
    _refuse_scope(new.authority)
    account_id = service.create_account(session, new.login, new.name, now=now)
    service.grant(session, account_id, new.authority, by=by, now=now)
    password = service.issue_first_password(session, account_id, policy=policy, now=now)
    return session.get_one(Account, account_id).public_id, password


def grant(
    session: Session, public_id: str, authority: Authority, *, by: By, now: datetime
) -> None:
    """Give a role; the account's sign-ins end, since they began without it."""
    _refuse_scope(authority)
    account_id = _id_of(session, public_id)
    service.grant(session, account_id, authority, by=by.id, now=now)
    _sign_out(session, account_id, by, now)


def withdraw(
    session: Session, public_id: str, grant_id: int, *, by: By, now: datetime
) -> None:
    """Take a role back; raises LastAdministratorError for the last one of its kind."""
    account_id = _id_of(session, public_id)
    condition = (Grant.id == grant_id, Grant.account_id == account_id)
    role = session.execute(select(Grant.role).where(*condition)).scalar_one_or_none()
    if role is None:
        raise NotFoundError
    if role == Role.SYSTEM:
        _refuse_last_administrator(session, account_id, now)
    session.execute(delete(Grant).where(*condition))
    _sign_out(session, account_id, by, now)


def disable(session: Session, public_id: str, *, now: datetime) -> None:
    """Close an account at once; raises LastAdministratorError for the last one."""
    account_id = _id_of(session, public_id)
    _refuse_last_administrator(session, account_id, now)
    found = session.get_one(Account, account_id)
    found.disabled_at = found.disabled_at or now
    sign_ins.revoke_all(session, account_id, now=now)


def enable(session: Session, public_id: str) -> None:
    """Open a closed account again; its password is what it was."""
    session.get_one(Account, _id_of(session, public_id)).disabled_at = None


def sign_out_everywhere(
    session: Session, public_id: str, *, by: By, now: datetime
) -> None:
    """End every sign-in of an account, except the one that asks for it."""
    _sign_out(session, _id_of(session, public_id), by, now)


def new_password(
    session: Session, public_id: str, *, policy: Policy, now: datetime
) -> str:
    """Give an account a first password in place of whatever it had; return it."""
    account_id = _id_of(session, public_id)
    return service.issue_first_password(session, account_id, policy=policy, now=now)


def _sign_out(session: Session, account_id: int, by: By, now: datetime) -> None:
    but = by.sign_in_id if by.id == account_id else None
    sign_ins.revoke_all(session, account_id, now=now, but=but)


def _id_of(session: Session, public_id: str) -> int:
    found = session.execute(
        select(Account.id).where(Account.public_id == public_id)
    ).scalar_one_or_none()
    if found is None:
        raise NotFoundError
    return found


def _refuse_scope(authority: Authority) -> None:
    if authority.role not in STAFF_ROLES:
        raise NotFoundError
    if authority.department_id is not None and authority.role not in SCOPED:
        raise RoleNotScopedError
    if (authority.role is Role.INVIGILATOR) != (authority.room_id is not None):
        raise InvigilatorNeedsARoomError


def _refuse_last_administrator(
    session: Session, account_id: int, now: datetime
) -> None:
    """Refuse unless another administrator can sign in, or this one never could."""
    # Two administrators who close each other's accounts at once meet on these rows.
    rows = select(Grant.account_id).where(Grant.role == Role.SYSTEM).with_for_update()
    holders = set(session.execute(rows).scalars())
    if account_id not in holders:
        return
    others = session.execute(
        select(func.count())
        .select_from(Account)
        .where(Account.id.in_(holders - {account_id}), _can_sign_in(now))
    ).scalar_one()
    if not others:
        raise LastAdministratorError


def _can_sign_in(now: datetime) -> ColumnElement[bool]:
    return Account.disabled_at.is_(None) & or_(
        Account.password.is_not(None), Account.first_password_expires_at > now
    )


def _statement() -> _AnySelect:
    seen = select(func.max(SignIn.seen_at)).where(SignIn.account_id == Account.id)
    return select(
        Account.id,
        Account.public_id,
        Account.login,
        Account.name,
        Account.disabled_at,
        Account.first_password_expires_at,
        Account.password.is_not(None).label("has_password"),
        seen.scalar_subquery().label("seen_at"),
    )


def _listed(asked: Wish, on_roster: OnRoster) -> _AnySelect:
    held = select(Grant.id).where(Grant.account_id == Account.id)
    belongs = held.exists() | ~on_roster
    if asked.text:
        belongs |= Account.login == normalised_login(asked.text)
    statement = _statement().where(belongs)
    if asked.text:
        login: Any = Account.login
        name: Any = Account.name
        typed = normalised_login(asked.text)
        statement = statement.where(contains(login, typed) | contains(name, asked.text))
    if role := asked.filters.get("role"):
        statement = statement.where(held.where(Grant.role == role).exists())
    if state := asked.filters.get("state"):
        closed = Account.disabled_at.is_not(None)
        statement = statement.where(closed if state == "disabled" else ~closed)
    column: Any = Account.name if asked.sort == "name" else Account.login
    first = column.desc() if asked.descending else column.asc()
    return statement.order_by(first, Account.id)


def _lines(session: Session, rows: Sequence[Row[Any]]) -> list[StaffLine]:
    held = _held(session, [row.id for row in rows])
    return [
        StaffLine(
            id=row.id,
            public_id=row.public_id,
            login=row.login,
            name=row.name,
            roles=tuple(held.get(row.id, ())),
            disabled_at=row.disabled_at,
            seen_at=row.seen_at,
            has_password=row.has_password,
            first_password_expires_at=row.first_password_expires_at,
        )
        for row in rows
    ]


def _held(session: Session, account_ids: Collection[int]) -> dict[int, list[Held]]:
    grants = session.execute(
        select(Grant).where(Grant.account_id.in_(account_ids)).order_by(Grant.id)
    ).scalars()
    held: dict[int, list[Held]] = {}
    for one in grants:
        role = Held(
            one.id, Role(one.role), one.department_id, one.granted_at, one.room_id
        )
        held.setdefault(one.account_id, []).append(role)
    return held
