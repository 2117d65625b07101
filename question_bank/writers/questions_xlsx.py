"""Questions as a workbook that offices can edit and load again, and its empty form."""

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import xlsxwriter

from question_bank.checks import ASKED_KINDS, KIND_NAMES
from question_bank.markup import visible
from question_bank.model import LABELS, TRUE_FALSE_OPTIONS, Kind, Question

SHEET = "题目"
GUIDE_SHEET = "填写说明"
FEWEST_OPTION_COLUMNS = 4
TEMPLATE_OPTION_COLUMNS = 6
DIFFICULTIES = ("易", "中", "难")

_TEMPLATE_ROWS = 2_000
_LONGEST_CELL = 32_767
_WIDTHS = {"题型": 14, "题干": 60, "解析": 40, "知识点": 16, "法律依据": 28, "材料": 40}
_OTHER_WIDTH = 20
_LIKE_A_FORMULA = ("=", "+", "-", "@")

_EXAMPLES = (
    Question(
        kind=Kind.SINGLE,
        stem="根据宪法规定，国家的根本制度是（　　）。",
        options=("人民代表大会制度", "社会主义制度", "按劳分配制度", "基层自治制度"),
        key=("B",),
        explanation="宪法第一条第二款规定，社会主义制度是国家的根本制度。",
        category="宪法",
        difficulty="易",
        citation="《中华人民共和国宪法》第一条",
    ),
    Question(
        kind=Kind.MULTIPLE,
        stem="下列属于行政处罚种类的有（　　）。",
        options=("警告", "罚款", "拘役", "行政拘留"),
        key=("A", "B", "D"),
        explanation="拘役是刑罚，不是行政处罚。",
        category="行政处罚法",
        difficulty="中",
        citation="《中华人民共和国行政处罚法》第九条",
    ),
    Question(
        kind=Kind.INDETERMINATE,
        stem="关于自然人的民事权利能力，说法正确的有（　　）。",
        options=("始于出生", "终于死亡", "一律平等", "可以放弃"),
        key=("A", "B", "C"),
        explanation="不定项选择题的正确答案可以是一个，也可以是几个。",
        category="民法典",
        difficulty="中",
        citation="《中华人民共和国民法典》第十三条",
    ),
    Question(
        kind=Kind.TRUE_FALSE,
        stem="公民在法律面前一律平等。",
        options=TRUE_FALSE_OPTIONS,
        key=("A",),
        explanation="判断题的答案填“正确”或“错误”，不填选项。",
        category="宪法",
        difficulty="易",
        citation="《中华人民共和国宪法》第三十三条",
    ),
    Question(
        kind=Kind.BLANK,
        stem="中华人民共和国的一切权力属于____。",
        options=(),
        key=("人民",),
        explanation="题干中用四个下划线表示一个空。",
        category="宪法",
        difficulty="易",
        citation="《中华人民共和国宪法》第二条",
    ),
    Question(
        kind=Kind.SHORT_ANSWER,
        stem="简述行政处罚应当遵循的原则。",
        options=(),
        key=("公正、公开；以事实为依据；处罚与教育相结合。",),
        explanation="简答题的答案供阅卷人对照。",
        category="行政处罚法",
        difficulty="中",
        citation="《中华人民共和国行政处罚法》第五条",
    ),
)

_HINTS = {
    "题型": "必填，从下拉列表中选择。",
    "题干": "必填，最多 2,000 个字符；题干中不要写出答案。",
    "答案": "必填。选择题填选项字母，例如 B 或 ABD；判断题填“正确”或“错误”；"
    "填空题填文字，几个空用“|”分隔，同一空的几种写法用“;”分隔；"
    "简答题填参考答案，可不填。",
    "解析": "选填，最多 2,000 个字符。",
    "知识点": "选填。组卷时按知识点分配题目，同一知识点的写法要一致。",
    "法律依据": "选填，例如《中华人民共和国宪法》第一条。",
    "难度": "选填，从下拉列表中选择。",
    "材料": "选填。几道题共用的案例，在每道题中各写一遍。",
}
_OPTION_HINT = (
    "选择题至少填 A、B 两个，从 A 起连续填写，各不相同；判断题、填空题、简答题不填。"
)


def write_questions(
    questions: Iterable[Question], *, heading: Sequence[str] = ()
) -> bytes:
    """Return an XLSX workbook with one row for each question, its key among them.

    The columns are those that `readers` know, so that the workbook reads back as the
    same questions, rich ones as their words alone.  *heading* has up to four lines to
    stand above the header, such as who asked for what and when.
    """
    rows = list(questions)
    most = max((len(row.options) for row in rows), default=0)
    titles = _titles(max(most, FEWEST_OPTION_COLUMNS))
    target = io.BytesIO()
    with _workbook(target) as book:
        sheet = _sheet(book, titles, heading)
        for at, question in enumerate(rows, start=len(heading) + 1):
            _write_row(book, sheet, at, _cells(question, titles))
    return target.getvalue()


