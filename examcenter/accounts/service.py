"""What can be done about accounts: creating them, passwords, grants."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.accounts import passwords
from examcenter.accounts.models import Account, Grant
from examcenter.accounts.passwords import FIRST_PASSWORD, Policy
from examcenter.accounts.rules import Role, normalised_login, password_faults
from examcenter.accounts.sign_ins import revoke_all
from examcenter.config import Accounts as AccountSettings
from examcenter.errors import ConflictError, NotFoundError, RefusedError


@dataclass(frozen=True, slots=True)
class Chooser:
    """Whoever chooses a password, and the texts about them that it may not contain."""

    id: int
    sign_in_id: int
    about: tuple[str, ...]


class WeakPasswordError(RefusedError):
    """The chosen password is too weak; *faults* are the reasons as codes."""

    code = "weak_password"

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


class LoginTakenError(ConflictError):
    code = "login_taken"


@dataclass(frozen=True, slots=True)
class Authority:
    """A role over one department subtree, a room, or without both the whole centre."""

    role: Role
    department_id: int | None = None
    room_id: int | None = None


def choose_password(
    session: Session,
    new: str,
    *,
    by: Chooser,
    settings: AccountSettings,
    now: datetime,
) -> None:
    """Set the password *by* chose; other sign-ins of the account end.

    Raises WeakPasswordError with every reason.
    """
    faults = password_faults(
        new,
        shortest=settings.password_min_length,
        own_words=by.about,
    )
    if faults:
        raise WeakPasswordError(faults)
    account = session.get_one(Account, by.id)
    account.password = passwords.hashed(new)
    account.first_password = None
    account.first_password_expires_at = None
    revoke_all(session, by.id, now=now, but=by.sign_in_id)


def issue_first_password(
    session: Session,
    account_id: int,
    *,
    policy: Policy,
    now: datetime,
) -> str:
    """Give an account a new first password and return it; sign-ins of it end."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFoundError
    password = passwords.drawn()
    account.password = None
    account.first_password = passwords.drawn_digest(
        policy.key, f"{FIRST_PASSWORD}:{account_id}", password
    )
    account.first_password_expires_at = now + timedelta(
        days=policy.settings.first_password_days
    )
    revoke_all(session, account_id, now=now)
    return password


def create_account(session: Session, login: str, name: str, *, now: datetime) -> int:
    """Create an account that cannot sign in yet; raises LoginTakenError."""
    normal = normalised_login(login)
    taken = select(Account.id).where(Account.login == normal)
    if session.execute(taken).scalar_one_or_none() is not None:
        raise LoginTakenError(login=login)
    account = Account(login=normal, name=name, created_at=now)
    session.add(account)
    session.flush()
    return account.id


def grant(
    session: Session,
    account_id: int,
    authority: Authority,
    *,
    by: int | None,
    now: datetime,
) -> None:
    """Give an account a role; giving it again changes nothing."""
    department, room = Grant.department_id, Grant.room_id
    there = select(Grant.id).where(
        Grant.account_id == account_id,
        Grant.role == authority.role,
        department.is_not_distinct_from(authority.department_id),
        room.is_not_distinct_from(authority.room_id),
    )
    if session.execute(there).first() is None:
        session.add(
            Grant(
                account_id=account_id,
                role=authority.role,
                department_id=authority.department_id,
                room_id=authority.room_id,
                granted_at=now,
                granted_by=by,
            )
        )
