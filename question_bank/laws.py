"""Statutes in Markdown: one file is one version of a law, or a part of one.

A file begins with ``# 中华人民共和国某法``, may name a part in a second heading of that
rank, and then lists what happened when; ``<!-- INFO END -->`` or the first article
ends that list.  Articles begin a line with ``第七条`` or ``第七条之一``; decisions and
amendments without such lines count theirs by ``一、``.  The date in the file's name,
``某法(2021-01-22).md``, is that of the version.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple, Protocol, TypeVar

from question_bank.model import QuestionBankError
from question_bank.normalise import folded, plain, tidy
from question_bank.numerals import NUMERAL, chinese, value


class ArticleNumber(NamedTuple):
    """The number of an article; *branch* is 1 in ``第七条之一``, and else 0."""

    number: int
    branch: int = 0

    @property
    def label(self) -> str:
        """How a statute writes it."""
        branch = f"之{chinese(self.branch)}" if self.branch else ""
        return f"第{chinese(self.number)}条{branch}"


class Article(NamedTuple):
    """One article: its paragraphs and items are the lines of *text*.

    *heading* says where it stands, ``第一章 总则``.
    """

    number: ArticleNumber
    text: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Statute:
    """One version of a law, or the *part* of one that a file holds.

    *adopted* is the date of the version.  It is in force from *in_force*; where
    *in_force_is_said* is false the text names no day, and *adopted* stands for it.
    *repeals* names the laws that end on that day.  *cautions* tell what was odd.
    """

    name: str
    part: str
    adopted: date
    in_force: date
    in_force_is_said: bool
    articles: tuple[Article, ...]
    repeals: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()


class StatuteError(QuestionBankError):
    """A file is no statute that can be read; *code* says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Dated(Protocol):
    """Whatever is a version of a law."""

    @property
    def adopted(self) -> date: ...

    @property
    def in_force(self) -> date: ...


_Version = TypeVar("_Version", bound=Dated)

_ITEM = re.compile(r"[“\"]?[（(][一二三四五六七八九十]+[）)]")
_INFO_ENDS = re.compile(r"<!--\s*INFO END\s*-->")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\s*", re.DOTALL)
_TITLE = re.compile(r"^#\s+(.+)$", re.MULTILINE)
_HEADING = re.compile(r"#{1,6}\s+(.*)")
_ARTICLE = re.compile(
    rf"(?:\*\*)?第\s*({NUMERAL})\s*条(?:\s*之\s*({NUMERAL}))?(?:\*\*)?"
    # What goes on without a space may be a reference: 第一条第二款所称的…
    rf"(?:[\s:：]+|(?!第{NUMERAL}[款项]|[、，,和至的])|$)"
)
_COUNTED = re.compile(rf"({NUMERAL})、")
_DATE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_IN_NAME = re.compile(r"[(（](\d{4})-(\d{1,2})-(\d{1,2})[)）]")
_BEGINS = re.compile(r"自\s*(\d{4}年\d{1,2}月\d{1,2}日)\s*起(?:施行|生效)")
_ENDS = re.compile(r"[^。]*同时废止")
_NAMED = re.compile(r"《([^《》]+)》")
_OFFICIAL = "中华人民共和国"


def law_key(name: str) -> str:
    """Return the form in which names of laws are compared.

    The state's name, quotes and the shapes of brackets do not count.
    """
    key = folded(name.strip("《》〈〉“” ")).replace("(", "").replace(")", "")
    return key.removeprefix(_OFFICIAL) or key


def same_text(one: str, other: str) -> bool:
    """Whether two texts of an article differ in nothing but spaces and punctuation."""
    return bare(one) == bare(other)


def bare(text: str) -> str:
    """Return the letters and figures of *text* alone."""
    return "".join(sign for sign in plain(text) if sign.isalnum())


