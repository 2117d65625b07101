"""Pictures are judged by their headers, and leave without what they knew of a place."""

import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import cache

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from examcenter.errors import RefusedError, TooLargeError, UnsupportedTypeError
from examcenter.proctoring.pictures import (
    PictureBrokenError,
    PictureDimensionsError,
    PictureError,
    PictureHeader,
    PictureNotJpegError,
    PictureTooLargeError,
    describe,
    strip_metadata,
)
from examcenter.proctoring.rules import PictureFormat, PictureLimits
from tests.proctoring.scenes import jpeg, photograph, plain, png

EVERY_FORMAT = PictureLimits(formats=frozenset(PictureFormat))
PLAIN = jpeg(plain(128))
SMALL = jpeg(cv2.resize(photograph("coffee"), (96, 72)))
SOF = PLAIN.index(b"\xff\xc0")
SOS = PLAIN.index(b"\xff\xda")
FRAME = PLAIN[SOF : SOF + 19]
SCAN = PLAIN[SOS:-2]
EXIF = b"Exif\0\0GPSLatitude 39.9"


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body


def with_size(width: int, height: int) -> bytes:
    size = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return PLAIN[: SOF + 5] + size + PLAIN[SOF + 9 :]


@cache
def png_bomb(side: int = 20_000) -> bytes:
    """Return a PNG of 49 kB that unfolds into 1.2 GB: *side* × *side* black pixels."""
    packer = zlib.compressobj()
    row = bytes(side // 8 + 1)
    pixels = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    size = side.to_bytes(4, "big") * 2
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size + b"\x01\0\0\0\0")
        + chunk(b"IDAT", pixels)
        + chunk(b"IEND", b"")
    )


def chunk(name: bytes, body: bytes) -> bytes:
    check = zlib.crc32(name + body).to_bytes(4, "big")
    return len(body).to_bytes(4, "big") + name + body + check


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(PLAIN, id="baseline"),
        pytest.param(jpeg(plain(128), progressive=True), id="progressive"),
        pytest.param(PLAIN + b"<html>behind the end", id="with bytes behind the end"),
        pytest.param(PLAIN[:SOF] + b"\xff\xff" + PLAIN[SOF:], id="with fill bytes"),
    ],
)
def test_a_camera_picture_tells_its_size(picture: bytes) -> None:
    assert describe(picture) == PictureHeader(PictureFormat.JPEG, 640, 480)


def test_a_png_is_read_only_where_it_is_asked_for() -> None:
    picture = png(plain(128))

    assert describe(picture, EVERY_FORMAT) == PictureHeader(PictureFormat.PNG, 640, 480)
    with pytest.raises(PictureNotJpegError):
        describe(picture)


@pytest.mark.parametrize(
    ("picture", "error"),
    [
        pytest.param(b"", PictureBrokenError, id="no bytes"),
        pytest.param(b"GIF89a" + bytes(99), PictureNotJpegError, id="a gif"),
        pytest.param(b"<html><body>", PictureNotJpegError, id="a page"),
        pytest.param(b"<svg xmlns=''/>", PictureNotJpegError, id="a drawing"),
        pytest.param(PLAIN + bytes(600_000), PictureTooLargeError, id="600 kB"),
        pytest.param(with_size(2001, 2000), PictureDimensionsError, id="4.002 MP"),
        pytest.param(with_size(65535, 65535), PictureDimensionsError, id="4295 MP"),
        pytest.param(with_size(640, 0), PictureDimensionsError, id="no height"),
        pytest.param(with_size(31, 31), PictureDimensionsError, id="a stamp"),
        pytest.param(with_size(3000, 40), PictureDimensionsError, id="a ribbon"),
        pytest.param(PLAIN[:-2], PictureBrokenError, id="without its end"),
        pytest.param(PLAIN[: SOS + 6], PictureBrokenError, id="cut in the scan's head"),
        pytest.param(PLAIN[: SOF + 7], PictureBrokenError, id="cut in the frame"),
        pytest.param(PLAIN[:4], PictureBrokenError, id="cut in the first segment"),
        pytest.param(b"\xff\xd8\xff\xd9", PictureBrokenError, id="start and end alone"),
        pytest.param(
            PLAIN[:SOF] + FRAME + PLAIN[SOF:], PictureBrokenError, id="two frames"
        ),
        pytest.param(
            PLAIN[:SOF] + PLAIN[SOF + 19 :], PictureBrokenError, id="no frame"
        ),
        pytest.param(
            PLAIN[:SOS] + b"\xff\xd9", PictureBrokenError, id="a frame and no scan"
        ),
        pytest.param(
            PLAIN[: SOF + 4] + b"\x0c" + PLAIN[SOF + 5 :],
            PictureBrokenError,
            id="12 bits for each sample",
        ),
        pytest.param(
            PLAIN[: SOF + 1] + b"\xc9" + PLAIN[SOF + 2 :],
            PictureBrokenError,
            id="arithmetic coding",
        ),
        pytest.param(
            PLAIN[:SOF] + b"garbage" + PLAIN[SOF:],
            PictureBrokenError,
            id="bytes between segments",
        ),
        pytest.param(
            PLAIN[:SOF] + b"\xff\xd0" + PLAIN[SOF:],
            PictureBrokenError,
            id="a restart outside a scan",
        ),
        pytest.param(
            PLAIN[:-2] + SCAN * 40 + b"\xff\xd9", PictureBrokenError, id="41 scans"
        ),
        pytest.param(
            PLAIN[:2] + segment(0xFE, b"x") * 400 + PLAIN[2:],
            PictureBrokenError,
            id="400 comments",
        ),
    ],
)
def test_what_no_camera_sends_is_refused(
    picture: bytes, error: type[PictureError]
) -> None:
    with pytest.raises(error):
        describe(picture)


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(b"\x89PNG\r\n\x1a\n", id="its signature alone"),
        pytest.param(png(plain(128))[:60], id="cut short"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b""), id="without a header"),
    ],
)
def test_a_broken_png_is_refused(picture: bytes) -> None:
    with pytest.raises(PictureBrokenError):
        describe(picture, EVERY_FORMAT)


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (PictureNotJpegError, UnsupportedTypeError, "picture_not_jpeg"),
        (PictureTooLargeError, TooLargeError, "picture_too_large"),
        (PictureDimensionsError, RefusedError, "picture_dimensions"),
        (PictureBrokenError, RefusedError, "picture_broken"),
    ],
)
def test_each_refusal_has_a_code_and_a_kind(
    error: type[PictureError], kind: type[Exception], code: str
) -> None:
    assert error().code == code
    assert issubclass(error, kind)


