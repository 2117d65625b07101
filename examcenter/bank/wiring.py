"""What the bank needs of its equals and of features above; given by ``features.py``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from examcenter.bank.rules import Shortage
from examcenter.bank.statutes import Statutes


class Shortages(Protocol):
    """Tells which drafts the banks have too few questions for."""

    def __call__(
        self, session: Session, *, bank: str | None, now: datetime
    ) -> Sequence[Shortage]: ...


@dataclass(frozen=True, slots=True)
class Hooks:
    """Functions of the law library and of exams."""

    statutes: Statutes
    shortages: Shortages


_installed: Hooks | None = None


def install(given: Hooks) -> None:
    """Use *given* from now on."""
    global _installed  # noqa: PLW0603 - set once, while the application is put together
    _installed = given


def hooks() -> Hooks:
    """Return what was installed; an application without it is put together wrongly."""
    if _installed is None:
        raise RuntimeError("the bank was not given what it needs: wiring.install")
    return _installed
