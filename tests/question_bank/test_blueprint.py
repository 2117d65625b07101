from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.blueprint import (
    Blueprint,
    Candidate,
    Lack,
    Quota,
    Section,
    TooFewQuestionsError,
    allocate,
)
from question_bank.model import Kind

Stock = dict[tuple[Kind, str, str], int]


def a_section(kind: Kind, count: int, title: str = "") -> Section:
    return Section(title or kind.value, kind, count, 100)


def a_bank(stock: Stock) -> list[Candidate]:
    rows = [stratum for stratum, number in stock.items() for _ in range(number)]
    return [Candidate(index, *row) for index, row in enumerate(rows)]


def counted(quotas: Sequence[Quota], field: str) -> Counter[str]:
    totals: Counter[str] = Counter()
    for quota in quotas:
        totals[getattr(quota, field)] += quota.count
    return totals


def test_categories_share_a_section_in_proportion_to_the_bank() -> None:
    bank = a_bank(
        {
            (Kind.SINGLE, "宪法", ""): 50,
            (Kind.SINGLE, "民法典", ""): 30,
            (Kind.SINGLE, "刑法", ""): 20,
        }
    )

    quotas = allocate(Blueprint((a_section(Kind.SINGLE, 10),)), bank)

    assert counted(quotas, "category") == {"宪法": 5, "民法典": 3, "刑法": 2}


def test_what_does_not_come_out_even_goes_to_the_largest_remainders() -> None:
    bank = a_bank(
        {
            (Kind.SINGLE, "宪法", ""): 41,
            (Kind.SINGLE, "民法典", ""): 33,
            (Kind.SINGLE, "刑法", ""): 26,
        }
    )

    quotas = allocate(Blueprint((a_section(Kind.SINGLE, 5),)), bank)

    # 2.05, 1.65 and 1.3 of five
    assert counted(quotas, "category") == {"宪法": 2, "民法典": 2, "刑法": 1}


def test_minimums_are_reached_by_moving_slots_between_categories() -> None:
    bank = a_bank(
        {
            (Kind.SINGLE, "宪法", ""): 5,
            (Kind.SINGLE, "民法典", ""): 95,
            (Kind.MULTIPLE, "民法典", ""): 100,
        }
    )
    sections = (a_section(Kind.SINGLE, 10), a_section(Kind.MULTIPLE, 5))

    quotas = allocate(Blueprint(sections, (("宪法", 4),)), bank)

    assert counted(quotas, "category") == {"宪法": 4, "民法典": 11}
    assert counted(quotas, "kind") == {"single": 10, "multiple": 5}


@pytest.mark.parametrize(
    ("scarce", "between"),
    [
        pytest.param("刑法", "民法典", id="the scarce one is served first"),
        pytest.param("民法典", "刑法", id="the scarce one is served last"),
    ],
)
def test_a_minimum_may_be_reached_through_a_third_category(
    scarce: str, between: str
) -> None:
    # The scarce one may only grow in single choice, where the one between stands at its
    # minimum; that may be made good in multiple choice alone, at the cost of 宪法.
    bank = a_bank(
        {
            (Kind.SINGLE, scarce, ""): 2,
            (Kind.SINGLE, between, ""): 8,
            (Kind.MULTIPLE, between, ""): 8,
            (Kind.MULTIPLE, "宪法", ""): 8,
        }
    )
    sections = (a_section(Kind.SINGLE, 5), a_section(Kind.MULTIPLE, 4))
    minimums = ((scarce, 2), (between, 6))

    quotas = allocate(Blueprint(sections, minimums), bank)

    assert counted(quotas, "category") == {scarce: 2, between: 6, "宪法": 1}


def test_difficulties_share_a_section_even_where_categories_are_small() -> None:
    stock = {
        (Kind.SINGLE, f"类{number:02}", difficulty): count
        for number in range(20)
        for difficulty, count in (("易", 5), ("中", 3), ("难", 2))
    }

    quotas = allocate(Blueprint((a_section(Kind.SINGLE, 20),)), a_bank(stock))

    assert counted(quotas, "difficulty") == {"易": 10, "中": 6, "难": 4}


def test_two_sections_of_one_kind_ask_no_more_together_than_a_stratum_holds() -> None:
    bank = a_bank({(Kind.SINGLE, "宪法", ""): 3, (Kind.SINGLE, "刑法", ""): 7})
    sections = (a_section(Kind.SINGLE, 4, "甲"), a_section(Kind.SINGLE, 6, "乙"))

    quotas = allocate(Blueprint(sections), bank)

    assert counted(quotas, "section") == {0: 4, 1: 6}
    assert counted(quotas, "category") == {"宪法": 3, "刑法": 7}


def test_everything_that_is_missing_is_told_at_once() -> None:
    bank = a_bank({(Kind.SINGLE, "宪法", "易"): 3, (Kind.MULTIPLE, "刑法", ""): 1})
    sections = (
        a_section(Kind.SINGLE, 2, "单选一"),
        a_section(Kind.SINGLE, 2, "单选二"),
        a_section(Kind.MULTIPLE, 2, "多选"),
        a_section(Kind.TRUE_FALSE, 1, "判断"),
    )
    minimums = (("宪法", 4), ("民法典", 2), ("刑法", 1))

    with pytest.raises(TooFewQuestionsError) as refusal:
        allocate(Blueprint(sections, minimums), bank)

    assert set(refusal.value.lacks) == {
        Lack("单选二", "", 2, 1),
        Lack("多选", "", 2, 1),
        Lack("判断", "", 1, 0),
        Lack("", "宪法", 4, 3),
        Lack("", "民法典", 2, 0),
    }
    assert [lack.lacking for lack in refusal.value.lacks] == [1, 1, 1, 1, 2]


