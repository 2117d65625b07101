"""CSV files that cannot be made to calculate."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examcenter.csv_text import csv_bytes, neutralised


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "＝"], ids=ascii)
def test_what_looks_like_a_formula_becomes_text(sign: str) -> None:
    assert neutralised(f"{sign}1+1") == f"'{sign}1+1"


def test_nothing_is_an_empty_cell() -> None:
    assert neutralised(None) == ""


def test_the_file_begins_with_a_mark_that_excel_understands() -> None:
    assert csv_bytes([["姓名"]]).startswith(b"\xef\xbb\xbf")


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2),
        min_size=1,
    )
)
def test_every_cell_comes_back_and_none_is_a_formula(rows: list[list[str]]) -> None:
    text = csv_bytes(rows).decode("utf-8-sig")

    back = list(csv.reader(io.StringIO(text, newline="")))

    assert [[cell.removeprefix("'") for cell in row] for row in back] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert not any(cell.startswith(tuple("=+-@")) for row in back for cell in row)
