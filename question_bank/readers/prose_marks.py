"""The signs by which people lay out questions in running text."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from question_bank.model import Kind
from question_bank.normalise import kind_in_heading, kind_named, plain


@dataclass(frozen=True, slots=True)
class Line:
    """A line or paragraph; *number* is what people find it by."""

    number: int
    text: str


class Style(StrEnum):
    """How questions are numbered; a text may number other things in other styles."""

    DOTTED = "1."
    COMMA = "1、"
    BRACKETED = "(1)"
    HALF_BRACKETED = "1)"
    TITLED = "第1题"
    SPACED = "1 "


_NUMBERS = (
    (
        Style.TITLED,
        r"(?:第\s*(\d{1,4})\s*[题道]|题目?\s*(\d{1,4})|[Qq](\d{1,4}))\s*[:：.、．)）]?",
    ),
    (Style.BRACKETED, r"[(（\[【]\s*(\d{1,4})\s*[)）\]】]\s*[.、．:：]?"),
    (Style.COMMA, r"(\d{1,4})\s*[、]"),
    (Style.HALF_BRACKETED, r"(\d{1,4})\s*[)）]"),
    (Style.DOTTED, r"(\d{1,4})\s*[.．:：。]"),
    (Style.SPACED, r"(\d{1,4})[ \t\u3000]+(?=\S)"),
)
_NUMBER_PATTERNS = [(style, re.compile(r"\s*" + text)) for style, text in _NUMBERS]


@dataclass(frozen=True, slots=True)
class Number:
    """The number that a line begins with, and where its text begins.

    It is *doubtful* where figures follow the dot, as in ``1.5万元``.
    """

    style: Style
    value: int
    end: int
    doubtful: bool = False


# A line is asked for each style, and again when it is its turn.
@lru_cache(maxsize=200_000)
def number_of(text: str) -> Number | None:
    """Return the number before the text of a line, None where there is none."""
    for style, pattern in _NUMBER_PATTERNS:
        if mark := pattern.match(text):
            value = int(next(filter(None, mark.groups())))
            rest = text[mark.end() :]
            doubtful = style is Style.DOTTED and re.match(r"\d(?!\d{3}年)", rest)
            return Number(style, value, mark.end(), bool(doubtful))
    return None


class Name(StrEnum):
    """What a labelled part of a question is."""

    ANSWER = "answer"
    EXPLANATION = "explanation"
    DIFFICULTY = "difficulty"
    CATEGORY = "category"
    CITATION = "citation"
    KIND = "kind"
    DROPPED = "dropped"


_NAMES = (
    (
        Name.DROPPED,
        (
            "(?:你|您|我|考生|学生|用户|本人)的?(?:答案|作答|选择|回答)|作答结果|答题结果"
            "|(?:本题)?得分|(?:本题)?分值|本题分数|正确率|易错项|答题时间|用时|来源|统计"
        ),
    ),
    (
        Name.EXPLANATION,
        "(?:答案|试题|题目|参考|本题|名师|专家)?(?:解析|详解)|试题分析|分析|解释|Explanation",
    ),
    (
        Name.ANSWER,
        "(?:正确|标准|参考|试题|本题)?答案|正确选项|参考答案要点|答题要点|Answer|ANSWER",
    ),
    (Name.DIFFICULTY, "难度(?:系数|等级)?|难易(?:程)?度"),
    (Name.CATEGORY, "(?:考查)?知识点|考点|(?:所属)?章节|所属分类|试题分类|分类"),
    (Name.CITATION, "(?:所属)?法规|法条|(?:法律|法规)?依据|出处"),
    (Name.KIND, "(?:试题|题目)?题型|试题类型|题目类型"),
)
_ANY_NAME = "|".join(f"(?P<{name.value}{{0}}>{text})" for name, text in _NAMES)
_BRACKETED = rf"[【\[]\s*(?:{_ANY_NAME.format(1)})\s*[】\]]\s*[:：]?"
_WITH_COLON = (
    r"(?:^|(?<=[\s;；,，。.、)）】\]—–\-_=*…?？]))"
    rf"(?:{_ANY_NAME.format(2)})\s*[是为]?\s*[:：]"
)
_BARE = (
    r"^(?:正确|标准|参考)?(?P<answer3>答案)\s*[是为]?\s*"
    r"(?=[A-HＡ-Ｈ√×✓✗](?:[\s,，、A-HＡ-Ｈ]*$))"
)
# Behind an option, without a space: only where letters or a truth follow.
_GLUED = r"(?:正确|标准|参考)?(?P<answer4>答案)\s*[:：]\s*(?=[A-HＡ-Ｈ√×✓✗对错正])"
_REPLY = r"^\s*(?P<answer5>答)\s*[:：]"
_LABEL = re.compile(
    f"{_BRACKETED}|{_WITH_COLON}|{_BARE}|{_GLUED}|{_REPLY}", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a part, and where it begins and ends in the text."""

    name: Name
    start: int
    end: int
    at_line_start: bool
    bracketed: bool


