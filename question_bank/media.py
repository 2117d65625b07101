"""Pictures in questions: told by their first bytes, named by their content.

Nothing is decoded here.  A picture that would fill the memory of an old machine in a
lab is refused by the size that its header declares.
"""

import hashlib
import struct
from dataclasses import dataclass

from question_bank.model import MEDIA, QuestionBankError

LARGEST_PICTURE = 2 * 1024 * 1024
"""In bytes."""

MOST_PIXELS = 16_000_000
LONGEST_SIDE = 8_000

SUFFIXES = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
}
_WEBP_LOSSLESS = 0x2F
_START_OF_FRAME = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDALONE = {0x01, *range(0xD0, 0xD9)}


class UnusablePictureError(QuestionBankError):
    """A picture cannot be kept; *code* is for programs, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Media:
    """A picture: its SHA-256 in hexadecimal, its type and its bytes."""

    sha256: str
    type: str
    data: bytes

    @property
    def address(self) -> str:
        """How markup names it."""
        return MEDIA + self.sha256


def picture(data: bytes) -> Media:
    """Return *data* as a picture; PNG, JPEG, GIF and WebP are known.

    Raises UnusablePictureError for another type, a damaged header, and more bytes or
    pixels than a question may bring.
    """
    kind, size = _header(data)
    if kind is None:
        raise UnusablePictureError(
            "picture_type", "图片不是 PNG、JPEG、GIF 或 WebP。请转换格式后重新插入。"
        )
    if size is None or min(size) < 1:
        raise UnusablePictureError(
            "picture_damaged", "图片已损坏，无法读取。请重新插入图片。"
        )
    if len(data) > LARGEST_PICTURE or _too_many_pixels(*size):
        raise UnusablePictureError(
            "picture_over_limit",
            f"图片过大（{size[0]}×{size[1]}，{len(data) / 1024 / 1024:.1f} MB），"
            f"最大 {LARGEST_PICTURE // 1024 // 1024} MB、"
            f"{MOST_PIXELS // 10_000} 万像素。请压缩图片后重新插入。",
        )
    return Media(hashlib.sha256(data).hexdigest(), kind, data)


def _too_many_pixels(width: int, height: int) -> bool:
    return width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE


def _header(data: bytes) -> tuple[str | None, tuple[int, int] | None]:
    readers = (
        (b"\x89PNG\r\n\x1a\n", "image/png", _png),
        (b"\xff\xd8\xff", "image/jpeg", _jpeg),
        (b"GIF87a", "image/gif", _gif),
        (b"GIF89a", "image/gif", _gif),
        (b"RIFF", "image/webp", _webp),
    )
    for signature, kind, read in readers:
        if data.startswith(signature):
            try:
                return kind, read(data)
            except (struct.error, IndexError):
                return kind, None
    return None, None


def _png(data: bytes) -> tuple[int, int] | None:
    return struct.unpack_from(">II", data, 16) if data[12:16] == b"IHDR" else None


def _gif(data: bytes) -> tuple[int, int] | None:
    return struct.unpack_from("<HH", data, 6)


def _jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    while data[at] == 0xFF:  # noqa: PLR2004 - begins every marker
        marker = data[at + 1]
        if marker == 0xFF or marker in _STANDALONE:  # noqa: PLR2004 - padding
            at += 1 if marker == 0xFF else 2  # noqa: PLR2004 - padding
            continue
        if marker in _START_OF_FRAME:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    return None


def _webp(data: bytes) -> tuple[int, int] | None:
    if data[8:12] != b"WEBP":
        return None
    chunk = data[12:16]
    if chunk == b"VP8X":
        wide, high = data[24:27], data[27:30]
        return (
            int.from_bytes(wide, "little") + 1,
            int.from_bytes(high, "little") + 1,
        )
    if chunk == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    if chunk == b"VP8L" and data[20] == _WEBP_LOSSLESS:
        bits = struct.unpack_from("<I", data, 21)[0]
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    return None
