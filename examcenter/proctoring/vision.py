"""The one door to OpenCV: pictures are decoded, measured and searched for faces here.

Whoever looks at pictures of strangers does so through ``analyst.py``, which keeps
this module in a process of its own.
"""

import os

# OpenCV reads the limit once, while it is imported; set later it counts for nothing.
os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"] = "4000000"

import hashlib
from collections.abc import Iterable
from importlib.metadata import distributions
from pathlib import Path
from time import perf_counter
from typing import Protocol

import cv2
import numpy as np
from cv2.typing import MatLike

from examcenter.proctoring.pictures import PictureError, PictureHeader, describe
from examcenter.proctoring.rules import (
    READABLE,
    Analysis,
    Calibration,
    DetectorUnavailableError,
    Measurements,
    observe,
    unreadable,
)

cv2.setNumThreads(1)  # many pictures wait; one picture must not take every core

CURE = "pip install --force-reinstall 'opencv-python-headless>=4.12,<5'"
CASCADE = "haarcascade_frontalface_alt2.xml"
_WORKING_SIDE = 320
_YUNET_SIDE = 480
# Answers in the second look: 170 portraits gave 38 to 143, 220 empty scenes at most 44.
_HALF_BELIEVED = 50
_REDUCED = {
    8: cv2.IMREAD_REDUCED_COLOR_8,
    4: cv2.IMREAD_REDUCED_COLOR_4,
    2: cv2.IMREAD_REDUCED_COLOR_2,
    1: cv2.IMREAD_COLOR,
}


class Detector(Protocol):
    """Finds faces; another detector is another class with these two."""

    @property
    def calibration(self) -> Calibration:
        """What the scores of this detector are worth."""

    def scores(self, picture: MatLike) -> tuple[float, ...]:
        """Return a score from 0 to 1 for each possible face in the BGR *picture*."""


class CascadeDetector:
    """The cascade for upright frontal faces that the OpenCV 4 wheel brings.

    A quick look over the whole picture proposes places; each is enlarged, lit alike
    and searched again, as it is and mirrored, in finer steps.  A face answers at many
    neighbouring positions, a pattern at few.  Faces lower than a tenth of the picture's
    shorter side are not looked for, nor heads tilted by more than about 15 degrees.
    """

    def __init__(self, cascade: Path | None = None) -> None:
        """Load *cascade*, by default the one in the wheel.

        Raises DetectorUnavailableError when this OpenCV has no cascades.
        """
        path = cascade or _cascade_of_the_wheel()
        if not hasattr(cv2, "CascadeClassifier") or not path.is_file():
            raise DetectorUnavailableError(
                f"OpenCV {cv2.__version__} here has no face cascade ({path.name});"
                f" cure: {CURE}"
            )
        self._cascade = cv2.CascadeClassifier(str(path))
        if self._cascade.empty():
            raise DetectorUnavailableError(f"{path} is not a cascade; cure: {CURE}")

    @property
    def calibration(self) -> Calibration:
        # Published for cascades on a balanced public set: 40 % of faces missed.
        return Calibration(
            detector=f"cascade frontalface_alt2, OpenCV {cv2.__version__}",
            doubtful=1 / 3,
            counted=0.5,
            hit_rate=0.6,
        )

    def scores(self, picture: MatLike) -> tuple[float, ...]:
        grey = _evenly_lit(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY))
        small = _fitted(grey, _WORKING_SIDE)
        enlargement = max(grey.shape) / max(small.shape)
        least = max(20, min(small.shape) // 10)
        boxes, _ = self._cascade.detectMultiScale2(
            small, 1.1, 2, minSize=(least, least)
        )
        return tuple(
            self._second_look(grey, [float(v) * enlargement for v in box])
            for box in boxes
        )

    def _second_look(self, grey: MatLike, box: list[float]) -> float:
        left, top, width, height = box
        margin = 0.3 * width
        y0, y1 = max(0, int(top - margin)), int(top + height + margin)
        x0, x1 = max(0, int(left - margin)), int(left + width + margin)
        # 56 pixels is 2.8 times the cascade's own window: room for finer steps.
        place = _scaled(grey[y0:y1, x0:x1], 56 / width)
        answers = sum(self._answers(view) for view in (place, cv2.flip(place, 1)))
        return answers / (answers + _HALF_BELIEVED)

    def _answers(self, view: MatLike) -> int:
        _, neighbours = self._cascade.detectMultiScale2(
            view, 1.05, 2, minSize=(38, 38), maxSize=(84, 84)
        )
        return max((int(n) for n in np.ravel(neighbours)), default=0)


class YuNetDetector:
    """The YuNet network in a model file of the operator's, known by its SHA-256."""

    def __init__(self, model: Path, sha256: str | None) -> None:
        """Read *model* and use exactly the bytes that were checked.

        Raises DetectorUnavailableError when the file cannot be read, when *sha256*
        (hexadecimal) is missing or another, or when OpenCV cannot use the model.
        """
        try:
            data = model.read_bytes()
        except OSError as error:
            raise DetectorUnavailableError(
                f"the face model cannot be read: {error}"
            ) from error
        self._digest = hashlib.sha256(data).hexdigest()
        if sha256 is None or sha256.strip().lower() != self._digest:
            raise DetectorUnavailableError(
                f"the SHA-256 of {model} is {self._digest}, the setting"
                f" proctoring.face_model_sha256 says {sha256 or 'nothing'}"
            )
        self._network = _yunet(data)

    @property
    def calibration(self) -> Calibration:
        # Published by its authors: average precision 0.8656 on WIDER Face, medium.
        return Calibration(
            detector=f"yunet {self._digest[:12]}, OpenCV {cv2.__version__}",
            doubtful=0.6,
            counted=0.85,
            hit_rate=0.86,
        )

    def scores(self, picture: MatLike) -> tuple[float, ...]:
        fitted = _fitted(picture, _YUNET_SIDE)
        height, width = fitted.shape[:2]
        self._network.setInputSize((width, height))
        faces: MatLike | None = self._network.detect(fitted)[1]
        return () if faces is None else tuple(float(face[-1]) for face in faces)


def detector_from(model: Path | None, sha256: str | None) -> Detector:
    """Return the detector that the settings ask for.

    *model* is the path of a YuNet file and *sha256* its digest; without a model it is
    the cascade of the wheel.
    Raises DetectorUnavailableError, which names what is installed and the cure.
    """
    rivals = rival_wheels(d.name for d in distributions())
    if rivals:
        raise DetectorUnavailableError(
            f"{' and '.join(rivals)} overwrite each other's cv2; cure: pip uninstall -y"
            f" {' '.join(rivals)}, then {CURE}"
        )
    return CascadeDetector() if model is None else YuNetDetector(model, sha256)


def rival_wheels(installed: Iterable[str]) -> tuple[str, ...]:
    """Return the OpenCV distributions among *installed* if there is more than one."""
    wheels = {
        name.lower().replace("_", "-")
        for name in installed
        if name.lower().replace("_", "-").startswith("opencv-")
    }
    return tuple(sorted(wheels)) if len(wheels) > 1 else ()


def analyse(data: bytes, detector: Detector) -> Analysis:
    """Return what the picture *data* (JPEG or PNG) shows.

    Never raises for what the bytes are: a picture that is refused by its header or
    that cannot be decoded is not readable.
    """
    began = perf_counter()
    picture = _decoded(data)
    if picture is None:
        return unreadable(_milliseconds_since(began))
    seen = observe(measure(picture), detector.scores(picture), detector.calibration)
    return Analysis(
        readable=True,
        faces=seen.faces,
        verdict=seen.verdict,
        confidence=seen.confidence,
        milliseconds=_milliseconds_since(began),
    )


def measure(picture: MatLike) -> Measurements:
    """Return the quality of the BGR *picture*, in the units of ``Measurements``."""
    grey = _fitted(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), _WORKING_SIDE)
    # The blur takes the grain that a sensor makes in the dark for what it is.
    even = cv2.GaussianBlur(_evenly_lit(grey, most=3), (5, 5), 1.2)
    slope = np.hypot(
        cv2.Sobel(even, cv2.CV_32F, 1, 0), cv2.Sobel(even, cv2.CV_32F, 0, 1)
    )
    return Measurements(
        brightness=float(grey.mean()),
        texture=float(np.percentile(slope, 99)),
        sharpness=float(cv2.Laplacian(even, cv2.CV_32F).var()),
    )