def read_statute(text: str, file_name: str) -> Statute:
    """Read *text*, the content of the file called *file_name*.

    Raises StatuteError with the code ``no_title``, ``no_date`` or ``no_articles``.
    """
    head, body = _split(tidy(text))
    titles = [found.strip() for found in _TITLE.findall(head)]
    if not titles or "<!--" in titles[0]:
        raise StatuteError("no_title", "没有以“# ”开头的法律名称，不是法律文本。")
    articles, cautions = _articles(body)
    if not articles:
        raise StatuteError("no_articles", "没有读到任何条文。")
    adopted = _adopted(head, file_name)
    said = _in_force(head, articles[-1].text, adopted)
    return Statute(
        name=titles[0],
        part=titles[1] if len(titles) > 1 else "",
        adopted=adopted,
        in_force=said or adopted,
        in_force_is_said=said is not None,
        articles=articles,
        repeals=_repeals(articles[-1].text),
        cautions=cautions,
    )


def joined(parts: Sequence[Statute]) -> Statute:
    """Return one version out of the *parts* of a law, in the order of their articles.

    Raises StatuteError ``parts_contradict`` where two parts have the same article in
    other words.
    """
    articles: dict[ArticleNumber, Article] = {}
    for part in parts:
        for article in part.articles:
            known = articles.setdefault(article.number, article)
            if not same_text(known.text, article.text):
                raise StatuteError(
                    "parts_contradict",
                    f"同一版本的{article.number.label}在两个文件中内容不同。",
                )
    last = max(parts, key=lambda part: part.articles[-1].number)
    return replace(
        last,
        part="",
        articles=tuple(articles[number] for number in sorted(articles)),
        cautions=tuple(caution for part in parts for caution in part.cautions),
    )


def part_of(text: str, paragraph: int = 0, item: int = 0) -> str | None:
    """Return a paragraph (款) or an item (项) of an article's *text*, None without it.

    Lines that begin with a number in brackets are items of the paragraph before; an
    *item* alone is one of the first paragraph that has any.
    """
    paragraphs: list[list[str]] = []
    for line in text.split("\n"):
        if paragraphs and _ITEM.match(line):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    if paragraph > len(paragraphs):
        return None
    chosen = paragraphs[paragraph - 1 : paragraph] if paragraph else paragraphs
    if not item:
        return "\n".join(line for lines in chosen for line in lines)
    items = next((lines[1:] for lines in chosen if len(lines) > 1), [])
    return items[item - 1] if item <= len(items) else None


def in_force(versions: Iterable[_Version], on: date) -> _Version | None:
    """Return the one of *versions* of a law that is in force on that day, else None."""
    begun = [one for one in versions if one.in_force <= on]
    return max(begun, key=lambda one: (one.in_force, one.adopted), default=None)


def _split(text: str) -> tuple[str, str]:
    text = _FRONT_MATTER.sub("", text)
    found = _INFO_ENDS.search(text)
    if found:
        return text[: found.start()], _COMMENT.sub("", text[found.end() :])
    # Without the mark the articles end the list.
    lines = text.split("\n")
    cut = next((n for n, line in enumerate(lines) if _ARTICLE.match(line)), len(lines))
    return "\n".join(lines[:cut]), "\n".join(lines[cut:])


def _adopted(head: str, file_name: str) -> date:
    named = [_day(*found) for found in _IN_NAME.findall(file_name)]
    if named and named[0]:
        return named[0]
    events = [
        day
        for line in head.split("\n")
        if "施行" not in line and (day := _first_day(line))
    ]
    if not events:
        raise StatuteError(
            "no_date",
            "文件名和正文前都没有通过日期。请把文件命名为“法名(年-月-日).md”。",
        )
    return max(events)


def _in_force(head: str, last: str, adopted: date) -> date | None:
    """Return the first day in force that the text itself names, else None.

    A last article often still names the day of the first version: that is no answer.
    """
    said = [_first_day(line) for line in head.split("\n") if line.endswith("施行")]
    said += [_first_day(found) for found in _BEGINS.findall(last)]
    return max((day for day in said if day and day >= adopted), default=None)


