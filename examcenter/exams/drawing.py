"""Drawing an exam's papers, and how much neighbours may share."""

from collections import Counter
from collections.abc import Iterator, Sequence
from math import comb

from examcenter.errors import Fault
from examcenter.exams.readiness import Check
from examcenter.exams.rules import CannotPublishError, speak_of_each_other
from question_bank.blueprint import Quota
from question_bank.drawing import draw_papers
from question_bank.model import Question
from question_bank.paper import ROW_LENGTH, Paper, neighbour_overlap, pack


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
        least = least_overlap(found.quotas, found.examinees)
        raise CannotPublishError((_too_much(most, plan.max_neighbour_overlap, least),))
    return packed


def _first_of_each(
    papers: Iterator[Paper], each: int, packed: list[bytes]
) -> Iterator[Paper]:
    """Pack all *papers* in passing; yield the first one of each person."""
    for number, paper in enumerate(papers):
        packed.append(pack(paper))
        if number % each == 0:
            yield paper


def least_overlap(quotas: Sequence[Quota], people: int) -> int:
    """Return a bound below which no draw can bring what some neighbours share.

    In rows of 20 the people of a two-by-two block are all neighbours of each other.
    What *k* papers of *c* questions share, drawn from *n*, is least when each question
    stands on as many papers as any other; no pair of them can be below the mean.
    """
    row = ROW_LENGTH
    block = 4 if people > row + 1 else 3 if people > row else min(people, 2)
    strata: Counter[tuple[str, str, str, int]] = Counter()
    for quota in quotas:
        size = len(quota.candidates)
        strata[quota.kind, quota.category, quota.difficulty, size] += quota.count
    shared = 0
    for (*_, size), count in strata.items():
        often, more = divmod(block * count, size)
        shared += more * comb(often + 1, 2) + (size - more) * comb(often, 2)
    pairs = comb(block, 2)
    return -(-shared // pairs) if pairs else 0


def _too_much(measured: int, allowed: int, least: int) -> Fault:
    if least > allowed:
        why = f"题库太小：无论怎样抽题，都有相邻座位至少 {least} 题相同。"
    else:
        why = "题库对这个上限来说太小。"
    words = (
        f"相邻座位最多有 {measured} 题相同，超过方案规定的 {allowed} 题。{why}"
        f"请扩充题库，或把 max_neighbour_overlap 放宽到 {measured}。"
    )
    return Fault("draw.max_neighbour_overlap", "too_much_overlap", words)
