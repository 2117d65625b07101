"""Any good question, written in a format, reads back with all that the format holds."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from question_bank.checks import check
from question_bank.duplicates import fingerprint
from question_bank.markup import clean, escaped, visible
from question_bank.media import Media, picture
from question_bank.model import (
    ALTERNATIVE,
    LABELS,
    TRUE_FALSE_OPTIONS,
    Kind,
    Question,
)
from question_bank.normalise import plain, tidy, truth
from question_bank.readers import documents
from question_bank.readers.grid import DEFAULT_LIMITS
from question_bank.readers.questions import read_questions
from question_bank.writers.gift import write_gift
from question_bank.writers.moodle_xml import write_moodle_xml
from question_bank.writers.own_json import write_own_json
from question_bank.writers.qti import write_qti
from question_bank.writers.questions_xlsx import write_questions
from tests.question_bank.words import png

Writer = Callable[[Iterable[Question], Mapping[str, Media]], bytes]
PICTURES = {one.sha256: one for one in (picture(png(2, 2)), picture(png(3, 2)))}
EXCHANGED: Mapping[str, Writer] = {
    "gift": write_gift,
    "moodle-xml": write_moodle_xml,
    "qti": write_qti,
    "json": write_own_json,
}
# All that these formats give a meaning of their own, and what offices type.
ALPHABET = "宪法公民权利12ab，。；：《》“”%-=+@'\" \\~#{}:<>&[]/!$\n"
texts = st.text(ALPHABET, max_size=30).map(tidy)
words = texts.filter(plain).filter(lambda text: truth(text) is None)
# A blank is parted by bars, its alternatives by lines; stars and arrows mean more.
fillings = (
    st.text("宪法公民12，。《》%+=#{}~:\\", min_size=1, max_size=8)
    .map(tidy)
    .filter(plain)
    .filter(lambda text: "->" not in text)
)
details = st.text("宪法公民12，。《》%-=[];& ", max_size=12).map(tidy)


@st.composite
def rich_texts(draw: st.DrawFn) -> str:
    """Return markup as readers leave it, with something that plain text cannot hold."""
    mark = draw(st.sampled_from(sorted(PICTURES)))
    formatted = draw(
        st.sampled_from(
            [
                f'<img src="media:{mark}" alt="图">',
                "x<sup>2</sup>",
                "<math><mfrac><mi>a</mi><mn>2</mn></mfrac></math>",
                "<b>不</b>正确",
                "<table><tbody><tr><td>甲</td><td>乙</td></tr></tbody></table>",
            ]
        )
    )
    return clean(f"<p>{escaped(draw(words))}{formatted}</p>{escaped(draw(texts))}")


@st.composite
def keys(draw: st.DrawFn, kind: Kind, options: int) -> tuple[str, ...]:
    if kind is Kind.BLANK:
        blank = st.lists(fillings, min_size=1, max_size=3, unique=True)
        blanks = draw(st.lists(blank, min_size=1, max_size=3))
        return tuple(map(ALTERNATIVE.join, blanks))
    if kind is Kind.SHORT_ANSWER:
        return tuple(draw(st.lists(words, max_size=1)))
    most = options if kind in {Kind.MULTIPLE, Kind.INDETERMINATE} else 1
    labels = st.sampled_from(LABELS[:options])
    return tuple(sorted(draw(st.lists(labels, min_size=1, max_size=most, unique=True))))


@st.composite
def questions(draw: st.DrawFn) -> Question:
    kind = draw(st.sampled_from(Kind))
    rich = draw(st.booleans())
    options = tuple(draw(st.lists(words, min_size=2, max_size=6, unique_by=plain)))
    if not kind.is_chosen:
        options = ()
    key = draw(keys(kind, 2 if kind is Kind.TRUE_FALSE else len(options)))
    stem = draw(rich_texts() if rich else words)
    if kind is Kind.BLANK:
        stem += "____，" * len(key)
    is_truth = kind is Kind.TRUE_FALSE
    markup = escaped if rich else str
    question = Question(
        kind=kind,
        stem=clean(stem) if rich else tidy(stem),
        options=TRUE_FALSE_OPTIONS if is_truth else tuple(map(markup, options)),
        key=key,
        explanation=markup(draw(texts)),
        category=draw(details),
        difficulty=draw(st.sampled_from(["", "易", "中", "难"])),
        citation=draw(details),
        material=markup(draw(texts)),
        rich=rich,
    )
    return (
        replace(question, explanation=clean(question.explanation)) if rich else question
    )


unlike = st.lists(questions(), min_size=1, max_size=5, unique_by=fingerprint)
slow = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.mark.parametrize("name", EXCHANGED)
@slow
@given(good=unlike)
def test_questions_survive_an_exchange_format(name: str, good: list[Question]) -> None:
    good = [question for question in good if not check(question)]
    if not good:
        return
    data = EXCHANGED[name](good, PICTURES)

    # In this process: the child is tested with each format below.
    reading = documents.read_document(data, "题库", DEFAULT_LIMITS)

    assert reading.format == name
    assert [one.message for one in reading.rejections] == []
    assert [one.question for one in reading.candidates] == good
    shown = {mark for question in good for mark in question.media}
    assert {one.sha256 for one in reading.media} == shown


@slow
@given(good=unlike)
def test_the_words_of_questions_survive_our_workbook(good: list[Question]) -> None:
    # A workbook holds no markup; brackets and labels in cells have tests of their own.
    spoken = [as_words(question) for question in good]
    spoken = [one for one in spoken if not check(one) and is_simple(one)]
    if not spoken:
        return

    reading = read_questions(write_questions(spoken), "题库.xlsx")

    assert [one.message for one in reading.rejections] == []
    assert [one.question for one in reading.candidates] == spoken


def as_words(question: Question) -> Question:
    if not question.rich:
        return question
    return replace(
        question,
        stem=visible(question, question.stem),
        options=tuple(visible(question, text) for text in question.options),
        explanation=visible(question, question.explanation),
        material=visible(question, question.material),
        rich=False,
    )


def is_simple(question: Question) -> bool:
    """Whether no text looks like a label or a separator of a table."""
    begins = [text[:1] for text in (*question.options, *question.key)]
    labelled = any(one.isascii() and one.isalpha() for one in begins)
    written = question.kind is Kind.SHORT_ANSWER
    return (
        (question.kind.is_chosen or written or not labelled)
        and not any(text[:1] in "ab[" for text in question.options)
        and not any(set(";|") & set(text) for text in question.key)
    )


@pytest.mark.parametrize("name", EXCHANGED)
def test_each_format_is_recognised_by_its_content_and_read_in_the_child(
    name: str,
) -> None:
    mark = min(PICTURES)
    question = Question(
        Kind.INDETERMINATE,
        f'图中是？<img src="media:{mark}">',
        ("甲", "乙<sup>2</sup>", "丙"),
        ("A", "C"),
        explanation="略",
        category="宪法",
        difficulty="难",
        citation="《宪法》第一条",
        material="某案",
        rich=True,
    )

    reading = read_questions(EXCHANGED[name]([question], PICTURES), "题库.dat")

    assert [one.question for one in reading.candidates] == [question]
    assert [one.data for one in reading.media] == [PICTURES[mark].data]
