"""What the bank must be able to ask of the law library, which it does not know."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from question_bank.library import Library


@dataclass(frozen=True, slots=True)
class Statutes:
    """Two functions of the law library.

    *names* gives the keys of all laws; *library* the laws of some keys, with texts.
    """

    names: Callable[[Session], frozenset[str]]
    library: Callable[[Session, Collection[str]], Library]
