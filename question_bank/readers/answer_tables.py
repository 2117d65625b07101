"""Answers that stand apart from their questions: ``1-5 ABCDE``, ``1.A 2.B``."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from question_bank.model import Kind
from question_bank.normalise import tidy

_RANGE = re.compile(
    r"(?:第)?(?<![\dA-Za-z])(\d{1,4})\s*(?:题)?\s*[-—–―~～至到]+\s*(?:第)?(\d{1,4})\s*(?:题)?"
    r"(?!\d)\s*[:.、)]?"
)
_LETTERS = "A-H"
_TRUTHS = "√×✓✗✔✘对错TF"
_TOKEN = rf"[{_LETTERS}]+|正确|错误|[{_TRUTHS}]"
_RUN = re.compile(rf"(?:{_TOKEN}|[\s,、;/|])+")
_SEPARATORS = re.compile(r"[\s,、;/|]+")
_ONE = re.compile(
    rf"[(\[]?(?<!\d)(\d{{1,4}})\s*[)\].、:]*\s*((?:[{_LETTERS}](?:[,、]?[{_LETTERS}])*)"
    rf"|正确|错误|[{_TRUTHS}])(?![A-Za-z])"
)
_BETWEEN = re.compile(r"[\s,、;.|/]*")
_ENTRY = re.compile(
    rf"\s*[(\[]?(\d{{1,4}})\s*[)\].、:]\s*(?:[【\[]?(?:正确|参考|标准)?答案[】\]]?[:\s]*)?"
    rf"((?:[{_LETTERS}](?:[\s,、;]*[{_LETTERS}])*)|正确|错误|[{_TRUTHS}])"
    r"(?=\s*$|\s*[。.,;，；(]|\s*[【\[]|\s+\S|\s*(?:答案)?(?:解析|分析)[:：])"
)
_LABEL = re.compile(
    r"^\s*[【\[]?(?:正确|参考|标准)?答案[】\]]?\s*[:：]?\s*(?=[(（\[]?\d|[一二三四五六七八九十])"
)
_HEADING = re.compile(
    r"^\s*((?:[(（]?[一二三四五六七八九十]{1,3}[)）]?\s*[、.．:：])?\s*"
    r"(?:(?:单项选择|单选|多项选择|多选|不定项选择|不定项|判断|选择)题?)?)"
    r"\s*[:：]?\s*(?=[(（\[]?\d)"
)
_EXPLANATION = re.compile(
    r"^[\s.,;。，；]*(?:[【\[](?:答案)?(?:解析|分析|详解)[】\]]|(?:答案)?(?:解析|分析|详解)[:：])?\s*"
)
_FEWEST = 2


@dataclass(slots=True)
class Entry:
    """The answer to question *number*; None where the table contradicts itself."""

    number: int
    answer: str | None
    line: int
    explanation: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Part:
    """Answers under one heading; *kind* and *ordinal* are what the heading said.

    *before* counts the questions that stand before it in the text; *chapter* is the
    heading of a chapter among the answers, in full.
    """

    kind: Kind | None
    ordinal: str
    before: int
    chapter: str = ""
    entries: list[Entry] = field(default_factory=list)


def half_width(text: str) -> str:
    """Return *text* in half width, letter for letter where that is possible."""
    return unicodedata.normalize("NFKC", tidy(text)).replace("，", ",")


def parted(text: str) -> tuple[str, str]:
    """Return the heading before the numbers of a line, perhaps empty, and the rest.

    ``二、多选题：1.AB 2.CD`` says of which section its answers are.
    """
    text = _LABEL.sub("", text)
    mark = _HEADING.match(text)
    return (mark[1].strip(), text[mark.end() :]) if mark else ("", text)


def table_entries(text: str, line: int) -> list[Entry]:
    """Return the entries of a line that is nothing but a table of answers, else none.

    A range whose answers are not as many as its numbers gives entries without answer:
    which is missing cannot be known.
    """
    words = half_width(parted(text)[1])
    ranges = list(_RANGE.finditer(words))
    if ranges and not words[: ranges[0].start()].strip():
        return _from_ranges(words, ranges, line)
    return _singles(words, line)


def entry_in(text: str, line: int) -> Entry | None:
    """Return the entry that a line such as ``3.【答案】B【解析】…`` begins with."""
    words = half_width(text)
    mark = _ENTRY.match(words)
    if mark is None:
        return None
    rest = _EXPLANATION.sub("", words[mark.end() :], count=1).strip()
    return Entry(int(mark[1]), mark[2], line, [rest] if rest else [])


def _from_ranges(words: str, ranges: list[re.Match[str]], line: int) -> list[Entry]:
    ends = [mark.start() for mark in ranges[1:]] + [len(words)]
    found: list[Entry] = []
    for mark, end in zip(ranges, ends, strict=True):
        first, last = int(mark[1]), int(mark[2])
        rest = words[mark.end() : end].strip(" .。;,")
        if last <= first or not _RUN.fullmatch(rest):
            return []
        answers = _as_many(rest, last - first + 1)
        found += [Entry(first + at, answer, line) for at, answer in enumerate(answers)]
    return found


def _as_many(rest: str, count: int) -> list[str] | list[None]:
    """Return *count* answers read from *rest*, in the one way that gives so many."""
    together = _SEPARATORS.sub("", rest)
    tokens = [token for token in _SEPARATORS.split(rest) if token]
    ways = []
    if len(tokens) == count:
        ways.append(tokens)
    if (
        re.fullmatch(rf"[{_LETTERS}]+|[{_TRUTHS}]+", together)
        and len(together) == count
    ):
        ways.append(list(together))
    words = re.findall("正确|错误", together)
    if "".join(words) == together and len(words) == count:
        ways.append(words)
    return ways[0] if ways and all(way == ways[0] for way in ways) else [None] * count


def _singles(words: str, line: int) -> list[Entry]:
    found = list(_pairs(words))
    if len(found) < _FEWEST:
        return []
    numbers = [number for number, _ in found]
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return []
    return [Entry(number, answer, line) for number, answer in found]


def _pairs(words: str) -> Iterator[tuple[int, str]]:
    at = 0
    while at < len(words):
        gap = _BETWEEN.match(words, at)
        at = gap.end() if gap else at
        mark = _ONE.match(words, at)
        if mark is None:
            if at < len(words):
                # Something else stands there, so this is no table.
                yield -1, ""
            return
        yield int(mark[1]), mark[2]
        at = mark.end()
