"""The rows of a report as a reader wants them: found, filtered, sorted, paged."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

from examcenter.reports.rules import NOBODY, Line
from examcenter.reports.service import Report
from examcenter.wishes import Wish

FILTERS = ("group", "depth")
PAGE_SIZE = 200

_Value = Fraction | Decimal | int
_Measure = Callable[[Line], _Value | None]


def _share(n: int, d: int) -> Fraction | None:
    return Fraction(n, d) if d else None


_MEASURES: dict[str, _Measure] = {
    "exempt": lambda row: _share(row.exempt, row.enrolled),
    "participation": lambda row: _share(row.sat, row.eligible),
    "pass": lambda row: _share(row.passed, row.sat),
    "excellence": lambda row: _share(row.excellent, row.sat),
    "average": lambda row: None if row.average == NOBODY else Decimal(row.average),
    "rank": lambda row: row.rank,
}

SORTS = ("tree", *_MEASURES)
"""What the table may be sorted by; rates by the exact fraction, not by their text."""


def rows_wished(report: Report, asked: Wish) -> tuple[Sequence[Line], int]:
    """Return the wished page of a report's rows, and how many there are.

    Rows that have nothing to compare come last whichever way it is sorted.
    """
    found = [row for row in report.rows if _is_wished(row, asked)]
    measure = _MEASURES.get(asked.sort)
    if measure is not None:
        found = _sorted(found, measure, descending=asked.descending)
    elif asked.descending:
        found.reverse()
    return found[asked.offset : asked.offset + asked.size], len(found)


def _is_wished(row: Line, asked: Wish) -> bool:
    words = asked.text.casefold()
    group, depth = asked.filters.get("group"), asked.filters.get("depth", "")
    return (
        (not words or words in row.name.casefold() or words in row.code.casefold())
        and group in {None, row.group}
        and (row.level is None or not is_depth(depth) or row.level <= int(depth))
    )


def is_depth(text: str) -> bool:
    """Whether *text* says how many levels below the root are shown."""
    return text.isascii() and text.isdigit() and len(text) < 3  # noqa: PLR2004 - no tree is deeper


def _sorted(rows: Sequence[Line], measure: _Measure, *, descending: bool) -> list[Line]:
    measured = [(value, row) for row in rows if (value := measure(row)) is not None]
    measured.sort(key=lambda pair: pair[0], reverse=descending)
    last = [row for row in rows if measure(row) is None]
    return [*(row for _, row in measured), *last]


def groups(report: Report) -> list[str]:
    """Return the ranking groups that a report has, in alphabetical order."""
    return sorted({row.group for row in report.rows if row.group})


def levels(report: Report) -> list[int]:
    """Return the levels that a report has, the highest first."""
    return sorted({row.level for row in report.rows if row.level is not None})
