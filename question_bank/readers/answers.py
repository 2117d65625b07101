"""Answers as offices write them, brought to labels of options; nothing is guessed."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from question_bank.checks import Problem
from question_bank.model import LABELS, TRUE_FALSE_OPTIONS, Kind, QuestionBankError
from question_bank.normalise import folded, plain, tidy, truth

_PREFIX = re.compile(
    r"^[【\[]?(?:(?:正确|标准|参考)?答案|answer)[】\]]?\s*[:：]?\s*", re.IGNORECASE
)
_SEPARATORS = re.compile(r"[\s,，、;；|/&和.。]+")
_LABELLED = re.compile(r"(?:^|(?<=[\s,，、;；|/]))([A-Za-z])\s*[.、:：．]\s*")
# Labels glued to the text before, or in brackets: trusted only where texts prove it.
_GLUED = re.compile(r"\(?([A-Za-z])\s*[.、:)]\s*")
_LETTER = "[A-Ha-hＡ-Ｈａ-ｈ]"
_LETTERS = rf"{_LETTER}(?:[\s,，、;；/]*{_LETTER})*"
_OPEN, _CLOSE = r"([（(\[【〔]|_+)\s*", r"\s*([)）\]】〕]|_+)"
_IN_STEM = re.compile(f"{_OPEN}({_LETTERS}){_CLOSE}")
_TRUTH_IN_STEM = re.compile(f"{_OPEN}(√|×|✓|✗|✔|✘|对|错|正确|错误|[TFＴＦ]){_CLOSE}")
_GAP = re.compile(r"[（(\[【〔]\s*[)）\]】〕]|_{2,}")
_NUMBERED_THINGS = tuple("项款目条类级组栏图表")
_PAIR = 2


class UnclearError(QuestionBankError):
    """Something that cannot be read without guessing; *problem* tells what."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(code, message)


@dataclass(frozen=True, slots=True)
class StemAnswer:
    """An answer found printed inside a stem, and the stem with it blanked.

    *sure* is false where the brackets may as well number something, as in 第（C）项.
    """

    text: str
    stem: str
    sure: bool = True


def labels_in(answer: str, options: Sequence[str]) -> tuple[str, ...]:
    """Return the labels that *answer* names, sorted and without repetition.

    ``B``, ``ａｂ``, ``A,B``, ``A. 甲,C. 丙`` and the exact text of one option are read.
    Labels beyond the options are returned as they are, for the checks to report.

    Raises UnclearError when nothing of that kind is there, when a label stands
    with a text that is not its option's, or when a text could be read in two ways.
    """
    text = _PREFIX.sub("", unicodedata.normalize("NFKC", tidy(answer))).strip()
    letters = _SEPARATORS.sub("", text.strip("()[]【】")).upper()
    if re.fullmatch("[A-Z]+", letters):
        return _labels_or_text(letters, text, options)
    if by_text := _label_of_text(text, options):
        return (_not_counted(by_text, text, options),)
    if _GLUED.match(text):
        return _labels_with_texts(text, options)
    raise UnclearError(
        "answer_unreadable",
        f"答案“{_short(text)}”不是选项字母，也不等于任何一个选项的文字。"
        "请填写选项字母，例如 A 或 ABD。",
    )


def truth_in(answer: str, options: Sequence[str]) -> tuple[str, ...]:
    """Return the key of a true-or-false question: ``("A",)`` for true.

    *options* are those that the row prints, perhaps none.  A label counts only where
    they say what it means, or where there are none; then A is true.

    Raises UnclearError for options that are not a true and a false one, and for
    an answer that is neither a truth nor a label.
    """
    meanings = _meanings(options)
    text = _PREFIX.sub("", unicodedata.normalize("NFKC", tidy(answer))).strip()
    said = truth(text)
    if said is None:
        label, _, rest = _label_and_text(text)
        said = meanings.get(label)
        if rest and truth(rest) is not said:
            said = None
    if said is None:
        raise UnclearError(
            "answer_unreadable",
            f"判断题的答案“{_short(text)}”无法识别。请填写“正确”或“错误”。",
        )
    return ("A",) if said else ("B",)


def answer_in_stem(stem: str, kind: Kind | None, options: int) -> StemAnswer | None:
    """Return the answer that *stem* prints in its gap, if there is exactly one.

    Letters count up to the number of *options*; without options, signs of truth do.
    A gap is a pair of brackets or a line to write on.
    """
    pattern = _TRUTH_IN_STEM if kind is Kind.TRUE_FALSE or not options else _IN_STEM
    found = list(pattern.finditer(stem))
    if len(found) != 1:
        return None
    (mark,) = found
    text = _SEPARATORS.sub("", unicodedata.normalize("NFKC", mark[2])).upper()
    if pattern is _IN_STEM and max(text) > LABELS[options - 1]:
        return None
    gap = "" if mark[1][0] == "_" else " " if mark[1] == "(" else "\u3000"
    blanked = stem[: mark.start()] + mark[1] + gap + mark[3] + stem[mark.end() :]
    before, after = stem[: mark.start()], stem[mark.end() :]
    numbers = before.endswith("第") or after.startswith(_NUMBERED_THINGS)
    return StemAnswer(text, blanked, sure=not numbers and not mark[2].islower())


