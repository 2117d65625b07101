"""Options as offices write them: all in one cell, or each with its label before it."""

import re

from question_bank.model import LABELS
from question_bank.normalise import tidy, truth

_MARK = r"[（(\[【]?([A-Za-zＡ-Ｚ])\s*(?:[)）\]】]\s*[.．、:：]?|[.．、:：])\s*"
_OPENING = re.compile(_MARK)
_AT_LINE_START = re.compile(rf"^(?:-\s*)?{_MARK}", re.MULTILINE)
_ANYWHERE = re.compile(rf"(?:^|(?<=[\s,，;；|/。]))(?:-\s*)?{_MARK}", re.MULTILINE)
_SPACED = re.compile(r"^([A-ZＡ-Ｚ])\s+(?=\S)", re.MULTILINE)
_BETWEEN = " \t\n,，;；|/"
_FEWEST = 2


def split_options(text: str) -> tuple[str, ...]:
    """Return the options in a cell such as ``A. 甲\\nB. 乙`` or ``A. 甲,B. 乙``.

    Labels must run A, B, C … without a gap or a repetition, else nothing is returned:
    an option may speak of ``B.`` itself, and a wrong cut would make a wrong question.
    """  # noqa: D301 - the line feed is meant as two signs
    text = tidy(text)
    for pattern in (_ANYWHERE, _AT_LINE_START, _SPACED):
        marks = list(pattern.finditer(text))
        if _runs(marks) and marks[0].start() == 0:
            return _pieces(text, marks)
    return ()


def split_truths(text: str) -> tuple[str, ...]:
    """Return the two options of a cell such as ``正确;错误``, else nothing."""
    pieces = tuple(
        filter(None, (piece.strip() for piece in re.split("[\n;；|/]", text)))
    )
    return pieces if {truth(piece) for piece in pieces} == {True, False} else ()


def without_labels(options: tuple[str, ...]) -> tuple[str, ...]:
    """Drop ``(A)``, ``B.`` … where each filled option begins with its own label."""
    marks = [_OPENING.match(option) for option in options]
    own = [
        mark is not None and _letter(mark) == label
        for mark, label in zip(marks, LABELS, strict=False)
    ]
    filled = [bool(option) for option in options]
    if sum(filled) < _FEWEST or own != filled:
        return options
    return tuple(
        option[mark.end() :].strip() if mark else option
        for mark, option in zip(marks, options, strict=True)
    )


def _letter(mark: re.Match[str]) -> str:
    letter = mark[1]
    return letter if letter.isascii() else chr(ord(letter) - ord("Ａ") + ord("A"))


def _runs(marks: list[re.Match[str]]) -> bool:
    letters = "".join(map(_letter, marks))
    return len(letters) >= _FEWEST and LABELS.startswith(letters)


def _pieces(text: str, marks: list[re.Match[str]]) -> tuple[str, ...]:
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    pieces = [
        text[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=True)
    ]
    # What separates options is not part of the one before it; a full stop is.
    cut = [piece.rstrip(_BETWEEN) for piece in pieces[:-1]]
    return (*cut, pieces[-1].rstrip(_BETWEEN))