def test_minimums_beyond_the_paper_are_told_as_such() -> None:
    bank = a_bank({(Kind.SINGLE, "宪法", ""): 9, (Kind.SINGLE, "刑法", ""): 9})
    blueprint = Blueprint((a_section(Kind.SINGLE, 5),), (("宪法", 3), ("刑法", 3)))

    with pytest.raises(TooFewQuestionsError) as refusal:
        allocate(blueprint, bank)

    assert Lack("", "", 6, 5) in refusal.value.lacks


def test_the_order_of_the_candidates_does_not_matter() -> None:
    bank = a_bank(
        {(kind, c, d): 4 for kind in Kind for c in ("", "宪法", "刑法") for d in "易难"}
    )
    blueprint = Blueprint(
        (a_section(Kind.SINGLE, 7), a_section(Kind.BLANK, 5)), (("刑法", 6),)
    )

    assert allocate(blueprint, reversed(bank)) == allocate(blueprint, bank)


def test_a_question_that_is_a_candidate_twice_is_refused() -> None:
    twice = [Candidate(7, Kind.SINGLE, "宪法", d) for d in ("易", "难")]

    with pytest.raises(ValueError, match="7"):
        allocate(Blueprint((a_section(Kind.SINGLE, 1),)), twice)


@pytest.mark.parametrize(
    ("sections", "minimums"),
    [
        pytest.param(0, (), id="no section"),
        pytest.param(1, (("宪法", -1),), id="a negative minimum"),
        pytest.param(1, (("宪法", 1), ("宪法", 2)), id="two minimums for one"),
    ],
)
def test_a_blueprint_that_makes_no_sense_is_refused(
    sections: int, minimums: tuple[tuple[str, int], ...]
) -> None:
    with pytest.raises(ValueError, match=r"section|minimum"):
        Blueprint((a_section(Kind.SINGLE, 1),) * sections, minimums)


@pytest.mark.parametrize(("count", "marks"), [(0, 100), (5, 0)])
def test_a_section_that_asks_or_gives_nothing_is_refused(
    count: int, marks: int
) -> None:
    with pytest.raises(ValueError, match="above 0"):
        Section("单选", Kind.SINGLE, count, marks)


def test_a_blueprint_adds_up_its_questions_and_marks() -> None:
    blueprint = Blueprint(
        (
            Section("判断题", Kind.TRUE_FALSE, 20, 200),
            Section("单项选择题", Kind.SINGLE, 30, 100),
            Section("多项选择题", Kind.MULTIPLE, 15, 200),
        )
    )

    assert (blueprint.count, blueprint.full_marks) == (65, 10_000)


KINDS = (Kind.SINGLE, Kind.MULTIPLE)
CATEGORIES = ("宪法", "民法典", "刑法")
stocks = st.fixed_dictionaries(
    {
        (kind, category, difficulty): st.integers(0, 2)
        for kind in KINDS
        for category in CATEGORIES
        for difficulty in "易难"
    }
)
blueprints = st.builds(
    Blueprint,
    st.lists(
        st.builds(a_section, st.sampled_from(KINDS), st.integers(1, 3)),
        min_size=1,
        max_size=3,
    ).map(tuple),
    st.lists(
        st.tuples(st.sampled_from([*CATEGORIES, "无"]), st.integers(0, 4)),
        max_size=3,
        unique_by=lambda pair: pair[0],
    ).map(tuple),
)


@settings(max_examples=400, deadline=None)
@given(blueprints, stocks)
def test_an_allocation_is_found_exactly_when_there_is_one(
    blueprint: Blueprint, stock: Stock
) -> None:
    if exists(blueprint, stock):
        assert keeps(blueprint, stock, allocate(blueprint, a_bank(stock)))
        return
    with pytest.raises(TooFewQuestionsError) as refusal:
        allocate(blueprint, a_bank(stock))

    assert refusal.value.lacks
    assert all(lack.lacking > 0 for lack in refusal.value.lacks)


def keeps(blueprint: Blueprint, stock: Stock, quotas: tuple[Quota, ...]) -> bool:
    """Tell whether *quotas* give what the blueprint asks and the bank has."""
    drawn: Counter[tuple[Kind, str, str]] = Counter()
    for quota in quotas:
        drawn[quota.kind, quota.category, quota.difficulty] += quota.count
    categories = counted(quotas, "category")
    sections = counted(quotas, "section")
    return (
        all(count <= stock[stratum] for stratum, count in drawn.items())
        and all(categories[name] >= least for name, least in blueprint.by_category)
        and sections
        == {number: section.count for number, section in enumerate(blueprint.sections)}
        and all(q.kind is blueprint.sections[q.section].kind for q in quotas)
        and all(q.count > 0 for q in quotas)
    )


def exists(blueprint: Blueprint, stock: Stock) -> bool:
    """Try every way to share the kinds' slots among the categories."""
    minimums = dict(blueprint.by_category)
    return any(
        all(
            sum(way[column] for way in ways) >= minimums.get(category, 0)
            for column, category in enumerate((*CATEGORIES, "无"))
        )
        for ways in product(*(ways_to_fill(blueprint, stock, kind) for kind in KINDS))
    )


def ways_to_fill(
    blueprint: Blueprint, stock: Stock, kind: Kind
) -> Iterator[tuple[int, ...]]:
    wanted = sum(s.count for s in blueprint.sections if s.kind is kind)
    has = [stock[kind, c, "易"] + stock[kind, c, "难"] for c in CATEGORIES]
    for way in product(*(range(number + 1) for number in has)):
        if sum(way) == wanted:
            yield (*way, 0)
