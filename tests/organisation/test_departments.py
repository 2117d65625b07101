"""Loading the tree of departments."""

import threading
from collections.abc import Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.accounts.rules import Role
from examcenter.db import Database
from examcenter.errors import NotAllowedError
from examcenter.organisation import departments
from examcenter.organisation.imports import ImportReport
from examcenter.organisation.models import Department
from tests.support.factories import an_account
from tests.support.organisation_factories import (
    DEPARTMENTS,
    LIMITS,
    csv_of,
    departments_table,
    xlsx_of,
)

HEAD = DEPARTMENTS[0]


def loaded(db: Session, *rows: Sequence[object]) -> ImportReport:
    return departments.take_in(db, departments_table([HEAD, *rows]), by=None)


def codes_on_paths(db: Session) -> dict[str, str]:
    rows = db.execute(select(Department.id, Department.code, Department.path)).all()
    code_of = {str(row.id): row.code for row in rows}
    return {
        row.code: "/".join(code_of[part] for part in row.path.strip("/").split("/"))
        for row in rows
    }


def test_a_file_becomes_a_tree(db: Session) -> None:
    report = loaded(db, *DEPARTMENTS[1:])

    assert (report.rows, report.created, report.rejected) == (4, 4, ())
    assert codes_on_paths(db)["430481001"] == "430400/430481/430481001"


def test_parents_may_stand_below_their_children(db: Session) -> None:
    report = loaded(db, *reversed(DEPARTMENTS[1:]))

    assert report.created == 4
    assert codes_on_paths(db)["430481001"] == "430400/430481/430481001"


def test_the_same_file_again_changes_nothing(db: Session) -> None:
    loaded(db, *DEPARTMENTS[1:])

    report = loaded(db, *DEPARTMENTS[1:])

    assert (report.created, report.changed, report.unchanged) == (0, 0, 4)


def test_moving_a_department_moves_everything_below_it(db: Session) -> None:
    loaded(db, *DEPARTMENTS[1:])

    report = loaded(db, ("430481", "耒阳市", "430400001", "县市区", "县市区"))

    assert (report.changed, report.rejected) == (1, ())
    assert codes_on_paths(db)["430481001"] == "430400/430400001/430481/430481001"


def test_a_new_name_is_a_change(db: Session) -> None:
    loaded(db, *DEPARTMENTS[1:])

    report = loaded(db, ("430400001", "市司法局（新）", "430400", "市直", "市直"))

    name = select(Department.name).where(Department.code == "430400001")
    assert report.changed == 1
    assert db.execute(name).scalar_one() == "市司法局（新）"


def test_columns_that_the_file_lacks_stay_as_they_are(db: Session) -> None:
    loaded(db, *DEPARTMENTS[1:])
    table = departments_table(
        [("code", "name", "parent"), ("430481", "耒阳", "430400")]
    )

    departments.take_in(db, table, by=None)

    level = select(Department.level).where(Department.code == "430481")
    assert db.execute(level).scalar_one() == "县市区"


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        pytest.param([("1", "甲", "9", "", "")], "unknown_parent", id="no-such-parent"),
        pytest.param([("1", "甲", "1", "", "")], "cycle", id="its-own-parent"),
        pytest.param(
            [("1", "甲", "2", "", ""), ("2", "乙", "1", "", "")], "cycle", id="a-ring"
        ),
        pytest.param(
            [("1", "甲", "", "", ""), ("1", "乙", "", "", "")],
            "duplicate_code",
            id="one-code-twice",
        ),
        pytest.param([("", "甲", "", "", "")], "code_missing", id="no-code"),
        pytest.param([("1", " ", "", "", "")], "name_missing", id="no-name"),
        pytest.param([("430401", "市辖区", "", "", "")], "not_a_unit", id="430401"),
        pytest.param([("1" * 41, "甲", "", "", "")], "too_long", id="a-long-code"),
        pytest.param(
            [(str(i), "甲", str(i - 1) if i else "", "", "") for i in range(20)],
            "too_deep",
            id="twenty-levels",
        ),
    ],
)
def test_a_bad_row_keeps_the_whole_file_out(
    db: Session, rows: list[tuple[str, ...]], code: str
) -> None:
    report = loaded(db, ("430400", "衡阳市", "", "", ""), *rows)

    assert code in [fault.code for fault in report.rejected]
    assert report.created == 0
    assert db.execute(select(Department)).first() is None


