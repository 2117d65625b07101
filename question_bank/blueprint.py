"""What a paper must contain, and whether the bank can give it.

A blueprint says how many questions of which kind stand in which section, and how many
of a category a paper must have at least.  `allocate` turns it, once for an exam, into
quotas: so many questions from each stratum, which is a kind, a category and a
difficulty.  Every paper of the exam is drawn to the same quotas and is fair by that.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple, TypeVar

from question_bank.model import Kind, QuestionBankError
from question_bank.scoring import ScoringRule

Part = TypeVar("Part", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a paper: *count* questions of one kind, each worth *marks* hundredths.

    Raises ValueError unless both are at least 1.
    """

    title: str
    kind: Kind
    count: int
    marks: int
    scoring: ScoringRule = ScoringRule.ALL_OR_NOTHING

    def __post_init__(self) -> None:
        """Refuse a section that asks nothing or gives nothing."""
        if self.count < 1 or self.marks < 1:
            raise ValueError(f"section {self.title!r} needs a count and marks above 0")


@dataclass(frozen=True, slots=True)
class Blueprint:
    """What every paper of an exam contains.

    *by_category* has pairs of a category and the least number of its questions on a
    whole paper.  Raises ValueError without sections, for a negative number and for a
    category that is named twice.
    """

    sections: tuple[Section, ...]
    by_category: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what can be read in two ways."""
        if not self.sections:
            raise ValueError("a blueprint needs a section")
        if len(dict(self.by_category)) < len(self.by_category):
            raise ValueError("a category has two minimums")
        if any(least < 0 for _, least in self.by_category):
            raise ValueError("a minimum must not be negative")

    @property
    def count(self) -> int:
        """The number of questions on a paper."""
        return sum(section.count for section in self.sections)

    @property
    def full_marks(self) -> int:
        """The marks of a paper without a mistake, in hundredths."""
        return sum(section.count * section.marks for section in self.sections)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that may be drawn; *index* is its place in the exam's frozen list.

    A missing category or difficulty is ``""`` and a value like any other.
    """

    index: int
    kind: Kind
    category: str
    difficulty: str


@dataclass(frozen=True, slots=True)
class Quota:
    """*count* questions from one stratum, for one section of every paper.

    *section* counts from 0.  *candidates* are the indexes of the whole stratum in
    ascending order; two sections of one kind may have the same.
    """

    section: int
    kind: Kind
    category: str
    difficulty: str
    count: int
    candidates: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Lack:
    """What the bank cannot give: *needed* minus *available* is *lacking*.

    With a *section*, questions of its kind; with a *category*, questions of that
    category which a paper has room for beside the other minimums; with neither, room
    on the paper, because the minimums add up to more than it holds.
    """

    section: str
    category: str
    needed: int
    available: int

    @property
    def lacking(self) -> int:
        return self.needed - self.available

    def __str__(self) -> str:
        place = self.section or self.category or "paper"
        return f"{place}: needs {self.needed}, has {self.available}"


class TooFewQuestionsError(QuestionBankError):
    """The bank cannot fill the blueprint; *lacks* tells everything that is missing."""

    def __init__(self, lacks: tuple[Lack, ...]) -> None:
        self.lacks = lacks
        super().__init__("; ".join(map(str, lacks)))


class _Cell(NamedTuple):
    """Questions of one kind and category: *free* in the bank."""

    kind: Kind
    category: str


def allocate(
    blueprint: Blueprint, candidates: Iterable[Candidate]
) -> tuple[Quota, ...]:
    """Return the quotas that every paper is drawn to, by section, category, difficulty.

    Each section takes from its categories in proportion to what the bank has, by
    largest remainders; slots then move between categories, as few as needed, until
    the minimums hold.  Inside a category the difficulties share in proportion, and
    what rounding takes from a difficulty in one category it gets back in a later one.
    Sections of the same kind never ask more of a stratum together than it holds.
    Strata from which nothing is drawn are left out.

    The same input gives the same quotas, whatever the order of *candidates*.
    Raises TooFewQuestionsError, with all lacks, exactly when no allocation exists;
    ValueError when an index stands twice among the candidates.
    """
    strata = _strata(candidates)
    free: Counter[_Cell] = Counter()
    for (kind, category, _), indexes in strata.items():
        free[_Cell(kind, category)] += len(indexes)
    lacks = _section_lacks(blueprint, free)
    taken = _in_proportion(blueprint, free)
    lacks += _raise_to_minimums(dict(blueprint.by_category), taken, free)
    promised = sum(least for _, least in blueprint.by_category)
    if promised > blueprint.count:
        lacks.append(Lack("", "", promised, blueprint.count))
    if lacks:
        raise TooFewQuestionsError(tuple(lacks))
    return tuple(_quotas(blueprint, _by_difficulty(taken, strata), strata))


_Stratum = tuple[Kind, str, str]


def _strata(candidates: Iterable[Candidate]) -> dict[_Stratum, tuple[int, ...]]:
    found: defaultdict[_Stratum, list[int]] = defaultdict(list)
    seen: set[int] = set()
    for one in candidates:
        if one.index in seen:  # else one paper could show it twice
            raise ValueError(f"question {one.index} is a candidate twice")
        seen.add(one.index)
        found[one.kind, one.category, one.difficulty].append(one.index)
    return {stratum: tuple(sorted(found[stratum])) for stratum in sorted(found)}


