"""Pictures as strangers send them: judged by their headers, before any decoding.

A picture of 400 kB may unfold into gigabytes, so nothing here decodes.  The walk
through a file is strict: what a careful encoder would not have written is refused,
and whatever the bytes are, the only errors are the ones of this module.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from examcenter.errors import (
    ExamCenterError,
    RefusedError,
    TooLargeError,
    UnsupportedTypeError,
)
from examcenter.proctoring.rules import PictureFormat, PictureLimits

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SOI, _EOI, _SOS, _APP0, _APP14, _COM = 0xD8, 0xD9, 0xDA, 0xE0, 0xEE, 0xFE
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_DECODABLE_FRAMES = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended, progressive
_WITHOUT_LENGTH = frozenset({0x00, 0x01, *range(0xD0, 0xD9)})
# A camera writes about ten segments, and a progressive picture about ten scans; each
# scan is a pass over all pixels, so their number is a cost that the sender chooses.
_MOST_SEGMENTS = 400
_MOST_SCANS = 40
_ADOBE_LENGTH = 14
_JFIF = 14
_SCAN_END = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")


class PictureError(ExamCenterError):
    """The picture is refused, and nothing of it was decoded."""

    code = "picture_refused"


class PictureNotJpegError(PictureError, UnsupportedTypeError):
    """It is not of a format that is accepted here."""

    code = "picture_not_jpeg"


class PictureTooLargeError(PictureError, TooLargeError):
    """It has more bytes than are read."""

    code = "picture_too_large"


class PictureDimensionsError(PictureError, RefusedError):
    """It declares more pixels than are decoded, or a shape that shows nothing."""

    code = "picture_dimensions"


class PictureBrokenError(PictureError, RefusedError):
    """It is empty, cut short or contradicts itself."""

    code = "picture_broken"


@dataclass(frozen=True, slots=True)
class PictureHeader:
    """What a picture says about itself; *width* and *height* in pixels."""

    format: PictureFormat
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class _Segment:
    marker: int
    start: int  # of the 0xFF
    body: int  # behind the two bytes of the length
    end: int  # a scan reaches to the marker that follows it


def describe(data: bytes, limits: PictureLimits | None = None) -> PictureHeader:
    """Return format and size of the picture *data*, from its header alone.

    The whole file is walked, so that a picture cut short or with two frames is known
    before it is decoded; bytes behind its end are not looked at.
    Raises PictureNotJpegError for a format outside *limits* (the default takes JPEG
    alone), PictureTooLargeError, PictureDimensionsError or PictureBrokenError.
    """
    limits = limits or PictureLimits()
    if not data:
        raise PictureBrokenError("the picture has no bytes")
    if len(data) > limits.max_bytes:
        raise PictureTooLargeError(
            f"{len(data)} bytes, {limits.max_bytes} are read",
            size=len(data),
            most=limits.max_bytes,
        )
    kind = _format(data)
    if kind is None or kind not in limits.formats:
        raise PictureNotJpegError("the picture is not of an accepted format")
    header = _jpeg_header(data) if kind is PictureFormat.JPEG else _png_header(data)
    _check_dimensions(header, limits)
    return header


def strip_metadata(data: bytes) -> bytes:
    """Return the JPEG *data* without what a camera or a person added to the picture.

    Gone are EXIF with its place and its preview, XMP, colour profiles, comments and
    whatever stands behind the end; the pixels are the same.  What remains of the
    application segments is the JFIF density and the mark that tells the colour model.
    Raises PictureNotJpegError or PictureBrokenError.
    """
    if _format(data) is not PictureFormat.JPEG:
        raise PictureNotJpegError("only a JPEG can be stripped")
    _jpeg_header(data)
    kept = [_without_metadata(data, segment) for segment in _segments(data)]
    return b"\xff\xd8" + b"".join(kept) + b"\xff\xd9"


def _format(data: bytes) -> PictureFormat | None:
    if data.startswith(b"\xff\xd8\xff"):
        return PictureFormat.JPEG
    if data.startswith(_PNG_SIGNATURE):
        return PictureFormat.PNG
    return None


def _check_dimensions(header: PictureHeader, limits: PictureLimits) -> None:
    pixels = header.width * header.height
    shorter, longer = sorted((header.width, header.height))
    shapeless = shorter < limits.min_side or longer > limits.max_ratio * shorter
    if pixels > limits.max_pixels or shapeless:
        raise PictureDimensionsError(
            f"{header.width} × {header.height} pixels",
            width=header.width,
            height=header.height,
        )


def _segments(data: bytes) -> Iterator[_Segment]:
    """Walk the segments between start and end of a JPEG; scans come with their data."""
    at = 2
    for _ in range(_MOST_SEGMENTS):
        marker, start = _next_marker(data, at)
        if marker == _EOI:
            return
        body = start + 4
        end = start + 2 + _number(data, start + 2, 2)
        if end < body or end > len(data):
            raise PictureBrokenError("a segment is longer than the file")
        if marker == _SOS:
            end = _end_of_scan(data, end)
        yield _Segment(marker, start, body, end)
        at = end
    raise PictureBrokenError("more segments than a camera writes")


def _next_marker(data: bytes, at: int) -> tuple[int, int]:
    if data[at : at + 1] != b"\xff":
        raise PictureBrokenError("the picture ends early or has bytes between segments")
    while data[at + 1 : at + 2] == b"\xff":  # any number of fill bytes is allowed
        at += 1
    marker = _number(data, at + 1, 1)
    if marker in _WITHOUT_LENGTH:
        raise PictureBrokenError("a marker stands where none may stand")
    return marker, at


def _end_of_scan(data: bytes, start: int) -> int:
    found = _SCAN_END.search(data, start)
    if found is None:
        raise PictureBrokenError("the picture is cut short")
    return found.start()


def _number(data: bytes, at: int, width: int) -> int:
    raw = data[at : at + width]
    if len(raw) < width:
        raise PictureBrokenError("the picture is cut short")
    return int.from_bytes(raw, "big")


def _jpeg_header(data: bytes) -> PictureHeader:
    header: PictureHeader | None = None
    scans = 0
    for segment in _segments(data):
        if segment.marker in _FRAMES:
            if header is not None:
                raise PictureBrokenError("the picture has two frames")
            header = _frame(data, segment)
        elif segment.marker == _SOS:
            scans += 1
            if header is None or scans > _MOST_SCANS:
                raise PictureBrokenError("scans without a frame, or too many")
    if header is None or not scans:
        raise PictureBrokenError("the picture has no frame or no scan")
    return header


def _frame(data: bytes, segment: _Segment) -> PictureHeader:
    if segment.marker not in _DECODABLE_FRAMES:
        raise PictureBrokenError("a kind of JPEG that no camera writes")
    components = _number(data, segment.body + 5, 1)
    if segment.end - segment.body != 6 + 3 * components or components not in {1, 3, 4}:
        raise PictureBrokenError("the frame contradicts itself")
    if _number(data, segment.body, 1) != 8:  # noqa: PLR2004 - bits for each sample
        raise PictureBrokenError("only 8 bits for each sample are read")
    return PictureHeader(
        PictureFormat.JPEG,
        width=_number(data, segment.body + 3, 2),
        height=_number(data, segment.body + 1, 2),
    )


def _without_metadata(data: bytes, segment: _Segment) -> bytes:
    body = data[segment.body : segment.end]
    if segment.marker == _APP0:
        # Twelve bytes of version and density; then "no preview", whatever was there.
        kept = body[:12] if body.startswith(b"JFIF\0") and len(body) >= _JFIF else b""
        return b"\xff\xe0\x00\x10" + kept + b"\0\0" if kept else b""
    if segment.marker == _APP14:
        # Without this mark the colours of CMYK and RGB pictures would be wrong.
        adobe = body.startswith(b"Adobe") and len(body) + 2 == _ADOBE_LENGTH
        return data[segment.start : segment.end] if adobe else b""
    if _APP0 < segment.marker < _APP14 + 2 or segment.marker == _COM:
        return b""
    return data[segment.start : segment.end]


def _png_header(data: bytes) -> PictureHeader:
    if data[12:16] != b"IHDR" or _number(data, 8, 4) != 13:  # noqa: PLR2004 - fixed
        raise PictureBrokenError("the picture does not begin with its header")
    header = PictureHeader(
        PictureFormat.PNG, width=_number(data, 16, 4), height=_number(data, 20, 4)
    )
    if b"IEND" not in data[33:]:
        raise PictureBrokenError("the picture is cut short")
    return header
