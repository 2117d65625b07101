"""Measured figures: what, of how much, in which unit, and against what."""

import json
import os
import platform
import sqlite3
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; *ratio* is the value divided by that of *against*."""

    what: str
    size: str
    value: float
    unit: str
    engine: str = ""
    ratio: float | None = None
    against: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that could not be measured here, and why."""

    what: str
    reason: str


Line = Figure | Skipped


def machine() -> dict[str, str]:
    """Return what somebody must know to compare the figures with their own."""
    cores = len(os.sched_getaffinity(0))
    return {
        "system": f"{platform.system()} {platform.machine()}, {cores} cores",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "load": f"{os.getloadavg()[0]:.1f} before the run",
    }


def show(title: str, lines: Iterable[Line]) -> None:
    """Print *lines* as a table."""
    table = Table("what", "engine", "size", title=title, title_justify="left")
    for heading in ("value", "unit", "ratio"):
        table.add_column(heading, justify="left" if heading == "unit" else "right")
    table.add_column("against")
    for line in lines:
        if isinstance(line, Skipped):
            table.add_row(line.what, "", "", "skipped", line.reason, "", "")
        else:
            ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
            table.add_row(
                *(line.what, line.engine, line.size, _number(line.value)),
                *(line.unit, ratio, line.against),
            )
    Console(file=sys.stdout, width=None if sys.stdout.isatty() else 130).print(table)


def brief(line: Line) -> str:
    """Return *line* for somebody who waits for the rest."""
    if isinstance(line, Skipped):
        return f"{line.what}: skipped, {line.reason}"
    words = f"{line.what} ({line.engine or '-'}, {line.size})"
    return f"{words}: {_number(line.value)} {line.unit}"


def _number(value: float) -> str:
    most = 100
    return f"{value:,.0f}" if abs(value) >= most else f"{value:,.2f}"


def write(
    path: Path, about: dict[str, str], found: Mapping[str, Sequence[Line]]
) -> None:
    """Write everything as one JSON document."""
    document = {
        "machine": about,
        "figures": {name: [asdict(line) for line in found[name]] for name in found},
    }
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def middle(values: Iterable[float]) -> float:
    """Return the median, which a single disturbed round does not move."""
    return float(median(values))
