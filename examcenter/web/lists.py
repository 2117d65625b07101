"""Every list alike: search, filter, sorting, paging and export, all in the URL."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request, url_for

from examcenter.wishes import Wish

_MOST_PAGES = 100_000

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Filter:
    """One drop-down above a list; *choices* are pairs of value and label."""

    name: str
    label: str
    choices: Sequence[tuple[str, str]]
    value: str = ""


def wish(*, filters: Sequence[str] = (), sorts: Sequence[str] = ()) -> Wish:
    """Read the request's wish; unknown sort keys and odd page numbers fall back."""
    asked = request.args
    sort = asked.get("sort", "")
    page = asked.get("page", "1")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1  # noqa: PLR2004
    return Wish(
        text=asked.get("q", "").replace("\x00", "").strip()[:100],
        filters={n: asked[n].replace("\x00", "") for n in filters if asked.get(n)},
        sort=sort if sort in sorts else (sorts[0] if sorts else ""),
        descending=asked.get("direction") == "desc",
        page=min(max(number, 1), _MOST_PAGES),
    )


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """One page of a list with everything its template needs."""

    rows: Sequence[Row]
    total: int
    asked: Wish
    filters: Sequence[Filter] = ()
    export_url: str | None = None

    @property
    def query(self) -> str:
        return self.asked.text

    @property
    def sort(self) -> str:
        return self.asked.sort

    @property
    def direction(self) -> str:
        return "desc" if self.asked.descending else "asc"

    @property
    def page(self) -> int:
        return self.asked.page

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.asked.size))

    @property
    def first(self) -> int:
        return self.asked.offset + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return self.asked.offset + len(self.rows)

    @property
    def is_filtered(self) -> bool:
        return bool(self.asked.text or self.asked.filters)

    @property
    def clear_url(self) -> str:
        return _here({})

    def url(self, **changes: object) -> str:
        """Return this list's address with *changes*; None leaves a part out."""
        return _here({**self._state(), **changes})

    def sorted_by(self, key: str) -> str:
        """Return the address sorted by *key*, turned round if it is so already."""
        turned = self.sort == key and not self.asked.descending
        return self.url(sort=key, direction="desc" if turned else "asc", page=None)

    def _state(self) -> dict[str, object]:
        state: dict[str, object] = {"q": self.asked.text or None, **self.asked.filters}
        if self.asked.sort:
            state |= {"sort": self.asked.sort, "direction": self.direction}
        return state | {"page": self.asked.page if self.asked.page > 1 else None}


def _here(state: dict[str, object]) -> str:
    given = {k: v for k, v in state.items() if v not in (None, "")}
    return url_for(str(request.endpoint), **{**(request.view_args or {}), **given})


def listing(
    asked: Wish,
    found: tuple[Sequence[Row], int],
    *,
    filters: Sequence[Filter] = (),
    export: Callable[[dict[str, object]], str] | None = None,
) -> Listing[Row]:
    """Put *found*, a page of rows and the total count, together with its controls.

    *export* makes the address that exports exactly what the filter shows.
    """
    chosen = [
        Filter(f.name, f.label, f.choices, asked.filters.get(f.name, ""))
        for f in filters
    ]
    state: dict[str, object] = {"q": asked.text, **asked.filters}
    given = {k: v for k, v in state.items() if v}
    return Listing(
        rows=found[0],
        total=found[1],
        asked=asked,
        filters=chosen,
        export_url=export(given) if export else None,
    )
