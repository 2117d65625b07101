"""Statutes in Markdown, ours and real ones."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.laws import (
    ArticleNumber,
    Statute,
    StatuteError,
    in_force,
    joined,
    law_key,
    part_of,
    read_statute,
    same_text,
)
from tests.conftest import SHARED
from tests.support.law_factories import FIRST, a_statute

LIBRARY = SHARED / "data" / "laws"


def read(text: str, name: str = "评议法(2019-03-01).md") -> Statute:
    return read_statute(text, name)


def numbers(statute: Statute) -> list[str]:
    return [article.number.label for article in statute.articles]


def test_a_statute_has_its_articles_and_where_they_stand() -> None:
    statute = read(FIRST)

    assert statute.name == "中华人民共和国评议法"
    assert numbers(statute) == ["第一条", "第二条", "第三条"]
    assert statute.articles[1].text == "评议应当公开。"
    assert statute.articles[1].heading == "第一章 总则"


def test_the_date_stands_in_the_name_or_above_the_articles() -> None:
    assert read(FIRST, "评议法(2021-05-06).md").adopted == date(2021, 5, 6)
    assert read(FIRST, "评议法.md").adopted == date(2019, 3, 1)


def test_the_first_day_in_force_is_the_one_that_the_last_article_names() -> None:
    statute = read(a_statute("甲。", begins="2019年9月1日"))

    assert (statute.in_force, statute.in_force_is_said) == (date(2019, 9, 1), True)


def test_a_last_article_that_speaks_of_the_first_version_names_no_day() -> None:
    statute = read(a_statute("甲。", begins="1996年10月1日"))

    assert (statute.in_force, statute.in_force_is_said) == (date(2019, 3, 1), False)


def test_an_inserted_article_keeps_its_own_number() -> None:
    text = FIRST.replace("第三条 ", "第二条之一 ")

    assert numbers(read(text)) == ["第一条", "第二条", "第二条之一"]


def test_a_space_inside_the_number_does_not_hide_an_article() -> None:
    statute = read(FIRST.replace("第二条 ", "第 二 条"))

    assert statute.articles[1] == read(FIRST).articles[1]


def test_a_reference_at_the_start_of_a_line_is_no_article() -> None:
    statute = read(a_statute("甲。\n\n第一条第二款所称的人，是考生。", "乙。"))

    assert numbers(statute) == ["第一条", "第二条"]
    assert "第一条第二款所称的人" in statute.articles[0].text


def test_a_quoted_article_belongs_to_the_one_that_quotes_it() -> None:
    quoting = a_statute("增加一条：\n\n第九十条 被引用的条文。", "乙。")

    statute = read(quoting)

    assert numbers(statute) == ["第一条", "第二条"]
    assert "第九十条 被引用的条文。" in statute.articles[0].text
    assert statute.cautions


def test_a_missing_article_is_told() -> None:
    statute = read(FIRST.replace("第三条 ", "第四条 "))

    assert numbers(statute) == ["第一条", "第二条", "第四条"]
    assert statute.cautions == ("第二条之后是第四条，中间缺条。",)


def test_an_amendment_counts_what_it_changes() -> None:
    text = FIRST.replace("第一条 ", "一、").replace("第二条 ", "二、")

    assert numbers(read(text.replace("第三条 ", "三、"))) == [
        "第一条",
        "第二条",
        "第三条",
    ]


def test_what_a_law_repeals_is_known() -> None:
    statute = read(
        FIRST + "\n第四条 本法自公布之日起施行。《中华人民共和国旧法》同时废止。"
    )

    assert statute.repeals == ("中华人民共和国旧法",)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("只是一段话。", "no_title"),
        ("# 法名 <!-- 比如民法典 -->\n第一条 甲。", "no_title"),
        ("# 法名\n\n2019年3月1日 通过\n\n<!-- INFO END -->\n", "no_articles"),
        ("# 法名\n\n<!-- INFO END -->\n\n第一条 甲。", "no_date"),
    ],
)
def test_what_is_no_statute_is_refused_by_name(text: str, code: str) -> None:
    with pytest.raises(StatuteError) as refused:
        read(text, "x.md")

    assert refused.value.code == code


def test_parts_of_one_version_are_put_together() -> None:
    second = FIRST.replace("第三条", "第六条").replace("第二条", "第五条")

    whole = joined([read(second.replace("第一条", "第四条")), read(FIRST)])

    assert [one.number.number for one in whole.articles] == [1, 2, 3, 4, 5, 6]


def test_parts_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(StatuteError, match="第二条在两个文件中内容不同"):
        joined([read(FIRST), read(FIRST.replace("公开", "秘密"))])


def test_paragraphs_and_items_are_found() -> None:
    text = "有下列情形之一的：\n（一）甲；\n（二）乙。\n第二款的话。"

    assert part_of(text, 2) == "第二款的话。"
    assert part_of(text, 1, 2) == "（二）乙。"
    assert part_of(text, 0, 1) == "（一）甲；"
    assert part_of(text, 3) is None
    assert part_of(text, 1, 3) is None
    assert part_of(text) == text


@given(st.text("甲乙 ，。（）\u3000\n", min_size=1))
def test_spaces_and_punctuation_change_no_law(text: str) -> None:
    letters = "".join(sign for sign in text if sign in "甲乙")

    assert same_text(text, letters)


def test_the_state_does_not_count_in_a_name() -> None:
    assert law_key("《中华人民共和国刑法》") == law_key("刑法")
    assert law_key("刑法修正案（十一）") == law_key("刑法修正案(十一)")


def test_the_latest_version_that_has_begun_is_in_force() -> None:
    old = read(FIRST, "a(2019-03-01).md")
    new = read(FIRST, "a(2024-01-01).md")

    assert in_force([new, old], date(2023, 12, 31)) is old
    assert in_force([new, old], date(2024, 1, 1)) is new
    assert in_force([new, old], date(2019, 2, 28)) is None


@pytest.mark.skipif(not LIBRARY.is_dir(), reason="no real statutes beside the project")
def test_every_real_statute_is_read_and_nothing_else() -> None:
    read_, refused = [], []
    for file in sorted(LIBRARY.rglob("*.md")):
        try:
            read_.append(read_statute(file.read_text("utf-8-sig"), file.name))
        except StatuteError as error:
            refused.append((file.name, error.code))

    assert len(read_) == 214
    assert sum(len(statute.articles) for statute in read_) > 14_700
    assert {code for _, code in refused} == {"no_title"}
    assert {name for name, _ in refused} == {
        "README.md",
        "_index.md",
        "法律法规模版.md",
    }


@pytest.mark.skipif(not LIBRARY.is_dir(), reason="no real statutes beside the project")
def test_the_civil_code_is_one_law_of_1260_articles() -> None:
    parts = [
        read_statute(file.read_text("utf-8-sig"), file.name)
        for file in sorted((LIBRARY / "lawrefbook" / "民法典").glob("[!_]*.md"))
    ]

    code = joined(parts)

    assert [one.number for one in code.articles] == [
        ArticleNumber(number) for number in range(1, 1261)
    ]
    assert (code.in_force, code.in_force_is_said) == (date(2021, 1, 1), True)
    assert "中华人民共和国合同法" in code.repeals
