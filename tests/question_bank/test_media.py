"""Pictures are told by their bytes; what would hurt an old machine is refused."""

import struct

import pytest

from question_bank.media import LARGEST_PICTURE, UnusablePictureError, picture
from tests.question_bank.words import png

JPEG = (
    b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(9) + b"\xff\xc0\0\x11\x08\0\x03\0\x04\x03"
)
GIF = b"GIF89a" + struct.pack("<HH", 4, 3) + b"\0\0\0;"
WEBP = b"RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x03\0\0\x02\0\0"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (png(), "image/png"),
        (JPEG, "image/jpeg"),
        (GIF, "image/gif"),
        (WEBP, "image/webp"),
    ],
)
def test_known_pictures_are_told_by_their_bytes(data: bytes, kind: str) -> None:
    assert picture(data).type == kind


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<svg onload='alert(1)'/>", "picture_type"),
        (b"", "picture_type"),
        (png(0, 5), "picture_damaged"),
        (png()[:15], "picture_damaged"),
        (JPEG[:12], "picture_damaged"),
        (png(9_000, 9_000), "picture_over_limit"),
        (png(1, 9_000), "picture_over_limit"),
        (png() + bytes(LARGEST_PICTURE), "picture_over_limit"),
    ],
)
def test_a_picture_that_cannot_be_kept_is_refused_by_name(
    data: bytes, code: str
) -> None:
    with pytest.raises(UnusablePictureError) as refused:
        picture(data)

    assert refused.value.code == code
    assert "请" in str(refused.value)
