"""What is said nearly twice is found; what merely sounds alike is not."""

from hypothesis import given
from hypothesis import strategies as st

from question_bank.model import Kind, Question
from question_bank.near_duplicates import comparable, near_pairs

LONG = "行政机关作出责令停产停业的行政处罚决定之前应当告知当事人有要求举行听证的权利"


def test_one_changed_word_makes_a_near_duplicate() -> None:
    (pair,) = near_pairs([LONG.replace("应当", "必须")], [LONG])

    assert (pair.one, pair.other, pair.within) == (0, 0, False)
    assert 0.9 <= pair.similarity < 1


def test_equal_texts_are_found_among_the_new_ones() -> None:
    pairs = near_pairs(["甲乙丙丁戊", LONG, LONG])

    assert [(p.one, p.other, p.within, p.similarity) for p in pairs] == [
        (2, 1, True, 1.0)
    ]


def test_another_question_is_none() -> None:
    other = "公民对行政处罚决定不服的可以自收到决定书之日起六十日内申请行政复议"

    assert near_pairs([LONG], [other]) == []


def test_nothing_is_like_nothing() -> None:
    assert near_pairs([]) == []
    assert near_pairs([], [LONG]) == []


def test_a_template_used_a_hundred_times_is_still_told() -> None:
    texts = [f"{LONG}{number}" for number in range(100)]

    assert {pair.one for pair in near_pairs(texts)} == set(range(1, 100))


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=80))
def test_a_text_is_always_found_again(text: str) -> None:
    (pair,) = near_pairs([text], ["另一段文字", text] if text else [""])

    assert pair.similarity == 1


def test_options_count_and_punctuation_does_not() -> None:
    stem = "下列说法正确的是（　　）。"
    one = Question(Kind.SINGLE, stem, ("甲", "乙"), ("A",))
    turned = Question(Kind.SINGLE, "下列说法，正确的是()", ("乙", "甲"), ("B",))
    other = Question(Kind.SINGLE, stem, ("丙", "丁"), ("A",))

    assert comparable(one) == comparable(turned)
    assert comparable(one) != comparable(other)
