"""The description in `question_bank.drawing` once more, with no thought for speed.

Written from the text alone and sharing no code with what it checks.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import count, islice

from question_bank.blueprint import Quota
from question_bank.model import Kind
from question_bank.paper import Paper


def described_words(seed: bytes, *labels: str) -> Iterator[int]:
    for i in count():
        block = seed
        for label in labels:
            block += len(label.encode()).to_bytes(4, "big") + label.encode()
        digest = sha256(block + i.to_bytes(8, "big")).digest()
        for at in range(0, 32, 4):
            yield int.from_bytes(digest[at : at + 4], "big")


def described_number(words: Iterator[int], n: int) -> int:
    fair = (w for w in words if w < 2**32 // n * n)
    return next(fair) % n


def described_shuffle(items: Sequence[int], words: Iterator[int]) -> list[int]:
    order, i = list(items), len(items) - 1
    while i >= 1:
        served, p = [i], i + 1
        while served[-1] > 1 and p * served[-1] <= 2**32:
            p *= served[-1]
            served.append(served[-1] - 1)
        r = described_number(words, p)
        for i in served:
            j, r = r % (i + 1), r // (i + 1)
            order[i], order[j] = order[j], order[i]
        i = served[-1] - 1
    return order


def described_sequence(
    words: Iterator[int], questions: Sequence[int], c: int, p: int
) -> Iterator[int]:
    n, dealt = len(questions), list[int]()
    while True:
        order = described_shuffle(questions, words)
        for g in (3, 2, 1):
            for i in range(n):
                mend(dealt, order, (i, g), (c, p))
        dealt += order
        yield from order


def mend(
    dealt: list[int], order: list[int], where: tuple[int, int], plan: tuple[int, int]
) -> None:
    i, g = where
    n = len(order)
    if clash(dealt, len(dealt) + i, order[i], n, plan) < g:
        return
    for j in [*range(i + 1, n), *range(i)]:
        here = clash(dealt, len(dealt) + i, order[j], n, plan)
        there = clash(dealt, len(dealt) + j, order[i], n, plan)
        if max(here, there) < g:
            order[i], order[j] = order[j], order[i]
            return


def clash(
    dealt: list[int], t: int, question: int, n: int, plan: tuple[int, int]
) -> int:
    c, p = plan
    m = c * p
    weights = [0]
    for before, other in enumerate(dealt):
        if other == question:
            apart = t // m - before // m
            same_number = t % m // c == before % m // c
            if apart == 0:
                weights.append(3 if same_number or m <= n else 2)
            elif apart in {1, 19, 20, 21}:
                weights.append(2 if same_number else 1)
    return max(weights)


def described_papers(
    quotas: Sequence[Quota],
    seed: bytes,
    people_and_papers: tuple[int, int],
    options: Sequence[int],
    fixed: frozenset[int] = frozenset(),
) -> Iterator[Paper]:
    people, p = people_and_papers
    kept = fixed.union(
        *(quota.candidates for quota in quotas if quota.kind is Kind.TRUE_FALSE)
    )
    hands = [described_part(quotas, quota, seed, p) for quota in quotas]
    for person in range(people):
        for number in range(1, p + 1):
            words = described_words(seed, "paper", str(person), str(number))
            parts = [next(hand) for hand in hands]
            shown: list[int] = []
            for section in sorted({quota.section for quota in quotas}):
                own = [
                    question
                    for quota, part in zip(quotas, parts, strict=True)
                    if quota.section == section
                    for question in part
                ]
                shown += described_shuffle(sorted(own), words)
            yield Paper(
                tuple(shown),
                tuple(described_options(q, options[q], kept, words) for q in shown),
            )


def described_part(
    quotas: Sequence[Quota], mine: Quota, seed: bytes, p: int
) -> Iterator[list[int]]:
    labels = (mine.kind.value, mine.category, mine.difficulty)
    sharing = [q for q in quotas if (q.kind.value, q.category, q.difficulty) == labels]
    c = sum(quota.count for quota in sharing)
    begin = sum(quota.count for quota in sharing[: sharing.index(mine)])
    words = described_words(seed, "stratum", *labels)
    sequence = described_sequence(words, mine.candidates, c, p)
    while True:
        yield list(islice(sequence, c))[begin : begin + mine.count]


def described_options(
    question: int,
    number: int,
    kept: frozenset[int],
    words: Iterator[int],
) -> tuple[int, ...]:
    if question in kept:
        return tuple(range(number))
    return tuple(described_shuffle(range(number), words))
