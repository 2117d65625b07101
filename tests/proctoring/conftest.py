"""The two detectors: the cascade of the wheel, and YuNet where its file is there."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from examcenter.proctoring.vision import CascadeDetector, Detector, YuNetDetector
from tests.conftest import SHARED

YUNET = SHARED / "data/models/face_detection_yunet_2023mar.onnx"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model and the digest that an operator would write into the settings."""

    path: Path
    sha256: str


@pytest.fixture(scope="session")
def yunet_file() -> ModelFile:
    if not YUNET.is_file():
        pytest.skip("the YuNet model file is not there: ../shared/data/models")
    return ModelFile(YUNET, hashlib.sha256(YUNET.read_bytes()).hexdigest())


@pytest.fixture(scope="session")
def cascade() -> CascadeDetector:
    return CascadeDetector()


@pytest.fixture(scope="session", params=["cascade", "yunet"])
def detector(request: pytest.FixtureRequest, cascade: CascadeDetector) -> Detector:
    if request.param == "cascade":
        return cascade
    model: ModelFile = request.getfixturevalue("yunet_file")
    return YuNetDetector(model.path, model.sha256)
