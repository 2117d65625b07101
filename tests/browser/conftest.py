"""Real browsers with a false camera that shows a real face, and a centre to visit."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data
from playwright.sync_api import Browser, Playwright

from tests.browser.camera import write_video


@pytest.fixture(scope="session")
def flags(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """How every browser is started: the camera shows somebody at their desk."""
    portrait = skimage.data.astronaut()  # type: ignore[no-untyped-call]
    video = tmp_path_factory.mktemp("camera") / "somebody.y4m"
    write_video(video, np.asarray(cv2.cvtColor(portrait, cv2.COLOR_RGB2BGR), np.uint8))
    return [
        "--no-sandbox",
        "--disable-background-networking",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={video}",
    ]


@pytest.fixture(scope="module")
def browser(
    playwright: Playwright, chromium: str, flags: list[str]
) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium, args=flags)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the centre of a module keeps everything."""
    return tmp_path_factory.mktemp("centre")
