"""What exams need from features above them; handed in by ``features.py``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from examcenter.exams.rules import Progress


class Close(Protocol):
    """Ends an exam: collects and scores what still runs; twice does no harm."""

    def __call__(
        self, session: Session, public_id: str, *, by: int | None, now: datetime
    ) -> object: ...


class ClockAlarm(Protocol):
    """Clocks disagree since *found_at*."""

    @property
    def found_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Hooks:
    """Functions of attempts, results and proctoring.

    *close* ends an exam by its public id.  *progress*
    gives the latest attempt of everybody who has begun an exam, by person.
    *attempt_url* leads from an attempt's public id to its page.  *clock_alarm* says
    whether, and since when, nobody is handed in by the server because clocks disagree.
    """

    close: Close
    progress: Callable[[Session, int], Mapping[int, Progress]]
    attempt_url: Callable[[str], str]
    clock_alarm: Callable[[Session], ClockAlarm | None]


_installed: Hooks | None = None


def install(given: Hooks) -> None:
    """Use *given* from now on."""
    global _installed  # noqa: PLW0603 - set once, while the application is put together
    _installed = given


def hooks() -> Hooks:
    """Return what was installed; an application without it is put together wrongly."""
    if _installed is None:
        raise RuntimeError("exams were not given what they need: wiring.install")
    return _installed
