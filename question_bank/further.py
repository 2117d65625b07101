"""A further paper for one person, beyond those that were drawn for everybody.

Somebody whose attempt failed through no fault of theirs begins anew with a new paper.
It follows from the seed of all papers, so that it too can be rebuilt; how numbers and
shuffles follow from a seed, and what a stratum is, stands in `question_bank.drawing`.

Person and number as in `drawing`: the person's from 0, the paper's from 1, greater
than the papers that each person was given.  From each stratum, n questions in ascending
order, the paper gets c.  The stratum is shuffled by the stream labelled "further",
kind, category, difficulty, person, number, both in decimal digits.  Then questions that
stand on fewer of this person's earlier papers are put before those that stand on more,
and otherwise the order stays.  The first c are the hand.  It is cut into quotas, and
these are laid out as a paper, as for any other: sections shuffled, options shown, by
the stream "paper", person, number.

What follows: a further paper shares a question of a stratum with an earlier one of the
same person only where fewer than c of its questions are new to them.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence

from question_bank.blueprint import Quota
from question_bank.drawing import Desk, kept_in_order, stream
from question_bank.paper import Paper

_Hand = Iterator[list[int]]


def further_paper(  # noqa: PLR0913 -- all that a paper follows from, by name
    quotas: Sequence[Quota],
    *,
    seed: bytes,
    person: int,
    number: int,
    earlier: Sequence[Paper],
    shuffle_questions: bool,
    shuffle_options: bool,
    option_counts: Sequence[int],
    fixed: Collection[int] = (),
) -> Paper:
    """Return paper *number* of *person*, as the module describes.

    *earlier* are all papers that this person was given before, in any order; the rest
    is what `draw_papers` was given.  Raises ValueError when quotas ask more of a
    stratum than it holds, and for a seed that has not 32 bytes.
    """
    used = Counter(question for paper in earlier for question in paper.questions)
    labels = str(person), str(number)
    sections = _hands(quotas, seed, labels, used)
    kept = kept_in_order(quotas, fixed, shuffle_options=shuffle_options)
    desk = Desk(sections, option_counts, kept)
    return desk.paper(stream(seed, "paper", *labels), mixed=shuffle_questions)


def _hands(
    quotas: Sequence[Quota], seed: bytes, labels: tuple[str, str], used: Counter[int]
) -> list[list[_Hand]]:
    strata: defaultdict[tuple[str, str, str], list[Quota]] = defaultdict(list)
    for quota in quotas:
        strata[quota.kind.value, quota.category, quota.difficulty].append(quota)
    sections: defaultdict[int, list[_Hand]] = defaultdict(list)
    for names, sharing in strata.items():
        order = list(sharing[0].candidates)
        if sum(quota.count for quota in sharing) > len(order):
            raise ValueError(f"the quotas of stratum {names} cannot be dealt")
        stream(seed, "further", *names, *labels).shuffle(order)
        order.sort(key=used.__getitem__)
        at = 0
        for quota in sharing:
            sections[quota.section].append(iter([order[at : at + quota.count]]))
            at += quota.count
    return [sections[number] for number in sorted(sections)]
