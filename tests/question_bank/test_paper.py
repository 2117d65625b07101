import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.paper import (
    Overlap,
    Paper,
    UnreadablePaperError,
    neighbour_overlap,
    pack,
    unpack,
)

orders = st.integers(0, 26).flatmap(lambda size: st.permutations(range(size)))


@st.composite
def papers(draw: st.DrawFn, largest: int = 2**32 - 1) -> Paper:
    questions = draw(st.lists(st.integers(0, largest), max_size=80))
    return Paper(tuple(questions), tuple(tuple(draw(orders)) for _ in questions))


@given(papers())
def test_a_packed_paper_is_read_back_as_it_was(paper: Paper) -> None:
    assert unpack(pack(paper)) == paper


@given(papers(largest=2**16 - 1), st.data())
def test_a_packed_paper_that_was_cut_is_not_read(
    paper: Paper, data: st.DataObject
) -> None:
    packed = pack(paper)
    length = data.draw(st.integers(0, len(packed) - 1))

    with pytest.raises(UnreadablePaperError):
        unpack(packed[:length])


@pytest.mark.parametrize(
    ("paper", "packed"),
    [
        pytest.param(
            Paper((258, 7), ((0, 1), (2, 0, 1))),
            "01 02 0002 0102 0007 82 03020001",
            id="small indexes",
        ),
        pytest.param(
            Paper((65536,), ((),)), "01 04 0001 00010000 80", id="a large index"
        ),
    ],
)
def test_the_bytes_of_version_1_stay_what_they_are(paper: Paper, packed: str) -> None:
    assert pack(paper) == bytes.fromhex(packed)
    assert unpack(bytes.fromhex(packed)) == paper


@pytest.mark.parametrize(
    "packed",
    [
        pytest.param("", id="nothing"),
        pytest.param("02 02 0000", id="a later version"),
        pytest.param("01 03 0000", id="an unknown width"),
        pytest.param("01 02 0000 00", id="a byte too many"),
        pytest.param("01 02 0001 0007 02 0101", id="an option shown twice"),
    ],
)
def test_bytes_that_are_no_paper_are_refused(packed: str) -> None:
    with pytest.raises(UnreadablePaperError):
        unpack(bytes.fromhex(packed))


@pytest.mark.parametrize(
    "paper",
    [
        pytest.param(Paper((2**32,), ((),)), id="an index beyond 32 bits"),
        pytest.param(Paper((-1,), ((),)), id="a negative index"),
        pytest.param(Paper((1,), ((0, 2),)), id="an option left out"),
        pytest.param(Paper((1,), (tuple(range(128)),)), id="128 options"),
        pytest.param(Paper((1, 2), ((0, 1),)), id="a question without its options"),
    ],
)
def test_a_paper_that_cannot_be_packed_is_refused(paper: Paper) -> None:
    with pytest.raises(ValueError, match=r"paper|order"):
        pack(paper)


def test_a_real_paper_takes_less_than_six_bytes_a_question() -> None:
    options = ((0, 1),) * 20 + ((2, 0, 3, 1),) * 45

    assert len(pack(Paper(tuple(range(65)), options))) < 6 * 65


def test_a_person_in_the_middle_is_compared_with_all_eight_around() -> None:
    everybody = [Paper((number,), ((),)) for number in range(9)]
    everybody[4] = Paper(tuple(range(9)), ((),) * 9)

    # 20 pairs of neighbours in a square of nine; 8 of them share one question.
    assert neighbour_overlap(everybody, row_length=3) == Overlap(8 / 20, 1)


def test_the_end_of_a_row_is_no_neighbour_of_the_next_one_s_beginning() -> None:
    people = [Paper((number,), ((),)) for number in (1, 2, 3, 9, 9, 6, 7, 8)]

    assert neighbour_overlap(people, row_length=4).max == 0
    assert neighbour_overlap(people, row_length=8).max == 1


@given(st.lists(papers(largest=6), max_size=30), st.integers(1, 8))
def test_overlap_is_counted_between_all_neighbours(
    people: list[Paper], row_length: int
) -> None:
    seats = [divmod(seat, row_length) for seat in range(len(people))]
    shared = [
        len(set(people[one].questions) & set(people[other].questions))
        for one, (row, place) in enumerate(seats)
        for other, (row_2, place_2) in enumerate(seats)
        if one < other and abs(row - row_2) <= 1 and abs(place - place_2) <= 1
    ]

    overlap = neighbour_overlap(people, row_length)

    assert overlap.max == max(shared, default=0)
    assert overlap.mean == (sum(shared) / len(shared) if shared else 0)


def test_nobody_alone_has_an_overlap() -> None:
    assert neighbour_overlap([Paper((1, 2), ((), ()))]) == Overlap(0.0, 0)
