"""The report by department."""

import hashlib
import json
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.orm import Session

from examcenter.errors import NotFoundError
from examcenter.exams import planning
from examcenter.exams.rules import AttemptRule, NotPublishedError
from examcenter.organisation.models import Department
from examcenter.organisation.service import EVERYTHING, Scope
from examcenter.reports.rules import Line, rate
from examcenter.reports.service import Report, departments
from examcenter.results.rules import Scored, counted
from tests.support.factories import NOW
from tests.support.halls import a_bank, a_plan
from tests.support.results_factories import (
    CITY,
    RUNNING,
    UNMARKED,
    Place,
    Sitter,
    an_exam_held,
)


def reported(db: Session, exam_id: str, scope: Scope = EVERYTHING) -> Report:
    return departments(db, exam_id, scope=scope, now=NOW)


def by_code(report: Report) -> dict[str, Line]:
    return {row.code: row for row in report.rows}


def scope_over(db: Session, *codes: str) -> Scope:
    rows = db.query(Department).filter(Department.code.in_(codes))
    return Scope(everything=False, paths=tuple(row.path for row in rows))


def test_a_row_counts_everybody_in_its_subtree_once(db: Session) -> None:
    exam_id = an_exam_held(
        db,
        [
            Sitter("4304001", (7000, 9500)),
            Sitter("4304001", (5000,)),
            Sitter("4304001"),
            Sitter("4304001", exempt=True),
            Sitter("4308001", (6000,)),
            Sitter("4308", (RUNNING,)),
        ],
    )

    rows = by_code(reported(db, exam_id))

    assert [row.level for row in rows.values()] == [0, 1, 1, 1, 2]
    bureau = rows["4304001"]
    assert (bureau.enrolled, bureau.exempt, bureau.eligible) == (4, 1, 3)
    assert (bureau.sat, bureau.absent) == (2, 1)
    assert (bureau.passed, bureau.excellent) == (1, 1)
    assert (bureau.participation_rate, bureau.pass_rate) == ("66.66%", "50.00%")
    assert (bureau.average, bureau.highest, bureau.lowest) == ("72.5", "95", "50")
    assert (bureau.exemption_rate, bureau.voided) == ("25.00%", 0)
    assert (rows["4308"].eligible, rows["4308"].sat) == (2, 1)
    assert (rows["4304"].eligible, rows["4304"].sat) == (5, 3)
    assert rows["4304002"].participation_rate == "—"


def test_the_total_is_no_mean_of_rates_and_counts_nobody_twice(db: Session) -> None:
    sitters = [Sitter("4304001", (9000,))] * 3 + [Sitter("4308001")] * 1
    exam_id = an_exam_held(db, sitters)

    total = reported(db, exam_id).total

    assert (total.eligible, total.sat, total.participation_rate) == (4, 3, "75.00%")
    assert (total.code, total.name, total.level) == ("", "合计", None)


@pytest.mark.parametrize(
    ("rule", "passed", "average"),
    [
        pytest.param(AttemptRule.BEST, 1, "90", id="best"),
        pytest.param(AttemptRule.LAST, 0, "30", id="last"),
        pytest.param(AttemptRule.FIRST, 0, "50", id="first"),
    ],
)
def test_the_attempt_that_counts_follows_the_plan(
    db: Session, rule: AttemptRule, passed: int, average: str
) -> None:
    tries = (5000, 9000, 3000)
    exam_id = an_exam_held(
        db, [Sitter("4304001", tries)], attempts=3, attempt_rule=rule
    )

    total = reported(db, exam_id).total

    assert (total.sat, total.passed, total.average) == (1, passed, average)


def test_an_attempt_past_its_deadline_and_not_yet_collected_has_not_sat(
    db: Session,
) -> None:
    exam_id = an_exam_held(db, [Sitter("4304001", (RUNNING,))])

    late = departments(db, exam_id, scope=EVERYTHING, now=NOW + timedelta(hours=5))

    assert (late.total.sat, late.total.absent) == (0, 1)


def test_an_answered_paper_without_marks_is_named_and_not_counted_as_failed(
    db: Session,
) -> None:
    exam_id = an_exam_held(
        db, [Sitter("4304001", (UNMARKED,)), Sitter("4304001", (8000,))]
    )

    report = reported(db, exam_id)

    assert (report.total.sat, report.total.average) == (2, "80")
    assert any("1 人的答卷尚未评分" in note for note in report.footnotes)


