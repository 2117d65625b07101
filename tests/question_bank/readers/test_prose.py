"""Running text in the layouts that offices have; what is unclear is refused."""

import pytest

from question_bank.model import Kind, Question
from question_bank.readers.questions import read_questions
from question_bank.readers.reading import Reading


def read(text: str, encoding: str = "gb18030") -> Reading:
    return read_questions(text.encode(encoding), "题库.txt")


def questions(text: str) -> list[Question]:
    reading = read(text)
    assert [one.message for one in reading.rejections] == []
    return [one.question for one in reading.candidates]


def the_question(text: str) -> Question:
    (question,) = questions(text)
    return question


def the_codes(text: str) -> list[str]:
    reading = read(text)
    assert not reading.candidates
    return [one.code for one in reading.rejections]


OPTIONS = ("人大", "政府", "法院", "检察院")
STEM = "修改宪法的是（　）。"


@pytest.mark.parametrize(
    "number", ["1.", "1、", "1．", "（1）", "(1)", "1)", "第1题 ", "第1题：", "1 ", ""]
)
@pytest.mark.parametrize(
    "options",
    [
        pytest.param("A.人大\nB.政府\nC.法院\nD.检察院", id="a line each"),
        pytest.param("A、人大\nB、政府\nC、法院\nD、检察院", id="commas"),
        pytest.param("A．人大 B．政府 C．法院 D．检察院", id="wide dots on one line"),
        pytest.param("A.人大B.政府C.法院D.检察院", id="glued"),
        pytest.param("A.人大  B.政府\nC.法院  D.检察院", id="two a line"),
        pytest.param("A.人大B.政府\nC.法院D.检察院", id="glued, two a line"),
        pytest.param(
            "（A）人大\n（B）政府\n（C）法院\n（D）检察院", id="wide brackets"
        ),
        pytest.param("(A)人大 (B)政府 (C)法院 (D)检察院", id="brackets on one line"),
        pytest.param("- A:人大\n- B:政府\n- C:法院\n- D:检察院", id="dashes"),
        pytest.param("A 人大\nB 政府\nC 法院\nD 检察院", id="spaces"),
        pytest.param("A 人大 B 政府 C 法院 D 检察院", id="spaces on one line"),
        pytest.param("Ａ．人大\nＢ．政府\nＣ．法院\nＤ．检察院", id="wide letters"),
        pytest.param("A.人\n大\nB.政府\nC.法\n院\nD.检察院", id="broken over lines"),
        pytest.param("a.人大\nb.政府\nc.法院\nd.检察院", id="small letters"),
    ],
)
def test_numbers_and_options_are_read_in_every_layout(
    number: str, options: str
) -> None:
    question = the_question(f"{number}{STEM}\n{options}\n答案：B")

    assert (question.stem, question.options) == (STEM, OPTIONS)
    assert (question.kind, question.key) == (Kind.SINGLE, ("B",))


@pytest.mark.parametrize(
    "answer",
    [
        "答案：BD",
        "答案: B、D",
        "【答案】BD",
        "【答案】 B;D",
        "正确答案：B,D",
        "————正确答案：BD",
        "参考答案：ＢＤ",
        "答案 BD",
        "答案是：BD",
        "Answer: BD",
        "答案：BD 你的答案：C",
        "你的答案：C\n正确答案：BD",
        "答案：BD\n解析：略",
        "【答案】BD【解析】略",
    ],
)
def test_answers_are_read_behind_every_label(answer: str) -> None:
    question = the_question(f"1.{STEM}\nA.人大\nB.政府\nC.法院\nD.检察院\n{answer}")

    assert question.key == ("B", "D")
    assert question.kind is Kind.MULTIPLE
    assert question.options == OPTIONS
    assert question.explanation in {"", "略"}


