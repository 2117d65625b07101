"""One QTI item, of version 2.0 to 3.0: what it asks, and what it calls right.

Source: IMS Question and Test Interoperability, the information models of 2.1, 2.2 and
3.0.  The key is the declared correct response; where a mapping gives other choices a
part of the marks, the item is refused.
"""

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from question_bank.model import ALTERNATIVE, LABELS, Kind
from question_bank.normalise import folded, tidy
from question_bank.readers.answers import UnclearError
from question_bank.readers.exchanged import (
    FULL,
    Choice,
    Item,
    Text,
    chosen_from,
    not_held,
    partial_credit,
)
from question_bank.readers.xml_tree import (
    attribute,
    every,
    first,
    markup_of,
    name_of,
    text_in,
)

GAP = "____"
FIELD_BELOW = "examcenter-field"
_REFUSED = {
    "associateinteraction": "matching_not_supported",
    "matchinteraction": "matching_not_supported",
    "gapmatchinteraction": "drag_not_supported",
    "graphicgapmatchinteraction": "drag_not_supported",
    "positionobjectinteraction": "drag_not_supported",
    "orderinteraction": "ordering_not_supported",
    "graphicorderinteraction": "ordering_not_supported",
    "graphicassociateinteraction": "matching_not_supported",
    "hotspotinteraction": "hotspot_not_supported",
    "selectpointinteraction": "hotspot_not_supported",
    "uploadinteraction": "upload_not_supported",
    "sliderinteraction": "slider_not_supported",
    "mediainteraction": "media_not_supported",
}
_SILENT = frozenset(
    {
        "feedbackinline",
        "feedbackblock",
        "modalfeedback",
        "stylesheet",
        "rubricblock",
        "infocontrol",
        "customoperator",
    }
)
_TEMPLATED = frozenset({"templatedeclaration", "printedvariable", "templateblock"})
_SOUNDS = frozenset({"audio", "video"})


def fill_item(item: Item, root: Element) -> None:
    """Fill *item* from the assessment item *root*.

    Raises UnclearError for what our model cannot hold and for an item without key.
    """
    body = next(iter(every(root, "itembody")), None)
    if body is None:
        raise UnclearError("stem_empty", "试题没有正文（itemBody）。请重新导出。")
    item.stem = Text(_stem(body, {}), html=True)
    _refuse_machinery(root, body)
    interactions = [one for one in body.iter() if name_of(one).endswith("interaction")]
    names = {name_of(one) for one in interactions}
    item.stem = Text(_stem(body, _instead(body, interactions)), html=True)
    item.explanation = _explanation(root)
    declared = {
        attribute(one, "identifier"): one for one in every(root, "responsedeclaration")
    }
    if names == {"choiceinteraction"} and len(interactions) == 1:
        _choice(item, interactions[0], declared)
    elif names == {"textentryinteraction"}:
        _entries(item, interactions, declared)
    elif names == {"extendedtextinteraction"} and len(interactions) == 1:
        item.kind = Kind.SHORT_ANSWER
        item.key = tuple(_correct(declared, interactions[0])[:1])
    else:
        known = (_REFUSED[name] for name in sorted(names) if name in _REFUSED)
        code = next(known, "interaction_not_supported")
        raise not_held(code, "、".join(sorted(names))[:60])


def _refuse_machinery(root: Element, body: Element) -> None:
    if any(name_of(one) in _TEMPLATED for one in root.iter()):
        raise not_held("template_not_supported")
    if attribute(root, "adaptive") == "true":
        raise not_held("interaction_not_supported", "adaptive")
    if any(_is_sound(one) for one in body.iter()):
        raise not_held("media_not_supported")


def _is_sound(element: Element) -> bool:
    kind = attribute(element, "type")
    return name_of(element) in _SOUNDS or (
        name_of(element) == "object" and kind.startswith(("audio/", "video/"))
    )


