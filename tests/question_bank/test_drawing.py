from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.blueprint import Quota
from question_bank.drawing import Draws, draw_papers, shuffled, stream
from question_bank.model import Kind
from question_bank.paper import Paper, neighbour_overlap
from tests.question_bank.described_draw import described_papers

SEED = bytes(range(32))


def a_quota(number: int, size: int, *, first: int = 0, section: int = 0) -> Quota:
    """Return a quota of *number* from *size* questions that begin at *first*."""
    questions = tuple(range(first, first + size))
    return Quota(section, Kind.SINGLE, f"从{first}", "易", number, questions)


def drawn(
    quotas: Sequence[Quota],
    people: int,
    papers_each: int = 1,
    *,
    seed: bytes = SEED,
    shuffle: bool = True,
) -> list[Paper]:
    bank = 1 + max(question for quota in quotas for question in quota.candidates)
    return list(
        draw_papers(
            quotas,
            seed=seed,
            people=people,
            papers_each=papers_each,
            shuffle_questions=shuffle,
            shuffle_options=shuffle,
            option_counts=[4] * bank,
        )
    )


# What a published draw may never do: come out differently under a later release.

VECTOR_QUOTAS = (
    Quota(0, Kind.TRUE_FALSE, "宪法", "易", 1, (0, 1, 2)),
    Quota(1, Kind.SINGLE, "宪法", "", 2, (3, 4, 5, 6, 7)),
    Quota(1, Kind.SINGLE, "民法典", "难", 1, (8, 9)),
    Quota(2, Kind.SINGLE, "宪法", "", 1, (3, 4, 5, 6, 7)),
    Quota(3, Kind.BLANK, "", "", 1, (10, 11, 12, 13)),
)
VECTOR_OPTIONS = (2, 2, 2, 4, 4, 3, 8, 14, 4, 4, 0, 0, 0, 0)
VECTOR = [
    Paper(
        (0, 9, 7, 6, 5, 13),
        (
            (0, 1),
            (0, 1, 2, 3),
            (6, 9, 12, 10, 2, 4, 3, 7, 13, 1, 5, 8, 11, 0),
            (4, 7, 1, 0, 6, 3, 2, 5),
            (0, 1, 2),
            (),
        ),
    ),
    Paper(
        (2, 3, 4, 8, 7, 12),
        (
            (0, 1),
            (2, 1, 3, 0),
            (2, 1, 3, 0),
            (1, 3, 0, 2),
            (3, 11, 5, 8, 9, 12, 13, 7, 4, 6, 10, 0, 2, 1),
            (),
        ),
    ),
    Paper(
        (1, 8, 3, 4, 5, 11),
        ((0, 1), (1, 2, 0, 3), (1, 0, 2, 3), (1, 0, 2, 3), (0, 1, 2), ()),
    ),
    Paper(
        (0, 6, 5, 9, 4, 10),
        ((0, 1), (7, 6, 5, 3, 0, 1, 4, 2), (1, 0, 2), (0, 1, 2, 3), (2, 3, 0, 1), ()),
    ),
    Paper(
        (2, 9, 7, 6, 3, 13),
        (
            (0, 1),
            (0, 1, 2, 3),
            (1, 13, 8, 12, 5, 7, 2, 9, 6, 3, 4, 0, 11, 10),
            (3, 0, 4, 2, 7, 5, 1, 6),
            (0, 2, 3, 1),
            (),
        ),
    ),
    Paper(
        (1, 5, 4, 8, 7, 12),
        (
            (0, 1),
            (2, 0, 1),
            (0, 1, 3, 2),
            (3, 0, 1, 2),
            (5, 7, 6, 11, 9, 10, 8, 4, 0, 2, 12, 13, 1, 3),
            (),
        ),
    ),
]


def vector_papers() -> list[Paper]:
    return list(
        draw_papers(
            VECTOR_QUOTAS,
            seed=SEED,
            people=3,
            papers_each=2,
            shuffle_questions=True,
            shuffle_options=True,
            option_counts=VECTOR_OPTIONS,
            fixed=[9],
        )
    )


def test_the_papers_of_a_known_seed_are_the_known_papers() -> None:
    assert vector_papers() == VECTOR


def test_the_first_numbers_of_a_known_seed_are_the_known_numbers() -> None:
    block = sha256(SEED + b"\x00\x00\x00\x06\xe5\xae\xaa\xe6\xb3\x95" + bytes(8))
    words = [int.from_bytes(block.digest()[at : at + 4], "big") for at in (0, 4, 8)]
    draws = stream(SEED, "宪法")

    numbers = [draws.below(1 << 32) for _ in range(3)]

    assert numbers == words == [20395084, 3837221051, 909279481]


