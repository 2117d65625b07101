"""What both detectors make of pictures whose truth is known."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

from examcenter.proctoring import vision
from examcenter.proctoring.rules import DetectorUnavailableError, Verdict
from examcenter.proctoring.vision import (
    CascadeDetector,
    Detector,
    YuNetDetector,
    analyse,
    detector_from,
    rival_wheels,
)
from tests.conftest import SHARED
from tests.proctoring.conftest import ModelFile
from tests.proctoring.scenes import (
    blurred,
    darker,
    grainy,
    jpeg,
    photograph,
    plain,
    png,
    scenes,
    tilted,
)
from tests.proctoring.test_pictures import mutations, png_bomb

BLANK = png(plain(128))
FACES = SHARED / "data/faces/skimage"


def verdicts(detector: Detector, people: int, number: int) -> Counter[Verdict]:
    return Counter(
        analyse(scene, detector).verdict for scene in scenes(people, number, seed=11)
    )


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(png(photograph("astronaut")), id="as it is"),
        pytest.param(jpeg(photograph("astronaut"), 10), id="much compressed"),
        pytest.param(png(cv2.flip(photograph("astronaut"), 1)), id="mirrored"),
        pytest.param(png(darker(photograph("astronaut"), 0.35)), id="in a dim room"),
        pytest.param(
            png(grainy(darker(photograph("astronaut"), 0.3), 5)), id="dim and grainy"
        ),
        pytest.param(png(tilted(photograph("astronaut"), 8)), id="leaning left"),
        pytest.param(png(tilted(photograph("astronaut"), -8)), id="leaning right"),
        pytest.param(png(photograph("astronaut")[::4, ::4].copy()), id="128 pixels"),
        pytest.param(
            jpeg(cv2.resize(photograph("astronaut"), (1900, 1900))), id="3.6 megapixels"
        ),
        pytest.param(png(photograph("astronaut")[40:230, 120:320].copy()), id="close"),
    ],
)
def test_a_person_before_the_camera_is_one_face(
    detector: Detector, picture: bytes
) -> None:
    seen = analyse(picture, detector)

    assert seen.readable
    assert (seen.verdict, seen.faces) == (Verdict.ONE_FACE, 1)
    assert 0.5 <= seen.confidence <= 1


def test_two_people_side_by_side_are_several_faces(detector: Detector) -> None:
    person = photograph("astronaut")

    seen = analyse(png(cv2.hconcat([person, cv2.flip(person, 1)])), detector)

    assert (seen.verdict, seen.faces) == (Verdict.SEVERAL_FACES, 2)


@pytest.mark.parametrize(
    "name",
    ["coffee", "chelsea", "rocket", "moon", "page", "brick", "grass", "coins", "text"],
)
def test_a_scene_without_a_person_is_no_face(detector: Detector, name: str) -> None:
    seen = analyse(png(photograph(name)), detector)

    assert (seen.verdict, seen.faces) == (Verdict.NO_FACE, 0)
    assert seen.confidence == detector.calibration.hit_rate


@pytest.mark.parametrize(
    ("picture", "verdict"),
    [
        pytest.param(plain(0), Verdict.DARK, id="a black frame"),
        pytest.param(grainy(plain(6), 4), Verdict.DARK, id="grain in the dark"),
        pytest.param(
            darker(photograph("astronaut"), 0.08), Verdict.DARK, id="no light on"
        ),
        pytest.param(plain(128), Verdict.COVERED, id="a grey frame"),
        pytest.param(grainy(plain(70), 4), Verdict.COVERED, id="a thumb on the lens"),
        pytest.param(plain(250), Verdict.COVERED, id="a sheet of paper"),
        pytest.param(
            blurred(photograph("astronaut"), 15), Verdict.BLURRED, id="out of focus"
        ),
        pytest.param(
            blurred(photograph("coffee"), 15), Verdict.BLURRED, id="an empty blur"
        ),
    ],
)
def test_a_picture_on_which_nobody_can_see_anything_says_why(
    detector: Detector, picture: cv2.typing.MatLike, verdict: Verdict
) -> None:
    assert analyse(png(picture), detector).verdict is verdict


def test_one_person_is_told_from_many_positions(detector: Detector) -> None:
    told = verdicts(detector, people=1, number=40)

    assert told[Verdict.ONE_FACE] >= 38
    assert told[Verdict.SEVERAL_FACES] == 0


def test_a_second_person_is_told_from_many_positions(detector: Detector) -> None:
    assert verdicts(detector, people=2, number=25)[Verdict.SEVERAL_FACES] >= 23


def test_an_empty_seat_is_never_a_person(detector: Detector) -> None:
    told = verdicts(detector, people=0, number=40)

    assert told[Verdict.ONE_FACE] + told[Verdict.SEVERAL_FACES] == 0
    assert told[Verdict.NO_FACE] + told[Verdict.COVERED] >= 32


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(b"", id="no bytes"),
        pytest.param(b"<svg/>", id="a drawing"),
        pytest.param(png(plain(9))[:-20], id="cut short"),
        pytest.param(png_bomb(), id="a bomb"),
        pytest.param(
            png(plain(9)).replace(b"IDAT", b"IDAX"), id="a header and no pixels"
        ),
    ],
)
def test_what_cannot_be_read_is_undecided(
    cascade: CascadeDetector, picture: bytes
) -> None:
    seen = analyse(picture, cascade)

    assert (seen.readable, seen.faces) == (False, None)
    assert (seen.verdict, seen.confidence) == (Verdict.UNDECIDED, 0.0)


def test_a_jpeg_of_400_bytes_that_breaks_off_is_undecided(
    cascade: CascadeDetector,
) -> None:
    broken = FACES / "truncated.jpg"
    if not broken.is_file():
        pytest.skip("truncated.jpg is not there: ../shared/data/faces")

    assert not analyse(broken.read_bytes(), cascade).readable


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(cv2.cvtColor(plain(128), cv2.COLOR_BGR2GRAY), id="grey"),
        pytest.param(cv2.cvtColor(plain(128), cv2.COLOR_BGR2BGRA), id="transparent"),
        pytest.param(np.full((480, 640), 30_000, np.uint16), id="16 bits"),
    ],
)
def test_pictures_of_other_depths_are_read(
    detector: Detector, picture: cv2.typing.MatLike
) -> None:
    assert analyse(png(picture), detector).readable


def test_mutated_pictures_never_end_the_analysis(cascade: CascadeDetector) -> None:
    readable = Counter(analyse(m, cascade).readable for m in mutations(200))

    assert readable[True] > 10
    assert readable[False] > 10


# In a process of its own: the peak of ours is known already, and OpenCV reads its own
# limit only once.
_A_BOMB = """
import resource, sys
from examcenter.proctoring import vision
import cv2, numpy
bomb = sys.stdin.buffer.read()
detector = vision.CascadeDetector()
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
seen = vision.analyse(bomb, detector)
print("readable" if seen.readable else "refused")
try:
    cv2.imdecode(numpy.frombuffer(bomb, numpy.uint8), cv2.IMREAD_COLOR)
    print("decoded")
