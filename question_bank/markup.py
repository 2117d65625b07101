"""Markup in questions: the few tags that may stay, and the words that they hold.

What comes from a file is never trusted: ``clean`` is the one door, and a fragment that
went through it once goes through unchanged.  Pictures are named by their content
(`model.MEDIA`); anything that would fetch, run or cover something is dropped.
"""

import html
import re
from collections.abc import Callable
from html.parser import HTMLParser

import nh3

from question_bank.model import MEDIA, Question
from question_bank.normalise import tidy

_TEXT_TAGS = "b strong i em u s sub sup code pre blockquote"
_BLOCKS = "p br ul ol li table caption thead tbody tr th td"
_FORMULA_TAGS = (
    "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder "
    "mover munderover mtable mtr mtd mstyle menclose mfenced"
)
TAGS = frozenset(f"{_TEXT_TAGS} {_BLOCKS} {_FORMULA_TAGS} img".split())
_ATTRIBUTES = {
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "mfenced": {"open", "close", "separators"},
}
_ADDRESS = re.compile(re.escape(MEDIA) + "[0-9a-f]{64}")
_TOLD = {
    "br": "\n",
    "sup": "^",
    "msup": "^",
    "sub": "_",
    "msub": "_",
    "td": " ",
    "th": " ",
    "mfrac": "÷",
    "msqrt": "√",
}
"""What a reader without markup hears where a tag begins."""

_VOID = frozenset({"br", "img"})
_SIZE = re.compile(r"\d{1,4}")
_FREE = {"alt", "open", "close", "separators"}
_LINES = frozenset({"p", "br", "div", "li", "tr", "ul", "ol", "table", "pre", "hr"})
_PLAIN = frozenset(
    {"p", "br", "div", "span", "html", "body", "font", "a", "hr", "head"}
)
_AT_EDGE = re.compile(r"^(?:<br>|\s)+|(?:<br>|\s)+$")
_BETWEEN_BLOCKS = re.compile("[ \0]*\0[ \0]*")
_SOURCE_SPACE = re.compile("[ \t\r\n\f]+")
_SIGN = re.compile(r"<[a-zA-Z/!]|&(?:#\d+|#x[\da-fA-F]+|[a-zA-Z]\w*);")

Address = Callable[[str], str]
"""Gives the address of a picture in this bank for the one in a file."""


def clean(fragment: str) -> str:
    """Return *fragment* with the tags and attributes that may stay, and no others.

    The content of scripts and styles goes too; a picture stays only when its address is
    a digest.  What is cleaned twice is as if cleaned once.
    """
    kept = nh3.clean(
        fragment,
        tags=set(TAGS),
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={MEDIA.rstrip(":")},
        link_rel=None,
    )
    return _AT_EDGE.sub("", kept)


def _attribute(_: str, name: str, value: str) -> str | None:
    if name == "src":
        return value if _ADDRESS.fullmatch(value) else None
    if name in _FREE:
        return value
    return value if _SIZE.fullmatch(value) else None


def escaped(text: str) -> str:
    """Return plain *text* as a fragment that shows the same, lines and spaces too."""
    lines = html.escape(text, quote=False).replace("\n", "<br>")
    return lines.replace("  ", " &nbsp;")


def fragment(question: Question, text: str, address: Address) -> str:
    """Return *text*, one of *question*'s, as HTML that is safe to show.

    *address* gives the address under which the viewer gets the picture of a digest.
    Line breaks of a plain text stay as they are, for the page's style to keep.
    """
    if not question.rich:
        return html.escape(text)
    return _ADDRESS.sub(
        lambda mark: html.escape(address(mark[0].removeprefix(MEDIA))), clean(text)
    )


def words_of(fragment: str) -> str:
    """Return what *fragment* says to a reader without markup.

    A picture is told by the beginning of its digest, so that two questions about two
    pictures do not become the same; marks of index and exponent are told too.
    """
    reader = _Words()
    reader.feed(fragment)
    reader.close()
    return tidy(_BETWEEN_BLOCKS.sub("\n", "".join(reader.words)))


def visible(question: Question, text: str) -> str:
    """Return what *text*, one of *question*'s, says without its markup."""
    return words_of(text) if question.rich else text


def is_markup(text: str) -> bool:
    """Whether *text* has a tag or an entity in it."""
    return bool(_SIGN.search(text))


def simplified(fragment: str, address: Address) -> tuple[str, bool]:
    """Return the HTML of a file as a text, and whether that text is markup.

    *address* tells under which address each picture is kept; what it raises is passed
    on.  Where nothing but lines and words is there, plain text is returned.
    """
    survey = _Survey(address)
    survey.feed(fragment)
    survey.close()
    if not survey.formatted:
        return words_of(fragment), False
    return clean("".join(survey.parts)), True


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.silent = 0
        self.kept = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in {"script", "style"}
        self.kept += tag == "pre"
        if tag == "img":
            source = dict(attrs).get("src") or ""
            self.words.append(f"[图{source.removeprefix(MEDIA)[:12]}]")
        elif tag in _LINES and tag != "br":
            self.words.append("\0")
        else:
            self.words.append(_TOLD.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self.silent = max(0, self.silent - 1)
        elif tag in _LINES and tag != "br":
            self.kept = max(0, self.kept - (tag == "pre"))
            self.words.append("\0")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            data = data.replace("\0", "")
            self.words.append(data if self.kept else _SOURCE_SPACE.sub(" ", data))


class _Survey(HTMLParser):
    """Rewrites the addresses of pictures and notes whether anything is formatted."""

    def __init__(self, address: Address) -> None:
        super().__init__(convert_charrefs=False)
        self.address = address
        self.parts: list[str] = []
        self.formatted = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self._picture(dict(attrs))
            return
        if tag in TAGS and tag not in _PLAIN:
            self.formatted = True
        if tag in {"div", "hr"}:
            self.parts.append("<br>")
            return
        self.parts.append(self.get_starttag_text() or "")

    def _picture(self, given: dict[str, str | None]) -> None:
        self.formatted = True
        told = {"src": self.address(given.get("src") or ""), **_shown(given)}
        pairs = " ".join(f'{name}="{html.escape(text)}"' for name, text in told.items())
        self.parts.append(f"<img {pairs}>")

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_entityref(self, name: str) -> None:
        self.parts.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.parts.append(f"&#{name};")


def _shown(given: dict[str, str | None]) -> dict[str, str]:
    return {
        name: value
        for name in ("alt", "width", "height")
        if (value := given.get(name)) and (name == "alt" or _SIZE.fullmatch(value))
    }


def as_xml(fragment: str) -> str:
    """Return cleaned *fragment* as XML: every tag closed, nothing but five entities."""
    writer = _XmlWriter()
    writer.feed(fragment)
    writer.close()
    return "".join(writer.parts)


class _XmlWriter(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pairs = "".join(f' {name}="{html.escape(text or "")}"' for name, text in attrs)
        if tag == "math":
            pairs += ' xmlns="http://www.w3.org/1998/Math/MathML"'
        self.parts.append(f"<{tag}{pairs}{'/' if tag in _VOID else ''}>")

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.parts.append(html.escape(data, quote=False))
