"""What may be said about a snapshot, and what may not.

A verdict is an observation about one picture, never a judgement about a person.
"Could not tell" is a verdict of its own: a picture on which a reviewer would see
nothing is not called empty, and a face that is half believed is not counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from examcenter.errors import EnvironmentUnfitError


class Verdict(StrEnum):
    """What one picture shows."""

    ONE_FACE = "one_face"
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    COVERED = "covered"
    DARK = "dark"
    BLURRED = "blurred"
    UNDECIDED = "undecided"


class PictureFormat(StrEnum):
    """The formats that are looked at."""

    JPEG = "jpeg"
    PNG = "png"


class DetectorUnavailableError(EnvironmentUnfitError):
    """No face detector can run here; the message says what is there and the cure."""

    code = "detector_unavailable"


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """What a picture may be, judged from its header alone.

    *max_bytes* is the size of the file; *max_pixels* width × height as declared;
    *min_side* the shorter side in pixels, below which nobody could see a face;
    *max_ratio* the longer side in shorter ones, because detectors see faces in ribbons.
    """

    max_bytes: int = 512 * 1024
    max_pixels: int = 4_000_000
    min_side: int = 32
    max_ratio: int = 6
    formats: frozenset[PictureFormat] = frozenset({PictureFormat.JPEG})


READABLE = PictureLimits(max_bytes=16 * 1024 * 1024, formats=frozenset(PictureFormat))
"""What is looked at; what is accepted from a page is stricter (the defaults above)."""


@dataclass(frozen=True, slots=True)
class Measurements:
    """The quality of one picture, after it was brought to one size (long side 320).

    *brightness* is the mean grey, 0 to 255.  *texture* is the slope that only one
    pixel in a hundred exceeds, in grey levels per pixel times eight: an edge anywhere
    makes it large, a covered lens has none.  *sharpness* is the variance of the
    Laplacian.  The last two are taken at equal exposure, so that a dim room is not
    called blurred.
    """

    brightness: float
    texture: float
    sharpness: float


@dataclass(frozen=True, slots=True)
class Band:
    """Below *bad* the fault is certain, from *good* on it is absent.

    In between a program should not be the one to tell.
    """

    bad: float
    good: float


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The bands of the three measurements."""

    brightness: Band = Band(bad=18, good=30)
    texture: Band = Band(bad=16, good=28)
    sharpness: Band = Band(bad=2.5, good=5)


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the scores of one detector are worth.

    A score of at least *counted* is a face; from *doubtful* up to there it may be one.
    *hit_rate* is the share of faces that the detector finds in pictures that others
    published; so much, and no more, is it worth that it found none.
    """

    detector: str
    doubtful: float
    counted: float
    hit_rate: float


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen on one picture, how surely (0 to 1), and by which detector.

    *faces* is the number of faces counted, ``None`` where the picture could not be
    read.
    """

    verdict: Verdict
    faces: int | None
    confidence: float
    detector: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """The outcome of looking at one picture, however that ended.

    An unreadable picture has no number of faces, the verdict ``undecided`` and the
    confidence 0.
    """

    readable: bool
    faces: int | None
    verdict: Verdict
    confidence: float
    milliseconds: float


def unreadable(milliseconds: float) -> Analysis:
    """Return the analysis of a picture that nothing can be said about."""
    return Analysis(
        readable=False,
        faces=None,
        verdict=Verdict.UNDECIDED,
        confidence=0.0,
        milliseconds=milliseconds,
    )


def observe(
    quality: Measurements,
    scores: Sequence[float],
    calibration: Calibration,
    thresholds: Thresholds | None = None,
) -> Observation:
    """Return what a picture of this *quality* with faces of these *scores* shows.

    A certain fault of the picture is told before any face: what a reviewer cannot see
    must not be held against anybody.  A face that is counted beside one that is
    doubtful is undecided, and so is an empty picture near a threshold.
    """
    limits = thresholds or Thresholds()
    counted = sorted((s for s in scores if s >= calibration.counted), reverse=True)
    doubtful = any(calibration.doubtful <= s < calibration.counted for s in scores)
    fault = certain_fault(quality, limits)
    if fault is not None:
        verdict, confidence = fault
    elif len(counted) > 1:
        verdict, confidence = Verdict.SEVERAL_FACES, counted[1]
    elif doubtful:
        verdict, confidence = Verdict.UNDECIDED, 0.0
    elif counted:
        verdict, confidence = Verdict.ONE_FACE, counted[0]
    elif good_enough(quality, limits):
        verdict, confidence = Verdict.NO_FACE, calibration.hit_rate
    else:
        verdict, confidence = Verdict.UNDECIDED, 0.0
    return Observation(
        verdict=verdict,
        faces=len(counted),
        confidence=round(min(1.0, confidence), 3),
        detector=calibration.detector,
    )


def certain_fault(
    quality: Measurements, limits: Thresholds
) -> tuple[Verdict, float] | None:
    """Return what makes the picture useless and how surely, or ``None``.

    The confidence is 0.5 at the threshold and 1 where nothing is left to measure.
    A black picture has neither texture nor sharpness, and an even one is never sharp,
    so the first fault in the order dark, covered, blurred is the one that is told.
    """
    for verdict, value, bad in (
        (Verdict.DARK, quality.brightness, limits.brightness.bad),
        (Verdict.COVERED, quality.texture, limits.texture.bad),
        (Verdict.BLURRED, quality.sharpness, limits.sharpness.bad),
    ):
        if value < bad:
            return verdict, 1 - 0.5 * value / bad
    return None


def good_enough(quality: Measurements, limits: Thresholds) -> bool:
    """Tell whether a face would have been seen, had there been one."""
    return (
        quality.brightness >= limits.brightness.good
        and quality.texture >= limits.texture.good
        and quality.sharpness >= limits.sharpness.good
    )