@pytest.mark.parametrize(
    ("stem", "shown", "key"),
    [
        ("修改宪法的是( B )。", "修改宪法的是( )。", ("B",)),
        ("修改宪法的是（B）。", "修改宪法的是（\u3000）。", ("B",)),
        ("修改宪法的有（A、C）。", "修改宪法的有（\u3000）。", ("A", "C")),
    ],
)
def test_an_answer_printed_in_the_stem_is_taken_and_blanked(
    stem: str, shown: str, key: tuple[str, ...]
) -> None:
    question = the_question(f"1.{stem}\nA.人大\nB.政府\nC.法院")

    assert (question.stem, question.key) == (shown, key)


@pytest.mark.parametrize(
    "mark", ["[多选]", "【多选题】", "_[多选]_", "（多选题）", "[多选题](系统评分)"]
)
def test_a_mark_of_the_kind_is_read_and_leaves_the_stem(mark: str) -> None:
    text = "A.甲\nB.乙\nC.丙\n答案：A"

    before = the_question(f"1.{mark}应当选什么？\n{text}")
    after = the_question(f"1.应当选什么？{mark}\n{text}")

    assert {before.kind, after.kind} == {Kind.MULTIPLE}
    assert {before.stem, after.stem} == {"应当选什么？"}


def test_headings_set_the_kind_and_numbers_begin_again() -> None:
    text = (
        "2024年学法题库\n一、单选题（每题1分，共1道题）\n1.甲？\nA.一\nB.二\n答案：A\n"
        "二、多项选择题（本大题共1小题）\n1.乙？\nA.一\nB.二\n答案：B\n"
        "三、判断题：对的打√，错的打×\n1.丙。（×）\n四、填空题\n1.丁是____。\n答案：戊\n"
        "五、简答题\n1.简述己。\n答：庚。\n辛。"
    )

    kinds = [question.kind for question in questions(text)]

    assert kinds == [
        Kind.SINGLE,
        Kind.MULTIPLE,
        Kind.TRUE_FALSE,
        Kind.BLANK,
        Kind.SHORT_ANSWER,
    ]
    assert questions(text)[-1].key == ("庚。\n辛。",)


@pytest.mark.parametrize(
    "table",
    [
        "参考答案\n1-3 ABC",
        "参考答案\n1—3：ABC",
        "答案：\n1-3 A B C",
        "1-3 ABC",
        "参考答案：\n1.A 2.B 3.C",
        "【参考答案】\n1、A  2、B  3、C",
        "答案：1-3 ABC",
        "参考答案及解析\n1.【答案】A【解析】略\n2.【答案】B\n【解析】略\n3.C 解析：略",
    ],
)
def test_answers_in_a_table_apart_find_their_questions(table: str) -> None:
    body = "\n".join(f"{n}.第{n}问？\nA.一\nB.二\nC.三" for n in (1, 2, 3))

    reading = read(f"{body}\n{table}")

    keys = [one.question.key for one in reading.candidates]
    assert keys == [("A",), ("B",), ("C",)]


def test_answers_of_sections_find_their_own_section() -> None:
    text = (
        "一、单选题\n1.甲？\nA.一\nB.二\n2.乙？\nA.一\nB.二\n"
        "二、判断题\n1.丙。\n2.丁。\n参考答案\n一、单选题\n1-2 AB\n二、判断题\n1-2 ×√"
    )

    assert [question.key for question in questions(text)] == [
        ("A",),
        ("B",),
        ("B",),
        ("A",),
    ]


def test_answers_at_the_end_are_told_apart_by_their_chapters() -> None:
    chapter = "第{0}章\n一、单选题\n1.{0}甲？\nA.一\nB.二\n二、判断题\n1.{0}乙。\n"
    answers = "第{}章\n一、单选题\n1.{}\n二、判断题\n1.{}\n"

    read = questions(
        chapter.format("一")
        + chapter.format("二")
        + "参考答案\n"
        + answers.format("一", "A", "√")
        + answers.format("二", "B", "×")
    )

    assert [question.key for question in read] == [("A",), ("A",), ("B",), ("B",)]