def labels_in(text: str) -> list[Label]:
    """Return the labels of parts in *text*, in order."""
    found = []
    for mark in _LABEL.finditer(text):
        group = next(name for name, said in mark.groupdict().items() if said)
        before = text[: mark.start()].rpartition("\n")[2]
        found.append(
            Label(
                Name(group[:-1]),
                mark.start(),
                mark.end(),
                not before.strip(" \t—–-_=*"),
                mark[0].startswith(("【", "[")),
            )
        )
    return found


_MARK = re.compile(
    r"[_*]*[\[【(（〔]\s*([^\[\]【】()（）〔〕\d]{2,8})\s*[\]】)）〕][_*]*"
)
_MARK_TAIL = re.compile(r"^\s*[(（\[]\s*(?:系统评分|人工评分|自动评分|必答)\s*[)）\]]")
_MARKS_NOTE = re.compile(
    r"[\[(（【]\s*(?:本题|每题|分值[:：]?)?\s*\d{1,3}(?:\.\d)?\s*分\s*[\])）】]"
)


def without_kind_mark(stem: str) -> tuple[str, Kind | None]:
    """Return *stem* without ``[单选]`` at its begin or end, and the kind that it names.

    A note such as ``（2分）`` beside it goes too: marks are for the plan to say.
    """
    stem = _MARKS_NOTE.sub("", stem, count=1) if _note_at_edge(stem) else stem
    for mark in _MARK.finditer(stem):
        kind = kind_named(mark[1])
        before, after = stem[: mark.start()], _MARK_TAIL.sub("", stem[mark.end() :])
        if kind and (not before.strip() or not after.strip()):
            return f"{before}{after.lstrip()}".strip().lstrip(":：、."), kind
    return stem.strip(), None


def _note_at_edge(stem: str) -> bool:
    note = _MARKS_NOTE.search(stem)
    if note is None:
        return False
    before, after = stem[: note.start()].strip(), stem[note.end() :].strip()
    return not after or not before or kind_named(before) is not None


def heading_kind(text: str) -> Kind | None:
    """Return the kind that a line announces for the questions below it."""
    return kind_in_heading(text) or kind_named(text)


_ORDINAL = re.compile(
    r"^[(（]?第?([一二三四五六七八九十]{1,3})[)）、.．章节部分大题\s]"
)
_LONGEST_CHAPTER = 40
_LONGEST_HEADING = 24
_CHAPTER = re.compile(r"^第[一二三四五六七八九十百\d]{1,4}[章节编篇部单][分元]?")


def ordinal_of(text: str) -> str:
    """Return the Chinese numeral that a heading begins with, or nothing."""
    mark = _ORDINAL.match(text.strip())
    return mark[1] if mark else ""


def is_chapter(text: str) -> bool:
    """Whether a line is the heading of a chapter, which is no sentence."""
    line = text.strip()
    short = len(line) <= _LONGEST_CHAPTER and line[-1:] not in "。？?）)"
    return bool(_CHAPTER.match(line)) and short


_MATERIAL = re.compile(
    r"^\s*(?:"
    r"[【\[(（](?:背景|案例)?(?:材料|案例|资料|案情)[^】\])）]{0,6}[】\])）]\s*[:：]?"
    r"|(?:背景|案例)?(?:材料|案例|资料|案情)(?:分析)?[一二三四五六七八九十\d]{0,3}\s*[:：]"
    r"|案例(?:分析)?题?[一二三四五六七八九十\d]{1,3}\s*$"
    r"|(?=[^\n]{0,40}(?:材料|案例|资料|案情)[^\n]{0,30}(?:回答|完成|作答))"
    r"(?:请?阅读|请?根据|结合|请?分析)"
    r")"
)
_MATERIAL_END = re.compile(r"^\s*[【\[(（]?(?:材料|案例|资料)结束[】\])）]?\s*$")
_RANGE_OF_MATERIAL = re.compile(
    r"第?\s*(\d{1,4})\s*[-—–~～至到]+\s*第?\s*(\d{1,4})\s*小?题"
)


def begins_material(text: str) -> bool:
    """Whether a line begins what several questions below it are about."""
    return bool(_MATERIAL.match(text))


def ends_material(text: str) -> bool:
    return bool(_MATERIAL_END.match(text))


def material_range(text: str) -> tuple[int, int] | None:
    """Return the first and last number of the questions that a material is for."""
    mark = _RANGE_OF_MATERIAL.search(text)
    return (int(mark[1]), int(mark[2])) if mark else None


def material_text(text: str) -> str:
    """Return the words of a material without the label before them."""
    mark = re.match(
        r"\s*[【\[(（](?:材料|背景材料|案例|资料)[】\])）]\s*[:：]?\s*", text
    )
    return text[mark.end() :] if mark else text


_ANSWERS = re.compile(
    r"(?:附?[一二三四五六七八九十]*[、.:]*)?(?:试题|习题|练习题?|本卷|试卷|各题|选择题|判断题)?"
    r"(?:的)?(?:参考|标准|正确)?答案(?:及|与|和|、)?(?:详细|试题)?(?:解析|详解|分析|说明)?"
    r"(?:如下|部分|表|页|区|汇总)?:?"
)


def is_answers_heading(text: str) -> bool:
    """Whether a line may announce the answers of all the questions before it."""
    line = plain(text).strip("【】[]()-—=*")
    return len(line) <= _LONGEST_HEADING and bool(_ANSWERS.fullmatch(line))
