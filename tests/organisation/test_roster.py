"""Loading the roster."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examcenter.accounts.models import Account, Grant
from examcenter.accounts.rules import Role
from examcenter.db import Database
from examcenter.organisation import departments, roster
from examcenter.organisation.imports import ImportReport
from examcenter.organisation.models import Department, Person
from examcenter.organisation.roster_rows import Roster
from tests.support.factories import NOW, an_account
from tests.support.organisation_factories import (
    DEPARTMENTS,
    LIMITS,
    ROSTER_HEAD,
    Rows,
    a_row,
    csv_of,
    departments_table,
    roster_table,
    roster_xlsx,
)

ID = "430405198001011239"
OTHER_ID = "430482197202290033"


@pytest.fixture(autouse=True)
def city(db: Session) -> None:
    departments.take_in(db, departments_table(DEPARTMENTS), by=None)
    db.commit()


def loaded(db: Session, rows: Rows | Roster, by: int | None = None) -> ImportReport:
    table = rows if isinstance(rows, Roster) else roster_table(rows)
    return roster.take_in(db, table, by=by, now=NOW)


def person(db: Session, staff_number: str = "HY00001") -> Person:
    found = select(Person).where(Person.staff_number == staff_number)
    return db.execute(found).scalar_one()


def codes(report: ImportReport) -> list[str]:
    return [fault.code for fault in report.rejected]


def test_each_person_gets_an_account_that_nobody_can_sign_in_with(
    db: Session,
) -> None:
    report = loaded(db, [a_row(), a_row("HY00002", "李四")])

    account = db.get_one(Account, person(db).id)
    assert (report.rows, report.created) == (2, 2)
    assert (account.login, account.name) == ("hy00001", "张三")
    assert account.password is None
    assert account.first_password is None


def test_the_same_file_again_writes_nothing(db: Session) -> None:
    rows = [a_row(id_number=ID, exemption="产假"), a_row("HY00002", "李四")]
    loaded(db, rows)
    before = person(db).updated_at

    report = roster.take_in(
        db, roster_table(rows), by=None, now=NOW + timedelta(days=1)
    )

    assert (report.created, report.changed, report.unchanged) == (0, 0, 2)
    assert person(db).updated_at == before


def test_a_move_and_a_new_name_are_changes(db: Session) -> None:
    loaded(db, [a_row(), a_row("HY00002", "李四")])

    report = loaded(db, [a_row(name="张山", department="430481001")])

    moved = person(db)
    assert (report.changed, report.created) == (1, 0)
    assert db.get_one(Department, moved.department_id).code == "430481001"
    assert db.get_one(Account, moved.id).name == "张山"


def test_who_is_missing_from_the_file_stays(db: Session) -> None:
    loaded(db, [a_row(), a_row("HY00002", "李四")])

    loaded(db, [a_row()])

    assert person(db, "HY00002").status == "在职"


def test_columns_that_the_file_lacks_stay_as_they_are(db: Session) -> None:
    loaded(db, [a_row(id_number=ID, exemption="产假")])
    table = roster_table(
        [("HY00001", "张三", "430481")], head=("staff_number", "name", "department")
    )

    report = loaded(db, table)

    assert report.changed == 1
    assert (person(db).id_number, person(db).exemption) == (ID, "产假")


def test_an_exemption_is_dated_when_it_first_appears(db: Session) -> None:
    loaded(db, [a_row()])
    later = NOW + timedelta(days=3)
    roster.take_in(db, roster_table([a_row(exemption="产假")]), by=None, now=later)

    much_later = later + timedelta(days=3)
    table = roster_table([a_row(exemption="重大疾病")])
    roster.take_in(db, table, by=None, now=much_later)

    assert (person(db).exemption, person(db).exempted_at) == ("重大疾病", later)


def test_an_exemption_that_is_gone_is_no_longer_dated(db: Session) -> None:
    loaded(db, [a_row(exemption="产假")])

    loaded(db, [a_row(exemption="无")])

    assert (person(db).exemption, person(db).exempted_at) == ("", None)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        pytest.param(a_row(""), "staff_number_missing", id="no-staff-number"),
        pytest.param(a_row(name=""), "name_missing", id="no-name"),
        pytest.param(a_row(department=""), "department_missing", id="no-department"),
        pytest.param(
            a_row(department="999"), "unknown_department", id="no-such-department"
        ),
        pytest.param(a_row(status="休假"), "status_unknown", id="an-unknown-status"),
        pytest.param(
            a_row(exemption="是"), "exemption_without_reason", id="exempt-without-why"
        ),
        pytest.param(
            a_row(id_number="430405198001011238"), "id_number_check", id="check-digit"
        ),
        pytest.param(
            a_row(id_number="4.30405E+17"), "number_too_long", id="scientific"
        ),
        pytest.param(a_row(id_number="123"), "id_number_form", id="a-short-number"),
        pytest.param(a_row("A" * 65), "too_long", id="a-long-staff-number"),
        pytest.param(a_row(name="#N/A"), "error_cell", id="an-error-cell"),
    ],
)
def test_a_bad_row_keeps_the_whole_roster_out(
    db: Session, row: tuple[Any, ...], code: str
) -> None:
    report = loaded(db, [a_row("HY00009", "好人"), row])

    assert codes(report) == [code]
    assert report.rejected[0].place == "R3"
    assert report.created == 0
    assert db.execute(select(func.count()).select_from(Person)).scalar_one() == 0
    assert db.execute(select(func.count()).select_from(Account)).scalar_one() == 0


def test_a_row_with_several_faults_is_one_entry_that_tells_them_all(
    db: Session,
) -> None:
    report = loaded(db, [a_row(department="999", status="休假")])

    assert len(report.rejected) == 1
    assert "休假" in report.rejected[0].message
    assert "999" in report.rejected[0].message


def test_the_report_does_not_repeat_id_numbers(db: Session) -> None:
    report = loaded(db, [a_row(id_number=ID, department="999")])

    assert ID not in str(report)


@pytest.mark.parametrize(
    "again", ["HY00001", " hy00001 ", "ＨＹ00001", "HY\u200b00001"], ids=ascii
)
def test_one_staff_number_twice_is_refused_however_it_is_written(
    db: Session, again: str
) -> None:
    report = loaded(db, [a_row(), a_row(again, "李四")])

    assert codes(report) == ["duplicate_staff_number"]
    assert "R2" in report.rejected[0].message


def test_one_id_number_for_two_people_of_the_file_is_refused(db: Session) -> None:
    report = loaded(db, [a_row(id_number=ID), a_row("HY00002", "李四", id_number=ID)])

    assert codes(report) == ["duplicate_id_number"]


def test_an_id_number_that_somebody_stored_has_is_refused(db: Session) -> None:
    loaded(db, [a_row(id_number=ID)])

    report = loaded(db, [a_row("HY00002", "李四", id_number=ID.lower())])

    assert codes(report) == ["id_number_taken"]
    assert "HY00001" in report.rejected[0].message


def test_two_people_may_swap_id_numbers_that_were_mixed_up(db: Session) -> None:
    loaded(db, [a_row(id_number=ID), a_row("HY00002", "李四", id_number=OTHER_ID)])

    report = loaded(
        db, [a_row(id_number=OTHER_ID), a_row("HY00002", "李四", id_number=ID)]
    )

    assert (report.changed, report.rejected) == (2, ())
    assert person(db).id_number == OTHER_ID
    assert person(db, "HY00002").id_number == ID


def test_a_new_person_may_take_over_a_number_that_was_somebody_elses_by_mistake(
    db: Session,
) -> None:
    loaded(db, [a_row(id_number=ID)])

    report = loaded(db, [a_row("HY00002", "李四", id_number=ID), a_row()])

    assert (report.created, report.changed) == (1, 1)
    assert person(db, "HY00002").id_number == ID


@pytest.mark.parametrize(
    ("cell", "stored"),
    [
        pytest.param(1001, "1001", id="a-number"),
        pytest.param(1001.0, "1001", id="a-float"),
        pytest.param("001001", "001001", id="leading-zeros"),
        pytest.param("１００１", "1001", id="full-width"),
    ],
)
def test_a_staff_number_is_text_whatever_the_cell_is(
    db: Session, cell: Any, stored: str
) -> None:
    report = loaded(db, roster_xlsx([a_row(cell)]))

    assert report.created == 1
    assert person(db, stored).name == "张三"


def test_a_whole_number_exported_as_a_float_loses_its_point(db: Session) -> None:
    loaded(db, [a_row("1001.0")])

    assert person(db, "1001").name == "张三"


def test_an_id_number_in_a_number_cell_is_refused_by_its_cell(db: Session) -> None:
    report = loaded(db, roster_xlsx([a_row(id_number=430405198001011000)]))

    assert codes(report) == ["number_too_long"]
    assert report.rejected[0].place == "Sheet1!R2"
    assert "C2" in report.rejected[0].message
    assert "文本" in report.rejected[0].message


def test_an_old_id_number_is_stored_in_its_new_form(db: Session) -> None:
    loaded(db, [a_row(id_number="430405800101123")])

    assert person(db).id_number == ID


def test_a_passport_is_taken_when_the_file_says_that_it_is_one(db: Session) -> None:
    head = (*ROSTER_HEAD, "证件类型")
    rows = [(*a_row(id_number="e12345678"), "护照")]

    report = loaded(db, roster_table(rows, head))

    assert report.rejected == ()
    assert person(db).id_number == "E12345678"


def test_the_header_may_stand_below_a_title_and_unknown_columns_are_named(
    db: Session,
) -> None:
    head = ("序号", "工 号*", "姓名（必填）", "单位\u3000代码：", "性别")
    rows = [("2026年花名册",), (), head, ("1", "HY00001", "张　三", "430481", "男")]
    table = roster.read(csv_of(rows, separator="\t"), "r.csv", limits=LIMITS)

    report = loaded(db, table)

    assert report.created == 1
    assert report.ignored_columns == ("性别",)
    assert person(db).name == "张三"


def test_a_name_of_a_minority_keeps_its_dot_and_a_foreign_one_its_space(
    db: Session,
) -> None:
    loaded(db, [a_row(name="买买提·艾力"), a_row("HY00002", "John  Smith")])

    assert person(db).name == "买买提·艾力"
    assert person(db, "HY00002").name == "John Smith"


def test_a_login_of_staff_is_not_taken_over_by_another_name(db: Session) -> None:
    an_account(db, "HY00001", Role.SYSTEM, name="王管理")

    report = loaded(db, [a_row()])

    assert codes(report) == ["login_taken"]


def test_staff_who_are_on_the_roster_keep_their_account_and_password(
    db: Session,
) -> None:
    account = an_account(db, "HY00001", Role.HR, name="张三")
    password = account.password

    loaded(db, [a_row()])

    assert person(db).id == account.id
    assert db.get_one(Account, account.id).password == password


@pytest.fixture
def county_officer(db: Session) -> int:
    account = an_account(db, "county")
    county = select(Department.id).where(Department.code == "430481")
    db.add(
        Grant(
            account_id=account.id,
            role=Role.EXAM_OFFICER,
            department_id=db.execute(county).scalar_one(),
            granted_at=NOW,
        )
    )
    db.commit()
    return account.id


def test_departments_outside_an_officers_scope_do_not_exist(
    db: Session, county_officer: int
) -> None:
    report = loaded(
        db,
        [a_row(department="430481001"), a_row("HY00002", "李四")],
        by=county_officer,
    )

    assert codes(report) == ["unknown_department"]
    assert report.rejected[0].place == "R3"


def test_an_officer_cannot_pull_people_of_others_into_the_own_county(
    db: Session, county_officer: int
) -> None:
    loaded(db, [a_row()])

    report = loaded(db, [a_row(department="430481001")], by=county_officer)

    assert codes(report) == ["person_elsewhere"]


def test_whose_id_number_it_is_outside_the_scope_is_not_told(
    db: Session, county_officer: int
) -> None:
    loaded(db, [a_row(id_number=ID)])
    row = a_row("HY00002", "李四", id_number=ID, department="430481001")

    report = loaded(db, [row], by=county_officer)

    assert codes(report) == ["id_number_taken"]
    assert "HY00001" not in report.rejected[0].message


def test_a_preview_answers_like_the_import_and_writes_nothing(db: Session) -> None:
    table = roster_table([a_row(), a_row("HY00002", "李四")])

    foretold = roster.preview(db, table, by=None)

    assert db.execute(select(Person)).first() is None
    assert foretold == loaded(db, table)


def test_more_rows_than_a_chunk_go_in_whole(db: Session) -> None:
    rows = [a_row(f"HY{i:05}", f"考生{i}") for i in range(2_345)]

    report = loaded(db, rows)

    assert report.created == 2_345
    assert db.execute(select(func.count()).select_from(Person)).scalar_one() == 2_345
    assert loaded(db, rows).unchanged == 2_345


def test_two_imports_at_once_make_each_person_once(database: Database) -> None:
    rows = [a_row(f"HY{i:05}", f"考生{i}") for i in range(300)]
    reports: list[ImportReport] = []
    together = threading.Barrier(2)

    def load() -> None:
        table = roster_table(rows)
        together.wait()
        with database.unit_of_work() as session:
            reports.append(roster.take_in(session, table, by=None, now=NOW))

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(report.created for report in reports) == [0, 300]
    assert sorted(report.unchanged for report in reports) == [0, 300]
