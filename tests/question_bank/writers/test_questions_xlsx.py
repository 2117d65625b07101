"""Questions as workbooks that people edit and load again."""

import io
from dataclasses import replace

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.model import TRUE_FALSE_OPTIONS, Kind, Question
from question_bank.readers.questions import read_questions
from question_bank.writers.questions_xlsx import write_questions, write_template

CHOICE = Question(
    kind=Kind.MULTIPLE,
    stem="下列说法正确的有（　　）。",
    options=("甲说", "乙说", "丙说", "丁说", "戊说"),
    key=("A", "E"),
    explanation="甲、戊两说正确。",
    category="民法典",
    difficulty="难",
    citation="《中华人民共和国民法典》第七条",
    material="某市发生一起纠纷。",
)
TRUTH = Question(
    kind=Kind.TRUE_FALSE, stem="表述正确。", options=TRUE_FALSE_OPTIONS, key=("B",)
)


def _read_back(data: bytes) -> list[Question]:
    reading = read_questions(data, "questions.xlsx")
    assert reading.rejections == ()
    return [one.question for one in reading.candidates]


def test_questions_read_back_as_they_were() -> None:
    assert _read_back(write_questions([CHOICE, TRUTH])) == [CHOICE, TRUTH]


def test_a_heading_does_not_keep_questions_from_being_read() -> None:
    heading = ["试题清单", "条件：题型：单选题", "导出时间：2026-12-01 09:00", "共两题"]

    assert _read_back(write_questions([CHOICE, TRUTH], heading=heading)) == [
        CHOICE,
        TRUTH,
    ]


def test_what_looks_like_a_formula_stays_text_and_is_marked_as_such() -> None:
    formulas = ("=1+1", "+86", "-1", "@SUM(A1)")
    question = replace(CHOICE, options=formulas, key=("A",))

    data = write_questions([question])

    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    cells = [cell for cell in sheet[2] if cell.value in formulas]
    assert [(cell.data_type, cell.quotePrefix) for cell in cells] == [("s", True)] * 4
    assert _read_back(data) == [question]


_texts = st.text(
    st.characters(codec="gb18030", categories=["L", "N"]), min_size=1, max_size=20
)


@settings(max_examples=40, deadline=None)
@given(
    stem=_texts,
    options=st.lists(_texts, min_size=3, max_size=9, unique=True),
    right=st.integers(min_value=0, max_value=2),
)
def test_any_texts_read_back_with_the_key_at_its_option(
    stem: str, options: list[str], right: int
) -> None:
    texts = tuple(f"选{number}{text}" for number, text in enumerate(options))
    question = Question(
        kind=Kind.SINGLE, stem=f"问{stem}", options=texts, key=("ABC"[right],)
    )

    reading = read_questions(write_questions([question]), "questions.xlsx")

    (read,) = reading.candidates
    assert read.question.key == question.key
    assert len(read.question.options) == len(texts)


def test_the_template_has_no_question_until_one_is_filled_in() -> None:
    (refusal,) = read_questions(write_template(), "template.xlsx").rejections

    assert refusal.code == "no_questions"


def test_the_template_is_filled_in_and_read() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_template()))
    sheet = book["题目"]
    titles = [cell.value for cell in sheet[1]]
    row = {"题型": "判断题", "题干": "表述正确。", "答案": "错误"}
    sheet.append([row.get(str(title), "") for title in titles])
    target = io.BytesIO()
    book.save(target)

    assert _read_back(target.getvalue()) == [TRUTH]


def test_the_template_offers_kinds_and_difficulties_from_lists() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_template()))

    lists = [rule.formula1 for rule in book["题目"].data_validations.dataValidation]

    assert lists == [
        '"单选题,多选题,不定项选择题,判断题,填空题,简答题"',
        '"易,中,难"',
    ]


def test_the_guide_shows_an_example_of_each_kind() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_template()))

    shown = [cell.value for cell in book["填写说明"][1]][2:]

    assert shown == [
        "单选题示例",
        "多选题示例",
        "不定项选择题示例",
        "判断题示例",
        "填空题示例",
        "简答题示例",
    ]