def letters_in_stem(stem: str) -> frozenset[str]:
    """Return all letters that *stem* prints in brackets or on lines, as capitals."""
    found = (unicodedata.normalize("NFKC", mark[2]) for mark in _IN_STEM.finditer(stem))
    return frozenset("".join(_SEPARATORS.sub("", text) for text in found).upper())


def has_gap(stem: str) -> bool:
    """Whether *stem* has an empty place for the answer, so that none stands in it."""
    return _GAP.search(stem) is not None


def are_truths(options: Sequence[str]) -> bool:
    """Whether *options* are one true and one false answer and nothing else."""
    return len(options) == _PAIR and {truth(text) for text in options} == {True, False}


def _meanings(options: Sequence[str]) -> dict[str, bool]:
    if not any(options):
        options = TRUE_FALSE_OPTIONS
    if not are_truths(options):
        raise UnclearError(
            "true_false_options_unclear",
            "判断题的选项不是“正确”和“错误”各一个。"
            "请把选项改为“正确”“错误”，或删去选项；若不是判断题，请修改题型。",
        )
    return {label: bool(truth(text)) for label, text in zip("AB", options, strict=True)}


def _label_and_text(text: str) -> tuple[str, str, str]:
    if mark := _LABELLED.match(text):
        return mark[1].upper(), "", text[mark.end() :].strip()
    return _SEPARATORS.sub("", text.strip("()[]【】")).upper(), "", ""


def _labels_or_text(letters: str, text: str, options: Sequence[str]) -> tuple[str, ...]:
    """Read *letters* as labels, unless only an option's text such as TRUE is meant."""
    named = tuple(sorted(set(letters)))
    by_text = _label_of_text(text, options, plain)
    if not by_text or named == (by_text,):
        return named
    if named[-1] > LABELS[len(options) - 1]:
        return (by_text,)
    raise UnclearError(
        "answer_ambiguous",
        f"答案“{text}”既像选项字母，又等于选项 {by_text} 的文字。"
        "请只填写选项字母，并避免选项文字与字母混淆。",
    )


def _label_of_text(
    text: str, options: Sequence[str], form: Callable[[str], str] = folded
) -> str:
    same = [
        label
        for label, option in zip(LABELS, options, strict=False)
        if option and form(option) == form(text)
    ]
    return same[0] if len(same) == 1 else ""


def _not_counted(label: str, text: str, options: Sequence[str]) -> str:
    """Return *label*, whose option reads *text*, unless *text* may count the options.

    Where 3 is the text of option B, an answer 3 may mean B or the third option.
    """
    counted = text.isdecimal() and 1 <= int(text) <= len(options)
    if counted and LABELS[int(text) - 1] != label:
        raise UnclearError(
            "answer_ambiguous",
            f"答案“{text}”既可能是第 {text} 个选项，又等于选项 {label} 的文字。"
            "请只填写选项字母。",
        )
    return label


def _labels_with_texts(text: str, options: Sequence[str]) -> tuple[str, ...]:
    """Read ``A. 甲,C. 丙``, however it is cut, where each text is its option's own."""
    cuts = [list(pattern.finditer(text)) for pattern in (_LABELLED, _GLUED)]
    pieces = [_labelled_pieces(text, marks) for marks in cuts if marks]
    first = pieces[-1][0][0]
    whole = text[cuts[-1][0].end() :]
    for said in ([(first, whole)], *pieces):
        if all(_is_text_of(label, words, options) for label, words in said):
            return tuple(sorted({label for label, _ in said}))
    label, words = next(
        one for one in pieces[0] if not _is_text_of(one[0], one[1], options)
    )
    raise UnclearError(
        "answer_contradicts_option",
        f"答案写的是“{label}. {_short(words)}”，与选项 {label} 的文字不同。"
        "请核对后只填写选项字母。",
    )


def _labelled_pieces(text: str, marks: list[re.Match[str]]) -> list[tuple[str, str]]:
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return [
        (mark[1].upper(), text[mark.end() : end].strip(" \n,，;；|/、"))
        for mark, end in zip(marks, ends, strict=True)
    ]


def _is_text_of(label: str, words: str, options: Sequence[str]) -> bool:
    """Whether *words* are those of option *label*; a label alone needs none."""
    own = dict(zip(LABELS, options, strict=False)).get(label, "")
    return not words or folded(words) == folded(own)


def _short(text: str, most: int = 30) -> str:
    return text if len(text) <= most else text[:most] + "…"
