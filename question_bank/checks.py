"""What is wrong with a question, as codes for programs and sentences for people."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from question_bank.model import TRUE_FALSE_OPTIONS, Kind, Question
from question_bank.normalise import plain

LONGEST_STEM = 2_000
LONGEST_EXPLANATION = 2_000
LONGEST_OPTION = 500
"""In characters; what the programs that offices use allow."""

FEWEST_OPTIONS = 2
MOST_OPTIONS = 26
ASKED_KINDS = frozenset(
    {Kind.SINGLE, Kind.MULTIPLE, Kind.INDETERMINATE, Kind.TRUE_FALSE}
)
"""The kinds that can be read from a table and set in a paper so far."""

KIND_NAMES = {
    Kind.SINGLE: "单选题",
    Kind.MULTIPLE: "多选题",
    Kind.INDETERMINATE: "不定项选择题",
    Kind.TRUE_FALSE: "判断题",
    Kind.BLANK: "填空题",
    Kind.SHORT_ANSWER: "简答题",
}

CELL_TROUBLES = {
    "date_cell": "被表格软件识别成了日期，原来的文字可能已改变。"
    "请把单元格格式设为“文本”后重新填写。",
    "number_too_long": "是超过 15 位的数字，末尾几位已丢失。"
    "请把单元格格式设为“文本”后重新填写。",
    "formula": "是公式，而且没有保存计算结果。请改为直接填写内容。",
    "formatted_number": "带有分数、货币、补零等数字格式，看到的与存储的不同。"
    "请把单元格格式设为“文本”后重新填写。",
    "error_cell": "是错误值。请改为直接填写内容。",
}
_SHOWN_ANSWER = re.compile(
    r"答案[】\]]?(?:[:：]|[是为](?=[A-H√×]))[(（【\[]?(?:[A-H√×]|正确|错误|对|错)"
    r"|[【\[](?:正确|标准|参考)?答案[】\]](?:[A-H√×]|正确|错误|对|错)",
    re.IGNORECASE,
)
_TROUBLE_CODES = {"formula": "formula_cell"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a code, and a Chinese sentence that says what to do."""

    code: str
    message: str


def check(question: Question) -> tuple[Problem, ...]:
    """Return all that keeps *question* out of a bank; nothing for a good one.

    The question may be faulty in any way that its type allows: options may be empty
    texts, and the key may name labels that do not exist.
    """
    if question.kind not in ASKED_KINDS:
        return (kind_not_supported(question.kind),)
    return (
        *_texts(question),
        *_shown_answer(question),
        *_options(question),
        *_key(question),
    )


def cautions(question: Question) -> tuple[Problem, ...]:
    """Return what a person should look at although *question* can be taken."""
    if question.kind is Kind.MULTIPLE and len(question.key) == 1:
        return (
            Problem(
                "multiple_with_one_answer",
                f"多选题只有一个答案 {question.key[0]}，已按多选题导入，请核对。",
            ),
        )
    return ()


def cell_trouble(trouble: str, column: str, cell: str, text: str) -> Problem:
    """Return the problem of a spoilt *cell* such as ``F17`` in the column *column*."""
    verb = "存储" if trouble == "formatted_number" else "现显示"
    shown = f"（{verb}为“{text}”）" if text else ""
    return Problem(
        _TROUBLE_CODES.get(trouble, trouble),
        f"“{column}”（{cell} 单元格）{shown}{CELL_TROUBLES[trouble]}",
    )


def kind_unknown(said: str) -> Problem:
    if not said:
        return Problem(
            "kind_unknown",
            "没有题型，也不能从答案推断。请填写题型，例如单选题、多选题、判断题。",
        )
    if said.isdigit():
        return Problem(
            "kind_unknown",
            f"题型是数字“{said}”，而表头没有说明它的含义。请改写为单选题、多选题或判断题，"
            "或在表头写明，例如“题型(0单选,1判断,2多选)”。",
        )
    return Problem(
        "kind_unknown",
        f"不认识题型“{said[:20]}”。请改写为单选题、多选题、不定项选择题或判断题。",
    )