def _choice(item: Item, interaction: Element, declared: Mapping[str, Element]) -> None:
    right = _correct(declared, interaction)
    declaration = declared.get(attribute(interaction, "responseidentifier"))
    choices = list(every(interaction, "simplechoice"))
    known = [attribute(one, "identifier") for one in choices]
    if not right or not set(right) <= set(known):
        raise UnclearError(
            "answer_missing", "没有声明正确答案（correctResponse）。请补上答案后导出。"
        )
    if declaration is not None:
        _refuse_parts(declaration, right)
    several = (
        declaration is not None and attribute(declaration, "cardinality") != "single"
    )
    if len(choices) > len(LABELS):
        raise UnclearError("too_many_options", "选项超过 26 个。请减少选项。")
    percent = FULL / len(right) if several and len(right) > 1 else FULL
    chosen_from(
        [
            Choice(Text(_stem(one, {}), html=True), percent if mark in right else 0.0)
            for one, mark in zip(choices, known, strict=True)
        ],
        item,
        several=several,
    )


def _refuse_parts(declaration: Element, right: list[str]) -> None:
    """Raise UnclearError where a mapping and the correct response disagree."""
    paid = {key for key, value in _mapping(declaration).items() if value > 0}
    if paid and paid != set(right):
        raise partial_credit("、".join(sorted(paid ^ set(right))))


def _mapping(declaration: Element) -> dict[str, float]:
    found = {}
    for entry in every(declaration, "mapentry"):
        try:
            found[attribute(entry, "mapkey")] = float(attribute(entry, "mappedvalue"))
        except ValueError as error:
            raise UnclearError(
                "answer_unreadable", "答案的分值不是数字。请重新导出。"
            ) from error
    return found


def _correct(declared: Mapping[str, Element], interaction: Element) -> list[str]:
    declaration = declared.get(attribute(interaction, "responseidentifier"))
    if declaration is None:
        return []
    correct = first(declaration, "correctresponse")
    values = () if correct is None else every(correct, "value")
    return [text_in(value).strip() for value in values]


def _entries(
    item: Item, interactions: list[Element], declared: Mapping[str, Element]
) -> None:
    item.kind = Kind.BLANK
    item.key = tuple(_alternatives(one, declared) for one in interactions)


def _alternatives(interaction: Element, declared: Mapping[str, Element]) -> str:
    right = _correct(declared, interaction)
    declaration = declared.get(attribute(interaction, "responseidentifier"))
    if declaration is None or not right:
        raise UnclearError(
            "answer_missing", "没有声明正确答案（correctResponse）。请补上答案后导出。"
        )
    if attribute(declaration, "basetype") in {"float", "duration"}:
        raise not_held("numerical_not_supported")
    values = _mapping(declaration)
    full = max(values.values(), default=0.0)
    partly = [key for key, value in values.items() if 0 < value < full]
    if partly:
        raise partial_credit(partly[0])
    if attribute(declaration, "cardinality") == "single":
        right = right[:1]
    right += [key for key, value in values.items() if value == full and full > 0]
    kept = {folded(text): tidy(text) for text in reversed(right)}
    return ALTERNATIVE.join(reversed(list(kept.values())))


def _stem(body: Element, instead: dict[Element, str]) -> str:
    """Return the markup of *body* without what is not for the examinee's eyes."""
    known = dict(instead)
    for one in body.iter():
        if name_of(one) in _SILENT:
            known[one] = ""
        elif name_of(one) == "object" and attribute(one, "type").startswith("image/"):
            known[one] = f'<img src="{attribute(one, "data").replace(chr(34), "")}">'
    return markup_of(body, known).strip()


def _instead(body: Element, interactions: list[Element]) -> dict[Element, str]:
    """Return what stands in the stem for each interaction.

    A field that stands below a stem without gaps, as we write it, leaves no gap there.
    """
    found = {one: "" for one in body.iter() if attribute(one, "class") == FIELD_BELOW}
    for one in interactions:
        prompt = first(one, "prompt")
        shown = "" if prompt is None else f"<p>{_stem(prompt, {})}</p>"
        found[one] = GAP if name_of(one) == "textentryinteraction" else shown
    return found


def _explanation(root: Element) -> Text:
    """Return the one feedback that is for everybody, or nothing."""
    found = [
        one
        for one in every(root, "modalfeedback")
        if attribute(one, "identifier").lower() == "explanation"
    ]
    return Text(_stem(found[0], {}), html=True) if found else Text("")
