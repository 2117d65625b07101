"""Papers from strata, by a published seed.

Whoever has the seed, the plan and the frozen list of questions can rebuild every paper
in any language.  All that is needed is here, byte by byte.

Numbers.  A stream belongs to a seed of 32 bytes and one or more labels.  Its block
number i = 0, 1, 2 … is the SHA-256 of: the seed; for each label the length of its UTF-8
bytes as 4 bytes, then these bytes; i as 8 bytes.  Every integer is big-endian.  A block
is eight words of 32 bits.  A number below n is the next word w, modulo n; words that
are not below the largest multiple of n up to 2³² are thrown away first.

Shuffling is Fisher and Yates's, from the end: for i from the last position down to 1,
the items at i and at j ≤ i are swapped.  One number serves several swaps: as many, from
the next one on, as leave the product P of their i + 1 at most 2³².  Let r be a number
below P; for each of these swaps j = r mod (i + 1), and then r becomes r div (i + 1).

Strata.  Quotas of one kind, category and difficulty deal from one stratum: n questions
in ascending order, of which a paper gets c, the sum of the quotas.  People come in
order, each with p papers in a row; m = p·c.  The stream is labelled "stratum", kind,
category, difficulty.

Dealing.  A stratum is dealt as one sequence: position t = 0, 1, 2 … goes to person
t div m and there to paper (t mod m) div c.  Each n positions are a round: the stratum
in ascending order, shuffled, then mended.  The question at t clashes with the same
question at a position t' of an earlier round
    with weight 3 if both are the same person's and on the same paper, or m ≤ n;
    with weight 2 if both are the same person's and m > n, or if t' is a neighbour's
                  and both papers have the same number;
    with weight 1 if t' is a neighbour's otherwise;
the heaviest counts.  Neighbours are the persons 1, 19, 20 and 21 before.  To mend is,
for g = 3, 2, 1: for each position of the round in order, if its question clashes with
weight g or more, to swap it with the first position after it, or else the first from
the beginning of the round, such that then both clash with less than g, if there is one.

Papers.  A hand is cut into the quotas in their order.  The questions of a section, in
ascending order, are shuffled if the plan says so, section by section; then, for each
question as shown, its options in the bank's order, if the plan says so.  Questions that
are true or false, and those listed as fixed, keep their options' order.  The stream is
labelled "paper", the person's number from 0, the paper's from 1, in decimal digits.

What follows: no question stands twice on a paper; one person's papers share none while
m ≤ n; within a stratum no question is used more than once more often than another; and
neighbours in rows of 20, all eight, share none of a stratum where n > 27·m.
"""

import struct
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from itertools import chain, count, tee
from math import factorial
from operator import itemgetter
from typing import TypeVar

from question_bank.blueprint import Quota
from question_bank.model import Kind
from question_bank.paper import ROW_LENGTH, Paper

SEED_BYTES = 32

_WORDS = 1 << 32
_BLOCK = struct.Struct(">8I")
_BEFORE = (1, ROW_LENGTH - 1, ROW_LENGTH, ROW_LENGTH + 1)
_MOST_LISTED = 6  # 720 orders of six options are a table; more are shuffled each time

Item = TypeVar("Item")


class Draws:
    """Numbers that follow from a seed and labels; `stream` makes them."""

    __slots__ = ("_words",)

    def __init__(self, words: Iterator[int]) -> None:
        self._words = words

    def below(self, bound: int) -> int:
        """Return a number from 0 to *bound* - 1, each equally likely.

        Raises ValueError unless *bound* is between 1 and 2³².
        """
        if not 1 <= bound <= _WORDS:
            raise ValueError(f"no number below {bound}")
        limit = _WORDS - _WORDS % bound
        while (word := next(self._words)) >= limit:
            pass
        return word % bound

    def one_of(self, choices: Sequence[Item]) -> Item:
        """Return one of *choices*, each equally likely."""
        # `below` written out: it is called for each question of each paper, and the
        # words that may have to go are those of the last stretch alone.
        bound, words = len(choices), self._words
        word = next(words)
        while word + bound > _WORDS and word >= _WORDS - _WORDS % bound:
            word = next(words)
        return choices[word % bound]

    def shuffle(self, items: list[Item]) -> None:
        """Bring *items* into an order of their own, each equally likely."""
        for product, bounds in _swaps(len(items)):
            number = self.below(product)
            for bound in bounds:
                chosen = number % bound
                number //= bound
                last = bound - 1
                items[last], items[chosen] = items[chosen], items[last]


