"""Aiken, the simplest of exchange formats: stem, options by letters, ``ANSWER: B``."""

import re
from collections.abc import Iterator

from question_bank.model import LABELS
from question_bank.readers.answers import UnclearError
from question_bank.readers.exchanged import (
    FULL,
    Choice,
    Item,
    Text,
    chosen_from,
    take_item,
)
from question_bank.readers.gathering import FORM_HEAD, Gathering
from question_bank.readers.reading import Reading

_ANSWER = re.compile(r"^\s*ANSWER:\s*([A-Za-z])\s*$")
_OPTION = re.compile(r"^\s*([A-Z])[.)]\s+(\S.*)$")


def is_aiken(text: str) -> bool:
    """Whether *text* answers its questions as Aiken does."""
    lines = text.splitlines()
    answers = [at for at, line in enumerate(lines) if _ANSWER.match(line)]
    return bool(answers) and all(at and _OPTION.match(lines[at - 1]) for at in answers)


def read_aiken(text: str, name: str, encoding: str) -> Reading:
    """Return what the Aiken *text*, the file *name*, holds."""
    found = Gathering(heads=[FORM_HEAD])
    for number, lines in _questions(text, found):
        item = Item(f"L{number}", number, f"第 {number} 行：")
        found.joined_rows += len(lines) - 1
        take_item(item, lambda one, lines=lines: _fill(one, lines), found)  # type: ignore[misc]  # a default binds the loop's value
    return found.reading(name, "aiken", encoding)


def _questions(text: str, found: Gathering) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines of each question with the number of the first."""
    lines: list[str] = []
    first = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            found.blank_rows += 1
            continue
        first = first if lines else number
        lines.append(line)
        if _ANSWER.match(line):
            yield first, lines
            lines = []
    if lines:
        yield first, lines


def _fill(item: Item, lines: list[str]) -> None:
    marks = [_OPTION.match(line) for line in lines]
    first = next((at for at, mark in enumerate(marks) if mark), len(lines))
    item.stem = Text("\n".join(lines[:first]))
    answer = _ANSWER.match(lines[-1])
    if answer is None:
        raise UnclearError("answer_missing", "没有 ANSWER 行。请写明答案。")
    options: list[str] = []
    for line, mark in zip(lines[first:-1], marks[first:-1], strict=True):
        if mark and mark[1] == LABELS[min(len(options), len(LABELS) - 1)]:
            options.append(mark[2])
        elif mark or not options:
            raise UnclearError(
                "options_unclear", "选项字母不连续。请从 A 起依次书写，各占一行。"
            )
        else:
            options[-1] += f"\n{line.strip()}"
    right = answer[1].upper()
    if right not in LABELS[: len(options)]:
        raise UnclearError(
            "answer_not_an_option",
            f"答案 {right} 不在选项之中。请改正答案或补上选项。",
        )
    chosen_from(
        [
            Choice(Text(text), FULL if label == right else 0.0)
            for label, text in zip(LABELS, options, strict=False)
        ],
        item,
        several=False,
    )
