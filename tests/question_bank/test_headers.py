import pytest

from question_bank.headers import Column, Field, looks_like_header, read_header


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("题干", Field.STEM),
        ("题 目", Field.STEM),
        ("试题内容", Field.STEM),
        ("Question", Field.STEM),
        ("小题题型", Field.KIND),
        ("TYPE", Field.KIND),
        ("选项A", Field.OPTION),
        ("A选项", Field.OPTION),
        ("选择项1", Field.OPTION),
        ("optionA", Field.OPTION),
        ("H", Field.OPTION),
        ("备选项", Field.OPTIONS),
        ("*正确答案：", Field.ANSWER),
        ("答案3", Field.ANSWER),
        ("correctAnswer", Field.ANSWER),
        ("isCorrect2", Field.FLAG),
        ("答案\n解析", Field.EXPLANATION),
        ("难易程度", Field.DIFFICULTY),
        ("课程结构", Field.CATEGORY),
        ("法律依据", Field.CITATION),
        ("大题题干", Field.MATERIAL),
        ("得分2", Field.MARKS),
        ("所属范围", Field.AUDIENCE),
        ("序号", Field.READ_OVER),
        ("（必填）题干", Field.STEM),
    ],
)
def test_a_title_in_any_spelling_is_known(title: str, field: Field) -> None:
    header = read_header([title])

    assert [column.at for column in header.of(field)] == [0]
    assert header.ignored == ()


def test_unknown_titles_are_named() -> None:
    assert read_header(["题干", "审核\n人", "", "答案"]).ignored == ("审核 人",)


def test_of_two_names_for_one_field_the_plainer_is_taken_and_the_other_named() -> None:
    header = read_header(["内容", "题干", "答案"])

    assert header.of(Field.STEM) == (Column(1, "题干"),)
    assert header.ignored == ("内容",)


def test_options_know_their_labels_by_letter_and_by_number() -> None:
    header = read_header(["题干", "选项B", "option1"])

    labels = {column.at: column.label for column in header.of(Field.OPTION)}

    assert labels == {1: "B", 2: "A"}


@pytest.mark.parametrize(
    ("cells", "known"),
    [
        (["题干", "答案"], True),
        (["题干", "A", "B"], True),
        (["题干", "备注"], False),
        (["工号", "姓名"], False),
        ([], False),
    ],
)
def test_a_header_needs_a_stem_and_something_to_answer(
    cells: list[str],
    known: bool,
) -> None:
    assert looks_like_header(cells) is known
