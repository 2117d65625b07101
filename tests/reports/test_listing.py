"""The table of a report as a reader asks for it."""

import pytest
from sqlalchemy.orm import Session

from examcenter.organisation.service import EVERYTHING
from examcenter.reports.listing import rows_wished
from examcenter.reports.service import Report, departments
from examcenter.wishes import Wish
from tests.support.factories import NOW
from tests.support.results_factories import Sitter, an_exam_held


@pytest.fixture
def report(db: Session) -> Report:
    exam_id = an_exam_held(
        db,
        [
            *[Sitter("4304001", (9000,))] * 2,
            Sitter("4304001"),
            *[Sitter("4308001", (10000,))],
            *[Sitter("4308001")] * 2,
        ],
    )
    return departments(db, exam_id, scope=EVERYTHING, now=NOW)


def codes(report: Report, asked: Wish) -> list[str]:
    return [row.code for row in rows_wished(report, asked)[0]]


def test_without_a_wish_the_tree_is_shown(report: Report) -> None:
    whole = codes(report, Wish(sort="tree"))

    assert whole == ["4304", "4304001", "4304002", "4308", "4308001"]


def test_a_rate_sorts_by_its_fraction_and_nobody_to_count_comes_last(
    report: Report,
) -> None:
    rising = codes(report, Wish(sort="participation"))
    falling = codes(report, Wish(sort="participation", descending=True))

    assert rising == ["4308", "4308001", "4304", "4304001", "4304002"]
    assert falling == ["4304001", "4304", "4308", "4308001", "4304002"]


def test_an_average_sorts_as_a_number(report: Report) -> None:
    falling = codes(report, Wish(sort="average", descending=True))

    assert falling[0] == "4308"  # 100 before 93.33 before 90
    assert falling[-1] == "4304002"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Wish(text="4308"), ["4308", "4308001"]),
        (Wish(filters={"group": "市直"}), ["4304001", "4304002"]),
        (Wish(filters={"depth": "0"}), ["4304"]),
        (Wish(filters={"depth": "², nonsense"}, text="4304002"), ["4304002"]),
        (Wish(filters={"group": "没有"}), []),
        (Wish(page=2, size=2), ["4304002", "4308"]),
    ],
    ids=["text", "group", "depth", "no depth at all", "no such group", "page"],
)
def test_rows_are_found_by_text_group_and_depth(
    report: Report, asked: Wish, expected: list[str]
) -> None:
    assert codes(report, asked) == expected
