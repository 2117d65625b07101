"""Questions as Moodle XML, pictures and all."""

import base64
from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from question_bank.exchange import stem_with_material, tags_of, with_addresses
from question_bank.media import SUFFIXES, Media
from question_bank.model import LABELS, Kind, Question
from question_bank.writers.gift import rows_of_blanks

_FILES = "@@PLUGINFILE@@/"
_TYPES = {
    Kind.SINGLE: "multichoice",
    Kind.MULTIPLE: "multichoice",
    Kind.INDETERMINATE: "multichoice",
    Kind.TRUE_FALSE: "truefalse",
    Kind.BLANK: "shortanswer",
    Kind.SHORT_ANSWER: "essay",
}
_LONGEST_NAME = 60


def write_moodle_xml(
    questions: Iterable[Question], media: Mapping[str, Media]
) -> bytes:
    """Return *questions* as a quiz; *media* has the pictures by their digests."""
    quiz = Element("quiz")
    for number, question in enumerate(questions, start=1):
        _Writer(question, media).write(quiz, number)
    indent(quiz)
    return bytes(tostring(quiz, encoding="utf-8", xml_declaration=True))


class _Writer:
    def __init__(self, question: Question, media: Mapping[str, Media]) -> None:
        self.question = question
        self.media = media

    def write(self, quiz: Element, number: int) -> None:
        question = self.question
        element = SubElement(quiz, "question", type=_TYPES[question.kind])
        _words(SubElement(element, "name"), f"{number}"[:_LONGEST_NAME])
        self._text(element, "questiontext", stem_with_material(question))
        self._text(element, "generalfeedback", question.explanation)
        _words(SubElement(element, "defaultgrade"), None, "1")
        self._answers(element)
        tags = SubElement(element, "tags")
        for tag in tags_of(question):
            _words(SubElement(tags, "tag"), tag)

    def _answers(self, element: Element) -> None:
        question = self.question
        if question.kind is Kind.TRUE_FALSE:
            for label, word in zip("AB", ("true", "false"), strict=True):
                _answer(element, 100 if label in question.key else 0, word)
        elif question.kind is Kind.BLANK:
            _words(SubElement(element, "usecase"), None, "0")
            for row in rows_of_blanks(question):
                _answer(element, 100, row.replace("*", "\\*"))
        elif question.kind is Kind.SHORT_ANSWER:
            reference = SubElement(element, "graderinfo", format="plain_text")
            _words(reference, "".join(question.key))
        else:
            self._options(element)

    def _options(self, element: Element) -> None:
        question = self.question
        single = question.kind is Kind.SINGLE
        _words(SubElement(element, "single"), None, "true" if single else "false")
        _words(SubElement(element, "shuffleanswers"), None, "true")
        right = 100 / len(question.key)
        for label, option in zip(LABELS, question.options, strict=False):
            percent = right if label in question.key else 0 if single else -100
            answer = self._text(element, "answer", option)
            answer.set("fraction", f"{percent:.5f}".rstrip("0").rstrip("."))

    def _text(self, parent: Element, name: str, text: str) -> Element:
        form = "html" if self.question.rich else "plain_text"
        element = SubElement(parent, name, format=form)
        found: dict[str, Media] = {}

        def address(mark: str) -> str:
            one = self.media.get(mark)
            if one is None:
                return f"media:{mark}"
            found[mark + SUFFIXES[one.type]] = one
            return f"{_FILES}{mark}{SUFFIXES[one.type]}"

        _words(element, with_addresses(text, address) if self.question.rich else text)
        for file, one in found.items():
            part = SubElement(element, "file", name=file, path="/", encoding="base64")
            part.text = base64.b64encode(one.data).decode()
        return element


def _answer(parent: Element, percent: int, words: str) -> None:
    element = SubElement(
        parent, "answer", fraction=str(percent), format="moodle_auto_format"
    )
    _words(element, words)


def _words(element: Element, text: str | None, own: str = "") -> None:
    if text is None:
        element.text = own
    else:
        SubElement(element, "text").text = text