@pytest.mark.parametrize(
    "table",
    [
        "答案\n单选题：(1)A (2)B\n判断题：(1)× (2)√",
        "参考答案：\n一、1-2 AB\n二、1-2 ×√",
        "答案：一、1.A 2.B\n二、1.错 2.对",
    ],
)
def test_a_line_of_answers_may_name_its_section(table: str) -> None:
    text = (
        "一、单选题\n(1)甲？\nA.一\nB.二\n(2)乙？\nA.一\nB.二\n"
        f"二、判断题\n(1)丙。\n(2)丁。\n{table}"
    )

    assert [question.key for question in questions(text)] == [
        ("A",),
        ("B",),
        ("B",),
        ("A",),
    ]


def test_answers_of_chapters_stand_behind_each_chapter() -> None:
    chapter = (
        "第{0}章 总则\n1.{0}甲？\nA.一\nB.二\n2.{0}乙？\nA.一\nB.二\n答案：\n1-2 {1}\n"
    )

    read = questions(chapter.format("一", "AB") + chapter.format("二", "BA"))

    assert [question.key for question in read] == [("A",), ("B",), ("B",), ("A",)]


def test_multiple_answers_in_a_table_are_parted_by_spaces() -> None:
    body = "\n".join(f"{n}.第{n}问？\nA.一\nB.二\nC.三" for n in (1, 2))

    keys = [question.key for question in questions(f"二、多选题\n{body}\n1-2 AB ABC")]

    assert keys == [("A", "B"), ("A", "B", "C")]


def test_a_table_with_too_few_answers_gives_none() -> None:
    body = "\n".join(f"{n}.第{n}问？\nA.一\nB.二\nC.三" for n in (1, 2, 3))

    assert the_codes(f"{body}\n参考答案\n1-3 AB") == ["answer_table_mismatch"] * 3


def test_a_table_that_contradicts_the_question_refuses_it() -> None:
    text = "1.甲？\nA.一\nB.二\n答案：A\n2.乙？\nA.一\nB.二\n参考答案\n1-2 BB"

    reading = read(text)

    assert [one.code for one in reading.rejections] == ["answers_disagree"]
    assert [one.question.key for one in reading.candidates] == [("B",)]


def test_equal_numbers_without_sections_are_not_guessed() -> None:
    text = "1.甲？\nA.一\nB.二\n1.乙？\nA.一\nB.二\n参考答案\n1.A 2.B"

    assert the_codes(text) == ["answer_table_unclear"] * 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(
            "1.甲？\nA.一\nB.二\n答案：C", "answer_not_an_option", id="beyond"
        ),
        pytest.param("1.甲？\nA.一\nB.二", "kind_unknown", id="no answer"),
        pytest.param("1.甲？\nA.一\nC.二\n答案：A", "options_unclear", id="a gap"),
        pytest.param(
            "1.甲？\nA.一\nB.二\n答案：A\n答案：B", "answers_disagree", id="two answers"
        ),
        pytest.param(
            "1.[单选]甲？\nA.一\nB.二\n答案：AB", "single_with_several_answers"
        ),
        pytest.param(
            "判断题\n1.甲？\nA.一\nB.二\n答案：A",
            "true_false_options_unclear",
            id="truth",
        ),
        pytest.param(
            "1.甲是____和____。\n答案：一", "blanks_do_not_match", id="blanks"
        ),
        pytest.param(
            "1.甲？\nA.一\nB.一\n答案：A", "options_repeat", id="the same twice"
        ),
    ],
)
def test_what_is_wrong_is_refused_by_its_name(text: str, code: str) -> None:
    assert the_codes(text) == [code]


def test_the_truth_may_be_told_by_letters_only_where_options_say_so() -> None:
    good = the_question("判断题\n1.甲。\nA.错误\nB.正确\n答案：B")

    assert (good.kind, good.key) == (Kind.TRUE_FALSE, ("A",))


def test_numbers_inside_a_stem_do_not_part_it() -> None:
    text = (
        "1.下列哪些说法正确？\n（1）甲；\n（2）乙。\nA.（1）\nB.（2）\n答案：A\n"
        "2.1.5万元以下的罚款由谁决定？\nA.公安机关\nB.法院\n答案：A"
    )

    first, second = questions(text)

    assert "（2）乙" in first.stem
    assert second.stem == "1.5万元以下的罚款由谁决定？"