def write_template() -> bytes:
    """Return an empty workbook to fill in, with a sheet that explains it.

    The kinds and difficulties are chosen from lists.  The examples stand in the other
    sheet, which readers pass over: nobody has to delete them.
    """
    titles = _titles(TEMPLATE_OPTION_COLUMNS)
    target = io.BytesIO()
    with _workbook(target) as book:
        sheet = _sheet(book, titles, ())
        lists = {"题型": [KIND_NAMES[k] for k in Kind if k in ASKED_KINDS]}
        for title, choices in {**lists, "难度": list(DIFFICULTIES)}.items():
            column = titles.index(title)
            rule = {"validate": "list", "source": choices}
            sheet.data_validation(1, column, _TEMPLATE_ROWS, column, rule)
        _write_guide(book, titles)
    return target.getvalue()


def _workbook(target: io.BytesIO) -> Any:
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    # Row by row, so that a whole bank does not stand in memory as cells.
    return _Styled(target, {"constant_memory": True, **options})


class _Styled(xlsxwriter.Workbook):  # type: ignore[misc]  # the library is untyped
    """A workbook whose every cell is text, also those that are still empty."""

    def __init__(self, target: io.BytesIO, options: dict[str, Any]) -> None:
        super().__init__(target, options)
        text = {"num_format": "@", "text_wrap": True, "valign": "top"}
        self.text = self.add_format(text)
        self.title = self.add_format({**text, "bold": True})
        # A program that keeps the text elsewhere must not take it for a formula.
        self.quoted = self.add_format({**text, "quote_prefix": True})


def _titles(options: int) -> list[str]:
    letters = [f"选项{label}" for label in LABELS[:options]]
    after = ["答案", "解析", "知识点", "法律依据", "难度", "材料"]
    return ["题型", "题干", *letters, *after]


def _sheet(book: _Styled, titles: Sequence[str], heading: Sequence[str]) -> Any:
    """Open the sheet of questions: *heading*, and below it the header of *titles*."""
    sheet = book.add_worksheet(SHEET)
    for at, line in enumerate(heading):
        sheet.write_string(at, 0, line[:_LONGEST_CELL])
    for column, title in enumerate(titles):
        sheet.set_column(column, column, _WIDTHS.get(title, _OTHER_WIDTH), book.text)
        sheet.write_string(len(heading), column, title, book.title)
    sheet.freeze_panes(len(heading) + 1, 2)
    return sheet


def _write_row(book: _Styled, sheet: Any, at: int, texts: Iterable[str]) -> None:
    for column, text in enumerate(texts):
        if text:
            style = book.quoted if text.startswith(_LIKE_A_FORMULA) else book.text
            sheet.write_string(at, column, text[:_LONGEST_CELL], style)


def _cells(question: Question, titles: Sequence[str]) -> Iterator[str]:
    is_truth = question.kind is Kind.TRUE_FALSE
    options = () if is_truth else question.options
    facts = {
        "题型": KIND_NAMES[question.kind],
        "题干": visible(question, question.stem),
        "答案": _answer(question),
        "解析": visible(question, question.explanation),
        "知识点": question.category,
        "法律依据": question.citation,
        "难度": question.difficulty,
        "材料": visible(question, question.material),
    }
    shown = (visible(question, option) for option in options)
    facts |= {f"选项{x}": t for x, t in zip(LABELS, shown, strict=False)}
    return (facts.get(title, "") for title in titles)


def _answer(question: Question) -> str:
    if question.kind is Kind.TRUE_FALSE:
        return _truth(question)
    if question.kind is Kind.BLANK:
        return "|".join(";".join(blank) for blank in question.blanks)
    return "".join(question.key)


def _truth(question: Question) -> str:
    texts = dict(zip(question.labels, question.options, strict=True))
    return "".join(texts[label] for label in question.key)


def _write_guide(book: _Styled, titles: Sequence[str]) -> None:
    sheet = book.add_worksheet(GUIDE_SHEET)
    sheet.set_column(0, 0, 12, book.text)
    sheet.set_column(1, 1, 44, book.text)
    sheet.set_column(2, len(_EXAMPLES) + 1, 32, book.text)
    names = [f"{KIND_NAMES[example.kind]}示例" for example in _EXAMPLES]
    for column, text in enumerate(["栏目", "怎样填写", *names]):
        sheet.write_string(0, column, text, book.title)
    columns = zip(*(_cells(example, titles) for example in _EXAMPLES), strict=True)
    for at, (title, texts) in enumerate(zip(titles, columns, strict=True), start=1):
        hint = _HINTS.get(title, _OPTION_HINT)
        _write_row(book, sheet, at, [title, hint, *texts])
