"""Questions as GIFT, for Moodle and the programs that read its format."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from question_bank.exchange import (
    data_addresses,
    stem_with_material,
    tags_of,
    with_addresses,
)
from question_bank.media import Media
from question_bank.model import LABELS, Kind, Question

_SPECIAL = {letter: f"\\{letter}" for letter in "\\~=#{}:"}
_ESCAPES = str.maketrans({**_SPECIAL, "\n": "\\n"})
_WRONG = "~%-100%"


def write_gift(questions: Iterable[Question], media: Mapping[str, Media]) -> bytes:
    """Return *questions* as GIFT in UTF-8; *media* has the pictures by their digests.

    What GIFT has no place for stands in tags, and pictures in the text itself.
    """
    address = data_addresses(media)
    written = (
        "\n".join(_Writer(question, address).lines(number))
        for number, question in enumerate(questions, start=1)
    )
    return "\n\n".join([*written, ""]).encode()


def rows_of_blanks(question: Question) -> list[str]:
    """Return texts with each alternative of each blank, ``|`` between blanks.

    The first is the key as it is read first; formats with one field hold the others.
    """
    most = max((len(blank) for blank in question.blanks), default=0)
    return [
        "|".join(
            blank[at] if at < len(blank) else blank[0] for blank in question.blanks
        )
        for at in range(most)
    ]


@dataclass(frozen=True, slots=True)
class _Writer:
    question: Question
    address: Callable[[str], str]

    def lines(self, number: int) -> Iterator[str]:
        question = self.question
        yield from (f"// [tag:{tag}]" for tag in tags_of(question))
        stem = self._text(stem_with_material(question))
        yield f"::{number}::{stem}{{"
        yield from self._answers()
        if question.explanation:
            yield f"####{self._marked(question.explanation)}"
        yield "}"

    def _answers(self) -> Iterator[str]:
        question = self.question
        if question.kind is Kind.TRUE_FALSE:
            yield "TRUE" if question.key == ("A",) else "FALSE"
        elif question.kind is Kind.BLANK:
            yield from (f"=[plain]{_escaped(row)}" for row in rows_of_blanks(question))
        elif question.kind is Kind.SHORT_ANSWER:
            yield from (f"=[plain]{_escaped(text)}" for text in question.key if text)
        else:
            yield from self._options()

    def _options(self) -> Iterator[str]:
        right, wrong = "=", "~"
        if self.question.kind is not Kind.SINGLE:
            right, wrong = f"~%{100 / len(self.question.key):.5f}%", _WRONG
        for label, option in zip(LABELS, self.question.options, strict=False):
            sign = right if label in self.question.key else wrong
            yield f"{sign}{self._text(option)}"

    def _text(self, text: str) -> str:
        form = "html" if self.question.rich else "plain"
        return f"[{form}]{self._marked(text)}"

    def _marked(self, text: str) -> str:
        return _escaped(with_addresses(text, self.address))


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)