def test_a_bomb_is_refused_by_its_header_without_unfolding() -> None:
    bomb = png_bomb()
    tracemalloc.start()
    try:
        with pytest.raises(PictureDimensionsError):
            describe(bomb, EVERY_FORMAT)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 200_000


def test_a_snapshot_leaves_its_place_and_its_preview_behind() -> None:
    preview = b"JFIF\0\1\1\0\0\1\0\1\2\2" + bytes(12)
    added = (
        segment(0xE0, preview)
        + segment(0xE0, b"JFXX\0\x10preview")
        + segment(0xE1, EXIF)
        + segment(0xE2, b"ICC_PROFILE\0")
        + segment(0xEE, b"not Adobe's")
        + segment(0xFE, b"a comment")
    )
    sent = PLAIN[:2] + added + PLAIN[20:-2] + b"\xff\xd9<script>behind the end"

    kept = strip_metadata(sent)

    for word in (b"GPS", b"JFXX", b"ICC", b"Adobe", b"comment", b"script"):
        assert word not in kept
    assert kept == PLAIN


def test_the_mark_of_the_colour_model_stays() -> None:
    adobe = segment(0xEE, b"Adobe\0\x64\0\0\0\0\1")

    assert adobe in strip_metadata(PLAIN[:2] + adobe + PLAIN[2:])


@pytest.mark.parametrize("progressive", [False, True], ids=["baseline", "progressive"])
def test_stripping_changes_no_pixel(*, progressive: bool) -> None:
    sent = jpeg(photograph("coffee"), progressive=progressive)
    sent = sent[:20] + segment(0xE1, EXIF) + sent[20:]

    kept = strip_metadata(sent)

    assert EXIF not in kept
    assert np.array_equal(pixels(kept), pixels(sent))
    assert strip_metadata(kept) == kept


@pytest.mark.parametrize(
    "picture",
    [b"", b"\xff\xd8", png(plain(9)), PLAIN[:-2]],
    ids=["no bytes", "a start", "a png", "cut short"],
)
def test_what_is_not_a_whole_jpeg_is_not_stripped(picture: bytes) -> None:
    with pytest.raises(PictureError):
        strip_metadata(picture)


def test_ten_thousand_mutated_pictures_raise_nothing_but_refusals() -> None:
    refused = 0
    for mutated in mutations(10_000):
        try:
            describe(mutated, EVERY_FORMAT)
        except PictureError:
            refused += 1
        with suppress(PictureError):
            strip_metadata(mutated)

    assert 1_000 < refused < 10_000


def test_what_was_stripped_is_still_a_picture_of_the_same_size() -> None:
    of_any_size = PictureLimits(max_pixels=1 << 40, min_side=0, max_ratio=1 << 20)
    stripped = 0
    for mutated in mutations(2_000):
        with suppress(PictureError):
            kept = strip_metadata(mutated)
            stripped += 1

            assert describe(kept, of_any_size) == describe(mutated, of_any_size)

    assert stripped > 100


@given(st.binary(max_size=300))
def test_any_bytes_behind_a_signature_are_described_or_refused(tail: bytes) -> None:
    for signature in (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b""):
        with suppress(PictureError):
            describe(signature + tail, EVERY_FORMAT)


def pixels(picture: bytes) -> cv2.typing.MatLike:
    decoded = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    return decoded


def mutations(number: int) -> Iterator[bytes]:
    """Yield pictures with bytes changed, cut out, doubled or cut off."""
    draw = np.random.default_rng(20)
    originals = (SMALL, PLAIN, jpeg(photograph("moon"), 5), png(plain(3)))
    for turn in range(number):
        data = bytearray(originals[turn % len(originals)])
        first, second = sorted(int(i) for i in draw.integers(0, len(data), 2))
        match turn // len(originals) % 4:
            case 0:  # the header is where a change matters most
                for place in draw.integers(0, min(700, len(data)), 4):
                    data[int(place)] = int(draw.integers(256))
            case 1:
                del data[first : first + int(draw.integers(1, 40))]
            case 2:
                data[second:second] = data[first : first + int(draw.integers(1, 400))]
            case _:
                del data[second:]
        yield bytes(data)
