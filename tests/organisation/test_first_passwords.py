"""First passwords for many people at once."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.accounts import service as accounts
from examcenter.accounts import sign_ins
from examcenter.accounts.models import Account, SignIn
from examcenter.accounts.passwords import Policy
from examcenter.accounts.rules import Role
from examcenter.accounts.service import Authority
from examcenter.config import Accounts
from examcenter.errors import NotFoundError
from examcenter.organisation import first_passwords
from examcenter.organisation.first_passwords import Slip, Wanted
from examcenter.organisation.models import Department
from examcenter.organisation.service import EVERYTHING
from tests.support.factories import NOW, a_department, a_person

POLICY = Policy(key=b"k" * 32, settings=Accounts())


@pytest.fixture
def office(db: Session) -> Department:
    return a_department(db, "430400")


def someone(db: Session, office: Department, number: str) -> Account:
    account = db.get_one(Account, a_person(db, office, number).id)
    account.password = None
    db.flush()
    return account


def issued(db: Session, wanted: Wanted | None = None, days: int = 0) -> list[Slip]:
    slips = first_passwords.issue(
        db,
        wanted or Wanted(),
        scope=EVERYTHING,
        policy=POLICY,
        now=NOW + timedelta(days=days),
    )
    return list(slips)


def verified(db: Session, login: str, password: str) -> int:
    given = sign_ins.Credentials(login, password, "127.0.0.1")
    found = sign_ins.verify(
        db, given, policy=POLICY, code_exam=lambda *_: None, now=NOW
    )
    return found.account_id


def test_each_slip_signs_its_own_person_in(db: Session, office: Department) -> None:
    people = {n: someone(db, office, n).id for n in ("HY1", "HY2", "HY3")}

    slips = issued(db)

    assert [slip.staff_number for slip in slips] == ["HY1", "HY2", "HY3"]
    assert {slip.department for slip in slips} == {"430400"}
    for slip in slips:
        assert (
            verified(db, slip.staff_number, slip.password) == people[slip.staff_number]
        )


def test_a_slip_of_somebody_else_does_not_sign_in(
    db: Session, office: Department
) -> None:
    someone(db, office, "HY1")
    someone(db, office, "HY2")
    slips = issued(db)

    with pytest.raises(sign_ins.WrongCredentialsError):
        verified(db, "HY1", slips[1].password)


def test_a_second_list_leaves_the_first_one_good(
    db: Session, office: Department
) -> None:
    someone(db, office, "HY1")
    (slip,) = issued(db)

    assert issued(db) == []
    assert verified(db, "HY1", slip.password)


def test_again_replaces_passwords_that_nobody_changed(
    db: Session, office: Department
) -> None:
    someone(db, office, "HY1")
    (old,) = issued(db)

    (new,) = issued(db, Wanted(again=True))

    assert verified(db, "HY1", new.password)
    with pytest.raises(sign_ins.WrongCredentialsError):
        verified(db, "HY1", old.password)


def test_an_expired_first_password_is_replaced_without_asking(
    db: Session, office: Department
) -> None:
    someone(db, office, "HY1")
    issued(db)

    assert len(issued(db, days=91)) == 1


@pytest.mark.parametrize("again", [False, True])
def test_passwords_of_their_own_are_never_touched(
    db: Session, office: Department, *, again: bool
) -> None:
    own = a_person(db, office, "HY1")

    assert issued(db, Wanted(again=again)) == []
    assert db.get_one(Account, own.id).password is not None


def test_staff_disabled_accounts_and_people_off_post_get_none(
    db: Session, office: Department
) -> None:
    staff = someone(db, office, "HY1")
    accounts.grant(db, staff.id, Authority(Role.SYSTEM), by=None, now=NOW)
    someone(db, office, "HY2").disabled_at = NOW
    gone = a_person(db, office, "HY3")
    gone.status = "离退"
    db.get_one(Account, gone.id).password = None
    db.flush()

    assert issued(db, Wanted(again=True)) == []


def test_a_department_means_it_and_everything_below(
    db: Session, office: Department
) -> None:
    county = a_department(db, "430481", parent=office)
    someone(db, office, "HY1")
    someone(db, a_department(db, "430481001", parent=county), "HY2")

    slips = issued(db, Wanted("430481"))

    assert [slip.staff_number for slip in slips] == ["HY2"]


def test_an_unknown_department_is_not_found(db: Session, office: Department) -> None:
    someone(db, office, "HY1")

    with pytest.raises(NotFoundError):
        issued(db, Wanted("999"))


def test_sign_ins_of_those_who_get_a_new_one_end(
    db: Session, office: Department
) -> None:
    account = someone(db, office, "HY1")
    db.add(
        SignIn(
            token_digest="d" * 64,
            account_id=account.id,
            address="127.0.0.1",
            started_at=NOW,
            seen_at=NOW,
            expires_at=NOW + timedelta(hours=1),
        )
    )
    db.flush()

    issued(db)

    assert db.execute(select(SignIn.revoked_at)).scalar_one() == NOW


def test_thousands_get_passwords_of_their_own(db: Session, office: Department) -> None:
    for number in range(1_100):
        someone(db, office, f"HY{number:05}")

    slips = issued(db)

    assert len({slip.password for slip in slips}) == 1_100
