"""What can be done about accounts."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examcenter.accounts import service, sign_ins
from examcenter.accounts.models import Account, FailedSignIn, Grant, SignIn
from examcenter.accounts.passwords import Policy
from examcenter.accounts.rules import Identity, Role
from examcenter.accounts.service import Authority, Chooser
from examcenter.accounts.sign_ins import Credentials
from examcenter.config import Accounts
from tests.support.factories import NOW, PASSWORD, an_account

POLICY = Policy(key=b"k" * 32, settings=Accounts())
HOME = "10.0.0.1"


def no_code(session: Session, account_id: int, password: str) -> int | None:
    del session, account_id, password
    return None


def chooser(me: Identity) -> Chooser:
    return Chooser(me.id, me.sign_in_id, (me.login, me.name, me.department))


def nowhere(session: Session, account_id: int) -> tuple[str, frozenset[str]]:
    del session, account_id
    return "", frozenset()


def verified(
    db: Session, login: str, password: str = PASSWORD, *, now: datetime = NOW
) -> sign_ins.Verified:
    given = Credentials(login, password, HOME)
    return sign_ins.verify(db, given, policy=POLICY, code_exam=no_code, now=now)


def signs_in(db: Session, login: str, password: str = PASSWORD) -> str:
    found = verified(db, login, password)
    given = Credentials(login, password, HOME)
    return sign_ins.begin(db, found, given, settings=POLICY.settings, now=NOW)


def known(
    db: Session, token: str, *, after: timedelta = timedelta(0)
) -> Identity | None:
    return sign_ins.identify(
        db, token, place=nowhere, idle=timedelta(minutes=30), now=NOW + after
    )


@pytest.fixture
def account(db: Session) -> Account:
    return an_account(db, "HY1")


def test_a_token_stands_for_its_owner(db: Session, account: Account) -> None:
    identity = known(db, signs_in(db, "HY1"))

    assert identity is not None
    assert (identity.id, identity.login) == (account.id, "hy1")
    assert not identity.must_change_password


def test_the_database_does_not_hold_the_token(db: Session, account: Account) -> None:
    del account
    token = signs_in(db, "HY1")

    assert token not in db.execute(select(SignIn.token_digest)).scalars().all()


@pytest.mark.parametrize(
    "ending",
    [
        pytest.param(
            lambda db, one, at: sign_ins.sign_out(db, one.sign_in_id, now=at),
            id="signing-out",
        ),
        pytest.param(
            lambda db, one, at: sign_ins.revoke_all(db, one.id, now=at), id="revoking"
        ),
        pytest.param(
            lambda db, one, at: setattr(db.get_one(Account, one.id), "disabled_at", at),
            id="disabling",
        ),
        pytest.param(
            lambda db, one, at: service.issue_first_password(
                db, one.id, policy=POLICY, now=at
            ),
            id="a-new-first-password",
        ),
    ],
)
def test_a_token_dies_at_once(
    db: Session,
    account: Account,
    ending: Callable[[Session, Identity, datetime], object],
) -> None:
    del account
    token = signs_in(db, "HY1")
    identity = known(db, token)
    assert identity is not None

    ending(db, identity, NOW)
    db.flush()

    assert known(db, token) is None


def test_a_sign_in_ends_after_its_longest_time(db: Session, account: Account) -> None:
    del account
    token = signs_in(db, "HY1")

    assert known(db, token, after=timedelta(hours=11, minutes=59)) is not None
    assert known(db, token, after=timedelta(hours=12)) is None


def test_staff_are_idled_out_and_examinees_never(db: Session) -> None:
    an_account(db, "officer", Role.EXAM_OFFICER)
    an_account(db, "HY2")
    staff, examinee = signs_in(db, "officer"), signs_in(db, "HY2")

    late = timedelta(minutes=31)

    assert known(db, staff, after=late) is None
    assert known(db, examinee, after=late) is not None


def test_choosing_a_password_ends_the_other_sign_ins(
    db: Session, account: Account
) -> None:
    del account
    here, elsewhere = signs_in(db, "HY1"), signs_in(db, "HY1")
    me = known(db, here)
    assert me is not None

    service.choose_password(
        db,
        "Other-Horse-43",
        by=chooser(me),
        settings=POLICY.settings,
        now=NOW,
    )

    assert known(db, here) is not None
    assert known(db, elsewhere) is None
    assert verified(db, "HY1", "Other-Horse-43").account_id == me.id
    with pytest.raises(sign_ins.WrongCredentialsError):
        verified(db, "HY1")


def test_a_weak_password_changes_nothing(db: Session, account: Account) -> None:
    del account
    me = known(db, signs_in(db, "HY1"))
    assert me is not None

    with pytest.raises(service.WeakPasswordError) as refusal:
        service.choose_password(
            db,
            "hy1",
            by=chooser(me),
            settings=POLICY.settings,
            now=NOW,
        )

    assert "password_too_short" in refusal.value.faults
    assert verified(db, "HY1").account_id == me.id


@pytest.mark.parametrize(
    "typed",
    [str, str.lower, lambda p: p.replace("-", ""), lambda p: p.replace("-", " ")],
    ids=["as-drawn", "small-letters", "without-dashes", "with-spaces"],
)
def test_a_first_password_is_forgiving_about_how_it_is_typed(
    db: Session, account: Account, typed: Callable[[str], str]
) -> None:
    first = service.issue_first_password(db, account.id, policy=POLICY, now=NOW)

    token = signs_in(db, "HY1", typed(first))

    me = known(db, token)
    assert me is not None
    assert me.must_change_password


def test_a_first_password_dies_unused_after_its_days(
    db: Session, account: Account
) -> None:
    first = service.issue_first_password(db, account.id, policy=POLICY, now=NOW)

    in_time = verified(db, "HY1", first, now=NOW + timedelta(days=89))

    assert in_time.account_id == account.id
    with pytest.raises(sign_ins.WrongCredentialsError):
        verified(db, "HY1", first, now=NOW + timedelta(days=90))


def test_the_database_does_not_hold_the_first_password(
    db: Session, account: Account
) -> None:
    first = service.issue_first_password(db, account.id, policy=POLICY, now=NOW)

    assert first.replace("-", "") not in str(account.first_password)


def test_another_centres_key_makes_a_first_password_worthless(
    db: Session, account: Account
) -> None:
    elsewhere = Policy(key=b"e" * 32, settings=Accounts())
    first = service.issue_first_password(db, account.id, policy=elsewhere, now=NOW)

    with pytest.raises(sign_ins.WrongCredentialsError):
        verified(db, "HY1", first)


def test_failures_elsewhere_do_not_shut_the_owner_out(
    db: Session, account: Account
) -> None:
    for _ in range(10):
        sign_ins.record_failure(db, "HY1", "10.9.9.9", now=NOW)
    db.flush()

    assert verified(db, "HY1").account_id == account.id


def test_five_failures_from_here_make_one_wait(db: Session, account: Account) -> None:
    for _ in range(5):
        sign_ins.record_failure(db, " hy1 ", HOME, now=NOW)
    db.flush()

    with pytest.raises(sign_ins.WaitBeforeSignInError) as refusal:
        verified(db, "HY1", now=NOW + timedelta(minutes=4))

    assert refusal.value.retry_after == 60
    after = verified(db, "HY1", now=NOW + timedelta(minutes=5))
    assert after.account_id == account.id


def test_a_right_password_forgets_the_failures_before_it(
    db: Session, account: Account
) -> None:
    del account
    sign_ins.record_failure(db, "HY1", HOME, now=NOW)
    db.flush()

    signs_in(db, "HY1")

    assert db.execute(select(func.count()).select_from(FailedSignIn)).scalar_one() == 0


def test_a_login_is_taken_however_it_is_written(db: Session, account: Account) -> None:
    del account

    with pytest.raises(service.LoginTakenError):
        service.create_account(db, " ｈｙ1", "另一人", now=NOW)


def test_a_role_given_twice_is_held_once(db: Session, account: Account) -> None:
    for _ in range(2):
        service.grant(db, account.id, Authority(Role.HR), by=None, now=NOW)
        db.flush()

    assert db.execute(select(func.count()).select_from(Grant)).scalar_one() == 1