def test_the_papers_can_be_rebuilt_from_the_description() -> None:
    rebuilt = described_papers(
        VECTOR_QUOTAS, SEED, (3, 2), VECTOR_OPTIONS, frozenset([9])
    )

    assert list(rebuilt) == vector_papers()


sizes = st.tuples(st.integers(1, 8), st.integers(1, 30)).filter(
    lambda pair: pair[0] <= pair[1]
)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(sizes, min_size=1, max_size=2),
    st.integers(0, 45),
    st.integers(1, 3),
    st.binary(min_size=32, max_size=32),
)
def test_any_draw_can_be_rebuilt_from_the_description(
    strata: list[tuple[int, int]], people: int, papers_each: int, seed: bytes
) -> None:
    quotas = [
        a_quota(number, size, first=100 * place, section=place % 2)
        for place, (number, size) in enumerate(strata)
    ]
    options = [place % 9 for place in range(400)]

    rebuilt = described_papers(quotas, seed, (people, papers_each), options)

    assert list(rebuilt) == list(
        draw_papers(
            quotas,
            seed=seed,
            people=people,
            papers_each=papers_each,
            shuffle_questions=True,
            shuffle_options=True,
            option_counts=options,
        )
    )


@settings(max_examples=50, deadline=None)
@given(sizes, st.integers(1, 90), st.integers(1, 3))
def test_every_draw_is_fair(
    stratum: tuple[int, int], people: int, papers_each: int
) -> None:
    number, size = stratum

    papers = drawn([a_quota(number, size)], people, papers_each)

    uses = Counter(question for paper in papers for question in paper.questions)
    exposure = [uses[question] for question in range(size)]
    assert len(papers) == people * papers_each
    assert all(len(set(paper.questions)) == number for paper in papers)
    assert max(exposure) - min(exposure) <= 1
    if number * papers_each <= size:
        assert no_person_sees_a_question_twice(papers, papers_each)


def no_person_sees_a_question_twice(papers: list[Paper], papers_each: int) -> bool:
    return all(
        set(one.questions).isdisjoint(other.questions)
        for first in range(0, len(papers), papers_each)
        for one, other in combinations(papers[first : first + papers_each], 2)
    )


@pytest.mark.parametrize(
    ("number", "size", "papers_each"),
    [
        pytest.param(1, 28, 1, id="one of 28"),
        pytest.param(3, 84, 1, id="three of 84"),
        pytest.param(2, 109, 2, id="two papers of two of 109"),
    ],
)
def test_neighbours_share_nothing_of_a_large_stratum(
    number: int, size: int, papers_each: int
) -> None:
    papers = drawn([a_quota(number, size)], 400, papers_each)

    each = [
        Paper(sum((one.questions for one in papers[at : at + papers_each]), ()), ())
        for at in range(0, len(papers), papers_each)
    ]
    assert neighbour_overlap(each).max == 0


def test_neighbours_share_little_of_a_small_bank() -> None:
    strata = [a_quota(1, 10, first=10 * place) for place in range(65)]

    overlap = neighbour_overlap(drawn(strata, 500))

    # Left to chance it would be 6.5 on average, and 15 or so at the most.
    assert overlap.mean < 0.1
    assert overlap.max <= 2


def test_two_sections_of_one_stratum_never_show_the_same_question() -> None:
    sections = [a_quota(3, 10, section=0), a_quota(4, 10, section=1)]

    papers = drawn(sections, 50)

    assert all(len(set(paper.questions)) == 7 for paper in papers)


def test_a_stratum_that_is_asked_whole_gives_everybody_the_same_questions() -> None:
    papers = drawn([a_quota(5, 5)], 20, 2)

    assert {frozenset(paper.questions) for paper in papers} == {frozenset(range(5))}


def test_sections_follow_each_other_and_strata_mix_inside_them() -> None:
    quotas = [
        a_quota(4, 9, first=20, section=0),
        a_quota(4, 9, first=40, section=0),
        a_quota(4, 9, first=0, section=1),
    ]

    papers = drawn(quotas, 20)

    assert all(min(paper.questions[:8]) >= 20 for paper in papers)
    assert all(max(paper.questions[8:]) < 20 for paper in papers)
    assert any(paper.questions[0] >= 40 for paper in papers)
    assert any(paper.questions[0] < 40 for paper in papers)


def test_without_shuffling_the_order_is_that_of_the_bank() -> None:
    papers = drawn([a_quota(6, 30)], 40, shuffle=False)

    assert all(list(paper.questions) == sorted(paper.questions) for paper in papers)
    assert {order for paper in papers for order in paper.options} == {(0, 1, 2, 3)}


