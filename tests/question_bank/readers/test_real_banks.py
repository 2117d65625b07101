"""Published question sets, written as office files: every row is accounted for."""

import csv
import io
import json
import time
from collections.abc import Callable, Sequence

import pytest

from question_bank.checks import KIND_NAMES
from question_bank.intake import Intake, sift
from question_bank.model import Kind
from question_bank.normalise import tidy
from question_bank.readers.questions import read_questions
from tests.question_bank.files import Rows, comma_separated, shared, xlsx

HEADER = ("序号", "题干", "题型", "选项A", "选项B", "选项C", "选项D", "正确答案")
FILES: list[tuple[str, Callable[[Rows], bytes]]] = [
    ("xlsx", xlsx),
    ("gb18030", lambda rows: comma_separated(rows, "gb18030")),
    ("utf-8-sig", lambda rows: comma_separated(rows, "utf-8-sig")),
]
KINDS = {True: "单选题", False: "多选题"}

in_each_form = pytest.mark.parametrize(
    "write", [write for _, write in FILES], ids=[name for name, _ in FILES]
)


def intake_of(data: bytes) -> Intake:
    intake = sift(read_questions(data, "题库"), lambda _: {})
    assert intake.reading.blank_rows == 0
    return intake


def labels(said: str | Sequence[str]) -> str:
    """Return the letters of a label, which may be a list, ``"B"`` or ``"ACD。"``."""
    return "".join(letter for letter in "ABCD" if letter in said)


def judicial_exam(name: str) -> list[list[str]]:
    lines = shared(f"questions/agieval/{name}").read_text("utf-8").splitlines()
    rows = []
    for number, line in enumerate(lines, start=1):
        item = json.loads(line)
        key = labels(item["label"])
        kind = KINDS[len(key) < 2]
        rows.append([str(number), item["question"], kind, *item["options"], key])
    return rows


@in_each_form
@pytest.mark.parametrize("name", ["jec-qa-kd.jsonl", "jec-qa-ca.jsonl"])
def test_a_thousand_judicial_exam_questions_keep_their_keys(
    write: Callable[[Rows], bytes], name: str
) -> None:
    rows = judicial_exam(name)
    data = write([HEADER, *rows])

    started = time.perf_counter()
    intake = intake_of(data)
    seconds = time.perf_counter() - started

    assert len(rows) == 1000
    assert intake.questions == 1000
    assert seconds < 10
    for candidate in intake.reading.candidates:
        row = rows[candidate.source.row - 2]
        assert candidate.question.stem == tidy(row[1])
        assert "".join(candidate.question.key) == row[-1]
        for read, written in zip(candidate.question.options, row[3:7], strict=True):
            assert read == tidy(written)[3:].strip()  # without its (A)


def test_the_faulty_rows_of_that_set_are_named() -> None:
    intake = intake_of(xlsx([HEADER, *judicial_exam("jec-qa-kd.jsonl")]))

    rejected = [(one.place, one.code) for one in intake.rejected]

    assert rejected == [
        ("Sheet1!R213", "answer_missing"),
        ("Sheet1!R404", "options_repeat"),
    ]
    assert [one.candidate.source.row for one in intake.duplicates] == [752]
    assert len(intake.accepted) == 997


@in_each_form
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("mcq_mult_pae.csv", 276),
        ("mcq_sing_lbk.csv", 275),
        ("mcq_sing_pae.csv", 118),
        ("mcq_sing_pfe.csv", 170),
    ],
)
def test_sets_without_a_kind_column_are_told_by_their_answers(
    write: Callable[[Rows], bytes], name: str, count: int
) -> None:
    text = shared(f"questions/disc_lawllm/objective/{name}").read_text("utf-8-sig")
    _, *rows = csv.reader(io.StringIO(text))
    header = ["题目", "答案", "A", "B", "C", "D", "来源", "多选"]

    intake = intake_of(write([header, *rows]))

    assert intake.questions == count
    assert intake.reading.ignored_columns == ("来源", "多选")
    assert len(intake.reading.candidates) > 0.95 * count
    for candidate in intake.reading.candidates:
        key = labels(rows[candidate.source.row - 2][1])
        assert "".join(candidate.question.key) == key
        assert KIND_NAMES[candidate.question.kind] == KINDS[len(key) == 1]


@in_each_form
@pytest.mark.parametrize("name", ["1-2.json", "3-6.json"])
def test_options_in_one_cell_and_answers_in_sentences(
    write: Callable[[Rows], bytes], name: str
) -> None:
    items = json.loads(shared(f"questions/lawbench/{name}").read_text("utf-8"))
    rows = []
    for item in items:
        stem, _, rest = item["question"].partition("A:")
        rows.append([stem, "A:" + rest, item["answer"]])

    intake = intake_of(write([["题干", "选项", "答案"], *rows]))

    assert intake.questions == 500
    assert len(intake.reading.candidates) > 480
    for candidate in intake.reading.candidates:
        row = rows[candidate.source.row - 2]
        assert candidate.question.kind is not Kind.TRUE_FALSE
        assert len(candidate.question.options) == 4
        assert "".join(candidate.question.key) == labels(row[2])
