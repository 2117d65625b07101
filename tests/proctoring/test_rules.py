"""What may be said about a snapshot of a given quality."""

import pytest

from examcenter.proctoring.rules import (
    Calibration,
    Measurements,
    Verdict,
    observe,
    unreadable,
)

GOOD = Measurements(brightness=110, texture=250, sharpness=40)
DETECTOR = Calibration(detector="test", doubtful=0.3, counted=0.5, hit_rate=0.6)


@pytest.mark.parametrize(
    ("scores", "verdict", "faces", "confidence"),
    [
        pytest.param([0.9], Verdict.ONE_FACE, 1, 0.9, id="a sure face"),
        pytest.param([0.5], Verdict.ONE_FACE, 1, 0.5, id="a face just counted"),
        pytest.param([0.9, 0.29], Verdict.ONE_FACE, 1, 0.9, id="a face and a pattern"),
        pytest.param([0.9, 0.4], Verdict.UNDECIDED, 1, 0.0, id="a doubtful second"),
        pytest.param([0.4], Verdict.UNDECIDED, 0, 0.0, id="a doubtful face alone"),
        pytest.param([0.6, 0.9], Verdict.SEVERAL_FACES, 2, 0.6, id="two faces"),
        pytest.param([0.9, 0.6, 0.4], Verdict.SEVERAL_FACES, 2, 0.6, id="two or three"),
        pytest.param([], Verdict.NO_FACE, 0, 0.6, id="nobody"),
    ],
)
def test_a_good_picture_is_judged_by_its_faces(
    scores: list[float], verdict: Verdict, faces: int, confidence: float
) -> None:
    seen = observe(GOOD, scores, DETECTOR)

    assert (seen.verdict, seen.faces) == (verdict, faces)
    assert seen.confidence == pytest.approx(confidence)
    assert seen.detector == "test"


@pytest.mark.parametrize(
    ("quality", "verdict"),
    [
        pytest.param(Measurements(0, 0, 0), Verdict.DARK, id="a black frame"),
        pytest.param(Measurements(17.9, 200, 9), Verdict.DARK, id="nearly black"),
        pytest.param(Measurements(90, 4, 1), Verdict.COVERED, id="a thumb on the lens"),
        pytest.param(Measurements(250, 0, 0), Verdict.COVERED, id="blank white"),
        pytest.param(Measurements(90, 60, 1.5), Verdict.BLURRED, id="out of focus"),
        pytest.param(Measurements(25, 200, 9), Verdict.UNDECIDED, id="rather dark"),
        pytest.param(Measurements(90, 20, 9), Verdict.UNDECIDED, id="hardly an edge"),
        pytest.param(Measurements(90, 200, 4), Verdict.UNDECIDED, id="rather soft"),
    ],
)
def test_a_bad_picture_is_never_called_an_empty_seat(
    quality: Measurements, verdict: Verdict
) -> None:
    assert observe(quality, [], DETECTOR).verdict is verdict


def test_a_face_in_a_picture_that_is_rather_dark_still_counts() -> None:
    rather_dark = Measurements(brightness=25, texture=200, sharpness=9)

    assert observe(rather_dark, [0.9], DETECTOR).verdict is Verdict.ONE_FACE


def test_a_picture_in_which_a_reviewer_sees_nothing_accuses_nobody() -> None:
    black = Measurements(brightness=5, texture=50, sharpness=3)

    seen = observe(black, [0.9, 0.8], DETECTOR)

    assert seen.verdict is Verdict.DARK
    assert seen.faces == 2


def test_a_fault_is_the_surer_the_further_it_is_from_its_threshold() -> None:
    at_the_threshold = Measurements(brightness=17.999, texture=99, sharpness=9)
    halfway = Measurements(brightness=9, texture=99, sharpness=9)
    black = Measurements(brightness=0, texture=0, sharpness=0)

    told = [
        observe(quality, [], DETECTOR).confidence
        for quality in (at_the_threshold, halfway, black)
    ]

    assert told == pytest.approx([0.5, 0.75, 1.0], abs=0.001)


def test_a_picture_that_cannot_be_read_says_nothing_about_anybody() -> None:
    seen = unreadable(3.5)

    assert not seen.readable
    assert seen.faces is None
    assert seen.verdict is Verdict.UNDECIDED
    assert seen.confidence == 0.0
    assert seen.milliseconds == 3.5
