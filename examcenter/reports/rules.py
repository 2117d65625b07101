"""The figures of a report: counts, rates cut by one integer routine, ranks.

Marks are integers in hundredths.  Nothing here is a float and nothing is rounded up.
"""

import hashlib
import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import TypeVar

from question_bank.scoring import decimal_text

NOBODY = "—"
"""Stands where there was nobody to count."""

_Key = TypeVar("_Key", bound=Hashable)


def rate(n: int, d: int) -> str:
    """Return *n* ÷ *d* as a percentage with two decimals, cut and never rounded.

    ``"100%"`` only where n = d, ``"0%"`` only where n = 0, ``"<0.01%"`` where cutting
    would leave nothing of n, ``"—"`` where d = 0.  Raises ValueError unless
    0 ≤ n ≤ d: more than everybody is a fault in the counts and is never capped.
    """
    if not 0 <= n <= d:
        raise ValueError(f"{n} of {d} is not a part of a whole")
    if d == 0:
        return NOBODY
    if n in {0, d}:
        return "100%" if n else "0%"
    ten_thousandths = n * 10_000 // d
    if ten_thousandths == 0:
        return "<0.01%"
    return f"{ten_thousandths // 100}.{ten_thousandths % 100:02}%"


def average_text(total: int, people: int) -> str:
    """Return the average of *people* whose scores sum up to *total*, cut to 0.01."""
    return decimal_text(total // people) if people else NOBODY


def ranks(shares: Mapping[_Key, tuple[int, int]]) -> dict[_Key, int]:
    """Rank by the exact fractions n ÷ d, the highest first.

    Equal fractions share a rank and the next one is skipped; where d = 0 there is
    none.
    """
    exact = {key: Fraction(n, d) for key, (n, d) in shares.items() if d}
    falling = sorted(exact.values(), reverse=True)
    first = {share: place for place, share in reversed([*enumerate(falling, 1)])}
    return {key: first[share] for key, share in exact.items()}


@dataclass(frozen=True, slots=True)
class Counts:
    """The people of one department, or of several together.

    *voided* counts those of *sat* whose counted attempt a decision voided, *marked*
    those whose counted attempt has its marks; *total* is the sum of these marks, and
    without any, *highest* and *lowest* are None.
    """

    enrolled: int = 0
    exempt: int = 0
    exempt_after_cutoff: int = 0
    sat: int = 0
    voided: int = 0
    marked: int = 0
    passed: int = 0
    excellent: int = 0
    total: int = 0
    highest: int | None = None
    lowest: int | None = None

    @property
    def eligible(self) -> int:
        return self.enrolled - self.exempt

    def __add__(self, other: "Counts") -> "Counts":
        """Return both together; nobody may be in both."""
        highest = [h for h in (self.highest, other.highest) if h is not None]
        lowest = [low for low in (self.lowest, other.lowest) if low is not None]
        return Counts(
            enrolled=self.enrolled + other.enrolled,
            exempt=self.exempt + other.exempt,
            exempt_after_cutoff=self.exempt_after_cutoff + other.exempt_after_cutoff,
            sat=self.sat + other.sat,
            voided=self.voided + other.voided,
            marked=self.marked + other.marked,
            passed=self.passed + other.passed,
            excellent=self.excellent + other.excellent,
            total=self.total + other.total,
            highest=max(highest, default=None),
            lowest=min(lowest, default=None),
        )


@dataclass(frozen=True, slots=True)
class Unit:
    """A department as it was frozen; *path* has the ids from the root to it."""

    id: int
    code: str
    name: str
    group: str
    path: str

    @property
    def level(self) -> int:
        """The depth below the root, which is 0."""
        return self.path.strip("/").count("/")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the report, its keys in the order in which they are printed.

    The total has neither *level* nor *rank*, and a department without anybody who sat
    has no rank.
    """

    code: str
    name: str
    level: int | None
    group: str
    enrolled: int
    exempt: int
    exempt_after_cutoff: int
    to_study: int
    studied: int
    credit_met: int
    eligible: int
    sat: int
    passed: int
    excellent: int
    absent: int
    voided: int
    exemption_rate: str
    study_rate: str
    participation_rate: str
    pass_rate: str
    excellence_rate: str
    average: str
    highest: str
    lowest: str
    rank: int | None


def line(unit: Unit | None, counts: Counts, rank: int | None = None) -> Line:
    """Return the printed row of *unit*, or of the total without one.

    A plan cannot require credits yet, and no credits are complete for everybody: who
    is to study counts as having studied, which every report says.  Raises ValueError
    where a part is more than its whole.
    """
    eligible = counts.eligible
    return Line(
        code=unit.code if unit else "",
        name=unit.name if unit else "合计",
        level=unit.level if unit else None,
        group=unit.group if unit else "",
        enrolled=counts.enrolled,
        exempt=counts.exempt,
        exempt_after_cutoff=counts.exempt_after_cutoff,
        to_study=eligible,
        studied=eligible,
        credit_met=eligible,
        eligible=eligible,
        sat=counts.sat,
        passed=counts.passed,
        excellent=counts.excellent,
        absent=eligible - counts.sat,
        voided=counts.voided,
        exemption_rate=rate(counts.exempt, counts.enrolled),
        study_rate=rate(eligible, eligible),
        participation_rate=rate(counts.sat, eligible),
        pass_rate=rate(counts.passed, counts.sat),
        excellence_rate=rate(counts.excellent, counts.sat),
        average=average_text(counts.total, counts.marked),
        highest=NOBODY if counts.highest is None else decimal_text(counts.highest),
        lowest=NOBODY if counts.lowest is None else decimal_text(counts.lowest),
        rank=rank,
    )


def rolled_up(units: Sequence[Unit], own: Mapping[int, Counts]) -> dict[int, Counts]:
    """Return for each of *units* the counts of its subtree among them."""
    sums = {unit.id: Counts() for unit in units}
    for unit in units:
        counts = own.get(unit.id)
        if counts is not None:
            for above in _ids(unit.path):
                if above in sums:
                    sums[above] += counts
    return sums


def group_ranks(units: Sequence[Unit], sums: Mapping[int, Counts]) -> dict[int, int]:
    """Rank departments by their pass rate among those of their group and level.

    The group alone is not enough: offices give a county and the towns in it the
    same one, and a department is not compared with a part of itself.
    """
    together: dict[tuple[str, int], dict[int, tuple[int, int]]] = {}
    for unit in units:
        if unit.group:
            fellows = together.setdefault((unit.group, unit.level), {})
            fellows[unit.id] = (sums[unit.id].passed, sums[unit.id].sat)
    return {
        unit_id: place
        for fellows in together.values()
        for unit_id, place in ranks(fellows).items()
    }


def tops(units: Sequence[Unit]) -> list[Unit]:
    """Return those of *units* that stand below none of the others."""
    ids = {unit.id for unit in units}
    return [unit for unit in units if ids.isdisjoint(_ids(unit.path)[:-1])]


def in_tree_order(units: Sequence[Unit]) -> list[Unit]:
    """Return *units* each before those below it, sisters in the order of codes."""
    codes = {unit.id: unit.code for unit in units}
    return sorted(
        units, key=lambda unit: [codes.get(one, "") for one in _ids(unit.path)]
    )


def _ids(path: str) -> list[int]:
    return [int(part) for part in path.strip("/").split("/")]


def digest(rows: Sequence[Line]) -> str:
    """Return ``sha256:`` and the digest of *rows* as canonical JSON in hex.

    Canonical: a list of objects as in the JSON document, keys sorted, no spaces,
    UTF-8.
    """
    text = json.dumps(
        [asdict(row) for row in rows],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