def _section_lacks(blueprint: Blueprint, free: Mapping[_Cell, int]) -> list[Lack]:
    left: Counter[Kind] = Counter()
    for cell, count in free.items():
        left[cell.kind] += count
    lacks = []
    for section in blueprint.sections:
        if left[section.kind] < section.count:
            available = left[section.kind]
            lacks.append(Lack(section.title, "", section.count, available))
        left[section.kind] -= min(section.count, left[section.kind])
    return lacks


def _in_proportion(blueprint: Blueprint, free: Mapping[_Cell, int]) -> Counter[_Cell]:
    wanted: Counter[Kind] = Counter()
    for section in blueprint.sections:
        wanted[section.kind] += section.count
    taken: Counter[_Cell] = Counter()
    for kind, count in wanted.items():
        cells = {cell: n for cell, n in sorted(free.items()) if cell.kind is kind}
        taken.update(_shares(min(count, sum(cells.values())), cells))
    return taken


def _shares(
    count: int,
    free: Mapping[Part, int],
    owed: Mapping[Part, Fraction] | None = None,
) -> dict[Part, int]:
    """Share *count* among the parts of *free* by largest remainders.

    None gets more than its own.  *owed* is added to the remainders; ties go to the
    larger part, then to the earlier.
    """
    total = sum(free.values())
    if not total:
        return {}
    exact = {part: Fraction(count * size, total) for part, size in free.items()}
    shares = {part: int(share) for part, share in exact.items()}
    # A remainder exists only where the share is below the part, so one more fits.
    open_parts = [part for part in free if exact[part] > shares[part]]
    open_parts.sort(
        key=lambda part: (
            exact[part] - shares[part] + (owed or {}).get(part, 0),
            free[part],
        ),
        reverse=True,
    )
    for part in open_parts[: count - sum(shares.values())]:
        shares[part] += 1
    return shares


def _raise_to_minimums(
    minimums: Mapping[str, int], taken: Counter[_Cell], free: Mapping[_Cell, int]
) -> list[Lack]:
    """Move slots in *taken* until the *minimums* hold; return those that cannot."""
    lacks = []
    for category, least in sorted(minimums.items()):
        while (have := _on_paper(taken, category)) < least:
            moves = _moves_towards(category, minimums, taken, free)
            if not moves:
                lacks.append(Lack("", category, least, have))
                break
            for giver, receiver in moves:
                taken[giver] -= 1
                taken[receiver] += 1
    return lacks


def _on_paper(taken: Mapping[_Cell, int], category: str) -> int:
    return sum(count for cell, count in taken.items() if cell.category == category)


def _moves_towards(
    category: str,
    minimums: Mapping[str, int],
    taken: Counter[_Cell],
    free: Mapping[_Cell, int],
) -> list[tuple[_Cell, _Cell]]:
    """Find the fewest moves that give *category* a slot and break no minimum.

    Each move takes a slot from one category to another inside a kind.  Searched breadth
    first: a category that gives a slot and must not fall is given one in turn.  This
    is an augmenting path in a network of kinds and categories, so that finding none
    proves that there is none.
    """
    came_by: dict[str, list[tuple[_Cell, _Cell]]] = {category: []}
    queue = [category]
    # Those that have most to give are asked first.
    givers = sorted(+taken, key=lambda cell: (-taken[cell], cell))
    for receiver in queue:
        for giver in givers:
            target = _Cell(giver.kind, receiver)
            full = taken.get(target, 0) >= free.get(target, 0)
            if full or giver.category in came_by:
                continue
            came_by[giver.category] = [*came_by[receiver], (giver, target)]
            spare = _on_paper(taken, giver.category) - minimums.get(giver.category, 0)
            if spare > 0:
                return came_by[giver.category]
            queue.append(giver.category)
    return []


def _by_difficulty(
    taken: Mapping[_Cell, int], strata: Mapping[_Stratum, Sequence[int]]
) -> dict[_Stratum, int]:
    """Split each cell by difficulty; *owed* carries what rounding kept back."""
    split: dict[_Stratum, int] = {}
    owed: defaultdict[tuple[Kind, str], Fraction] = defaultdict(Fraction)
    for (kind, category), group in groupby(strata, key=lambda stratum: stratum[:2]):
        sizes = {stratum[2]: len(strata[stratum]) for stratum in group}
        count = taken.get(_Cell(kind, category), 0)
        debts = {difficulty: owed[kind, difficulty] for difficulty in sizes}
        shares = _shares(count, sizes, debts)
        for difficulty, share in shares.items():
            exact = Fraction(count * sizes[difficulty], sum(sizes.values()))
            owed[kind, difficulty] += exact - share
            split[kind, category, difficulty] = share
    return split


def _quotas(
    blueprint: Blueprint,
    counts: Mapping[_Stratum, int],
    strata: Mapping[_Stratum, tuple[int, ...]],
) -> Iterable[Quota]:
    """Deal out the strata's counts to the sections, in proportion where two share."""
    left = dict(counts)
    for number, section in enumerate(blueprint.sections):
        own = {stratum: n for stratum, n in left.items() if stratum[0] is section.kind}
        for stratum, count in _shares(section.count, own).items():
            left[stratum] -= count
            if count:
                yield Quota(number, *stratum, count, strata[stratum])