@cache
def _swaps(size: int) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Group the bounds of a shuffle; each group with its product is one number's."""
    groups: list[tuple[int, tuple[int, ...]]] = []
    for bound in range(size, 1, -1):
        product, bounds = groups[-1] if groups else (_WORDS, ())
        if product * bound <= _WORDS:
            groups[-1] = product * bound, (*bounds, bound)
        else:
            groups.append((bound, (bound,)))
    return tuple(groups)


@cache
def _orders(size: int) -> tuple[tuple[int, ...], ...]:
    """Return every order of *size* items, each at the number that makes it."""
    orders = []
    for number in range(factorial(size)):
        order, left = list(range(size)), number
        for bound in range(size, 1, -1):
            left, chosen = divmod(left, bound)
            order[bound - 1], order[chosen] = order[chosen], order[bound - 1]
        orders.append(tuple(order))
    return tuple(orders)


def stream(seed: bytes, *labels: str) -> Draws:
    """Return the numbers of *seed* for *labels*, from the first.

    Raises ValueError unless *seed* has 32 bytes and there is a label.
    """
    if len(seed) != SEED_BYTES or not labels:
        raise ValueError("a stream needs a seed of 32 bytes and a label")
    texts = (label.encode() for label in labels)
    return Draws(_words(seed + b"".join(len(t).to_bytes(4, "big") + t for t in texts)))


def shuffled(items: Iterable[Item], *, seed: bytes, label: str) -> list[Item]:
    """Return *items* in the order that *seed* gives them under *label*."""
    order = list(items)
    stream(seed, label).shuffle(order)
    return order


def draw_papers(  # noqa: PLR0913 -- all that a paper follows from, by name
    quotas: Sequence[Quota],
    *,
    seed: bytes,
    people: int,
    papers_each: int,
    shuffle_questions: bool,
    shuffle_options: bool,
    option_counts: Sequence[int],
    fixed: Collection[int] = (),
) -> Iterator[Paper]:
    """Draw the papers of an exam, as the module describes.

    *quotas* come from `allocate`.  *option_counts* has the number of options of each
    question of the frozen list, 0 where the answer is a text; *fixed* are the indexes
    of questions whose options speak of each other ("以上都对") and keep their order.

    Yields, for the first person, paper 1, 2 … *papers_each*, then for the next.
    Raises ValueError, before the first paper, when quotas ask more of a stratum than it
    holds or disagree about it, and for a seed that has not 32 bytes.
    """
    kept = kept_in_order(quotas, fixed, shuffle_options=shuffle_options)
    desk = Desk(_sections(quotas, seed, papers_each), option_counts, kept)
    return (
        desk.paper(
            stream(seed, "paper", str(person), str(number)), mixed=shuffle_questions
        )
        for person in range(people)
        for number in range(1, papers_each + 1)
    )


def kept_in_order(
    quotas: Iterable[Quota], fixed: Collection[int], *, shuffle_options: bool
) -> set[int]:
    """Return the questions whose options every paper shows in the bank's order."""
    kept = set(fixed)
    for quota in quotas:
        if quota.kind is Kind.TRUE_FALSE or not shuffle_options:
            kept.update(quota.candidates)
    return kept


_Hands = Iterator[list[int]]
_Refused = tuple[set[int], set[int], set[int]]


def _sections(
    quotas: Iterable[Quota], seed: bytes, papers_each: int
) -> list[list[_Hands]]:
    """Return, for each section, what deals each of its quotas paper by paper."""
    strata: defaultdict[tuple[str, str, str], list[Quota]] = defaultdict(list)
    for quota in quotas:
        strata[quota.kind.value, quota.category, quota.difficulty].append(quota)
    sections: defaultdict[int, list[_Hands]] = defaultdict(list)
    for labels, sharing in strata.items():
        hand = sum(quota.count for quota in sharing)
        questions = sharing[0].candidates
        if len({q.candidates for q in sharing}) > 1 or len(questions) < hand:
            raise ValueError(f"the quotas of stratum {labels} cannot be dealt")
        draws = stream(seed, "stratum", *labels)
        hands = _Dealer(questions, hand, papers_each, draws).hands()
        for quota, part in zip(sharing, _cut(hands, sharing), strict=True):
            sections[quota.section].append(part)
    return [sections[number] for number in sorted(sections)]


def _cut(hands: _Hands, sharing: Sequence[Quota]) -> Iterator[_Hands]:
    if len(sharing) == 1:
        yield hands
        return
    end = 0
    for quota, copy in zip(sharing, tee(hands, len(sharing)), strict=True):
        part = slice(end, end := end + quota.count)
        yield map(itemgetter(part), copy)


