"""Who sees which part of the tree, and who is an examinee."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.accounts.models import Grant
from examcenter.accounts.rules import Role
from examcenter.organisation import people, service
from examcenter.organisation.models import Department, Person
from examcenter.wishes import Wish
from tests.support.factories import NOW, a_department, a_person, an_account


def an_officer_of(db: Session, *departments: Department) -> int:
    account = an_account(db)
    for department in departments:
        db.add(
            Grant(
                account_id=account.id,
                role=Role.EXAM_OFFICER,
                department_id=department.id,
                granted_at=NOW,
            )
        )
    db.flush()
    return account.id


def seen(db: Session, scope: service.Scope) -> set[str]:
    covered = select(Department.code).where(scope.covers(Department.path))
    return set(db.execute(covered).scalars())


@pytest.fixture
def county(db: Session) -> Department:
    city = a_department(db, "430400")
    a_department(db, "430400001", parent=city)
    county = a_department(db, "430481", parent=city)
    a_department(db, "430481001", parent=county)
    return county


def test_a_county_officer_sees_the_county_and_what_is_below(
    db: Session, county: Department
) -> None:
    scope = service.scope_of(db, an_officer_of(db, county), Role.EXAM_OFFICER)

    assert seen(db, scope) == {"430481", "430481001"}
    assert scope.includes(county.path)
    assert not scope.includes("/1/")


def test_a_department_whose_id_begins_alike_is_not_below(db: Session) -> None:
    made = [a_department(db, f"D{number}") for number in range(12)]
    first = next(one for one in made if one.id == 1)

    scope = service.scope_of(db, an_officer_of(db, first), Role.EXAM_OFFICER)

    assert {one.id for one in made} >= {1, 10, 11}
    assert seen(db, scope) == {first.code}


def test_a_grant_over_the_centre_wins_over_one_over_a_part(
    db: Session, county: Department
) -> None:
    officer = an_officer_of(db, county)
    db.add(Grant(account_id=officer, role=Role.HR, granted_at=NOW))
    db.flush()

    both = service.scope_of(db, officer, Role.EXAM_OFFICER, Role.HR)

    assert both.everything
    assert not service.scope_of(db, officer, Role.EXAM_OFFICER).everything


def test_who_holds_no_such_role_sees_nothing(db: Session, county: Department) -> None:
    officer = an_officer_of(db, county)

    scope = service.scope_of(db, officer, Role.HR)

    assert seen(db, scope) == set()
    assert not scope.includes(county.path)


def test_the_operator_at_the_command_line_sees_everything(
    db: Session, county: Department
) -> None:
    del county

    assert len(seen(db, service.scope_of(db, None, Role.EXAM_OFFICER))) == 4


@pytest.mark.parametrize("status", ["在职", "借调", "挂职"])
def test_people_on_post_are_examinees_of_their_department(
    db: Session, county: Department, status: str
) -> None:
    someone = a_person(db, county)
    someone.status = status
    db.flush()

    assert service.place(db, someone.id) == (county.name, frozenset({"examinee"}))


@pytest.mark.parametrize("status", ["离退", "调出", "死亡"])
def test_people_off_post_are_not(db: Session, county: Department, status: str) -> None:
    someone = a_person(db, county)
    someone.status = status
    db.flush()

    assert service.place(db, someone.id) == ("", frozenset())


def test_staff_who_are_not_on_the_roster_have_no_department(db: Session) -> None:
    assert service.place(db, an_account(db).id) == ("", frozenset())


def test_the_tree_counts_people_on_post_with_all_below(
    db: Session, county: Department
) -> None:
    office = db.execute(
        select(Department).where(Department.code == "430481001")
    ).scalar_one()
    a_person(db, office)
    a_person(db, county)
    a_person(db, office).status = "离退"
    db.flush()

    (city,) = service.branches(db, scope=service.EVERYTHING)

    assert (city.code, city.people) == ("430400", 2)
    assert [(b.code, b.people) for b in city.below] == [
        ("430400001", 0),
        ("430481", 2),
    ]
    assert city.below[1].below[0].people == 1


def test_the_tree_of_a_county_officer_begins_at_the_county(
    db: Session, county: Department
) -> None:
    scope = service.scope_of(db, an_officer_of(db, county), Role.EXAM_OFFICER)

    (top,) = service.branches(db, scope=scope)

    assert (top.code, [b.code for b in top.below]) == ("430481", ["430481001"])


def test_of_very_many_departments_the_upper_levels_are_offered(
    db: Session, county: Department
) -> None:
    del county

    offered = service.choices(db, scope=service.EVERYTHING, most=3)
    with_one = service.choices(db, scope=service.EVERYTHING, chosen="430481001", most=3)

    assert {code for code, _ in offered} == {"430400", "430400001", "430481"}
    assert "430481001" in {code for code, _ in with_one}


@pytest.fixture
def staff(db: Session, county: Department) -> list[Person]:
    city = db.execute(
        select(Department).where(Department.code == "430400")
    ).scalar_one()
    found = [a_person(db, county, "HY1"), a_person(db, city, "HY2")]
    found[0].exemption = "产假"
    found[0].id_number = "430405198001011239"
    found[1].name = "100%_真名"
    db.flush()
    return found


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        pytest.param(Wish(), ["HY1", "HY2"], id="everybody"),
        pytest.param(Wish(text="hy2"), ["HY2"], id="by-number"),
        pytest.param(Wish(text="%_真"), ["HY2"], id="taken-literally"),
        pytest.param(Wish(filters={"exempt": "yes"}), ["HY1"], id="exempt"),
        pytest.param(Wish(filters={"exempt": "no"}), ["HY2"], id="not-exempt"),
        pytest.param(Wish(filters={"department": "430481"}), ["HY1"], id="county"),
        pytest.param(
            Wish(filters={"department": "430400"}), ["HY1", "HY2"], id="with-below"
        ),
        pytest.param(Wish(filters={"department": "9"}), [], id="no-such-department"),
        pytest.param(Wish(filters={"status": "离退"}), [], id="by-status"),
        pytest.param(
            Wish(sort="staff_number", descending=True), ["HY2", "HY1"], id="downwards"
        ),
    ],
)
def test_the_list_of_people_shows_what_was_wished_for(
    db: Session, staff: list[Person], wish: Wish, expected: list[str]
) -> None:
    del staff

    lines, total = people.people(db, wish, scope=service.EVERYTHING)

    assert [line.staff_number for line in lines] == expected
    assert total == len(expected)
    assert people.all_people(db, wish, scope=service.EVERYTHING) == lines


def test_the_list_masks_id_numbers(db: Session, staff: list[Person]) -> None:
    del staff

    lines, _ = people.people(db, Wish(text="HY1"), scope=service.EVERYTHING)

    assert lines[0].id_number == "430***********1239"


def test_people_outside_the_scope_are_not_listed_even_when_asked_for(
    db: Session, county: Department, staff: list[Person]
) -> None:
    del staff
    scope = service.scope_of(db, an_officer_of(db, county), Role.EXAM_OFFICER)
    wish = Wish(filters={"department": "430400"})

    lines, _ = people.people(db, wish, scope=scope)

    assert [line.staff_number for line in lines] == ["HY1"]
