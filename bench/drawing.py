"""Papers per second, and against `random.sample` drawing to the same quotas.

Run: python -m bench.drawing [papers]
"""

import platform
import random  # noqa: TID251 -- the yardstick, not a draw
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from time import process_time

from bench.table import Figure
from question_bank.blueprint import Blueprint, Candidate, Quota, Section, allocate
from question_bank.drawing import draw_papers
from question_bank.model import Kind
from question_bank.paper import Paper, neighbour_overlap, pack, unpack

BLUEPRINT = Blueprint(
    (
        Section("判断题", Kind.TRUE_FALSE, 20, 200),
        Section("单项选择题", Kind.SINGLE, 30, 100),
        Section("多项选择题", Kind.MULTIPLE, 15, 200),
    )
)
KINDS = (Kind.TRUE_FALSE, Kind.SINGLE, Kind.SINGLE, Kind.MULTIPLE)
CATEGORIES, DIFFICULTIES = 8, 3
SEED = bytes(range(32))
PEOPLE_IN_A_ROOM = 500


def candidates(bank: int) -> list[Candidate]:
    strata = [
        (kind, f"类{category}", "易中难"[difficulty])
        for kind in KINDS
        for category in range(CATEGORIES)
        for difficulty in range(DIFFICULTIES)
    ]
    return [Candidate(i, *strata[i % len(strata)]) for i in range(bank)]


def option_counts(bank: Iterable[Candidate]) -> list[int]:
    return [2 if one.kind is Kind.TRUE_FALSE else 4 for one in bank]


def drawn(quotas: tuple[Quota, ...], options: list[int], papers: int) -> list[Paper]:
    return list(
        draw_papers(
            quotas,
            seed=SEED,
            people=papers,
            papers_each=1,
            shuffle_questions=True,
            shuffle_options=True,
            option_counts=options,
        )
    )


def sampled(quotas: tuple[Quota, ...], options: list[int], papers: int) -> list[Paper]:
    """Do what most systems do: sample each stratum anew, then shuffle."""
    dice = random.Random(1)  # noqa: S311 -- a yardstick keeps no secret
    return [one_sampled(quotas, options, dice) for _ in range(papers)]


def one_sampled(
    quotas: tuple[Quota, ...], options: list[int], dice: random.Random
) -> Paper:
    sections: list[list[int]] = [[] for _ in BLUEPRINT.sections]
    for quota in quotas:
        sections[quota.section] += dice.sample(quota.candidates, quota.count)
    questions: list[int] = []
    shown: list[tuple[int, ...]] = []
    for section, questions_here in zip(BLUEPRINT.sections, sections, strict=True):
        dice.shuffle(questions_here)
        questions += questions_here
        for question in questions_here:
            order = list(range(options[question]))
            if section.kind is not Kind.TRUE_FALSE:
                dice.shuffle(order)
            shown.append(tuple(order))
    return Paper(tuple(questions), tuple(shown))


def rate(work: Callable[[], object], papers: int) -> float:
    """Return papers per second of CPU, the best of five: others may use the machine."""
    best = float("inf")
    for _ in range(5):
        begun = process_time()
        work()
        best = min(best, process_time() - begun)
    return papers / best


def main() -> None:
    papers = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    print(f"{platform.machine()}, Python {platform.python_version()}, one process")
    print(f"{papers} papers of {BLUEPRINT.count} questions, options shuffled\n")
    print(
        "   bank  strata  papers/s  sample/s  ratio  pack/s  unpack/s  bytes"
        "  neighbours mean/max (sample)"
    )
    for size in (960, 3_000, 20_000):
        print(line(size, papers))


def measure() -> Iterator[Figure]:
    """Give the main figures of the table below, for a bank of 20,000."""
    bank, papers = candidates(20_000), 2_000
    quotas, options = allocate(BLUEPRINT, bank), option_counts(bank)
    ours = rate(lambda: drawn(quotas, options, papers), papers)
    theirs = rate(lambda: sampled(quotas, options, papers), papers)
    room = neighbour_overlap(drawn(quotas, options, PEOPLE_IN_A_ROOM))
    size = f"{BLUEPRINT.count} questions of 20,000"
    yield Figure(
        *("papers drawn", size, ours, "1/s of CPU"),
        ratio=ours / theirs,
        against="random.sample to the same quotas",
    )
    yield Figure("questions neighbours share at most", size, room.max, "")


def line(size: int, papers: int) -> str:
    bank = candidates(size)
    quotas, options = allocate(BLUEPRINT, bank), option_counts(bank)
    ours = rate(lambda: drawn(quotas, options, papers), papers)
    theirs = rate(lambda: sampled(quotas, options, papers), papers)
    dealt = drawn(quotas, options, papers)
    packed = [pack(paper) for paper in dealt]
    packing = rate(lambda: [pack(paper) for paper in dealt], papers)
    unpacking = rate(lambda: [unpack(one) for one in packed], papers)
    room = neighbour_overlap(islice(dealt, PEOPLE_IN_A_ROOM))
    usual = neighbour_overlap(sampled(quotas, options, PEOPLE_IN_A_ROOM))
    return (
        f"{size:7,} {len(quotas):7} {ours:9,.0f} {theirs:9,.0f} {ours / theirs:6.1f}"
        f" {packing:7,.0f} {unpacking:9,.0f} {len(packed[0]):6}"
        f"  {room.mean:.2f}/{room.max} ({usual.mean:.2f}/{usual.max})"
    )


if __name__ == "__main__":
    main()
