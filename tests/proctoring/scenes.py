"""Scenes before a camera, made from pictures that scikit-image brings.

The one portrait is in the public domain.  It is set before backgrounds without a face,
near and far, tilted, mirrored, darker, grainier and compressed, with known truth.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike
from skimage import data

WIDTH, HEIGHT = 640, 480
_BACKGROUNDS = (
    "coffee",
    "brick",
    "page",
    "rocket",
    "gravel",
    "grass",
    "coins",
    "chelsea",
    "moon",
    "text",
)


@dataclass(frozen=True, slots=True)
class Pose:
    """How somebody sits: *x* of the head in pixels, *tilt* in degrees."""

    x: int
    scale: float = 1.0
    tilt: float = 0.0
    mirrored: bool = False


def photograph(name: str) -> MatLike:
    """Return a picture of scikit-image by *name*, as BGR."""
    picture: MatLike = getattr(data, name)()
    code = cv2.COLOR_GRAY2BGR if picture.ndim == 2 else cv2.COLOR_RGB2BGR
    return cv2.cvtColor(picture, code)


def jpeg(picture: MatLike, quality: int = 85, *, progressive: bool = False) -> bytes:
    options = [cv2.IMWRITE_JPEG_QUALITY, quality]
    options += [cv2.IMWRITE_JPEG_PROGRESSIVE, int(progressive)]
    return cv2.imencode(".jpg", picture, options)[1].tobytes()


def png(picture: MatLike) -> bytes:
    return cv2.imencode(".png", picture)[1].tobytes()


def plain(grey: int) -> MatLike:
    """Return a camera picture of one grey."""
    return np.full((HEIGHT, WIDTH, 3), grey, np.uint8)


def grainy(picture: MatLike, amount: float, seed: int = 1) -> MatLike:
    grain = np.random.default_rng(seed).normal(0, amount, picture.shape)
    return _as_bytes(picture + grain)


def darker(picture: MatLike, factor: float) -> MatLike:
    return _as_bytes(picture * factor)


def blurred(picture: MatLike, sigma: float) -> MatLike:
    return cv2.GaussianBlur(picture, (0, 0), sigma)


def tilted(picture: MatLike, degrees: float) -> MatLike:
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REFLECT)


def with_person(background: MatLike, pose: Pose) -> MatLike:
    """Return *background* with the portrait before it, its edges softened."""
    portrait = photograph("astronaut")[0:400, 60:420]
    if pose.mirrored:
        portrait = cv2.flip(portrait, 1)
    place = cv2.getRotationMatrix2D((180, 150), pose.tilt, pose.scale)
    place[0, 2] += pose.x - 180
    place[1, 2] += 20 + 150 * max(0.0, 0.95 * pose.scale - 1)
    solid = np.full(portrait.shape[:2], 255, np.uint8)
    size = (WIDTH, HEIGHT)
    cut_out = cv2.GaussianBlur(cv2.warpAffine(solid, place, size), (0, 0), 3)
    alpha = cut_out[..., None] / 255.0
    front = cv2.warpAffine(portrait, place, size)
    return _as_bytes(background * (1 - alpha) + front * alpha)


def scenes(people: int, number: int, seed: int) -> Iterator[bytes]:
    """Yield *number* camera pictures with 0, 1 or 2 *people*, the same for a *seed*."""
    draw = np.random.default_rng(seed)
    backgrounds = [
        cv2.resize(photograph(name), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
        for name in _BACKGROUNDS
    ] + [plain(150)]
    for _ in range(number):
        scene = _moved(backgrounds[draw.integers(len(backgrounds))], draw)
        for pose in _poses(people, draw):
            scene = with_person(scene, pose)
        light, grain = draw.uniform(0.35, 1.25), draw.choice([0, 3, 6])
        dimmed = grainy(darker(scene, light), grain, seed=int(draw.integers(1 << 30)))
        yield jpeg(dimmed, int(draw.choice([20, 40, 60, 85])))


def _as_bytes(picture: MatLike) -> MatLike:
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def _moved(background: MatLike, draw: np.random.Generator) -> MatLike:
    view = cv2.getRotationMatrix2D(
        (WIDTH / 2, HEIGHT / 2), draw.uniform(-20, 20), draw.uniform(1, 2.5)
    )
    return cv2.warpAffine(
        background, view, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT
    )


def _poses(people: int, draw: np.random.Generator) -> list[Pose]:
    places = {0: [], 1: [(200, 440)], 2: [(110, 190), (430, 520)]}[people]
    largest = 1.8 if people == 1 else 1.0
    return [
        Pose(
            x=int(draw.integers(low, high)),
            scale=draw.uniform(0.5, largest),
            tilt=draw.uniform(-12, 12),
            mirrored=bool(draw.integers(2)),
        )
        for low, high in places
    ]
