"""Questions as a QTI 2.2 package: a manifest, an item each, and their pictures."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from html import escape

from question_bank.exchange import stem_with_material, tags_of, with_addresses
from question_bank.gaps import GAP
from question_bank.markup import as_xml, escaped
from question_bank.media import SUFFIXES, Media
from question_bank.model import LABELS, Kind, Question
from question_bank.readers.qti_item import FIELD_BELOW

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ITEM_TYPE = "imsqti_item_xmlv2p2"
_NAMESPACE = "http://www.imsglobal.org/xsd/imsqti_v2p2"
_MATCH = "http://www.imsglobal.org/question/qti_v2p2/rptemplates/match_correct"
_STAMP = (1980, 1, 1, 0, 0, 0)
"""The same questions make the same bytes."""


def write_qti(questions: Iterable[Question], media: Mapping[str, Media]) -> bytes:
    """Return *questions* as a package; *media* has the pictures by their digests.

    What items have no place for stands in the manifest as keywords.
    """
    target = io.BytesIO()
    used: dict[str, Media] = {}
    resources: list[str] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for number, question in enumerate(questions, start=1):
            path = f"items/q{number:06}.xml"
            _put(package, path, _item(question, number, media).encode())
            shown = {mark: media[mark] for mark in question.media if mark in media}
            used |= shown
            resources.append(_resource(question, number, path, shown.values()))
        for one in used.values():
            _put(package, _picture_path(one), one.data)
        _put(package, "imsmanifest.xml", _manifest(resources).encode())
    return target.getvalue()


def _put(package: zipfile.ZipFile, path: str, data: bytes) -> None:
    info = zipfile.ZipInfo(path, _STAMP)
    info.compress_type = zipfile.ZIP_DEFLATED
    package.writestr(info, data)


def _picture_path(media: Media) -> str:
    return f"media/{media.sha256}{SUFFIXES[media.type]}"


def _manifest(resources: Iterable[str]) -> str:
    return (
        f"{_DECLARATION}"
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" '
        'xmlns:lom="http://ltsc.ieee.org/xsd/LOM" identifier="examcenter">\n'
        "<metadata><schema>QTIv2.2 Package</schema>"
        "<schemaversion>1.0.0</schemaversion></metadata>\n"
        f"<organizations/>\n<resources>\n{''.join(resources)}</resources>\n</manifest>\n"
    )


def _resource(
    question: Question, number: int, path: str, media: Iterable[Media]
) -> str:
    keywords = "".join(
        f"<lom:keyword><lom:string>{escape(tag)}</lom:string></lom:keyword>"
        for tag in tags_of(question)
    )
    files = "".join(f'<file href="{_picture_path(one)}"/>' for one in media)
    return (
        f'<resource identifier="q{number:06}" type="{_ITEM_TYPE}" href="{path}">'
        f"<metadata><lom:lom><lom:general>{keywords}</lom:general></lom:lom></metadata>"
        f'<file href="{path}"/>{files}</resource>\n'
    )


def _item(question: Question, number: int, media: Mapping[str, Media]) -> str:
    writer = _Writer(question, media)
    return (
        f'{_DECLARATION}<assessmentItem xmlns="{_NAMESPACE}" '
        f'identifier="q{number:06}" title="{number}" adaptive="false" '
        'timeDependent="false">\n'
        f"{writer.declarations()}"
        '<outcomeDeclaration identifier="SCORE" cardinality="single" '
        'baseType="float"/>\n'
        '<outcomeDeclaration identifier="FEEDBACK" cardinality="single" '
        'baseType="identifier"/>\n'
        f"<itemBody>{writer.body()}</itemBody>\n"
        f'<responseProcessing template="{_MATCH}"/>\n{writer.explanation()}'
        "</assessmentItem>\n"
    )


class _Writer:
    def __init__(self, question: Question, media: Mapping[str, Media]) -> None:
        self.question = question
        self.media = media

    def declarations(self) -> str:
        question = self.question
        if question.kind is Kind.BLANK:
            pairs = enumerate(question.blanks, start=1)
            return "".join(_declared(f"RESPONSE{at}", "string", b) for at, b in pairs)
        if question.kind is Kind.SHORT_ANSWER:
            return _declared("RESPONSE", "string", question.key)
        single = question.kind in {Kind.SINGLE, Kind.TRUE_FALSE}
        cardinality = "single" if single else "multiple"
        return _declared("RESPONSE", "identifier", question.key, cardinality)

    def body(self) -> str:
        stem = self._text(stem_with_material(self.question))
        if self.question.kind is Kind.BLANK:
            return self._with_fields(stem)
        if self.question.kind is Kind.SHORT_ANSWER:
            field = '<extendedTextInteraction responseIdentifier="RESPONSE"/>'
            return f"<div>{stem}</div>{field}"
        most = 1 if self.question.kind in {Kind.SINGLE, Kind.TRUE_FALSE} else 0
        choices = "".join(
            f'<simpleChoice identifier="{label}">{self._text(option)}</simpleChoice>'
            for label, option in zip(LABELS, self.question.options, strict=False)
        )
        return (
            f"<div>{stem}</div>"
            '<choiceInteraction responseIdentifier="RESPONSE" shuffle="false" '
            f'maxChoices="{most}">{choices}</choiceInteraction>'
        )

    def explanation(self) -> str:
        if not self.question.explanation:
            return ""
        return (
            '<modalFeedback outcomeIdentifier="FEEDBACK" identifier="EXPLANATION" '
            f'showHide="show"><div>{self._text(self.question.explanation)}</div>'
            "</modalFeedback>\n"
        )

    def _with_fields(self, stem: str) -> str:
        count = len(self.question.key)
        fields = iter(
            f'<textEntryInteraction responseIdentifier="RESPONSE{at}"/>'
            for at in range(1, count + 1)
        )
        if GAP.search(stem):
            return f"<div>{GAP.sub(lambda _: next(fields), stem)}</div>"
        below = "".join(fields)
        return f'<div>{stem}</div><p class="{FIELD_BELOW}">{below}</p>'

    def _text(self, text: str) -> str:
        if not self.question.rich:
            return as_xml(escaped(text))
        return as_xml(with_addresses(text, self._address))

    def _address(self, mark: str) -> str:
        one = self.media.get(mark)
        return f"../{_picture_path(one)}" if one else f"media:{mark}"


def _declared(
    name: str, base: str, values: Iterable[str], cardinality: str = ""
) -> str:
    texts = list(values)
    many = cardinality or ("multiple" if len(texts) > 1 else "single")
    told = "".join(f"<value>{escape(text)}</value>" for text in texts)
    correct = f"<correctResponse>{told}</correctResponse>" if texts else ""
    return (
        f'<responseDeclaration identifier="{name}" cardinality="{many}" '
        f'baseType="{base}">{correct}</responseDeclaration>\n'
    )