def _first_day(text: str) -> date | None:
    found = _DATE.search(text)
    return _day(*found.groups()) if found else None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _repeals(last: str) -> tuple[str, ...]:
    return tuple(
        name for clause in _ENDS.findall(last) for name in _NAMED.findall(clause)
    )


_Begins = Callable[[str], tuple[ArticleNumber | None, str]]
"""Tells which article a line begins, if it does, and what it says after that."""


class _Line(NamedTuple):
    """A line of the body; *number* where it looks like the beginning of an article."""

    text: str
    number: ArticleNumber | None
    heading: str


def _articles(body: str) -> tuple[tuple[Article, ...], tuple[str, ...]]:
    lines = list(_lines(body, _numbered))
    if not any(line.number for line in lines):
        lines = list(_lines(body, _counted))
    if lines and not any(line.number for line in lines):
        # A short amendment does not count its one sentence.
        lines = [lines[0]._replace(number=ArticleNumber(1)), *lines[1:]]
    kept, cautions = _in_sequence(lines)
    articles: list[Article] = []
    for line in kept:
        if line.number:
            articles.append(Article(line.number, line.text, line.heading))
        elif articles:
            before = articles[-1]
            text = f"{before.text}\n{line.text}".strip()
            articles[-1] = before._replace(text=text)
    return tuple(articles), tuple(cautions)


def _lines(body: str, begins: _Begins) -> Iterator[_Line]:
    heading = ""
    for raw in body.split("\n"):
        text = raw.strip()
        if found := _HEADING.match(text):
            heading = " ".join(found[1].split())
        elif text:
            number, rest = begins(text)
            yield _Line(rest, number, heading)


def _numbered(text: str) -> tuple[ArticleNumber | None, str]:
    found = _ARTICLE.match(text)
    number = value(plain(found[1])) if found else None
    if not found or not number:
        return None, text
    branch = value(plain(found[2])) or 0 if found[2] else 0
    return ArticleNumber(number, branch), text[found.end() :].strip()


def _counted(text: str) -> tuple[ArticleNumber | None, str]:
    found = _COUNTED.match(text)
    number = value(plain(found[1])) if found else None
    if not found or not number:
        return None, text
    return ArticleNumber(number), text[found.end() :].strip()


def _in_sequence(lines: Sequence[_Line]) -> tuple[list[_Line], list[str]]:
    """Return the lines with only those articles that stand in their order.

    An amendment quotes whole articles of the law that it changes, and they begin like
    its own; what does not continue the count is part of the article before.
    """
    kept: list[_Line] = []
    cautions: list[str] = []
    last: ArticleNumber | None = None
    for place, line in enumerate(lines):
        if line.number is None or last is None or line.number in _successors(last):
            kept.append(line)
        elif _is_after_a_gap(line.number, last) and not _resumes(
            lines[place + 1 :], last
        ):
            cautions.append(f"{last.label}之后是{line.number.label}，中间缺条。")
            kept.append(line)
        else:
            cautions.append(f"{last.label}之后的“{line.number.label}”按引文读。")
            text = f"{line.number.label} {line.text}"
            kept.append(line._replace(number=None, text=text))
        last = kept[-1].number or last
    return kept, cautions


def _successors(last: ArticleNumber) -> tuple[ArticleNumber, ArticleNumber]:
    return (
        ArticleNumber(last.number + 1),
        ArticleNumber(last.number, last.branch + 1),
    )


_LARGEST_GAP = 20
"""Beyond a gap of more articles than these a quotation is likelier than a hole."""


def _is_after_a_gap(number: ArticleNumber, last: ArticleNumber) -> bool:
    return last < number and number.number - last.number <= _LARGEST_GAP


def _resumes(rest: Sequence[_Line], last: ArticleNumber) -> bool:
    return any(line.number in _successors(last) for line in rest)
