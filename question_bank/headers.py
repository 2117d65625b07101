"""The names that offices give to the columns of a question table."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from question_bank.model import LABELS, Kind
from question_bank.normalise import kind_codes


class Field(StrEnum):
    """What a column holds; the values are only read in this package."""

    STEM = "stem"
    KIND = "kind"
    OPTION = "option"
    OPTIONS = "options"
    ANSWER = "answer"
    FLAG = "flag"
    RIGHT = "right"
    LABEL = "label"
    EXPLANATION = "explanation"
    DIFFICULTY = "difficulty"
    CATEGORY = "category"
    CITATION = "citation"
    MATERIAL = "material"
    CASE = "case"
    MARKS = "marks"
    AUDIENCE = "audience"
    READ_OVER = "read_over"


# Of several columns for one field, the name that stands first is taken.
_NAMES: dict[Field, str] = {
    Field.STEM: "题干 小题题干 试题内容 题目内容 试题 题目 问题 内容 stem question "
    "content title",
    Field.KIND: "小题题型 题型 试题类型 题目类型 类型 kind type",
    Field.OPTIONS: "选项 备选项 options",
    Field.ANSWER: "正确答案 标准答案 参考答案 答案 答案字母 正确选项 correctanswer "
    "answer",
    Field.RIGHT: "是否正确 是否正确答案 是否答案 是否为答案 正确与否 iscorrect",
    Field.LABEL: "选项标号 选项字母 选项序号 选项编号 选项号 optionlabel",
    Field.EXPLANATION: "解析 答案解析 试题解析 分析 explanation",
    Field.DIFFICULTY: "难度 难易度 难易程度 题目难度 difficulty",
    Field.CATEGORY: "知识点 知识点名称 章节 分类 题目分类 目录 标签 课程结构 专业 "
    "category",
    Field.CITATION: "所属法规 法律依据 依据 出处 法条 citation",
    Field.MATERIAL: "材料 案例 大题题干 背景材料 案例材料 材料内容 material",
    Field.CASE: "材料编号 案例编号 材料序号 案例序号 大题编号 大题序号 题组 "
    "题组编号 case",
    Field.MARKS: "分值 分数 得分 score marks",
    Field.AUDIENCE: "考试人员类型 所属范围 audience",
    Field.READ_OVER: "序号 题号 试题序列 子题型 选项数 原行号 错误说明 no",
}
_KNOWN = {
    name: (field, rank)
    for field, names in _NAMES.items()
    for rank, name in enumerate(names.split())
}
_OPTION = re.compile(
    r"(?:选项|选择项|备选项|option)([a-z]|\d{1,2})|([a-z])选项|([a-h])"
)
_FLAG = re.compile(r"iscorrect(\d{1,2})")
_NUMBERED = re.compile(r"(答案|正确答案|answer|得分|分值)(\d{1,2})")
_NOTE = re.compile(r"[(\[【].*$")
_NOTE_BEFORE = re.compile(r"^[(\[【][^)\]】]*[)\]】]")
_NOISE = re.compile(r"[\s*:_\u200b-\u200f\ufeff]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: where it stands (0 is column A), and for options which label."""

    at: int
    title: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """The known columns of a table by field, and the titles of the unknown ones.

    *codes* tells what numbers mean in the column of kinds, where its title says so.
    """

    columns: dict[Field, tuple[Column, ...]]
    ignored: tuple[str, ...]
    codes: dict[str, Kind]

    def of(self, field: Field) -> tuple[Column, ...]:
        return self.columns.get(field, ())

    @property
    def is_for_questions(self) -> bool:
        """Whether a table so headed can hold questions."""
        others = (Field.ANSWER, Field.KIND, Field.OPTION, Field.OPTIONS, Field.FLAG)
        return bool(self.of(Field.STEM)) and any(map(self.of, others))


def looks_like_header(cells: Sequence[str]) -> bool:
    """Whether *cells* are the header row of a table of questions."""
    return read_header(cells).is_for_questions


def read_header(cells: Sequence[str]) -> Header:
    """Return what the row *cells* would mean as a header.

    Spaces, line breaks, asterisks, colons, case and notes in brackets do not count.
    """
    found: dict[Field, list[tuple[int, Column]]] = {}
    ignored: list[Column] = []
    for at, title in enumerate(cells):
        if not title.strip():
            continue
        known = _meaning(title)
        if known is None:
            ignored.append(Column(at, title))
        else:
            field, rank, label = known
            found.setdefault(field, []).append((rank, Column(at, title, label)))
    columns = {
        field: _chosen(field, places, ignored) for field, places in found.items()
    }
    titles = tuple(" ".join(column.title.split()) for column in ignored)
    codes = {}
    for column in columns.get(Field.KIND, ()):
        codes = kind_codes(column.title)
    return Header(columns, titles, codes)


def _chosen(
    field: Field, places: list[tuple[int, Column]], ignored: list[Column]
) -> tuple[Column, ...]:
    """Keep one column a field and label; several only where they add up."""
    places.sort(key=lambda place: place[0])
    if field in {Field.READ_OVER, Field.MARKS, Field.AUDIENCE}:
        return tuple(column for _, column in places)
    chosen: dict[str, Column] = {}
    for _, column in places:
        if column.label in chosen:
            ignored.append(column)
        else:
            chosen[column.label] = column
    return tuple(chosen.values())


def _meaning(title: str) -> tuple[Field, int, str] | None:
    name = unicodedata.normalize("NFKC", title).casefold()
    name = _NOISE.sub("", name)
    name = _NOTE.sub("", _NOTE_BEFORE.sub("", name)) or name
    if known := _KNOWN.get(name):
        return *known, ""
    if option := _OPTION.fullmatch(name):
        return _labelled(Field.OPTION, option[1] or option[2] or option[3])
    if flag := _FLAG.fullmatch(name):
        return _labelled(Field.FLAG, flag[1])
    if numbered := _NUMBERED.fullmatch(name):
        field = Field.MARKS if numbered[1] in {"得分", "分值"} else Field.ANSWER
        return field, int(numbered[2]), numbered[2]
    return None


def _labelled(field: Field, sign: str) -> tuple[Field, int, str] | None:
    if not sign.isdigit():
        return field, LABELS.index(sign.upper()), sign.upper()
    if 1 <= int(sign) <= len(LABELS):
        return field, int(sign) - 1, LABELS[int(sign) - 1]
    return None
