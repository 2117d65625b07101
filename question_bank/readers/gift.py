"""GIFT, Moodle's format for questions in plain text.

Source: "GIFT format" in the documentation of Moodle; numbers, matching and partial
credit are refused by name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from question_bank.model import Kind
from question_bank.readers.answers import UnclearError
from question_bank.readers.exchanged import (
    FULL,
    Choice,
    Item,
    Text,
    chosen_from,
    feedback_left,
    joined_blanks,
    not_held,
    partial_credit,
    take_item,
    text_of_unknown,
)
from question_bank.readers.gathering import FORM_HEAD, Gathering
from question_bank.readers.prose import require_questions
from question_bank.readers.reading import Reading

_ESCAPED = "\\~=#{}:n"
_FIRST_SIGN = 0xF800
_SIGNS = {letter: chr(_FIRST_SIGN + at) for at, letter in enumerate(_ESCAPED)}
_BEHIND = {sign: "\n" if letter == "n" else letter for letter, sign in _SIGNS.items()}
_ESCAPE = re.compile(r"\\([\\~=#{}:n])")
_CATEGORY = re.compile(r"^\s*\$CATEGORY:\s*(.*)$")
_ROOTS = re.compile(r"^(?:\$(?:course|system|cat\w*|module)\d*\$/)?(?:top/)?")
_TAG = re.compile(r"\[tag:([^\]]*)\]")
_TITLE = re.compile(r"^\s*::(.*?)::", re.DOTALL)
_FORMAT = re.compile(r"^\s*\[(html|moodle|plain|markdown)\]")
_WEIGHT = re.compile(r"^\s*%(-?\d+(?:[.,]\d+)?)%")
_CHOICE = re.compile(r"([=~])((?:[^=~])*)", re.DOTALL)
_TRUTH = re.compile(r"^(T|TRUE|F|FALSE)\s*(?:#(.*))?$", re.DOTALL | re.IGNORECASE)
_GAP = "_____"
_ANSWERS = re.compile(r"\{\s*(?:[=~#]|T\s*[}#]|TRUE\s*[}#]|F\s*[}#]|FALSE\s*[}#]|\})")


def is_gift(text: str) -> bool:
    """Whether *text* has an answer in braces as GIFT writes it, or its category."""
    masked = _masked(text)
    return bool(_ANSWERS.search(masked)) or any(
        map(_CATEGORY.match, text.splitlines()[:50])
    )


def category_of(path: str) -> str:
    """Return the name of a category in Moodle, without the roots that all have."""
    return _ROOTS.sub("", path.strip())


def read_gift(text: str, name: str, encoding: str) -> Reading:
    """Return what the GIFT *text*, the file *name*, holds."""
    found = Gathering(heads=[FORM_HEAD])
    for raw in _raw_questions(text, found):
        where = f"第 {raw.line} 行："
        place = f"L{raw.line}"
        body = _masked(raw.text)
        if "{" not in body:
            found.heading_rows += 1
            words = _unmasked(_TITLE.sub("", body)).strip()[:40]
            message = f"{where}没有答案，是说明文字，未读取：“{words}”。"
            found.caution(place, "description_not_read", message)
            continue
        item = Item(place, raw.line, where, category=raw.category, tags=raw.tags)
        take_item(item, lambda one, body=body: _fill(one, body), found)  # type: ignore[misc]  # a default binds the loop's value
    require_questions(found)
    return found.reading(name, "gift", encoding)


@dataclass(slots=True)
class _Raw:
    """The text of one question, and what the lines before it said."""

    line: int
    category: str
    tags: list[str]
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def is_open(self) -> bool:
        masked = _masked(self.text)
        return masked.count("{") > masked.count("}")


def _raw_questions(text: str, found: Gathering) -> Iterator[_Raw]:
    category = ""
    tags: list[str] = []
    raw: _Raw | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("//"):
            tags += _TAG.findall(line)
            found.heading_rows += 1
        elif mark := _CATEGORY.match(line):
            category = category_of(_unmasked(_masked(mark[1])))
            found.heading_rows += 1
        elif line.strip():
            raw = raw or _Raw(number, category, tags)
            raw.lines.append(line)
            tags = [] if raw.tags is tags else tags
        else:
            found.blank_rows += 1
            if raw and not raw.is_open:
                found.joined_rows += len(raw.lines) - 1
                yield raw
                raw = None
            elif raw:
                raw.lines.append("")
    if raw:
        found.joined_rows += len(raw.lines) - 1
        yield raw


def _fill(item: Item, body: str) -> None:
    title = _TITLE.match(body)
    body = body[title.end() :] if title else body
    mark = _FORMAT.match(body)
    form = mark[1] if mark else "moodle"
    body = body[mark.end() :] if mark else body
    before, _, rest = body.partition("{")
    content, closed, after = rest.rpartition("}")
    if not closed or "{" in content:
        item.stem = Text(_unmasked(before))
        raise UnclearError(
            "braces_unbalanced", "花括号不配对。文字中的花括号请写成 \\{ 和 \\}。"
        )
    stem = before.strip()
    if after.strip():
        stem = " ".join(filter(None, (stem, _GAP, after.strip())))
    item.stem = _text(stem, form)
    content, _, general = content.partition("####")
    item.explanation = _text(general, form)
    _answer(item, content.strip(), form)


def _answer(item: Item, content: str, form: str) -> None:
    if not content:
        item.kind = Kind.SHORT_ANSWER
        return
    if content.startswith("#"):
        raise not_held("numerical_not_supported")
    if said := _TRUTH.match(content):
        item.kind = Kind.TRUE_FALSE
        item.key = ("A",) if said[1].upper().startswith("T") else ("B",)
        feedback_left((said[2] or "").split("#"), item)
        return
    choices = [_choice(sign, words, form) for sign, words in _CHOICE.findall(content)]
    outside = _CHOICE.sub("", content).strip()
    if outside or not choices:
        raise UnclearError(
            "answer_unreadable",
            f"花括号中的“{_unmasked(outside or content)[:30]}”不是 GIFT 的答案。"
            "选项请以 = 或 ~ 开头。",
        )
    signs = {sign for sign, _ in _CHOICE.findall(content)}
    feedback_left((told for _, told in choices), item)
    if signs == {"="}:
        _written(item, [choice for choice, _ in choices], content)
    else:
        chosen_from([one for one, _ in choices], item, several="=" not in signs)


def _choice(sign: str, words: str, form: str) -> tuple[Choice, str]:
    weight = _WEIGHT.match(words)
    percent = FULL if sign == "=" else 0.0
    if weight:
        percent = float(weight[1].replace(",", "."))
        words = words[weight.end() :]
    text, _, feedback = words.partition("#")
    mark = _FORMAT.match(text)
    if mark:
        form, text = mark[1], text[mark.end() :]
    return Choice(_text(text, form), percent), feedback


def _written(item: Item, choices: list[Choice], content: str) -> None:
    """Fill *item* with texts of which each is right."""
    if all("->" in words for _, words in _CHOICE.findall(content)):
        raise not_held("matching_not_supported")
    item.kind = Kind.BLANK
    right = []
    for choice in choices:
        if 0 < choice.percent < FULL:
            raise partial_credit(choice.text.words)
        if choice.percent <= 0:
            continue
        if "*" in choice.text.words:
            raise UnclearError(
                "wildcard_not_supported",
                f"答案“{choice.text.words[:30]}”含有通配符 *。请写出完整的答案。",
            )
        right.append(choice.text.words.strip())
    if item.tags and "examcenter:kind=short_answer" in item.tags:
        item.kind, item.key = Kind.SHORT_ANSWER, tuple(right[:1])
        return
    item.key = joined_blanks(right)


def _text(masked: str, form: str) -> Text:
    words = _unmasked(masked).strip()
    if form == "html":
        return Text(words, html=True)
    if form in {"plain", "markdown"}:
        return Text(words)
    return text_of_unknown(_unmasked(" ".join(masked.split())))


def _masked(text: str) -> str:
    return _ESCAPE.sub(lambda mark: _SIGNS[mark[1]], text)


def _unmasked(text: str) -> str:
    return "".join(_BEHIND.get(letter, letter) for letter in text)