def kind_not_supported(kind: Kind) -> Problem:
    return Problem(
        "kind_not_supported",
        f"暂不支持导入{KIND_NAMES[kind]}。请删去这一行，或改为选择题、判断题。",
    )


def answer_missing() -> Problem:
    return Problem("answer_missing", "没有答案。请填写答案。")


def _texts(question: Question) -> Iterator[Problem]:
    if not plain(question.stem):
        yield Problem("stem_empty", "题干是空的。请填写题干。")
    if len(question.stem) > LONGEST_STEM:
        yield Problem(
            "stem_too_long",
            f"题干有 {len(question.stem)} 个字符，最多 {LONGEST_STEM} 个。请精简题干。",
        )
    if len(question.explanation) > LONGEST_EXPLANATION:
        yield Problem(
            "explanation_too_long",
            f"解析有 {len(question.explanation)} 个字符，"
            f"最多 {LONGEST_EXPLANATION} 个。请精简解析。",
        )


def _shown_answer(question: Question) -> Iterator[Problem]:
    """Find words such as ``答案：B`` where the examinee would read them."""
    shown = (question.stem, question.material, *question.options)
    for text in shown:
        if said := _SHOWN_ANSWER.search(plain(text)):
            yield Problem(
                "answer_shown",
                f"题干、材料或选项中印有“{said[0]}”，考生会看到答案。请删去后重新导入。",
            )
            return


def _options(question: Question) -> Iterator[Problem]:
    filled = [bool(plain(option)) for option in question.options]
    if question.kind is Kind.TRUE_FALSE:
        if question.options != TRUE_FALSE_OPTIONS:
            yield Problem(
                "true_false_options_unclear", "判断题的选项只能是“正确”和“错误”。"
            )
        return
    if sum(filled) < FEWEST_OPTIONS:
        yield Problem(
            "too_few_options",
            f"只有 {sum(filled)} 个选项，至少需要 {FEWEST_OPTIONS} 个。",
        )
    if len(filled) > MOST_OPTIONS:
        yield Problem("too_many_options", f"选项超过 {MOST_OPTIONS} 个。请减少选项。")
        return
    if not all(filled):
        empty = "、".join(
            label
            for label, there in zip(question.labels, filled, strict=True)
            if not there
        )
        yield Problem(
            "option_gap", f"选项 {empty} 是空的，而后面还有选项。请补全或前移。"
        )
    yield from _option_texts(question)


def _option_texts(question: Question) -> Iterator[Problem]:
    labels = dict(zip(question.labels, question.options, strict=True))
    times = Counter(plain(option) for option in labels.values() if plain(option))
    for text in (text for text, count in times.items() if count > 1):
        same = "、".join(
            label for label, option in labels.items() if plain(option) == text
        )
        yield Problem("options_repeat", f"选项 {same} 的文字相同。请修改其中之一。")
    for label, option in labels.items():
        if len(option) > LONGEST_OPTION:
            yield Problem(
                "option_too_long",
                f"选项 {label} 有 {len(option)} 个字符，最多 {LONGEST_OPTION} 个。",
            )


def _key(question: Question) -> Iterator[Problem]:
    if not question.key:
        yield answer_missing()
        return
    beyond = [label for label in question.key if label not in set(question.labels)]
    if beyond and question.labels:
        yield Problem(
            "answer_not_an_option",
            f"答案 {'、'.join(beyond)} 不在选项 A–{question.labels[-1]} 之中。"
            "请改正答案或补上选项。",
        )
    if len(question.key) > 1 and question.kind in {Kind.SINGLE, Kind.TRUE_FALSE}:
        yield Problem(
            "single_with_several_answers",
            f"{KIND_NAMES[question.kind]}有 {len(question.key)} 个答案"
            f"（{''.join(question.key)}）。请改正答案；若是多选题，请修改题型。",
        )