def test_exemptions_after_the_cut_off_are_shown_and_take_nobody_out(
    db: Session,
) -> None:
    exam_id = an_exam_held(
        db,
        [
            Sitter("4304001", exempted_after=timedelta(hours=2)),
            Sitter("4304001", exempt=True, exempted_after=timedelta(hours=-2)),
        ],
    )

    total = reported(db, exam_id).total

    assert (total.exempt, total.exempt_after_cutoff) == (1, 1)
    assert (total.eligible, total.absent) == (1, 1)


def test_departments_are_ranked_with_those_of_their_group_and_level(
    db: Session,
) -> None:
    exam_id = an_exam_held(
        db,
        [
            Sitter("4304001", (5000,)),
            Sitter("4304002", (7000,)),
            Sitter("4308001", (5000,)),
        ],
    )

    rows = by_code(reported(db, exam_id))

    assert {code: row.rank for code, row in rows.items()} == {
        "4304": None,
        "4304001": 2,
        "4304002": 1,
        "4308": 1,
        "4308001": 1,
    }


def test_a_depth_leaves_rows_out_and_no_people(db: Session) -> None:
    exam_id = an_exam_held(db, [Sitter("4308001", (9000,))])

    whole = reported(db, exam_id)
    cut = departments(db, exam_id, scope=EVERYTHING, depth=1, now=NOW)

    assert [row.code for row in cut.rows] == ["4304", "4304001", "4304002", "4308"]
    assert by_code(cut)["4308"] == by_code(whole)["4308"]
    assert cut.total == whole.total


def test_hr_of_a_department_sees_neither_other_rows_nor_their_existence(
    db: Session,
) -> None:
    exam_id = an_exam_held(
        db, [Sitter("4304001", (9000,)), Sitter("4308001", (5000,)), Sitter("4308")]
    )

    report = reported(db, exam_id, scope_over(db, "4308"))

    assert [row.code for row in report.rows] == ["4308", "4308001"]
    assert (report.total.eligible, report.total.sat) == (2, 1)
    assert {row.rank for row in report.rows} == {None}
    assert "4304001" not in str(asdict(report))
    assert "单位4304" not in str(asdict(report))


def test_two_grants_of_which_one_holds_the_other_count_people_once(
    db: Session,
) -> None:
    exam_id = an_exam_held(db, [Sitter("4308001", (9000,)), Sitter("4308", (8000,))])

    report = reported(db, exam_id, scope_over(db, "4308", "4308001"))

    assert report.total.eligible == 2


def test_a_department_that_moved_is_still_reported_where_it_stood(
    db: Session,
) -> None:
    exam_id = an_exam_held(db, [Sitter("4308001", (9000,))])
    county, office = (
        db.query(Department).filter_by(code=code).one() for code in ("4308", "4308001")
    )
    new_home = db.query(Department).filter_by(code="4304001").one()
    db.execute(
        update(Department)
        .where(Department.id == office.id)
        .values(path=f"{new_home.path}{office.id}/", parent_id=new_home.id)
    )
    db.expire_all()

    of_office = reported(db, exam_id, scope_over(db, "4308001"))
    of_county = reported(db, exam_id, Scope(everything=False, paths=(county.path,)))
    of_new_home = reported(db, exam_id, scope_over(db, "4304001"))

    assert of_office.total.sat == of_county.total.sat == 1
    assert of_new_home.total.sat == 0


def test_an_exam_without_departments_in_scope_does_not_exist(db: Session) -> None:
    exam_id = an_exam_held(db, [Sitter("4304001")])
    other = an_exam_held(db, [Sitter("55")], [Place("55")])

    with pytest.raises(NotFoundError):
        reported(db, exam_id, scope_over(db, "55"))
    with pytest.raises(NotFoundError):
        reported(db, other, Scope(everything=False))
    with pytest.raises(NotFoundError):
        reported(db, "no such exam")


def test_a_draft_has_no_report(db: Session) -> None:
    an_exam_held(db, [Sitter("4304001")])
    a_bank(db, [])
    plan = a_plan(departments=("4304",))
    draft = planning.create(db, plan, by=None, now=NOW)

    with pytest.raises(NotPublishedError):
        reported(db, draft)
    with pytest.raises(NotFoundError):
        reported(db, draft, scope_over(db, "4304"))


