"""Pages as a browser would read them: elements with their attributes and words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

_EMPTY = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link"),
    *("meta", "path", "source", "track", "wbr"),
}


@dataclass
class Element:
    """One element; *words* are its own and those of what is inside it."""

    tag: str
    attributes: Mapping[str, str]
    outer: "Element | None" = None
    inner: list["Element"] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")

    @property
    def words(self) -> str:
        return " ".join("".join(self.texts).split())

    def all(self, *tags: str) -> Iterator["Element"]:
        """Return what is inside, in the order of the page; only *tags*, if given."""
        for element in self.inner:
            if not tags or element.tag in tags:
                yield element
            yield from element.all(*tags)

    def is_inside(self, tag: str) -> bool:
        return self.outer is not None and (
            self.outer.tag == tag or self.outer.is_inside(tag)
        )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = self.here = Element("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        element = Element(tag, given, self.here)
        self.here.inner.append(element)
        if tag not in _EMPTY:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.here.inner.append(Element(tag, given, self.here))

    def handle_endtag(self, tag: str) -> None:
        closing: Element | None = self.here
        while closing is not None and closing.tag != tag:
            closing = closing.outer
        if closing is not None and closing.outer is not None:
            self.here = closing.outer

    def handle_data(self, data: str) -> None:
        element: Element | None = self.here
        while element is not None:
            element.texts.append(data)
            element = element.outer


def read(page: str) -> Element:
    """Return the page's outermost element, which has no name."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.page


def filled_in(form: Element) -> dict[str, list[str]]:
    """Return what a browser sends when *form* is sent as it came."""
    sent: dict[str, list[str]] = {}
    for given in form.all("input", "select", "textarea"):
        ticks = given["type"] in {"checkbox", "radio"}
        if not given["name"] or given["type"] == "file":
            continue
        if given.tag == "select":
            options = list(given.all("option"))
            chosen = [o["value"] for o in options if "selected" in o.attributes]
            sent.setdefault(given["name"], []).extend(
                chosen or [o["value"] for o in options[:1]]
            )
        elif not ticks or "checked" in given.attributes:
            value = given.words if given.tag == "textarea" else given["value"]
            sent.setdefault(given["name"], []).append(value or "on" * ticks)
    return sent