def _decoded(data: bytes) -> MatLike | None:
    try:
        header = describe(data, READABLE)
        return cv2.imdecode(np.frombuffer(data, np.uint8), _reduction(header))
    except (PictureError, cv2.error):
        return None


def _reduction(header: PictureHeader) -> int:
    # A JPEG decodes to an eighth of its size in a fraction of the time.
    longer = max(header.width, header.height)
    fitting = [by for by in _REDUCED if longer // by >= 2 * _WORKING_SIDE]
    return _REDUCED[max(fitting, default=1)]


def _evenly_lit(grey: MatLike, most: float = 8) -> MatLike:
    """Brighten *grey*, at most *most* times, until its light parts are light."""
    light = float(np.percentile(grey, 98))
    return cv2.convertScaleAbs(grey, alpha=min(most, max(1.0, 230 / max(light, 1.0))))


def _fitted(picture: MatLike, side: int) -> MatLike:
    return _scaled(picture, side / max(picture.shape[:2]))


def _scaled(picture: MatLike, factor: float) -> MatLike:
    height, width = picture.shape[:2]
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    return cv2.resize(picture, size, interpolation=how)


def _cascade_of_the_wheel() -> Path:
    folder = getattr(getattr(cv2, "data", None), "haarcascades", "")
    return Path(folder) / CASCADE


def _yunet(data: bytes) -> cv2.FaceDetectorYN:
    try:
        return cv2.FaceDetectorYN.create(
            "onnx",
            np.frombuffer(data, np.uint8),
            np.empty(0, np.uint8),
            (_YUNET_SIDE, _YUNET_SIDE),
            score_threshold=0.5,
        )
    except (cv2.error, AttributeError) as error:
        raise DetectorUnavailableError(
            f"OpenCV {cv2.__version__} cannot use the face model: {error}; cure: {CURE}"
        ) from error


def _milliseconds_since(began: float) -> float:
    return round((perf_counter() - began) * 1000, 1)