def test_the_digest_is_that_of_the_printed_rows(db: Session) -> None:
    report = reported(db, an_exam_held(db, [Sitter("4304001", (9000,))]))

    text = json.dumps(
        [asdict(row) for row in report.rows],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )

    assert report.digest == f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def test_what_no_study_records_mean_is_said_in_the_definitions(db: Session) -> None:
    report = reported(db, an_exam_held(db, [Sitter("4304001")]))

    assert (report.total.to_study, report.total.studied) == (1, 1)
    for key in ("studied", "credit_met", "study_rate"):
        assert "不反映实际学习情况" in report.definitions[key]


_SCORES = st.one_of(
    st.integers(0, 100).map(lambda marks: marks * 100), st.just(UNMARKED)
)


@st.composite
def _cities(draw: st.DrawFn) -> tuple[list[Place], list[Sitter], AttemptRule]:
    codes = [f"9{number}" for number in range(draw(st.integers(1, 7)))]
    places = [
        Place(
            code,
            draw(st.sampled_from(codes[:at])) if at else "",
            draw(st.sampled_from(["", "市直", "县市区"])),
        )
        for at, code in enumerate(codes)
    ]
    sitters = draw(
        st.lists(
            st.builds(
                _sitter,
                st.sampled_from(codes),
                st.lists(_SCORES, max_size=3),
                st.booleans(),
                st.integers(0, 5),
            ),
            max_size=8,
        )
    )
    return places, sitters, draw(st.sampled_from(list(AttemptRule)))


def _sitter(code: str, tries: list[int], running: bool, kind: int) -> Sitter:
    if kind == 0:
        return Sitter(code, exempt=True)
    return Sitter(code, (*tries, *((RUNNING,) if running else ())))


def _expected(
    code: str, places: list[Place], sitters: list[Sitter], rule: AttemptRule
) -> dict[str, Any]:
    """Count one department the slow way, person by person."""
    parents = {place.code: place.parent for place in places}

    def is_below(one: str) -> bool:
        return one == code or (bool(one) and is_below(parents[one]))

    people = [sitter for sitter in sitters if is_below(sitter.department)]
    eligible = [sitter for sitter in people if not sitter.exempt]
    sat = [s for s in eligible if any(score != RUNNING for score in s.tries)]
    marks = [mark for s in sat if (mark := _counting(s.tries, rule)) != UNMARKED]
    passed = sum(mark >= 6000 for mark in marks)
    return {
        "enrolled": len(people),
        "exempt": len(people) - len(eligible),
        "eligible": len(eligible),
        "sat": len(sat),
        "absent": len(eligible) - len(sat),
        "passed": passed,
        "excellent": sum(mark >= 9000 for mark in marks),
        "participation_rate": rate(len(sat), len(eligible)),
        "pass_rate": rate(passed, len(sat)),
        "highest": str(max(marks) // 100) if marks else "—",
        "lowest": str(min(marks) // 100) if marks else "—",
    }


def _counting(tries: tuple[int, ...], rule: AttemptRule) -> int:
    ended = [score for score in tries if score != RUNNING]
    if rule is AttemptRule.BEST:
        return max(ended)
    return ended[-1] if rule is AttemptRule.LAST else ended[0]


@given(_cities())
@hypothesis_settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_every_row_agrees_with_counting_person_by_person(
    db: Session, city: tuple[list[Place], list[Sitter], AttemptRule]
) -> None:
    places, sitters, rule = city
    exam_id = an_exam_held(db, sitters, places, attempt_rule=rule, attempts=4)

    report = reported(db, exam_id)
    db.rollback()

    assert len(report.rows) == len(places)
    for row in report.rows:
        expected = _expected(row.code, places, sitters, rule)
        assert {key: getattr(row, key) for key in expected} == expected
    assert asdict(report.total) == asdict(report.rows[0]) | {
        "code": "",
        "name": "合计",
        "level": None,
        "group": "",
        "rank": None,
    }


@given(
    st.lists(st.integers(0, 100), min_size=1, max_size=4),
    st.sampled_from(list(AttemptRule)),
)
@hypothesis_settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_database_counts_the_attempt_that_the_rule_counts(
    db: Session, scores: list[int], rule: AttemptRule
) -> None:
    tries = tuple(score * 100 for score in scores)
    exam_id = an_exam_held(
        db, [Sitter("4304", tries)], CITY[:1], attempt_rule=rule, attempts=4
    )

    total = reported(db, exam_id).total
    db.rollback()

    one = counted(rule, [Scored(n, s) for n, s in enumerate(tries, start=1)])
    assert one is not None
    assert total.average == str(one.score // 100)
