"""Numbers of articles, written and read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.numerals import LARGEST, chinese, value


@given(st.integers(1, LARGEST))
def test_what_is_written_is_read_again(number: int) -> None:
    assert value(chinese(number)) == number


@given(st.integers(1, LARGEST))
def test_arabic_figures_are_the_same_number(number: int) -> None:
    assert value(str(number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十", 10),
        ("二十一", 21),
        ("一百零五", 105),
        ("一百一十", 110),
        ("一千一百六十五", 1165),
        ("一千二百六十", 1260),
        ("一一六五", 1165),
        ("１１６５", 1165),
        ("两百", 200),
    ],
)
def test_numbers_of_statutes_are_read(text: str, number: int) -> None:
    assert value(text) == number


@pytest.mark.parametrize("text", ["", "十百", "百千", "零", "0", "条", "12345678"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert value(text) is None


def test_no_article_has_the_number_nought() -> None:
    with pytest.raises(ValueError, match="no number of an article"):
        chinese(0)
