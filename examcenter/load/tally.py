"""What a load run counts while it runs."""

import time
from collections import Counter, defaultdict

from examcenter.load.rules import Phase, spread


class Tally:
    """Times by kind of request, errors and repeated requests by code."""

    def __init__(self) -> None:
        self._times: dict[str, list[float]] = defaultdict(list)
        self._last: dict[str, float] = {}
        self.errors: Counter[str] = Counter()
        self.again: Counter[str] = Counter()
        self.requests = 0

    def took(self, kind: str, begun: float) -> None:
        """Note that a request of *kind*, asked at *begun*, has its answer now."""
        moment = time.perf_counter()
        self._times[kind].append(moment - begun)
        self._last[kind] = moment

    def count(self, kind: str) -> int:
        return len(self._times[kind])

    def phase(self, kind: str, begun: float) -> Phase:
        """Return what is known of *kind*, in a phase that began at *begun*."""
        ended = self._last.get(kind, begun)
        return Phase(round(ended - begun, 3), spread(self._times[kind]))
