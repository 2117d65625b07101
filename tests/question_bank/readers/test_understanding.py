"""Answers as offices write them, and the kinds that follow from them."""

import pytest

from question_bank.model import TRUE_FALSE_OPTIONS, Kind
from tests.question_bank.files import HEADER, Value, a_question
from tests.question_bank.readings import codes, read, the_code, the_question


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        ("正确", "A"),
        ("×", "B"),
        ("✓", "A"),
        ("Ｆ", "B"),
        ("n", "B"),
        (True, "A"),
        (False, "B"),
        (1, "A"),
        (0, "B"),
        ("A", "A"),
        ("B", "B"),
        ("答案：错", "B"),
    ],
)
def test_truths_are_read_by_cell_type_and_spelling(answer: Value, key: str) -> None:
    question = the_question(
        ["题干", "题型", "答案"], ["宪法是根本法。", "判断题", answer]
    )

    assert question.options == TRUE_FALSE_OPTIONS
    assert question.key == (key,)


@pytest.mark.parametrize(
    ("first", "second", "answer", "key"),
    [
        pytest.param("正确", "错误", "A", "A", id="A is true"),
        pytest.param("错误", "正确", "A", "B", id="A is false"),
        pytest.param("错", "对", "B", "A", id="B is true"),
        pytest.param("错误", "正确", "正确", "A", id="a word wins over places"),
        pytest.param("×", "√", "A. ×", "B", id="label and text"),
    ],
)
def test_a_label_means_what_the_options_say(
    first: str, second: str, answer: str, key: str
) -> None:
    question = the_question(
        ["题干", "题型", "选项A", "选项B", "答案"],
        ["宪法是根本法。", "判断题", first, second, answer],
    )

    assert question.options == TRUE_FALSE_OPTIONS
    assert question.key == (key,)


@pytest.mark.parametrize(
    ("options", "answer", "code"),
    [
        (["合法", "违法"], "A", "true_false_options_unclear"),
        (["正确", "对"], "A", "true_false_options_unclear"),
        (["正确", ""], "A", "true_false_options_unclear"),
        (["正确", "错误"], "C", "answer_unreadable"),
        (["正确", "错误"], "A. 错误", "answer_unreadable"),
        (["正确", "错误"], "AB", "answer_unreadable"),
        (["正确", "错误"], "", "answer_missing"),
    ],
)
def test_a_truth_is_never_guessed(options: list[str], answer: str, code: str) -> None:
    header = ["题干", "题型", "选项A", "选项B", "答案"]

    assert the_code(header, ["宪法。", "判断题", *options, answer]) == code


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        ("ＡＣ", ("A", "C")),
        ("c、a", ("A", "C")),
        ("A;C;A", ("A", "C")),
        ("A|C", ("A", "C")),
        ("A. 全国人大,C. 最高法", ("A", "C")),
        ("正确答案：AC", ("A", "C")),
        ("A:", ("A",)),
        ("国务院", ("B",)),
    ],
)
def test_answers_are_read_in_many_spellings(answer: str, key: tuple[str, ...]) -> None:
    question = the_question(HEADER, a_question(题型="多选题", 答案=answer))

    assert question.key == key


def test_answers_in_several_columns_add_up() -> None:
    question = the_question(
        ["题干", "题型", "A", "B", "C", "答案1", "答案2"],
        ["宪法？", "多选题", "甲", "乙", "丙", "C", "A"],
    )

    assert question.key == ("A", "C")


def test_answer_and_flags_that_disagree_are_refused() -> None:
    header = ["title", "type", "A", "B", "answer", "isCorrect1", "isCorrect2"]

    assert (
        the_code(header, ["q", "single", "甲", "乙", "A", 0, 1]) == "answers_disagree"
    )


def test_an_option_that_reads_like_labels_makes_the_answer_ambiguous() -> None:
    changed = a_question(选项A="BC", 选项B="CD", 题型="多选题", 答案="BC")

    assert the_code(HEADER, changed) == "answer_ambiguous"


def test_a_multiple_with_one_answer_is_taken_and_told() -> None:
    reading = read(HEADER, a_question(题型="多选题"))

    assert reading.candidates[0].question.kind is Kind.MULTIPLE
    assert codes(reading) == ["multiple_with_one_answer"]


@pytest.mark.parametrize("bracket", ["( B )", "（Ｂ）", "（ B　）"])
@pytest.mark.parametrize("column", ["", "B"], ids=["answer in the stem alone", "twice"])
def test_an_answer_printed_in_the_stem_does_not_reach_the_examinee(
    bracket: str, column: str
) -> None:
    reading = read(HEADER, a_question(题干=f"公民应当{bracket}宪法。", 答案=column))

    question = reading.candidates[0].question

    assert question.key == ("B",)
    assert "B" not in question.stem
    assert "Ｂ" not in question.stem
    assert codes(reading) == ["answer_in_stem"]


def test_a_truth_printed_in_the_stem_is_blanked() -> None:
    question = the_question(
        ["题干", "题型", "答案"], ["宪法是根本法（√）", "判断题", ""]
    )

    assert question.stem == "宪法是根本法（　）"
    assert question.key == ("A",)


def test_letters_that_name_persons_stay_in_the_stem() -> None:
    stem = "甲(A)与乙(B)争议"

    question = the_question(HEADER, a_question(题干=stem))

    assert question.stem == stem


def test_another_letter_in_the_stem_stays_and_is_told() -> None:
    reading = read(HEADER, a_question(题干="乙公司(B)起诉"))

    assert reading.candidates[0].question.stem == "乙公司(B)起诉"
    assert codes(reading) == ["stem_shows_letters"]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (["宪法？", "甲", "乙", "丙", "B"], Kind.SINGLE),
        (["宪法？", "甲", "乙", "丙", "BC"], Kind.MULTIPLE),
        (["宪法。", "", "", "", "错"], Kind.TRUE_FALSE),
        (["宪法。", "错误", "正确", "", "A"], Kind.TRUE_FALSE),
        (["宪法。(√)", "", "", "", ""], Kind.TRUE_FALSE),
    ],
)
def test_a_missing_kind_follows_from_the_answer(row: list[Value], kind: Kind) -> None:
    assert the_question(["题干", "A", "B", "C", "答案"], row).kind is kind


def test_a_label_without_options_is_not_taken_for_a_truth() -> None:
    header = ["题干", "A", "B", "答案"]

    assert the_code(header, ["宪法。", "", "", "A"]) == "too_few_options"


def test_without_kind_and_answer_both_are_asked_for() -> None:
    reading = read(["题干", "A", "B", "答案"], ["宪法。", "甲", "乙", ""])

    (rejection,) = reading.rejections

    assert rejection.code == "kind_unknown"
    assert "没有答案" in rejection.message
