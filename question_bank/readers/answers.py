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
_LETTERS = r"[A-HＡ-Ｈ](?:[\s,，、;；/]*[A-HＡ-Ｈ])*"
_IN_STEM = re.compile(rf"([（(])\s*({_LETTERS})\s*([)）])")
_TRUTH_IN_STEM = re.compile(
    r"([（(])\s*(√|×|✓|✗|✔|✘|对|错|正确|错误|[TFＴＦ])\s*([)）])"
)
_PAIR = 2


class UnclearError(QuestionBankError):
    """Something that cannot be read without guessing; *problem* tells what."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(code, message)


@dataclass(frozen=True, slots=True)
class StemAnswer:
    """An answer found printed inside a stem, and the stem with it blanked."""

    text: str
    stem: str


def labels_in(answer: str, options: Sequence[str]) -> tuple[str, ...]:
    """Return the labels that *answer* names, sorted and without repetition.

    ``B``, ``ａｂ``, ``A,B``, ``A. 甲,C. 丙`` and the exact text of one option are read.
    Labels beyond the options are returned as they are, for the checks to report.

    Raises UnclearError when nothing of that kind is there, when a label stands
    with another option's text, or when a text could be read in two ways.
    """
    text = _PREFIX.sub("", unicodedata.normalize("NFKC", tidy(answer))).strip()
    letters = _SEPARATORS.sub("", text.strip("()[]【】")).upper()
    if re.fullmatch("[A-Z]+", letters):
        return _labels_or_text(letters, text, options)
    if by_text := _label_of_text(text, options):
        return (by_text,)
    if _LABELLED.match(text):
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
        if said is not None and rest and truth(rest) not in {None, said}:
            said = None
    if said is None:
        raise UnclearError(
            "answer_unreadable",
            f"判断题的答案“{_short(text)}”无法识别。请填写“正确”或“错误”。",
        )
    return ("A",) if said else ("B",)


def answer_in_stem(stem: str, kind: Kind | None, options: int) -> StemAnswer | None:
    """Return the answer that *stem* prints in brackets, if there is exactly one.

    Letters count up to the number of *options*; without options, signs of truth do.
    """
    pattern = _TRUTH_IN_STEM if kind is Kind.TRUE_FALSE or not options else _IN_STEM
    found = list(pattern.finditer(stem))
    if len(found) != 1:
        return None
    (mark,) = found
    text = _SEPARATORS.sub("", unicodedata.normalize("NFKC", mark[2]))
    if pattern is _IN_STEM and max(text) > LABELS[options - 1]:
        return None
    gap = " " if mark[1] == "(" else "\u3000"
    blanked = stem[: mark.start()] + mark[1] + gap + mark[3] + stem[mark.end() :]
    return StemAnswer(text, blanked)


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


def _labels_with_texts(text: str, options: Sequence[str]) -> tuple[str, ...]:
    marks = list(_LABELLED.finditer(text))
    first = marks[0][1].upper()
    if _label_of_text(text[marks[0].end() :], options) == first:
        return (first,)
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    named = set()
    for mark, end in zip(marks, ends, strict=True):
        label = mark[1].upper()
        said = text[mark.end() : end].strip(" \n,，;；|/、")
        other = _label_of_text(said, options) if said else label
        if other not in {label, ""}:
            raise UnclearError(
                "answer_contradicts_option",
                f"答案写的是“{label}. {_short(said)}”，而这是选项 {other} 的文字。"
                "请核对后只填写选项字母。",
            )
        named.add(label)
    return tuple(sorted(named))


def _short(text: str, most: int = 30) -> str:
    return text if len(text) <= most else text[:most] + "…"
