"""What is wrong with a question, as codes for programs and sentences for people."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from question_bank.gaps import gaps_in
from question_bank.markup import visible
from question_bank.model import TRUE_FALSE_OPTIONS, Kind, Question
from question_bank.normalise import plain

LONGEST_STEM = 2_000
LONGEST_EXPLANATION = 2_000
LONGEST_OPTION = 500
LONGEST_MATERIAL = 20_000
LONGEST_ANSWER = 2_000
"""In characters; what the programs that offices use allow."""

FEWEST_OPTIONS = 2
MOST_OPTIONS = 26
ASKED_KINDS = frozenset(Kind)
"""The kinds that can be read from a file and stored."""

DRAWN_KINDS = frozenset(kind for kind in Kind if not kind.needs_a_person)
"""The kinds that can be set in a paper so far, since a machine can mark them."""

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
    "formatted_number": "是用特殊数字格式显示的数字，看到的与保存的不同。"
    "请把单元格格式设为“文本”后重新填写。",
    "formula": "是公式，而且没有保存计算结果。请改为直接填写内容。",
    "error_cell": "是错误值。请改为直接填写内容。",
}
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
    if not question.kind.is_chosen:
        return (*_texts(question), *_written(question))
    return (*_texts(question), *_options(question), *_key(question))


def cautions(question: Question) -> tuple[Problem, ...]:
    """Return what a person should look at although *question* can be taken."""
    if question.kind is Kind.MULTIPLE and len(question.key) == 1:
        return (
            Problem(
                "multiple_with_one_answer",
                f"多选题只有一个答案 {question.key[0]}，已按多选题导入，请核对。",
            ),
        )
    if question.kind is Kind.SHORT_ANSWER and not question.key:
        return (Problem("no_reference_answer", "没有参考答案，阅卷人将无从对照。"),)
    return ()


def cell_trouble(trouble: str, column: str, cell: str, text: str) -> Problem:
    """Return the problem of a spoilt *cell* such as ``F17`` in the column *column*."""
    shown = f"（现显示为“{text}”）" if text else ""
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


def answer_missing() -> Problem:
    return Problem("answer_missing", "没有答案。请填写答案。")


def _texts(question: Question) -> Iterator[Problem]:
    stem, explanation = visible(question, question.stem), question.explanation
    if not plain(stem):
        yield Problem("stem_empty", "题干是空的。请填写题干。")
    if len(stem) > LONGEST_STEM:
        yield Problem(
            "stem_too_long",
            f"题干有 {len(stem)} 个字符，最多 {LONGEST_STEM} 个。请精简题干。",
        )
    if len(visible(question, explanation)) > LONGEST_EXPLANATION:
        yield Problem(
            "explanation_too_long",
            f"解析有 {len(visible(question, explanation))} 个字符，"
            f"最多 {LONGEST_EXPLANATION} 个。请精简解析。",
        )
    if len(visible(question, question.material)) > LONGEST_MATERIAL:
        yield Problem(
            "material_too_long",
            f"材料有 {len(visible(question, question.material))} 个字符，"
            f"最多 {LONGEST_MATERIAL} 个。请精简材料。",
        )


def _written(question: Question) -> Iterator[Problem]:
    """Yield what is wrong with a question whose answer is written."""
    name = KIND_NAMES[question.kind]
    if question.options:
        yield Problem(
            "options_not_expected",
            f"{name}不应有选项。请删去选项；若是选择题，请修改题型。",
        )
    texts = [text for blank in question.blanks for text in blank]
    if question.kind is Kind.BLANK and not all(map(plain, texts or [""])):
        yield answer_missing()
    elif question.kind is Kind.BLANK and len(question.key) != gaps_in(question.stem):
        yield Problem(
            "blanks_do_not_match",
            f"题干有 {gaps_in(question.stem)} 个空，而答案有 {len(question.key)} 个。"
            "请核对题干中的空和答案。",
        )
    if any(len(text) > LONGEST_ANSWER for text in question.key):
        yield Problem(
            "answer_too_long", f"答案超过 {LONGEST_ANSWER} 个字符。请精简答案。"
        )


def _options(question: Question) -> Iterator[Problem]:
    texts = [visible(question, option) for option in question.options]
    filled = [bool(plain(text)) for text in texts]
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
    texts = (visible(question, option) for option in question.options)
    labels = dict(zip(question.labels, texts, strict=True))
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
