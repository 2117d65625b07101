"""Signing in, being recognised, signing out: rows that a cookie stands for."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from examcenter.accounts import passwords
from examcenter.accounts.models import Account, FailedSignIn, Grant, SignIn
from examcenter.accounts.passwords import FIRST_PASSWORD, Policy
from examcenter.accounts.rules import STAFF_ROLES, Identity, normalised_login
from examcenter.config import Accounts as AccountSettings
from examcenter.errors import NotSignedInError, TooManyError

CodeExam = Callable[[Session, int, str], int | None]
"""Tells which exam a sign-in code opens for an account now, or None."""

Place = Callable[[Session, int], tuple[str, frozenset[str]]]
"""Tells an account's department name and the roles that follow from the roster."""


class WrongCredentialsError(NotSignedInError):
    """No such login, or not its password: the two are never told apart."""

    code = "wrong_credentials"


class WaitBeforeSignInError(TooManyError):
    """Too many wrong passwords from this address for this login."""

    code = "wait_before_sign_in"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody typed, and from which address."""

    login: str
    password: str
    address: str


@dataclass(frozen=True, slots=True)
class Verified:
    """A right password: whose, and the one exam that a code is good for."""

    account_id: int
    only_exam: int | None
    rehash: bool = False


def verify(
    session: Session,
    given: Credentials,
    *,
    policy: Policy,
    code_exam: CodeExam,
    now: datetime,
) -> Verified:
    """Return whose credentials *given* are; only reads, since hashing takes long.

    Raises WrongCredentialsError, or WaitBeforeSignInError when this address has been
    wrong too often for this login.
    """
    login = normalised_login(given.login)
    _refuse_after_failures(session, login, given.address, policy.settings, now)
    account = session.execute(
        select(Account).where(Account.login == login, Account.disabled_at.is_(None))
    ).scalar_one_or_none()
    if account is None:
        passwords.matches(None, given.password)
        raise WrongCredentialsError
    exam = code_exam(session, account.id, given.password)
    if exam is not None:
        return Verified(account.id, exam)
    if not _password_matches(account, given.password, policy.key, now):
        raise WrongCredentialsError
    rehash = account.password is not None and passwords.needs_rehash(account.password)
    return Verified(account.id, None, rehash)


def _refuse_after_failures(
    session: Session,
    login: str,
    address: str,
    settings: AccountSettings,
    now: datetime,
) -> None:
    wait = timedelta(minutes=settings.failed_wait_minutes)
    failures = session.execute(
        select(func.count(), func.max(FailedSignIn.at)).where(
            FailedSignIn.login == login,
            FailedSignIn.address == address,
            FailedSignIn.at > now - wait,
        )
    ).one()
    if failures[0] >= settings.failed_sign_ins:
        left = failures[1] + wait - now
        raise WaitBeforeSignInError(
            retry_after=max(1, int(left.total_seconds())),
            minutes=max(1, round(left.total_seconds() / 60)),
        )


def _password_matches(
    account: Account, password: str, key: bytes, now: datetime
) -> bool:
    if account.first_password is None:
        return passwords.matches(account.password, password)
    passwords.matches(None, password)  # the same time as any other account takes
    expires = account.first_password_expires_at
    in_time = expires is not None and now < expires
    return in_time and passwords.drawn_matches(
        key, f"{FIRST_PASSWORD}:{account.id}", account.first_password, password
    )


def record_failure(
    session: Session, login: str, address: str, *, now: datetime
) -> None:
    """Remember a wrong password; `forget_ended` forgets it after a day."""
    session.add(
        FailedSignIn(login=normalised_login(login)[:64], address=address, at=now)
    )


def begin(
    session: Session,
    verified: Verified,
    given: Credentials,
    *,
    settings: AccountSettings,
    now: datetime,
) -> str:
    """Start a sign-in and return its token; only the token's digest is stored."""
    token = secrets.token_urlsafe(32)
    session.execute(
        delete(FailedSignIn).where(
            FailedSignIn.login == normalised_login(given.login),
            FailedSignIn.address == given.address,
        )
    )
    if verified.rehash:
        account = session.get_one(Account, verified.account_id)
        account.password = passwords.hashed(given.password)
    session.add(
        SignIn(
            token_digest=_token_digest(token),
            account_id=verified.account_id,
            exam_id=verified.only_exam,
            address=given.address,
            started_at=now,
            seen_at=now,
            expires_at=now + timedelta(hours=settings.sign_in_hours),
        )
    )
    session.flush()
    return token


def identify(
    session: Session, token: str, *, place: Place, idle: timedelta, now: datetime
) -> Identity | None:
    """Return who *token* stands for, or None when its sign-in has ended.

    *idle* ends a sign-in of staff that was not seen for so long; an examinee is never
    idled out of an exam.
    """
    row = session.execute(
        select(SignIn, Account)
        .join(Account, Account.id == SignIn.account_id)
        .where(
            SignIn.token_digest == _token_digest(token),
            SignIn.revoked_at.is_(None),
            SignIn.expires_at > now,
            Account.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    sign_in, account = row
    department, from_roster = place(session, account.id)
    roles = _roles(session, account.id, sign_in) | from_roster
    if roles & STAFF_ROLES and sign_in.seen_at + idle < now:
        return None
    return Identity(
        id=account.id,
        sign_in_id=sign_in.id,
        login=account.login,
        name=account.name,
        department=department,
        roles=frozenset(str(role) for role in roles),
        seen_at=sign_in.seen_at,
        must_change_password=(
            account.first_password is not None and sign_in.exam_id is None
        ),
        only_exam=sign_in.exam_id,
    )


def _roles(session: Session, account_id: int, sign_in: SignIn) -> frozenset[str]:
    if sign_in.exam_id is not None:  # a code opens one exam and nothing else
        return frozenset()
    grants = select(Grant.role).where(Grant.account_id == account_id)
    return frozenset(session.execute(grants).scalars())


def seen(session: Session, sign_in_id: int, *, now: datetime) -> None:
    """Note that a sign-in is in use."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=now))


def sign_out(session: Session, sign_in_id: int, *, now: datetime) -> None:
    """End one sign-in on the server; its cookie is worth nothing from now on."""
    session.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def forget_ended(session: Session, *, now: datetime) -> int:
    """Forget wrong passwords of more than a day ago; return how many those were.

    Ended sign-ins stay: attempts say from which sign-in they were written.
    """
    old = delete(FailedSignIn).where(FailedSignIn.at < now - timedelta(days=1))
    return len(session.execute(old.returning(FailedSignIn.id)).all())


def revoke_all(
    session: Session, account_id: int, *, now: datetime, but: int | None = None
) -> None:
    """End every sign-in of an account, except the one *but*."""
    condition = SignIn.account_id == account_id
    if but is not None:
        condition &= SignIn.id != but
    session.execute(
        update(SignIn)
        .where(condition, SignIn.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def _token_digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