def test_a_fault_names_its_row(db: Session) -> None:
    report = loaded(db, ("1", "甲", "", "", ""), ("2", "乙", "9", "", ""))

    assert [fault.place for fault in report.rejected] == ["R3"]
    assert "9" in report.rejected[0].message
    assert report.rejected[0].excerpt.startswith("2 乙")


def test_a_move_that_would_make_a_ring_with_stored_departments_is_refused(
    db: Session,
) -> None:
    loaded(db, *DEPARTMENTS[1:])

    report = loaded(db, ("430400", "衡阳市", "430481001", "市", ""))

    assert [fault.code for fault in report.rejected] == ["cycle"]


def test_two_roots_are_taken_and_mentioned(db: Session) -> None:
    report = loaded(db, ("1", "甲", "", "", ""), ("2", "乙", "", "", ""))

    assert report.created == 2
    assert "没有上级的单位有 2 个" in report.notes[0]


def test_codes_in_number_cells_are_text_and_leading_zeros_of_text_stay(
    db: Session,
) -> None:
    rows = [HEAD, (430400, "衡阳市", None, "市", ""), ("007", "甲", 430400, "", "")]
    table = departments.read(xlsx_of(rows), "d.xlsx", limits=LIMITS)

    departments.take_in(db, table, by=None)

    assert set(codes_on_paths(db)) == {"430400", "007"}


def test_a_code_that_lost_digits_is_refused_by_its_cell(db: Session) -> None:
    rows = [HEAD, (12345678901234567890, "甲", None, "", "")]
    table = departments.read(xlsx_of(rows), "d.xlsx", limits=LIMITS)

    report = departments.take_in(db, table, by=None)

    assert [f.code for f in report.rejected] == ["number_too_long"]
    assert "A2" in report.rejected[0].message
    assert report.rejected[0].place == "Sheet1!R2"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_offices_may_use_any_of_four_encodings(db: Session, encoding: str) -> None:
    table = departments.read(csv_of(DEPARTMENTS, encoding), "d.csv", limits=LIMITS)

    report = departments.take_in(db, table, by=None)

    assert (report.created, report.encoding) == (4, encoding)


def test_a_file_without_the_columns_is_refused_by_its_name(db: Session) -> None:
    table = departments.read(csv_of([("甲", "乙"), ("1", "2")]), "d.csv", limits=LIMITS)

    report = departments.take_in(db, table, by=None)

    assert [(f.place, f.code) for f in report.rejected] == [
        ("d.csv", "header_not_found")
    ]
    assert "上级单位代码" in report.rejected[0].message


def test_an_officer_of_one_county_may_not_change_the_tree(db: Session) -> None:
    county = an_account(db, "officer")
    table = departments_table(DEPARTMENTS)

    with pytest.raises(NotAllowedError):
        departments.take_in(db, table, by=county.id)


def test_a_system_administrator_may(db: Session) -> None:
    admin = an_account(db, "admin", Role.SYSTEM)

    report = departments.take_in(db, departments_table(DEPARTMENTS), by=admin.id)

    assert report.created == 4


def test_two_imports_at_once_make_one_tree(database: Database) -> None:
    reports: list[ImportReport] = []
    together = threading.Barrier(2)

    def load() -> None:
        table = departments_table(DEPARTMENTS)
        together.wait()
        with database.unit_of_work() as session:
            reports.append(departments.take_in(session, table, by=None))

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(report.created for report in reports) == [0, 4]
    assert sorted(report.unchanged for report in reports) == [0, 4]
