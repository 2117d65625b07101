"""Automatic numbers of Word lists, which stand in no paragraph's text.

The rules are those of ECMA-376, part 1, section 17.9: lists of one abstract definition
go on counting together, a level begins anew when one above it counts, and a list may
say that it starts again.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from question_bank.model import LABELS

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"
_LEVEL = re.compile(r"%([1-9])")
_DEEPEST = 9


def chinese(number: int) -> str:
    """Return *number*, below 100, in Chinese: 12 is ``十二``."""
    tens, ones = divmod(number, 10)
    if not 0 < tens < 10:  # noqa: PLR2004 - two digits
        return _DIGITS[ones] if not tens else str(number)
    head = "" if tens == 1 else _DIGITS[tens]
    return f"{head}十{_DIGITS[ones] if ones else ''}"


def letters(number: int) -> str:
    """Return A for 1, Z for 26, AA for 27."""
    times, letter = divmod(number - 1, len(LABELS))
    return LABELS[letter] * (times + 1)


def roman(number: int) -> str:
    """Return *number* in Roman figures."""
    signs = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    written = ""
    for value, sign in signs:
        times, number = divmod(number, value)
        written += sign * times
    return written


def circled(number: int) -> str:
    """Return ① for 1; beyond 20 the bare number."""
    return chr(ord("①") + number - 1) if 1 <= number <= 20 else str(number)  # noqa: PLR2004


_FORMS: dict[str, Callable[[int], str]] = {
    "upperLetter": letters,
    "lowerLetter": lambda number: letters(number).lower(),
    "upperRoman": roman,
    "lowerRoman": lambda number: roman(number).lower(),
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "ideographDigital": chinese,
    "taiwaneseCountingThousand": chinese,
    "decimalEnclosedCircle": circled,
    "decimalEnclosedCircleChinese": circled,
    "decimalEnclosedParen": lambda number: f"({number})",
    "decimalEnclosedFullstop": lambda number: f"{number}.",
    "decimalZero": lambda number: f"{number:02}",
}
_SILENT = frozenset({"bullet", "none"})


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: where it starts, and how it is shown."""

    start: int
    form: str
    text: str


@dataclass(slots=True)
class Numbering:
    """All lists of a document, and how far each has counted."""

    abstracts: dict[str, dict[int, Level]] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    restarts: dict[str, dict[int, int]] = field(default_factory=dict)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)

    def label(self, paragraph: Element) -> str:
        """Return the number shown before *paragraph*, counting it; perhaps nothing."""
        number, depth = self._place(paragraph.find(f"{W}pPr"))
        abstract = self.lists.get(number, "")
        level = self.abstracts.get(abstract, {}).get(depth)
        if level is None:
            return ""
        counts = self.counts.setdefault(abstract, {})
        if number not in self.begun:
            self.begun.add(number)
            for at, start in self.restarts.get(number, {}).items():
                counts[at] = start - 1
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [at for at in counts if at > depth]:
            del counts[deeper]
        return self._shown(abstract, level, counts)

    def _place(self, properties: Element | None) -> tuple[str, int]:
        if properties is None:
            return "", 0
        style = properties.find(f"{W}pStyle")
        inherited = self.styles.get(value(style), ("", 0))
        given = properties.find(f"{W}numPr")
        if given is None:
            return inherited
        number = value(given.find(f"{W}numId")) or inherited[0]
        depth = value(given.find(f"{W}ilvl"))
        return number, int(depth) if depth.isdigit() else inherited[1]

    def _shown(self, abstract: str, level: Level, counts: dict[int, int]) -> str:
        if level.form in _SILENT:
            return ""

        def written(mark: re.Match[str]) -> str:
            at = int(mark[1]) - 1
            one = self.abstracts[abstract].get(at, level)
            return _FORMS.get(one.form, str)(counts.get(at, one.start))

        return _LEVEL.sub(written, level.text).strip()


def read_numbering(numbering: Element | None, styles: Element | None) -> Numbering:
    """Return the lists that the parts *numbering* and *styles* define."""
    found = Numbering()
    if numbering is None:
        return found
    for abstract in numbering.findall(f"{W}abstractNum"):
        levels = dict(_level(one) for one in abstract.findall(f"{W}lvl"))
        found.abstracts[abstract.get(f"{W}abstractNumId", "")] = levels
    for one in numbering.findall(f"{W}num"):
        number = one.get(f"{W}numId", "")
        abstract_id = value(one.find(f"{W}abstractNumId"))
        found.lists[number] = _overridden(found, one, number, abstract_id)
    if styles is not None:
        found.styles = _style_places(styles)
    return found


def value(element: Element | None) -> str:
    """Return what the attribute ``w:val`` of *element* says."""
    return "" if element is None else element.get(f"{W}val", "")


def _level(element: Element) -> tuple[int, Level]:
    depth = int(element.get(f"{W}ilvl", "0"))
    start = value(element.find(f"{W}start"))
    form = value(element.find(f"{W}numFmt")) or "decimal"
    text = value(element.find(f"{W}lvlText"))
    return depth, Level(int(start) if start.isdigit() else 1, form, text)


def _overridden(found: Numbering, one: Element, number: str, abstract: str) -> str:
    """Note where list *number* differs from its definition; return that it follows."""
    changed: dict[int, Level] = {}
    for override in one.findall(f"{W}lvlOverride"):
        depth = int(override.get(f"{W}ilvl", "0"))
        start = value(override.find(f"{W}startOverride"))
        if start.isdigit():
            found.restarts.setdefault(number, {})[depth] = int(start)
        if (level := override.find(f"{W}lvl")) is not None:
            changed |= dict([_level(level)])
    if not changed:
        return abstract
    own = f"{abstract}/{number}"
    found.abstracts[own] = found.abstracts.get(abstract, {}) | changed
    return own


def _style_places(styles: Element) -> dict[str, tuple[str, int]]:
    own: dict[str, tuple[str, int]] = {}
    parents: dict[str, str] = {}
    for style in styles.findall(f"{W}style"):
        name = style.get(f"{W}styleId", "")
        parents[name] = value(style.find(f"{W}basedOn"))
        given = style.find(f"{W}pPr/{W}numPr")
        if given is not None:
            depth = value(given.find(f"{W}ilvl"))
            number = value(given.find(f"{W}numId"))
            own[name] = number, int(depth) if depth.isdigit() else 0
    return {name: _inherited(name, own, parents) for name in parents}


def _inherited(
    name: str, own: dict[str, tuple[str, int]], parents: dict[str, str]
) -> tuple[str, int]:
    for _ in range(_DEEPEST):
        if name in own:
            return own[name]
        name = parents.get(name, "")
    return "", 0
