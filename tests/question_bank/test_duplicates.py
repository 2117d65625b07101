from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.duplicates import fingerprint, key_digest
from question_bank.model import Kind, Question

GOOD = Question(
    Kind.MULTIPLE, "下列正确的是（　）", ("甲", "乙", "丙", "丁"), ("A", "C")
)


@given(st.permutations(range(4)))
def test_reordered_options_are_the_same_question_with_the_same_key(
    order: list[int],
) -> None:
    moved = replace(
        GOOD,
        options=tuple(GOOD.options[place] for place in order),
        key=tuple(sorted("ABCD"[order.index(right)] for right in (0, 2))),
    )

    assert fingerprint(moved) == fingerprint(GOOD)
    assert key_digest(moved) == key_digest(GOOD)


@pytest.mark.parametrize(
    "other",
    [
        replace(GOOD, stem="下列 正确的是( )。"),
        replace(GOOD, kind=Kind.INDETERMINATE),
        replace(GOOD, key=("B",)),
        replace(GOOD, explanation="见解析"),
    ],
    ids=["punctuation", "kind", "key", "explanation"],
)
def test_what_does_not_change_the_question_does_not_change_the_fingerprint(
    other: Question,
) -> None:
    assert fingerprint(other) == fingerprint(GOOD)


@pytest.mark.parametrize(
    "other",
    [
        replace(GOOD, stem="下列错误的是（　）"),
        replace(GOOD, options=("甲", "乙", "丙", "戊")),
        replace(GOOD, options=("甲", "乙", "丙")),
        replace(GOOD, options=("甲乙", "丙", "丁", "")),
        replace(GOOD, material="某甲向某乙借款。"),
    ],
    ids=["stem", "an option", "one option less", "joined options", "material"],
)
def test_another_question_has_another_fingerprint(other: Question) -> None:
    assert fingerprint(other) != fingerprint(GOOD)


def test_another_key_has_another_digest() -> None:
    assert key_digest(replace(GOOD, key=("A",))) != key_digest(GOOD)
    assert key_digest(replace(GOOD, key=("A", "B"))) != key_digest(GOOD)
