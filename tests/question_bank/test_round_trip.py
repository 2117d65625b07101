"""Any good question, written as an office writes it, reads back as itself."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from question_bank.checks import KIND_NAMES, check
from question_bank.duplicates import fingerprint
from question_bank.model import LABELS, TRUE_FALSE_OPTIONS, Kind, Question
from question_bank.normalise import plain, tidy
from question_bank.readers.questions import read_questions
from tests.question_bank.files import comma_separated, xlsx

HEADER = (
    "题干（必填）",
    "题型",
    *(f"选项{label}" for label in LABELS[:8]),
    "正确答案",
    "解析",
    "难度",
    "知识点",
    "法律依据",
)
# What gbk can hold and an office types; brackets and labels have tests of their own.
ALPHABET = (
    "宪法公民权利义务一二三四五〇１２3456789，。；：？、《》“”%-=+@'\"; \tabcXYZ\n"
)
texts = st.text(ALPHABET, max_size=40).map(tidy)
words = texts.filter(plain).filter(lambda text: not text.startswith("'"))
# Options that begin like labels have tests of their own.
choices = words.filter(lambda text: not text[0].isascii() or not text[0].isalpha())
details = texts.filter(lambda text: not text.startswith("'"))


@st.composite
def questions(draw: st.DrawFn) -> Question:
    kind = draw(st.sampled_from([Kind.SINGLE, Kind.MULTIPLE, Kind.TRUE_FALSE]))
    if kind is Kind.TRUE_FALSE:
        options: tuple[str, ...] = TRUE_FALSE_OPTIONS
    else:
        options = tuple(
            draw(st.lists(choices, min_size=2, max_size=8, unique_by=plain))
        )
    most = len(options) if kind is Kind.MULTIPLE else 1
    labels = st.sampled_from(LABELS[: len(options)])
    key = draw(st.lists(labels, min_size=1, max_size=most, unique=True))
    return Question(
        kind=kind,
        stem=draw(words),
        options=options,
        key=tuple(sorted(key)),
        explanation=draw(details),
        difficulty=draw(st.sampled_from(["", "易", "中", "难"])),
        category=draw(details),
        citation=draw(details),
    )


def row_of(question: Question) -> list[str]:
    padding = [""] * (8 - len(question.options))
    return [
        question.stem,
        KIND_NAMES[question.kind],
        *question.options,
        *padding,
        "".join(question.key),
        question.explanation,
        question.difficulty,
        question.category,
        question.citation,
    ]


unlike = st.lists(questions(), min_size=1, max_size=12, unique_by=fingerprint)
slow = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@slow
@given(unlike)
def test_questions_survive_a_workbook(good: list[Question]) -> None:
    data = xlsx([HEADER, *map(row_of, good)])

    reading = read_questions(data, "题库.xlsx")

    assert not any(map(check, good))
    assert [one.question for one in reading.candidates] == good


@slow
@given(unlike)
def test_questions_survive_a_gbk_text_table(good: list[Question]) -> None:
    data = comma_separated([HEADER, *map(row_of, good)], "gbk")

    reading = read_questions(data, "题库.csv")

    assert reading.encoding == "gb18030"
    assert [one.question for one in reading.candidates] == good
