"""The pages of the reports, and who sees what on them."""

import csv
import io

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from examcenter.accounts.models import Grant
from examcenter.accounts.rules import Role
from examcenter.organisation.models import Department, Person
from tests.support.actors import a_browser
from tests.support.factories import NOW, an_account
from tests.support.results_factories import Sitter, an_exam_held


@pytest.fixture
def exam_id(db: Session) -> str:
    exam_id = an_exam_held(
        db,
        [
            Sitter("4304001", (9000,)),
            Sitter("4304001", (5000,)),
            Sitter("4304001"),
            Sitter("4304002", exempt=True),
            Sitter("4308001"),
            Sitter("4308", (8000,)),
        ],
    )
    an_account(db, "hr", Role.HR)
    county = an_account(db, "county")
    department = db.query(Department).filter_by(code="4308").one()
    db.add(
        Grant(
            account_id=county.id,
            role=Role.HR,
            department_id=department.id,
            granted_at=NOW,
        )
    )
    an_account(db, "nowhere")
    an_account(db, "editor", Role.BANK_EDITOR)
    db.commit()
    return exam_id


def names_in(db: Session, code: str) -> list[str]:
    rows = (
        db.query(Person.name)
        .join(Department, Department.id == Person.department_id)
        .filter(Department.code == code)
        .order_by(Person.id)
    )
    return [name for (name,) in rows]


def test_hr_finds_the_exam_and_its_rates_with_their_counts(
    app: Flask, exam_id: str
) -> None:
    browser = a_browser(app, "hr").client

    index = browser.get("/reports")
    page = browser.get(f"/reports/{exam_id}")

    assert f"/reports/{exam_id}" in index.text
    assert page.status_code == 200
    assert "实考 3 / 应考 5" in page.text
    assert "60.00%" in page.text
    assert "单位4304002" in page.text
    assert "实考 ÷ 应考" in page.text


def test_hr_of_a_county_sees_the_county_alone(
    app: Flask, exam_id: str, db: Session
) -> None:
    browser = a_browser(app, "county").client

    page = browser.get(f"/reports/{exam_id}").text
    absent = browser.get(f"/reports/{exam_id}/people/absent").text
    elsewhere = browser.get(f"/reports/{exam_id}/people/absent?department=4304001").text

    assert "单位4308001" in page
    assert "4304001" not in page
    assert "实考 1 / 应考 2" in page
    (own,) = names_in(db, "4308001")
    assert own in absent
    for name in names_in(db, "4304001"):
        assert name not in absent + elsewhere
    assert "单位4304001" not in absent


def test_who_has_no_part_in_an_exam_is_told_that_it_does_not_exist(
    app: Flask, exam_id: str, db: Session
) -> None:
    other = Department(code="77", name="别处", path="")
    db.add(other)
    db.flush()
    other.path = f"/{other.id}/"
    account = an_account(db, "outsider")
    db.add(
        Grant(
            account_id=account.id,
            role=Role.HR,
            department_id=other.id,
            granted_at=NOW,
        )
    )
    db.commit()
    browser = a_browser(app, "outsider").client

    paths = ["", "/download/csv", "/people/absent", "/people/absent.csv"]
    answers = [browser.get(f"/reports/{exam_id}{path}").status_code for path in paths]

    assert answers == [404] * 4
    assert exam_id not in browser.get("/reports").text


@pytest.mark.parametrize("login", ["editor", "nowhere"])
def test_other_staff_may_not_read_reports(app: Flask, exam_id: str, login: str) -> None:
    browser = a_browser(app, login).client

    assert browser.get("/reports").status_code == 403
    assert browser.get(f"/reports/{exam_id}").status_code == 403
    assert browser.get(f"/reports/{exam_id}/people/failed.csv").status_code == 403


@pytest.mark.parametrize(
    ("kind", "who"),
    [
        ("absent", ("4304001", 2)),
        ("failed", ("4304001", 1)),
        ("exempt", ("4304002", 0)),
    ],
    ids=["absent", "failed", "exempt"],
)
def test_the_lists_name_the_people_behind_the_figures(
    app: Flask, exam_id: str, db: Session, kind: str, who: tuple[str, int]
) -> None:
    browser = a_browser(app, "hr").client
    department, index = who

    listed = browser.get(
        f"/reports/{exam_id}/people/{kind}.csv?department={department}"
    )

    rows = list(csv.reader(io.StringIO(listed.data.decode("utf-8-sig"))))
    names = names_in(db, department)
    assert [row[1] for row in rows[2:]] == [names[index]]
    assert "共 1 人" in rows[0][0]
    assert f"单位{department}" in rows[0][1]


def test_the_failed_are_listed_with_the_marks_that_count(
    app: Flask, exam_id: str
) -> None:
    page = a_browser(app, "hr").client.get(f"/reports/{exam_id}/people/failed")

    assert '<td class="num">50</td>' in page.text


def test_an_empty_list_says_why_and_an_unknown_one_does_not_exist(
    app: Flask, exam_id: str
) -> None:
    browser = a_browser(app, "hr").client

    empty = browser.get(f"/reports/{exam_id}/people/exempt_after_cutoff")
    unknown = browser.get(f"/reports/{exam_id}/people/everybody")

    assert "发布考试之后没有新增免考" in empty.text
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("json", "application/json"),
        ("csv", "text/csv"),
        ("xlsx", "spreadsheetml"),
        ("html", "text/html"),
    ],
)
def test_the_report_is_downloaded_as_a_file(
    app: Flask, exam_id: str, form: str, kind: str
) -> None:
    answer = a_browser(app, "hr").client.get(
        f"/reports/{exam_id}/download/{form}?depth=1"
    )

    assert answer.status_code == 200
    assert kind in answer.content_type
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith(f"attachment; filename=report.{form};")
    assert disposition.isascii()  # anything else breaks the connection
    if form == "json":
        assert len(answer.get_json()["rows"]) == 4


def test_a_form_that_is_not_offered_does_not_exist(app: Flask, exam_id: str) -> None:
    browser = a_browser(app, "hr").client

    assert browser.get(f"/reports/{exam_id}/download/pdf").status_code == 404


def test_a_table_is_sorted_filtered_and_found_by_its_address(
    app: Flask, exam_id: str
) -> None:
    browser = a_browser(app, "hr").client

    found = browser.get(f"/reports/{exam_id}?q=4308&sort=pass&direction=desc").text
    nothing = browser.get(f"/reports/{exam_id}?q=没有这个单位").text

    assert "单位4308001" in found
    assert "单位4304001" not in found
    assert "没有符合条件的单位" in nothing


def test_without_a_published_exam_the_page_says_what_comes_next(
    app: Flask, db: Session
) -> None:
    an_account(db, "hr", Role.HR)
    db.commit()

    page = a_browser(app, "hr").client.get("/reports")

    assert page.status_code == 200
    assert "还没有可以统计的考试" in page.text
