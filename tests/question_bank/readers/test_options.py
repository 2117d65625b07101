import pytest

from question_bank.readers.options import split_options, split_truths, without_labels


@pytest.mark.parametrize(
    ("cell", "options"),
    [
        pytest.param("A. 甲\nB. 乙", ("甲", "乙"), id="one a line"),
        pytest.param("A. 甲,B. 乙,C. 丙", ("甲", "乙", "丙"), id="commas"),
        pytest.param("A、甲；B、乙", ("甲", "乙"), id="Chinese marks"),
        pytest.param(
            "A．甲 B．乙\nC．丙 D．丁", ("甲", "乙", "丙", "丁"), id="two a line"
        ),
        pytest.param("(A)甲 (B)乙", ("甲", "乙"), id="brackets"),
        pytest.param("（Ａ）甲\n（Ｂ）乙", ("甲", "乙"), id="full width"),
        pytest.param("A:甲;B:乙;C:丙", ("甲", "乙", "丙"), id="colons"),
        pytest.param("A 甲\nB 乙", ("甲", "乙"), id="spaces"),
        pytest.param("- A: 甲\n- B: 乙", ("甲", "乙"), id="dashes"),
        pytest.param(
            "A. 甲\n续行\nB. 乙", ("甲\n续行", "乙"), id="an option of two lines"
        ),
        pytest.param(
            "A. 依照 B. 款\nB. 乙",
            ("依照 B. 款", "乙"),
            id="an option that speaks of B.",
        ),
        pytest.param("A. 甲。B. 乙。", ("甲。", "乙。"), id="stops between"),
        pytest.param("A.甲,乙,B.丙", ("甲,乙", "丙"), id="a comma inside"),
    ],
)
def test_options_in_one_cell_are_split_at_their_labels(
    cell: str, options: tuple[str, ...]
) -> None:
    assert split_options(cell) == options


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param("A. 甲\nC. 丙", id="a label is missing"),
        pytest.param("B. 乙\nC. 丙", id="A is missing"),
        pytest.param("甲 A. 乙 B. 丙", id="words before A"),
        pytest.param("A. 甲 A. 乙 B. 丙", id="A twice on a line"),
        pytest.param("甲\n乙", id="no labels"),
        pytest.param("A. 甲", id="one option"),
        pytest.param("", id="nothing"),
    ],
)
def test_an_inconsistent_run_of_labels_is_not_split(cell: str) -> None:
    assert split_options(cell) == ()


@pytest.mark.parametrize("cell", ["正确;错误", "对|错", "√\n×", "是 / 否"])
def test_two_truths_in_one_cell_need_no_labels(cell: str) -> None:
    assert len(split_truths(cell)) == 2


def test_words_that_are_no_truths_are_not_split_without_labels() -> None:
    assert split_truths("合法;违法") == ()


def test_labels_go_only_where_every_option_has_its_own() -> None:
    assert without_labels(("(A)甲", "B. 乙", "")) == ("甲", "乙", "")
    assert without_labels(("A. 甲", "乙")) == ("A. 甲", "乙")
    assert without_labels(("B. 甲", "A. 乙")) == ("B. 甲", "A. 乙")
