"""What fills the gaps of a stem: one text for each, or several that are as good."""

import re
from collections.abc import Sequence

from question_bank.gaps import gaps_in
from question_bank.model import ALTERNATIVE
from question_bank.readers.answers import UnclearError

_WIDE_GAP = re.compile("＿+|﹍+")
_BETWEEN_BLANKS = re.compile(r"[|｜\n]|\|\|")
_BETWEEN_ALTERNATIVES = re.compile("[;；]")
_WEAKER = (_BETWEEN_ALTERNATIVES, re.compile("[、，,]"), re.compile(r"\s+"))
_NUMBER = re.compile(
    r"[(（](\d{1,2})[)）]\s*|(?:^|(?<=[\s;；,，、。]))(\d{1,2})[.、．]\s*"
)
_CIRCLED = re.compile("[①-⑳]")
_FIRST_CIRCLED = ord("①") - 1


def with_gaps(stem: str) -> str:
    """Return *stem* with its full-width gaps written as ``____``."""
    return _WIDE_GAP.sub("____", stem)


def filled(answers: Sequence[str], stem: str) -> tuple[str, ...]:
    """Return the key of a blank question: for each gap of *stem* what fills it.

    Several cells, or ``|`` in one, part the gaps; ``;`` parts alternatives.  Numbers,
    ``;``, commas and spaces part the gaps too, where there are as many pieces as gaps.

    Raises UnclearError where the pieces are not as many as the gaps.
    """
    gaps = gaps_in(stem)
    pieces = list(answers) if len(answers) > 1 else _parted("".join(answers), gaps)
    pieces = [piece.strip() for piece in pieces]
    if not any(pieces):
        return ()
    if len(pieces) != gaps or not all(pieces):
        raise UnclearError(
            "blanks_do_not_match",
            f"题干有 {gaps} 个空，而答案有 {len([p for p in pieces if p])} 个。"
            "请用“|”分隔各空的答案，用“;”分隔同一空的几种写法。",
        )
    return tuple(map(_alternatives, pieces))


def _parted(text: str, gaps: int) -> list[str]:
    parted = [piece for piece in _BETWEEN_BLANKS.split(text) if piece.strip()]
    if len(parted) > 1 or gaps == 1:
        return parted
    for pieces in (_numbered(text), *(pattern.split(text) for pattern in _WEAKER)):
        kept = [piece for piece in pieces if piece.strip()]
        if len(kept) == gaps:
            return kept
    return parted


def _numbered(text: str) -> list[str]:
    """Return the pieces behind ``(1)``, ``(2)`` … or ``①②…``, if they run from 1."""
    marks = [(m.start(), m.end(), int(m[1] or m[2])) for m in _NUMBER.finditer(text)]
    if not marks:
        marks = [
            (m.start(), m.end(), ord(m[0]) - _FIRST_CIRCLED)
            for m in _CIRCLED.finditer(text)
        ]
    if [number for _, _, number in marks] != list(range(1, len(marks) + 1)):
        return []
    ends = [start for start, _, _ in marks[1:]] + [len(text)]
    return [
        text[begin:end].strip(" ;；,，、。\t")
        for (_, begin, _), end in zip(marks, ends, strict=False)
    ]


def _alternatives(text: str) -> str:
    pieces = (piece.strip() for piece in _BETWEEN_ALTERNATIVES.split(text))
    return ALTERNATIVE.join(dict.fromkeys(filter(None, pieces)))
