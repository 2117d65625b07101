"""How long the fault suite goes on, and what it has done: printed at the end."""

import os
from collections import Counter
from enum import StrEnum


class Extent(StrEnum):
    """How much is asked for: a taste, CI's ten minutes, or the night before release."""

    SHORT = "short"
    USUAL = "usual"
    LONG = "long"


EXTENT = Extent(os.environ.get("FAULTS", Extent.SHORT))
DONE: Counter[str] = Counter()
"""What was done in this process, under the names that the summary prints."""


def rounds(short: int, usual: int, long: int) -> int:
    """Return the number that belongs to the extent asked for."""
    return {Extent.SHORT: short, Extent.USUAL: usual, Extent.LONG: long}[EXTENT]


def allowed(seconds: float) -> float:
    """Return how long something that is promised in *seconds* may take here.

    The promise is that of a machine with nothing else to do: on a busier one the
    allowance grows with the number of processes that wait for each core.
    """
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
