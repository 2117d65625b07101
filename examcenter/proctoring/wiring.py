"""What the pages and the API of proctoring are given by the running application."""

from functools import lru_cache
from pathlib import Path

from examcenter.proctoring.evidence import Evidence
from examcenter.proctoring.receiving import Lane
from examcenter.proctoring.rules import PictureLimits
from examcenter.web.context import centre, settings


def evidence() -> Evidence:
    return _evidence(settings().home)


@lru_cache(maxsize=4)  # it remembers which folders are there
def _evidence(home: Path) -> Evidence:
    return Evidence(home)


def lane() -> Lane:
    wanted = settings().proctoring.minimum_free_percent
    return Lane(centre().database, evidence(), wanted)


def limits() -> PictureLimits:
    """Return what a picture may be, by the settings."""
    wanted = settings().proctoring
    return PictureLimits(
        max_bytes=wanted.snapshot_max_kb * 1024,
        max_pixels=round(wanted.snapshot_max_megapixels * 1_000_000),
    )