except cv2.error:
    print("refused by OpenCV, too")
print("flat" if peak() - before < 20_000 else "more memory")
"""


def test_a_picture_of_400_megapixels_is_refused_twice_and_costs_no_memory() -> None:
    told = subprocess.run(  # noqa: S603 - our own interpreter and words
        [sys.executable, "-c", _A_BOMB],
        input=png_bomb(),
        capture_output=True,
        check=True,
    )

    assert told.stdout.decode().splitlines() == [
        "refused",
        "refused by OpenCV, too",
        "flat",
    ]


def test_an_opencv_without_cascades_names_itself_and_the_cure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(cv2, "CascadeClassifier")

    with pytest.raises(DetectorUnavailableError) as refusal:
        detector_from(None, None)

    assert cv2.__version__ in str(refusal.value)
    assert "pip install" in str(refusal.value)


def test_a_missing_cascade_file_names_the_cure(tmp_path: Path) -> None:
    with pytest.raises(DetectorUnavailableError, match="pip install"):
        CascadeDetector(tmp_path / vision.CASCADE)


def test_without_a_model_the_cascade_of_the_wheel_is_used() -> None:
    assert "cascade" in detector_from(None, None).calibration.detector


def test_a_model_with_its_digest_is_used(yunet_file: ModelFile) -> None:
    chosen = detector_from(yunet_file.path, yunet_file.sha256.upper())

    assert yunet_file.sha256[:12] in chosen.calibration.detector


@pytest.mark.parametrize("digest", [None, "0" * 64], ids=["no digest", "another"])
def test_a_model_is_refused_without_its_digest(
    tmp_path: Path, digest: str | None
) -> None:
    model = tmp_path / "model.onnx"
    model.write_bytes(b"something else")

    with pytest.raises(DetectorUnavailableError, match="SHA-256"):
        YuNetDetector(model, digest)


def test_a_model_that_is_none_is_refused(tmp_path: Path) -> None:
    model = tmp_path / "model.onnx"
    model.write_bytes(b"")
    digest_of_nothing = (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )

    with pytest.raises(DetectorUnavailableError, match="cannot use"):
        YuNetDetector(model, digest_of_nothing)


def test_a_model_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DetectorUnavailableError, match="cannot be read"):
        detector_from(tmp_path / "model.onnx", "0" * 64)


@pytest.mark.parametrize(
    ("installed", "rivals"),
    [
        pytest.param(["opencv-python-headless", "flask"], (), id="the right one"),
        pytest.param(["opencv_python_headless"] * 2, (), id="one, listed twice"),
        pytest.param(
            ["opencv_python", "opencv-python-headless"],
            ("opencv-python", "opencv-python-headless"),
            id="two that overwrite each other",
        ),
    ],
)
def test_two_opencv_wheels_are_noticed(
    installed: list[str], rivals: tuple[str, ...]
) -> None:
    assert rival_wheels(installed) == rivals