class _Dealer:
    """Deals one stratum, hand by hand."""

    def __init__(
        self, questions: Sequence[int], hand: int, papers_each: int, draws: Draws
    ) -> None:
        self._questions, self._draws = questions, draws
        self._hand, self._papers_each = hand, papers_each
        self._reach = (_BEFORE[-1] + 1) * papers_each * hand
        # The sequence as far back as a neighbour may be, and where it goes on.
        self._dealt: list[int] = []
        self._begins = 0

    def hands(self) -> _Hands:
        size, left = self._hand, list[int]()
        while True:
            order = left + self._next_round()
            whole = len(order) - len(order) % size
            yield from [order[at : at + size] for at in range(0, whole, size)]
            left = order[whole:]

    def _next_round(self) -> list[int]:
        order = list(self._questions)
        self._draws.shuffle(order)
        if self._begins:
            self._mend(order)
        self._dealt = (self._dealt + order)[-self._reach :]
        self._begins += len(order)
        return order

    def _mend(self, order: list[int]) -> None:
        # Nobody further on has a neighbour who was dealt to from an earlier round.
        reach = min(len(order), self._reach)
        papers = [(self._begins + place) // self._hand for place in range(reach)]
        refused = {paper: self._refused(paper) for paper in set(papers)}
        clear: list[_Refused] = [(set(), set(), set())] * (len(order) - reach)
        # First what clashes with weight 3, then 2 and more, then 1 and more.
        for unwanted in zip(*([refused[one] for one in papers] + clear), strict=True):
            for place in range(reach):
                if order[place] in unwanted[place]:
                    _swap_away(order, place, unwanted)

    def _refused(self, paper: int) -> _Refused:
        """Return the questions that clash on *paper* with weight 3, 2 or more, any."""
        each = self._papers_each
        person = paper - paper % each
        own = self._earlier(person, each)
        last = self._earlier(person - each, each)
        row = self._earlier(person - _BEFORE[-1] * each, 3 * each)  # 21, 20, 19 before
        gravely, lightly = set(own), {*own, *last, *row}
        if each == 1:
            return gravely, lightly, lightly
        if each * self._hand > len(self._questions):
            gravely = set(self._earlier(paper, 1))
        same = (self._earlier(paper - distance * each, 1) for distance in _BEFORE)
        return gravely, set(own).union(*same), lightly

    def _earlier(self, paper: int, papers: int) -> list[int]:
        """Return what earlier rounds gave to so many *papers*, from *paper* on."""
        forgotten = self._begins - len(self._dealt)
        end = (paper + papers) * self._hand - forgotten
        begin = end - papers * self._hand
        return self._dealt[max(begin, 0) : end] if end > 0 else []


def _swap_away(order: list[int], place: int, refused: Sequence[set[int]]) -> None:
    """Swap the question at *place* with the next, so that neither place refuses."""
    question, here = order[place], refused[place]
    if here.issuperset(order):  # small strata: all is refused, do not search in vain
        return
    for other in chain(range(place + 1, len(order)), range(place)):
        if order[other] not in here and question not in refused[other]:
            order[place], order[other] = order[other], question
            return


class Desk:
    """Lays out what is dealt as papers."""

    def __init__(
        self,
        sections: list[list[_Hands]],
        options: Sequence[int],
        kept: Collection[int],
    ) -> None:
        self._sections = sections
        in_order = {number: (tuple(range(number)),) for number in set(options)}
        listed = {n: _orders(n) if n <= _MOST_LISTED else () for n in in_order}
        self._options = options
        self._orders = [
            (in_order if index in kept else listed)[number]
            for index, number in enumerate(options)
        ]

    def paper(self, draws: Draws, *, mixed: bool) -> Paper:
        questions: list[int] = []
        for parts in self._sections:
            section = sorted(chain.from_iterable(map(next, parts)))
            if mixed:
                draws.shuffle(section)
            questions += section
        one_of, orders = draws.one_of, self._orders
        options = [
            one_of(orders[one]) if len(orders[one]) > 1 else self._shown(one, draws)
            for one in questions
        ]
        return Paper(tuple(questions), tuple(options))

    def _shown(self, question: int, draws: Draws) -> tuple[int, ...]:
        if orders := self._orders[question]:
            return orders[0]
        order = list(range(self._options[question]))
        draws.shuffle(order)
        return tuple(order)


def _words(prefix: bytes) -> Iterator[int]:
    for number in count():
        yield from _BLOCK.unpack(sha256(prefix + number.to_bytes(8, "big")).digest())
