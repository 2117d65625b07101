"""Published samples of GIFT, Moodle and QTI: read as published, or refused by name."""

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from question_bank.markup import simplified
from question_bank.model import LABELS, Kind
from question_bank.readers.questions import read_questions
from question_bank.readers.reading import Candidate, Reading, Rejection
from tests.question_bank.files import SHARED, shared

GRAMMAR = "formats/gift_grammar"
NAMED_REASONS = frozenset(
    {
        "answer_missing",
        "cloze_not_supported",
        "drag_not_supported",
        "hotspot_not_supported",
        "interaction_not_supported",
        "items_missing",
        "matching_not_supported",
        "media_not_supported",
        "numerical_not_supported",
        "ordering_not_supported",
        "partial_credit",
        "picture_missing",
        "slider_not_supported",
        "stem_too_long",
        "template_not_supported",
        "upload_not_supported",
        "xml_entities",
        "xml_malformed",
    }
)


def samples(pattern: str) -> list[Any]:
    """Return the files of *pattern* as cases; one that skips where there are none."""
    found = sorted(SHARED.glob(pattern))
    return [
        pytest.param(path, id=f"{path.parent.name}/{path.name}") for path in found
    ] or [pytest.param(SHARED / pattern, id=pattern)]


def read(path: Path) -> Reading:
    if not path.exists():
        pytest.skip(f"test data absent: {path}")
    return read_questions(path.read_bytes(), path.name)


def words(text: dict[str, str]) -> str:
    if text["format"] != "html":
        return text["text"]
    return " ".join(simplified(text["text"], lambda _: "media:")[0].split())


def the_key(expected: dict[str, Any]) -> tuple[str, ...]:
    """Return the labels that the published parser calls right."""
    if expected["type"] == "TF":
        return ("A",) if expected["isTrue"] else ("B",)
    choices = expected["choices"]
    right = [
        label
        for label, choice in zip(LABELS, choices, strict=False)
        if choice["isCorrect"] or (choice["weight"] or 0) > 0
    ]
    return tuple(right)


def agrees(candidate: Candidate, expected: dict[str, Any]) -> None:
    question = candidate.question
    kinds = {
        "TF": {Kind.TRUE_FALSE},
        "MC": {Kind.SINGLE, Kind.MULTIPLE},
        "Short": {Kind.BLANK},
        "Essay": {Kind.SHORT_ANSWER},
    }
    assert question.kind in kinds[expected["type"]]
    assert " ".join(question.stem.split()) == " ".join(words(expected["stem"]).split())
    if question.kind is Kind.BLANK:
        texts = tuple(words(choice["text"]) for choice in expected["choices"])
        assert question.blanks == (texts,)
    elif question.kind.is_chosen:
        assert question.key == the_key(expected)
    if expected["type"] == "MC":
        texts = tuple(words(choice["text"]) for choice in expected["choices"])
        assert question.options == texts


def is_held(expected: dict[str, Any]) -> bool:
    """Whether our model can hold a question of the published parser."""
    if expected["type"] in {"Numerical", "Matching"}:
        return False
    weights = [choice.get("weight") for choice in expected.get("choices") or ()]
    parts = [weight for weight in weights if weight and 0 < weight < 100]
    partial = expected["type"] == "Short" and parts
    return not partial and "@@PLUGINFILE@@" not in json.dumps(expected)


@pytest.mark.parametrize("path", samples(f"{GRAMMAR}/*.gift"))
def test_each_gift_sample_parses_to_its_expected_json(path: Path) -> None:
    reading = read(path)
    published = json.loads(path.with_suffix(".json").read_text("utf-8"))
    expected = [
        one for one in published if one["type"] not in {"Category", "Description"}
    ]
    if not expected:
        assert [one.code for one in reading.rejections] == ["no_questions"]
        return

    refused = (one for one in reading.rejections if one.source)
    found: list[Candidate | Rejection] = [*reading.candidates, *refused]
    found.sort(key=lambda one: one.source.row if one.source else 0)

    assert len(found) == len(expected)
    for one, wanted in zip(found, expected, strict=True):
        if is_held(wanted) and "<pre>" not in json.dumps(wanted):
            assert isinstance(one, Candidate)
            agrees(one, wanted)
        elif is_held(wanted):
            assert isinstance(one, Candidate)
            assert "<pre>" in one.question.stem
        else:
            assert not isinstance(one, Candidate)
            assert one.code in NAMED_REASONS


@pytest.mark.parametrize(
    "path",
    [
        *samples("formats/moodle_2023/xml/tests/fixtures/*.xml"),
        *samples("formats/moodle_2023/gift/*.txt"),
        *samples("formats/moodle_2023/gift/tests/fixtures/*.txt"),
        *samples("formats/moodle_2023/aiken/tests/fixtures/*.txt"),
        *samples("formats/oat_qtisdk/**/items/2_1/*.xml"),
        *samples("formats/oat_qtisdk/**/items/2_2*/*.xml"),
        *samples("formats/oat_qtisdk/**/items/3_0/*.xml"),
        *samples("formats/oat_qtisdk/**/interaction_mix_sachsen/*.xml"),
        *samples("formats/oat_packages/package/QTI/*"),
    ],
)
def test_each_other_sample_is_read_or_refused_for_a_named_reason(path: Path) -> None:
    reading = read(path)

    assert reading.candidates or reading.rejections
    assert {one.code for one in reading.rejections} <= NAMED_REASONS


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("MalformedManifest.zip", "manifest_malformed"),
        ("MissingManifest.zip", "manifest_missing"),
    ],
)
def test_a_broken_package_is_refused_with_the_right_reason(
    name: str, code: str
) -> None:
    path = shared(f"formats/oat_packages/package/wrong/{name}")

    (rejection,) = read(path).rejections

    assert (rejection.place, rejection.code) == (name, code)


def test_moodles_own_samples_keep_their_keys() -> None:
    fixtures = "formats/moodle_2023"
    truths = read(shared(f"{fixtures}/xml/tests/fixtures/truefalse.xml"))
    aiken = read(shared(f"{fixtures}/aiken/tests/fixtures/questions.aiken.txt"))

    assert [one.question.key for one in truths.candidates] == [("B",), ("A",)]
    assert all(one.question.media for one in truths.candidates)
    assert [one.question.key for one in aiken.candidates] == [("B",), ("A",)]


def test_a_package_brings_its_pictures() -> None:
    path = shared("formats/oat_packages/package/QTI/package.zip")
    with zipfile.ZipFile(BytesIO(path.read_bytes())) as package:
        (name,) = (one for one in package.namelist() if one.endswith(".png"))
        picture = package.read(name)

    (media,) = read(path).media

    assert media.data == picture
