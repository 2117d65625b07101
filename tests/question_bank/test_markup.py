"""Markup is let through tag by tag; its words are what people compare."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.markup import as_xml, clean, fragment, simplified, words_of
from question_bank.model import Kind, Question

MARK = "ab" * 32


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("<b>甲</b><script>x</script>", "<b>甲</b>"),
        ("<p onclick=x style=y>甲</p>", "<p>甲</p>"),
        (f'<img src="media:{MARK}" onerror=x>', f'<img src="media:{MARK}">'),
        ('<img src="https://example.org/x.png">', "<img>"),
        ('<img src="data:image/png;base64,AAAA">', "<img>"),
        (f'<img src="media:{MARK[:-1]}">', "<img>"),
        ('<a href="javascript:x">甲</a>', "甲"),
        ('<td colspan="2" width="9">甲</td>', "甲"),
        ("x<sup>2</sup>", "x<sup>2</sup>"),
        ("<math><mi>x</mi></math>", "<math><mi>x</mi></math>"),
    ],
)
def test_only_known_tags_stay(given_: str, kept: str) -> None:
    assert clean(given_) == kept


@given(st.text("<>/&;\"'= abpimgscriptsvg\n", max_size=60))
def test_what_is_cleaned_twice_is_as_if_cleaned_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>甲</p><p>乙</p>", "甲\n乙"),
        ("甲<br>乙", "甲\n乙"),
        ("<div>甲\n 乙</div>", "甲 乙"),
        ("a&nbsp;&lt;&nbsp;b", "a < b"),
        ("<style>p{}</style>甲", "甲"),
    ],
)
def test_words_are_read_line_by_line(html: str, words: str) -> None:
    assert words_of(html) == words


def test_html_without_formatting_becomes_plain_text() -> None:
    assert simplified("<p>甲<br/>乙</p>", str) == ("甲\n乙", False)


def test_a_picture_makes_a_text_rich_and_gets_its_address() -> None:
    text, is_rich = simplified('<p>甲<img src="x.png"></p>', lambda _: f"media:{MARK}")

    assert (text, is_rich) == (f'<p>甲<img src="media:{MARK}"></p>', True)


def test_a_plain_question_is_escaped_and_a_rich_one_shown() -> None:
    plain = Question(Kind.SINGLE, "<b>甲</b>", (), ())
    rich = Question(Kind.SINGLE, f'甲<img src="media:{MARK}">', (), (), rich=True)

    assert fragment(plain, plain.stem, str) == "&lt;b&gt;甲&lt;/b&gt;"
    assert fragment(rich, rich.stem, "/p/{}".format) == f'甲<img src="/p/{MARK}">'


def test_xml_closes_every_tag() -> None:
    assert as_xml("甲<br>乙&nbsp;<b>丙</b>") == "甲<br/>乙\u00a0<b>丙</b>"
