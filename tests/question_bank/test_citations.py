"""References to articles, in all the ways in which offices write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.citations import citations
from question_bank.laws import ArticleNumber
from question_bank.numerals import chinese

KNOWN = frozenset(
    {"民法典", "宪法", "专利法", "合同法", "劳动合同法", "刑法", "刑法修正案十一"}
)


def labels(text: str) -> list[str]:
    return [one.label for one in citations(text, KNOWN)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("《民法典》第一千一百六十五条", ["《民法典》第一千一百六十五条"]),
        ("民法典1165条", ["《民法典》第一千一百六十五条"]),
        ("民法典第１１６５条", ["《民法典》第一千一百六十五条"]),
        ("《中华人民共和国刑法》第29条第1款", ["《刑法》第二十九条第一款"]),
        ("宪法 第三十三条", ["《宪法》第三十三条"]),
        (
            "《宪法》第十条至第十二条",
            ["《宪法》第十条", "《宪法》第十一条", "《宪法》第十二条"],
        ),
        (
            "《刑法》第三条、第五条和第七条",
            ["《刑法》第三条", "《刑法》第五条", "《刑法》第七条"],
        ),
        (
            "违反民法典第三条第二款、第三款的",
            ["《民法典》第三条第二款", "《民法典》第三条第三款"],
        ),
        (
            "《刑法》第二条第（一）项、第（三）项",
            ["《刑法》第二条第（一）项", "《刑法》第二条第（三）项"],
        ),
        ("《刑法》第一百三十三条之一第二款", ["《刑法》第一百三十三条之一第二款"]),
        (
            "《宪法》第一条规定……，该法第二条",
            ["《宪法》第一条", "《宪法》第二条"],
        ),
        ("《刑法修正案（十一）》第一条", ["《刑法修正案(十一)》第一条"]),
        ("不属于专利法第二十三条所述的", ["《专利法》第二十三条"]),
        ("依据劳动合同法第二条", ["《劳动合同法》第二条"]),
        ("根据食品卫生法第十条", ["《食品卫生法》第十条"]),
        ("本法第六条", []),
        ("列出三条建议", []),
        ("第三条第二款", []),
        ("", []),
    ],
)
def test_references_are_read(text: str, found: list[str]) -> None:
    assert labels(text) == found


def test_short_names_are_the_law_itself() -> None:
    (one,) = citations("《治安处罚法》第四条")
    (other,) = citations("依据个保法第5条")

    assert one.law == "治安管理处罚法"
    assert other.law == "个人信息保护法"


def test_the_year_of_a_version_is_kept() -> None:
    (one,) = citations("《行政复议法》（2017年修正）第六条")
    (other,) = citations("《行政复议法(2017修正)》第六条")

    assert one.year == other.year == 2017
    assert one.law == other.law == "行政复议法"


def test_a_reference_is_listed_once() -> None:
    assert len(citations("《宪法》第一条；《中华人民共和国宪法》第1条")) == 1


@given(st.integers(1, 2000), st.integers(0, 9), st.integers(0, 9), st.booleans())
def test_what_is_cited_is_read_again(
    number: int, branch: int, paragraph: int, arabic: bool
) -> None:
    figures = str if arabic else chinese
    text = f"《宪法》第{figures(number)}条"
    text += f"之{chinese(branch)}" if branch else ""
    text += f"第{figures(paragraph)}款" if paragraph else ""

    (one,) = citations(text)

    assert one.article == ArticleNumber(number, branch)
    assert one.paragraph == paragraph
    assert citations(one.label) == (one,)


@given(st.text("《》第条款项一二三十0123之至、的法本民典（）() ", max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    for one in citations(text, KNOWN):
        assert one.article.number >= 1
