"""Moodle XML: the quiz format that Moodle exports with pictures and feedback.

Source: "Moodle XML format" in the documentation of Moodle.
"""

import base64
import binascii
from collections.abc import Callable
from functools import partial
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from question_bank.media import Media, picture
from question_bank.model import Kind
from question_bank.normalise import truth
from question_bank.readers.answers import UnclearError
from question_bank.readers.exchanged import (
    FULL,
    Choice,
    Item,
    Text,
    chosen_from,
    feedback_left,
    joined_blanks,
    not_held,
    partial_credit,
    take_item,
    text_of_unknown,
)
from question_bank.readers.gathering import FORM_HEAD, Gathering
from question_bank.readers.gift import category_of
from question_bank.readers.prose import require_questions
from question_bank.readers.reading import Reading
from question_bank.readers.xml_tree import parsed

_FILES = "@@PLUGINFILE@@/"
_REFUSED = {
    "matching": "matching_not_supported",
    "randomsamatch": "matching_not_supported",
    "numerical": "numerical_not_supported",
    "multianswer": "cloze_not_supported",
    "cloze": "cloze_not_supported",
    "calculated": "calculated_not_supported",
    "calculatedmulti": "calculated_not_supported",
    "calculatedsimple": "calculated_not_supported",
    "ordering": "ordering_not_supported",
    "ddwtos": "drag_not_supported",
    "ddimageortext": "drag_not_supported",
    "ddmarker": "drag_not_supported",
}


def read_moodle_xml(data: bytes, name: str) -> Reading:
    """Return what the Moodle XML *data*, the file *name*, holds.

    Raises UnreadableFileError for what is no XML, and for a quiz without questions.
    """
    found = Gathering(heads=[FORM_HEAD])
    category = ""
    for number, question in enumerate(parsed(data).iter("question"), start=1):
        kind = question.get("type", "")
        place = f"question[{number}]"
        where = f"第 {number} 个 question 元素："
        if kind == "category":
            category = category_of(_words(question.find("category")))
            found.heading_rows += 1
        elif kind == "description":
            found.heading_rows += 1
            message = f"{where}是说明文字，不是题目，未读取。"
            found.caution(place, "description_not_read", message)
        else:
            item = Item(place, number, where, category=category)
            item.tags = [_words(tag) for tag in question.iterfind("tags/tag")]
            item.pictures = partial(_file, question)
            take_item(item, partial(_fill, question=question), found)
    require_questions(found)
    return found.reading(name, "moodle-xml")


def _fill(item: Item, question: Element) -> None:
    item.stem = _text(question.find("questiontext"))
    item.explanation = _text(question.find("generalfeedback"))
    kind = question.get("type", "")
    if kind in _REFUSED:
        raise not_held(_REFUSED[kind])
    if kind not in _RULES:
        raise not_held("interaction_not_supported", kind[:20])
    _RULES[kind](item, question)


def _multichoice(item: Item, question: Element) -> None:
    answers = question.findall("answer")
    _note_feedback(item, answers)
    single = (question.findtext("single") or "true").strip() in {"true", "1"}
    choices = [Choice(_text(answer), _percent(answer)) for answer in answers]
    chosen_from(choices, item, several=not single)


def _truefalse(item: Item, question: Element) -> None:
    answers = question.findall("answer")
    _note_feedback(item, answers)
    right = [_words(answer) for answer in answers if _percent(answer) >= FULL]
    said = {truth(word) for word in right}
    if len(said) != 1 or None in said:
        raise UnclearError("answer_missing", "判断题没有唯一的正确答案。请重新导出。")
    item.kind = Kind.TRUE_FALSE
    item.key = ("A",) if said.pop() else ("B",)


def _shortanswer(item: Item, question: Element) -> None:
    answers = question.findall("answer")
    _note_feedback(item, answers)
    right = []
    for answer in answers:
        words, percent = _words(answer), _percent(answer)
        if 0 < percent < FULL:
            raise partial_credit(words)
        if percent >= FULL:
            right.append(words.replace("\\*", "*"))
            if "*" in words.replace("\\*", ""):
                raise UnclearError(
                    "wildcard_not_supported",
                    f"答案“{words[:30]}”含有通配符 *。请写出完整的答案。",
                )
    item.kind = Kind.BLANK
    item.key = joined_blanks(right)


def _essay(item: Item, question: Element) -> None:
    item.kind = Kind.SHORT_ANSWER
    reference = _words(question.find("graderinfo"))
    item.key = (reference,) if reference else ()


_RULES: dict[str, Callable[[Item, Element], None]] = {
    "multichoice": _multichoice,
    "multichoiceset": _multichoice,
    "truefalse": _truefalse,
    "shortanswer": _shortanswer,
    "essay": _essay,
}


def _note_feedback(item: Item, answers: list[Element]) -> None:
    feedback_left((_words(answer.find("feedback")) for answer in answers), item)


def _percent(answer: Element) -> float:
    try:
        return float(answer.get("fraction", "0").replace(",", "."))
    except ValueError as error:
        raise UnclearError(
            "answer_unreadable", "答案的分数比例不是数字。请重新导出。"
        ) from error


def _text(element: Element | None) -> Text:
    words = _words(element)
    form = "" if element is None else element.get("format", "")
    if form == "html":
        return Text(words, html=True)
    if form in {"plain_text", "markdown"}:
        return Text(words)
    return text_of_unknown(words)


def _words(element: Element | None) -> str:
    if element is None:
        return ""
    return (element.findtext("text") or "").strip()


def _file(question: Element, address: str) -> Media | None:
    """Return the picture that a ``file`` element of *question* has for *address*."""
    if not address.startswith(_FILES):
        return None
    name = unquote(address.removeprefix(_FILES)).partition("?")[0]
    for one in question.iter("file"):
        if one.get("name") == name.rpartition("/")[2]:
            try:
                return picture(base64.b64decode(one.text or ""))
            except binascii.Error:
                return None
    return None
