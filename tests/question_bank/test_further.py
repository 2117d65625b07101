"""A further paper for one person: new where the bank allows, and reproducible."""

from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.blueprint import Quota
from question_bank.drawing import SEED_BYTES, draw_papers, stream
from question_bank.further import further_paper
from question_bank.model import Kind
from question_bank.paper import Paper

SEED = bytes(range(SEED_BYTES))


def quota(count: int, questions: tuple[int, ...], section: int = 0) -> Quota:
    return Quota(section, Kind.SINGLE, "宪法", "易", count, questions)


def a_further(quotas: list[Quota], earlier: list[Paper], number: int = 3) -> Paper:
    return further_paper(
        quotas,
        seed=SEED,
        person=4,
        number=number,
        earlier=earlier,
        shuffle_questions=True,
        shuffle_options=True,
        option_counts=[4] * 64,
    )


@settings(max_examples=50)
@given(size=st.integers(3, 40), count=st.integers(1, 3), papers=st.integers(1, 4))
def test_a_further_paper_shares_only_what_the_bank_forces(
    size: int, count: int, papers: int
) -> None:
    quotas = [quota(count, tuple(range(size)))]
    drawn = list(
        draw_papers(
            quotas,
            seed=SEED,
            people=5,
            papers_each=papers,
            shuffle_questions=True,
            shuffle_options=True,
            option_counts=[4] * size,
        )
    )
    mine = drawn[4 * papers :]

    paper = a_further(quotas, mine, papers + 1)

    seen = {question for one in mine for question in one.questions}
    assert len(set(paper.questions)) == count
    assert len(seen & set(paper.questions)) == max(0, count - (size - len(seen)))


def test_a_further_paper_is_the_same_each_time_and_another_for_another_number() -> None:
    quotas = [quota(5, tuple(range(40)))]

    again = [a_further(quotas, [], number) for number in (3, 3, 4)]

    assert again[0] == again[1] != again[2]


def test_a_further_paper_follows_its_description() -> None:
    """Done once more by hand, from the words of the module alone."""
    questions = tuple(range(10, 22))
    earlier = [Paper((10, 12, 14), ((0, 1, 2, 3),) * 3)]
    order = list(questions)
    stream(SEED, "further", "single", "宪法", "易", "4", "3").shuffle(order)
    fresh = [one for one in order if one not in {10, 12, 14}]
    hand = sorted(fresh[:4])
    stream(SEED, "paper", "4", "3").shuffle(hand)

    paper = a_further([quota(4, questions)], earlier)

    assert paper.questions == tuple(hand)


def test_two_sections_of_one_stratum_share_no_question() -> None:
    questions = tuple(range(8))

    paper = a_further([quota(3, questions, 0), quota(3, questions, 1)], [])

    assert len(set(paper.questions)) == 6
