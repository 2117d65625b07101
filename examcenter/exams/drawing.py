"""Drawing an exam's papers, and how much neighbours may share."""

from collections import Counter
from collections.abc import Iterator, Sequence
from math import comb
from typing import NamedTuple

from examcenter.errors import Fault
from examcenter.exams.readiness import Check
from examcenter.exams.rules import CannotPublishError, speak_of_each_other
from question_bank.blueprint import Quota
from question_bank.checks import KIND_NAMES
from question_bank.drawing import draw_papers
from question_bank.model import Question
from question_bank.paper import ROW_LENGTH, Paper, neighbour_overlap, pack

_NAMED = 3
_MARGIN = 2


def drawn(found: Check, questions: Sequence[Question], seed: bytes) -> list[bytes]:
    """Draw and pack all papers; raises CannotPublishError for too much overlap."""
    plan = found.exam.plan
    papers = draw_papers(
        found.quotas,
        seed=seed,
        people=found.examinees,
        papers_each=plan.attempts,
        shuffle_questions=plan.shuffle_questions,
        shuffle_options=plan.shuffle_options,
        option_counts=[candidate.options for candidate in found.candidates],
        fixed=[
            position
            for position, question in enumerate(questions)
            if speak_of_each_other(question.options)
        ],
    )
    packed: list[bytes] = []
    if plan.max_neighbour_overlap is None:
        packed.extend(map(pack, papers))
        return packed
    first = _first_of_each(papers, plan.attempts, packed)
    most = neighbour_overlap(first).max
    if most > plan.max_neighbour_overlap:
        fault = _too_much(found, most, plan.max_neighbour_overlap)
        raise CannotPublishError((fault,))
    return packed


def _first_of_each(
    papers: Iterator[Paper], each: int, packed: list[bytes]
) -> Iterator[Paper]:
    """Pack all *papers* in passing; yield the first one of each person."""
    for number, paper in enumerate(papers):
        packed.append(pack(paper))
        if number % each == 0:
            yield paper


class _Stratum(NamedTuple):
    """What all quotas of a stratum deal from: *size* questions, *drawn* for a paper."""

    name: str
    size: int
    drawn: int


def _strata(quotas: Sequence[Quota]) -> list[_Stratum]:
    counts: Counter[tuple[str, int]] = Counter()
    for quota in quotas:
        words = (KIND_NAMES[quota.kind], quota.category, quota.difficulty)
        name = "·".join(filter(None, words))
        counts[name, len(quota.candidates)] += quota.count
    return [_Stratum(name, size, count) for (name, size), count in counts.items()]


def least_overlap(quotas: Sequence[Quota], people: int) -> int:
    """Return a bound below which no draw can bring what some neighbours share.

    In rows of 20 the people of a two-by-two block are all neighbours of each other.
    What *k* papers of *c* questions share, drawn from *n*, is least when each question
    stands on as many papers as any other; no pair of them can be below the mean.
    """
    row = ROW_LENGTH
    block = 4 if people > row + 1 else 3 if people > row else min(people, 2)
    shared = sum(_shared(stratum, block) for stratum in _strata(quotas))
    pairs = comb(block, 2)
    return -(-shared // pairs) if pairs else 0


def _shared(stratum: _Stratum, papers: int) -> int:
    """Return the least that *papers* share of a stratum, summed over their pairs."""
    often, more = divmod(papers * stratum.drawn, stratum.size)
    return more * comb(often + 1, 2) + (stratum.size - more) * comb(often, 2)


def _too_much(found: Check, measured: int, allowed: int) -> Fault:
    least = least_overlap(found.quotas, found.examinees)
    worst = sorted(_strata(found.quotas), key=lambda one: -_shared(one, 2))
    named = "、".join(
        f"{one.name}（{one.size} 题中抽 {one.drawn} 题）" for one in worst[:_NAMED]
    )
    sure = f"按现有题库，无论怎样抽都有相邻座位至少 {least} 题相同。"
    words = (
        f"相邻座位最多有 {measured} 题相同，超过方案规定的 {allowed} 题。"
        f"{sure if least > allowed else ''}请补充题目，最缺的是：{named}；"
        # Another seed comes out a little differently.
        f"或把 max_neighbour_overlap 放宽到 {measured + _MARGIN} 左右。"
    )
    return Fault("draw.max_neighbour_overlap", "too_much_overlap", words)
