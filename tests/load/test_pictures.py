"""The pictures that simulated examinees send."""

import cv2
import numpy as np

from examcenter.load.pictures import HEIGHT, WIDTH, Album
from examcenter.proctoring.pictures import describe, strip_metadata
from examcenter.proctoring.rules import PictureFormat


def test_every_picture_is_a_jpeg_like_a_camera_s() -> None:
    picture = Album().picture()

    header = describe(picture)
    assert (header.format, header.width, header.height) == (
        PictureFormat.JPEG,
        WIDTH,
        HEIGHT,
    )
    assert 35_000 < len(picture) < 45_000
    assert strip_metadata(picture) == picture


def test_a_decoder_reads_the_whole_picture() -> None:
    for _ in range(5):
        decoded = cv2.imdecode(
            np.frombuffer(Album().picture(), np.uint8), cv2.IMREAD_GRAYSCALE
        )

        assert decoded is not None
        assert decoded.shape == (HEIGHT, WIDTH)
        # A scan that lost its way ends in one flat colour.
        assert all(row.std() > 5 for row in np.split(decoded, HEIGHT // 8))


def test_no_two_pictures_are_the_same() -> None:
    album = Album()

    assert len({album.picture() for _ in range(200)}) == 200
