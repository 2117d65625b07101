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
_LETTERS_ALONE = re.compile(r"[A-Za-zＡ-Ｚ](?:[\s.．、,，和与及:：]+[A-Za-zＡ-Ｚ])+")
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


def labelled_otherwise(options: tuple[str, ...]) -> bool:
    """Whether options begin with labels of which some are not their own.

    Then nobody can tell whether a key means the columns or the labels in the cells.
    ``A、B`` as an option speaks of others and has no label before it.
    """
    letters = [
        _letter(mark).upper()
        for option in options
        if (mark := _OPENING.match(option)) and not _only_letters(option)
    ]
    filled = [label for label, option in zip(LABELS, options, strict=False) if option]
    distinct = len(set(letters)) == len(letters) == len(filled) >= _FEWEST
    return distinct and letters != filled and max(letters) <= LABELS[len(options) - 1]


def without_labels(options: tuple[str, ...]) -> tuple[str, ...]:
    """Drop ``(A)``, ``B.`` … where each filled option begins with its own label."""
    if any(map(_only_letters, options)):
        return options
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


def _only_letters(option: str) -> bool:
    return _LETTERS_ALONE.fullmatch(option) is not None


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