def test_a_slip_in_the_numbering_does_not_join_two_questions() -> None:
    text = (
        "1.甲？\nA.一\nB.二\n答案：A\n2、乙？\nA.三\nB.四\n答案：B\n"
        "4.丁？\nA.五\nB.六\n答案：A"
    )

    assert [question.stem for question in questions(text)] == ["甲？", "乙？", "丁？"]


def test_an_option_may_speak_of_a_letter() -> None:
    question = the_question("1.甲？\nA.维生素A.的含量\nB.乙\nC.丙\n答案：C")

    assert question.options == ("维生素A.的含量", "乙", "丙")


def test_two_questions_run_together_are_refused() -> None:
    text = "1.甲？\nA.一\nB.二\n问：乙？\nA.三\nB.四\n答案：A"

    assert the_codes(text) == ["stem_holds_options"]


@pytest.mark.parametrize(
    "head", ["【材料】", "案例一：", "材料：", "阅读以下材料，回答1-2题。\n"]
)
def test_questions_of_a_case_share_its_material(head: str) -> None:
    text = (
        f"{head}张某驾车闯红灯。\n交警拦下了他。\n"
        "1.应如何处罚？\nA.警告\nB.罚款\n答案：B\n2.由谁处罚？\nA.交警\nB.城管\n答案：A"
    )

    first, second = questions(text)

    assert first.material == second.material
    assert "闯红灯。\n交警" in first.material
    assert first.stem == "应如何处罚？"


def test_a_material_with_a_range_is_for_those_questions_alone() -> None:
    text = (
        "1.甲？\nA.一\nB.二\n答案：A\n根据以下材料，回答2-3题。\n某案情。\n"
        + "".join(f"{n}.{n}问？\nA.一\nB.二\n答案：A\n" for n in (2, 3, 4))
    )

    assert [bool(question.material) for question in questions(text)] == [
        False,
        True,
        True,
        False,
    ]


def test_questions_without_numbers_are_parted_by_their_answers() -> None:
    text = (
        "甲？\nA.一\nB.二\n答案：A\n解析：略\n\n乙？\nA.三\nB.四\n答案：B\n"
        "丙是____。\n答案：丁"
    )

    assert [question.stem for question in questions(text)] == [
        "甲？",
        "乙？",
        "丙是____。",
    ]


def test_details_behind_labels_are_kept() -> None:
    text = (
        "1.甲？\nA.一\nB.二\n答案：A\n解析：依据宪法。\n难度：易\n知识点：宪法\n"
        "法律依据：《宪法》第一条\n得分：2"
    )

    question = the_question(text)

    assert question.explanation == "依据宪法。"
    assert (question.difficulty, question.category) == ("易", "宪法")
    assert question.citation == "《宪法》第一条"


def test_an_explanation_may_speak_of_answers() -> None:
    text = "1.甲？\nA.一\nB.二\n答案：A\n解析：有人以为答案：B，其实不然。"

    assert the_question(text).key == ("A",)


def test_every_line_is_accounted_for() -> None:
    text = "某某题库\n\n1.甲？\nA.一\nB.二\n答案：A\n\n2.乙？\nA.一\nB.二\n"
    reading = read(text)

    assert len(reading.candidates) == len(reading.rejections) == 1
    questions = len(reading.candidates) + len(reading.rejections)
    lines = questions + reading.blank_rows + reading.heading_rows + reading.joined_rows
    assert lines == len(text.splitlines())
    assert [one.code for one in reading.cautions] == ["text_not_read"]
    assert reading.rejections[0].place == "L8"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_is_found_and_told(encoding: str) -> None:
    reading = read("1.甲？\nA.一\nB.二\n答案：A", encoding)

    assert reading.encoding == encoding
    assert len(reading.candidates) == 1


def test_text_without_questions_is_refused_as_a_whole() -> None:
    reading = read("今天天气很好。\n明天也是。")

    assert [one.code for one in reading.rejections] in (
        ["no_questions"],
        ["kind_unknown"],
    )
    assert not reading.candidates
