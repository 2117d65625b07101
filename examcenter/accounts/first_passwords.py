"""First passwords for very many people at once."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from examcenter.accounts import passwords
from examcenter.accounts.models import Account, Grant, SignIn
from examcenter.accounts.passwords import FIRST_PASSWORD, Policy
from examcenter.db import CHUNK


def issue_first_passwords(
    session: Session,
    account_ids: Sequence[int],
    *,
    policy: Policy,
    again: bool,
    now: datetime,
) -> dict[int, str]:
    """Give first passwords to those of *account_ids* who have none; return them by id.

    Passed over are people with a password of their own, disabled accounts, and staff,
    whose passwords are the system administrator's business.  With *again*, a first
    password that is still waiting to be changed is replaced; an expired one always is.
    Sign-ins of those who get one end.
    """
    issued: dict[int, str] = {}
    for at in range(0, len(account_ids), CHUNK):
        waiting = _waiting(session, account_ids[at : at + CHUNK], again=again, now=now)
        drawn = {account_id: passwords.drawn() for account_id in waiting}
        _store(session, drawn, policy, now)
        issued |= drawn
    session.expire_all()
    return issued


def _waiting(
    session: Session, account_ids: Sequence[int], *, again: bool, now: datetime
) -> Iterator[int]:
    staff = select(Grant.id).where(Grant.account_id == Account.id).exists()
    statement = (
        select(Account.id)
        .where(
            Account.id.in_(account_ids),
            Account.password.is_(None),
            Account.disabled_at.is_(None),
            ~staff,
        )
        # Nobody may choose a password between being listed and being given one.
        .with_for_update()
    )
    if not again:
        expires = Account.first_password_expires_at
        statement = statement.where(expires.is_(None) | (expires <= now))
    return iter(session.execute(statement).scalars().all())


def _store(
    session: Session, drawn: dict[int, str], policy: Policy, now: datetime
) -> None:
    if not drawn:
        return
    expires = now + timedelta(days=policy.settings.first_password_days)
    rows = [
        {
            "id": account_id,
            "first_password": passwords.drawn_digest(
                policy.key, f"{FIRST_PASSWORD}:{account_id}", password
            ),
            "first_password_expires_at": expires,
        }
        for account_id, password in drawn.items()
    ]
    session.execute(update(Account), rows)
    session.execute(
        update(SignIn)
        .where(SignIn.account_id.in_(drawn), SignIn.revoked_at.is_(None))
        .values(revoked_at=now)
        .execution_options(synchronize_session=False)
    )