def test_every_order_of_four_options_is_shown_about_equally_often() -> None:
    papers = drawn([a_quota(10, 100)], 480)

    shown = Counter(order for paper in papers for order in paper.options)

    assert len(shown) == 24
    assert min(shown.values()) > 140  # of 200 expected; one in 100,000 is below
    assert max(shown.values()) < 265


def test_true_comes_first_and_options_that_name_each_other_stay() -> None:
    true_false = Quota(0, Kind.TRUE_FALSE, "", "", 2, tuple(range(5)))

    papers = draw_papers(
        [true_false, a_quota(2, 2, first=5, section=1)],
        seed=SEED,
        people=50,
        papers_each=1,
        shuffle_questions=True,
        shuffle_options=True,
        option_counts=[2, 2, 2, 2, 2, 3, 3],
        fixed=[6],
    )

    shown = {
        (question, order)
        for paper in papers
        for question, order in zip(paper.questions, paper.options, strict=True)
    }
    assert {order for question, order in shown if question < 5} == {(0, 1)}
    assert {order for question, order in shown if question == 6} == {(0, 1, 2)}
    assert len({order for question, order in shown if question == 5}) == 6


@pytest.mark.parametrize("options", [0, 1, 2, 6, 7, 12, 13, 26])
def test_shown_options_are_those_of_the_bank_whatever_their_number(
    options: int,
) -> None:
    papers = draw_papers(
        [a_quota(1, 2)],
        seed=SEED,
        people=20,
        papers_each=1,
        shuffle_questions=False,
        shuffle_options=True,
        option_counts=[options] * 2,
    )

    orders = [paper.options[0] for paper in papers]

    assert all(sorted(order) == list(range(options)) for order in orders)
    assert len(set(orders)) > 1 or options < 2


def test_more_people_leave_the_papers_of_the_first_as_they_are() -> None:
    quotas = [a_quota(3, 10), a_quota(2, 7, first=20)]

    assert drawn(quotas, 60, 2)[:40] == drawn(quotas, 20, 2)


def test_another_seed_gives_other_papers() -> None:
    quotas = [a_quota(10, 200)]

    assert drawn(quotas, 20) != drawn(quotas, 20, seed=bytes(32))


@pytest.mark.parametrize(
    "quotas",
    [
        pytest.param([a_quota(4, 3)], id="more than the stratum holds"),
        pytest.param([a_quota(2, 3), a_quota(2, 3, section=1)], id="more together"),
        pytest.param([a_quota(1, 3), a_quota(1, 4)], id="two views of a stratum"),
    ],
)
def test_quotas_that_cannot_be_dealt_are_refused_at_once(quotas: list[Quota]) -> None:
    with pytest.raises(ValueError, match="从0"):
        draw_papers(
            quotas,
            seed=SEED,
            people=1,
            papers_each=1,
            shuffle_questions=True,
            shuffle_options=True,
            option_counts=[4] * 5,
        )


def test_a_seed_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        stream(b"short", "paper")


def test_labels_that_read_alike_when_joined_have_streams_of_their_own() -> None:
    one, other = stream(SEED, "ab", "c"), stream(SEED, "a", "bc")

    assert [one.below(1 << 32) for _ in range(4)] != [
        other.below(1 << 32) for _ in range(4)
    ]


def test_words_that_would_favour_small_numbers_are_thrown_away() -> None:
    # 2³² is 3 · 1,431,655,765 + 1: the last word has no fair remainder.
    draws = Draws(iter([(1 << 32) - 1, (1 << 32) - 2, (1 << 32) - 1, 4]))

    assert draws.below(3) == 2
    assert draws.one_of("abc") == "b"


@pytest.mark.parametrize("bound", [0, -1, (1 << 32) + 1])
def test_a_number_below_an_impossible_bound_is_refused(bound: int) -> None:
    with pytest.raises(ValueError, match=str(bound)):
        stream(SEED, "paper").below(bound)


@given(st.lists(st.integers(), max_size=40), st.binary(min_size=32, max_size=32))
def test_shuffling_keeps_every_item_and_repeats_itself(
    items: list[int], seed: bytes
) -> None:
    order = shuffled(items, seed=seed, label="抽考")

    assert sorted(order) == sorted(items)
    assert order == shuffled(items, seed=seed, label="抽考")


def test_shuffling_gives_each_order_about_equally_often() -> None:
    draws = stream(SEED, "orders")
    seen: Counter[tuple[int, ...]] = Counter()
    for _ in range(6_000):
        items = [0, 1, 2]
        draws.shuffle(items)
        seen[tuple(items)] += 1

    assert len(seen) == 6
    assert all(870 < times < 1_130 for times in seen.values())
