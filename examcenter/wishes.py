"""What a reader asked of a list, for a service to turn into a query."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Wish:
    """Search text, chosen filters, sorting and the page; all of them checked.

    *sort* is one of the keys the view allowed, *filters* holds the chosen values.
    """

    text: str = ""
    filters: dict[str, str] = field(default_factory=dict)
    sort: str = ""
    descending: bool = False
    page: int = 1
    size: int = PAGE_SIZE

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size


def contains(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """Return the condition that *column* contains *text*, taken literally."""
    return column.icontains(text, autoescape=True)


def page_of(
    session: Session, statement: Select[Any], asked: Wish
) -> tuple[Sequence[Row[Any]], int]:
    """Run *statement* for the wished page; return its rows and the count of all."""
    count = select(func.count()).select_from(statement.order_by(None).subquery())
    total = session.execute(count).scalar_one()
    rows = session.execute(statement.limit(asked.size).offset(asked.offset)).all()
    return rows, total
