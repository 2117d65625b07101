"""Word documents: automatic numbers, tables, pictures and formulas."""

import pytest

from question_bank.model import Kind, Question
from question_bank.readers.docx_numbering import chinese, letters, roman
from question_bank.readers.questions import read_questions
from question_bank.readers.reading import Reading
from tests.question_bank.words import (
    docx,
    image,
    listed,
    paragraph,
    png,
    run,
    styled,
    table,
)

FRACTION = (
    "<m:oMath><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num>"
    "<m:den><m:r><m:t>12</m:t></m:r></m:den></m:f></m:oMath>"
)


def read(*blocks: str, **media: bytes) -> Reading:
    return read_questions(docx(*blocks, media=media), "题库.docx")


def questions(*blocks: str, **media: bytes) -> list[Question]:
    reading = read(*blocks, **media)
    assert [one.message for one in reading.rejections] == []
    return [one.question for one in reading.candidates]


def test_typed_numbers_and_letters_are_read() -> None:
    (question,) = questions("1.甲？", "A.一　B.二", "C.三", "答案：C")

    assert question == Question(Kind.SINGLE, "甲？", ("一", "二", "三"), ("C",))


def test_automatic_numbers_and_letters_are_read() -> None:
    first, second = questions(
        listed("甲？"),
        listed("一", 1),
        listed("二", 1),
        "答案：B",
        listed("乙？"),
        listed("三", 1),
        listed("四", 1),
        listed("五", 1),
        "答案：C",
    )

    assert (first.stem, first.options, first.key) == ("甲？", ("一", "二"), ("B",))
    assert (second.stem, second.key) == ("乙？", ("C",))


def test_lists_of_styles_and_lists_that_begin_anew_are_read() -> None:
    read = questions(
        listed("单选题", number=2),
        listed("甲？"),
        styled("一", "Option"),
        styled("二", "Child"),
        "答案：B",
        listed("多选题", number=2),
        listed("乙？", number=3),
        styled("三", "Option"),
        styled("四", "Option"),
        "答案：AB",
    )

    assert [question.kind for question in read] == [Kind.SINGLE, Kind.MULTIPLE]
    assert [question.stem for question in read] == ["甲？", "乙？"]


def test_a_table_of_answers_finds_its_questions() -> None:
    body = [line for n in (1, 2, 3) for line in (f"{n}、第{n}问？", "A、一 B、二")]

    read = questions(
        *body, "参考答案", table([["题号", "1", "2", "3"], ["答案", "A", "B", "A"]])
    )

    assert [question.key for question in read] == [("A",), ("B",), ("A",)]


def test_a_table_with_our_header_is_read_as_one() -> None:
    reading = read(
        "学法题库",
        table(
            [
                ["题型", "题干", "选项A", "选项B", "答案"],
                ["单选题", "甲？", "一", "二", "B"],
                ["单选题", "乙？", "一", "二", "C"],
            ]
        ),
    )

    assert [one.question.key for one in reading.candidates] == [("B",)]
    assert [one.place for one in reading.rejections] == ["表格1!R3"]


def test_options_in_the_cells_of_a_table_are_read() -> None:
    (question,) = questions(
        "1.甲？", table([["A.一", "B.二"], ["C.三", "D.四"]]), "答案：D"
    )

    assert question.options == ("一", "二", "三", "四")


def test_a_picture_in_a_stem_is_kept_by_its_content() -> None:
    reading = read(
        paragraph("1.图中是什么？", image("rId9")),
        "A.一",
        "B.二",
        "答案：A",
        rId9=png(),
    )

    (candidate,) = reading.candidates
    (media,) = reading.media

    assert candidate.question.rich
    assert candidate.question.media == (media.sha256,)
    assert media.data == png()
    assert candidate.question.stem == f'图中是什么？<img src="media:{media.sha256}">'


def test_pictures_as_options_are_different_options() -> None:
    (question,) = questions(
        "1.哪个标志？",
        paragraph("A.", image("rId1")),
        paragraph("B.", image("rId2")),
        "答案：B",
        rId1=png(2, 2),
        rId2=png(3, 2),
    )

    assert len(set(question.options)) == 2


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"\xd7\xcd\xc6\x9aWMF", "picture_type", id="a metafile"),
        pytest.param(png(60_000, 60_000), "picture_over_limit", id="too many pixels"),
        pytest.param(png()[:18], "picture_damaged", id="cut off"),
    ],
)
def test_a_picture_that_cannot_be_kept_refuses_its_question(
    data: bytes, code: str
) -> None:
    reading = read(
        paragraph("1.甲？", image("rId9")),
        "A.一 B.二",
        "答案：A",
        "2.乙？",
        "A.一 B.二",
        "答案：B",
        rId9=data,
    )

    assert [one.code for one in reading.rejections] == [code]
    assert [one.question.stem for one in reading.candidates] == ["乙？"]


def test_a_formula_becomes_mathml() -> None:
    (question,) = questions(
        paragraph("1.", FRACTION, "是多少？"), "A.一 B.二", "答案：A"
    )

    assert question.stem == (
        "<math><mfrac><mrow><mi>a</mi></mrow><mrow><mn>12</mn></mrow></mfrac></math>"
        "是多少？"
    )


def test_a_formula_drawn_by_an_instruction_refuses_its_question() -> None:
    field = "<w:r><w:instrText>EQ \\f(1,2)</w:instrText></w:r>"

    reading = read(paragraph("1.甲", field, "？"), "A.一 B.二", "答案：A")

    assert [one.code for one in reading.rejections] == ["formula_not_read"]


def test_raised_figures_stay_raised() -> None:
    raised = run("2", '<w:vertAlign w:val="superscript"/>')

    (question,) = questions(
        paragraph("1.面积30m", raised, "？"), "A.一 B.二", "答案：A"
    )

    assert (question.stem, question.rich) == ("面积30m²？", False)


def test_underlined_space_is_a_blank() -> None:
    gap = run("      ", '<w:u w:val="single"/>')

    (question,) = questions(paragraph("1.根本法是", gap, "。"), "答案：宪法")

    assert (question.kind, question.stem) == (Kind.BLANK, "根本法是____。")


def test_an_answer_on_the_line_does_not_reach_the_examinee() -> None:
    answer = run("  B  ", '<w:u w:val="single"/>')

    (question,) = questions(paragraph("1.根本法是", answer, "。"), "A.一 B.二")

    assert "B" not in question.stem
    assert question.key == ("B",)


def test_deleted_and_hidden_words_are_not_read() -> None:
    gone = "<w:del><w:r><w:delText>旧</w:delText></w:r></w:del>"
    hidden = run("暗", "<w:vanish/>")

    reading = read(paragraph("1.甲", gone, hidden, "？"), "A.一 B.二", "答案：A")

    assert reading.candidates[0].question.stem == "甲？"
    assert [one.code for one in reading.cautions] == ["hidden_text"]


def test_soft_breaks_part_lines() -> None:
    (question,) = questions(
        paragraph("1.甲？", "<w:r><w:br/></w:r>", "A.一", "<w:r><w:br/></w:r>", "B.二"),
        "答案：A",
    )

    assert question.options == ("一", "二")


@pytest.mark.parametrize(
    ("number", "written"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (36, "三十六")],
)
def test_chinese_numbers_are_written_as_word_does(number: int, written: str) -> None:
    assert chinese(number) == written


def test_letters_and_roman_numbers_are_written_as_word_does() -> None:
    assert [letters(1), letters(26), letters(27)] == ["A", "Z", "AA"]
    assert [roman(4), roman(9), roman(14)] == ["IV", "IX", "XIV"]
