"""One question in running text: its lines, parted into what a table's row would say."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from question_bank.model import LABELS, Kind
from question_bank.normalise import tidy
from question_bank.readers.prose_marks import (
    Label,
    Name,
    labels_in,
    without_kind_mark,
)

_LETTER = "[A-ZＡ-Ｚ]"
_AFTER = r"\s*[.．、:：)）。]\s*"
_CLOSED = rf"[（(\[【]\s*({_LETTER})\s*[)）\]】]\s*[.．、:：]?\s*"
_LINE_MARK = re.compile(
    rf"^[ \t]*(?:[-*•]\s*)?(?:{_CLOSED}|({_LETTER}){_AFTER})", re.MULTILINE
)
_SPACED_MARK = re.compile(
    rf"(?:^|(?<=[\s,，;；。|/)）_?？:：]))(?:{_CLOSED}|({_LETTER}){_AFTER})",
    re.MULTILINE,
)
_ANY_MARK = re.compile(rf"(?:{_CLOSED}|(?<![A-Za-zＡ-Ｚ])({_LETTER}){_AFTER})")
_BARE_LINE_MARK = re.compile(
    rf"^[ \t]*()({_LETTER})(?:[ \t\u3000]+|(?=[\u4e00-\u9fff《“]))(?=\S)", re.MULTILINE
)
_BARE_MARK = re.compile(
    rf"(?:^|(?<=[\s)）]))()({_LETTER})[ \t\u3000]+(?=\S)", re.MULTILINE
)
_SMALL_LINE_MARK = re.compile(
    r"^[ \t]*(?:[（(]\s*([a-z])\s*[)）]|([a-z])\s*[.．、:：)）]\s*)", re.MULTILINE
)
_PATTERNS = (
    _LINE_MARK,
    _SPACED_MARK,
    _ANY_MARK,
    _BARE_LINE_MARK,
    _BARE_MARK,
    _SMALL_LINE_MARK,
)
_FEWEST = 2
_BETWEEN = " \t\n,，;；|/、"
_CHOSEN_ANSWER = re.compile(
    r"[A-HＡ-Ｈ](?:[\s,，、;；|/]*[A-HＡ-Ｈ])*|正确|错误|[对错√×✓✗✔✘TFtf]|是|否|不正确|不对"
)
_CJK_EDGE = re.compile(r"(?<=[^\x00-\x7f])\n+(?=[^\x00-\x7f])")


@dataclass(frozen=True, slots=True)
class Run:
    """Options found in a text: where they begin, and what they say."""

    start: int
    options: tuple[str, ...]


@dataclass(slots=True)
class Fields:
    """The parts of one question as they are printed.

    *unclear* tells that options seem to be there, and cannot be parted without
    guessing.
    """

    stem: str
    options: tuple[str, ...] = ()
    kind: Kind | None = None
    unclear: bool = False
    parts: dict[Name, list[str]] = field(default_factory=dict)

    def of(self, name: Name) -> str:
        return "\n".join(self.parts.get(name, ()))


def fields_of(text: str) -> Fields:
    """Return the parts of *text*, a question without its number."""
    labels = _effective(labels_in(text))
    body = text[: labels[0].start] if labels else text
    body = body.rstrip(" \t\n—–-_=*") if labels else body
    parts: dict[Name, list[str]] = {}
    after = ""
    ends = [label.start for label in labels[1:]] + [len(text)]
    for label, end in zip(labels, ends, strict=False):
        said = text[label.end : end].strip().rstrip("—–=*").strip()
        if label.name is Name.ANSWER:
            said, rest = _answer_and_rest(said)
            after += rest
        if label.name is Name.DROPPED:
            after += said.partition("\n")[2]
        if said and label.name is not Name.DROPPED:
            parts.setdefault(label.name, []).append(said)
    found = option_run(body)
    if found is None and after and (late := option_run("\n" + after)):
        return _with_options(body, late, parts, unclear=False)
    if found is None:
        return _with_options(
            body, Run(len(body), ()), parts, unclear=seems_to_offer(body)
        )
    return _with_options(body, found, parts, unclear=False)


def _with_options(
    body: str, run: Run, parts: dict[Name, list[str]], *, unclear: bool
) -> Fields:
    stem, kind = without_kind_mark(tidy(body[: run.start]))
    return Fields(stem, run.options, kind, unclear, parts)


def _effective(labels: list[Label]) -> list[Label]:
    """Drop what only looks like a label: explanations speak of answers in passing."""
    kept: list[Label] = []
    for label in labels:
        explains = kept and kept[-1].name is Name.EXPLANATION
        if explains and not label.at_line_start and not label.bracketed:
            continue
        kept.append(label)
    return kept


def _answer_and_rest(said: str) -> tuple[str, str]:
    """Part an answer from options that are printed below it."""
    first, _, rest = said.partition("\n")
    if rest and _CHOSEN_ANSWER.fullmatch(first.strip().rstrip("。.")):
        return first.strip(), rest
    return said, ""


def option_run(text: str) -> Run | None:
    """Return the options that *text* ends with, None where none can be told for sure.

    Labels must run A, B, C … to the end of the text.  Labels at the beginnings of lines
    are believed before those behind a space, and those before glued ones; but where a
    looser reading finds more options in the same run, the stricter one has not seen
    them all.
    """
    for strict, looser in ((_LINE_MARK, _SPACED_MARK), (_SPACED_MARK, _ANY_MARK)):
        marks, more = _run(strict, text), _run(looser, text)
        if marks and (not more or len(more) <= len(marks)):
            return _cut(text, marks)
        if marks and strict is _LINE_MARK and more:
            return _cut(text, more)
        if marks and more:
            return None
    for pattern in _PATTERNS[2:]:
        if marks := _run(pattern, text):
            return _cut(text, marks)
    return None


def _run(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """Return the marks of the last run A, B, C … of *pattern*, which ends the text."""
    marks = list(pattern.finditer(text))
    letters = [_letter(mark) for mark in marks]
    if "A" not in letters:
        return []
    first = len(letters) - 1 - letters[::-1].index("A")
    run = letters[first:]
    if len(run) < _FEWEST or "".join(run) != LABELS[: len(run)]:
        return []
    return marks[first:]


def _letter(mark: re.Match[str]) -> str:
    letter = (mark[1] or mark[2]).upper()
    return letter if letter.isascii() else chr(ord(letter) - ord("Ａ") + ord("A"))


def _cut(text: str, marks: list[re.Match[str]]) -> Run:
    bounds = [*marks, None]
    options = []
    for mark, following in pairwise(bounds):
        if mark is None:
            continue
        end = following.start() if following else len(text)
        option = text[mark.end() : end].strip().rstrip(_BETWEEN)
        # A line that the page's edge broke is one line; a formula may need its own.
        options.append(_CJK_EDGE.sub("", tidy(option)))
    return Run(marks[0].start(), tuple(options))


def letters_in(line: str) -> set[str]:
    """Return the letters that seem to label options in *line*."""
    marks = [*_ANY_MARK.finditer(line), *_BARE_LINE_MARK.finditer(line)]
    marks += [*_BARE_MARK.finditer(line), *_SMALL_LINE_MARK.finditer(line)]
    return {_letter(mark) for mark in marks}


def holds_options(stem: str) -> bool:
    """Whether a *stem* has options in it, which should have been parted from it."""
    letters = [_letter(mark) for mark in _ANY_MARK.finditer(stem)]
    return any(pair == ("A", "B") for pair in pairwise(letters))


def seems_to_offer(body: str) -> bool:
    """Whether lines of *body* begin like options, though they make no run."""
    letters = {_letter(mark) for mark in _LINE_MARK.finditer(body)}
    return len(letters) >= _FEWEST and "A" in letters
