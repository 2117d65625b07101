"""Camera pictures that no camera took: 640 × 480, grey, 40 kB, each one different.

Written by hand, because drawing and compressing a picture for every snapshot would cost
more than all else that a simulated examinee does.  The noise is made once; what differs
is the table of quantisation, and with it every block that a decoder shows.
"""

import secrets
from collections.abc import Iterator

WIDTH, HEIGHT = 640, 480
_BLOCKS = WIDTH * HEIGHT // 64
_DETAILS = (
    7  # coefficients of a block besides its brightness: sets the size of the file
)
_TABLE = 64

# Huffman tables of our own.  Brightness: differences of 0 to 6 bits, three bits each.
# Detail: "the block ends here" in one bit, "a value of four bits follows" in two.
_BRIGHTNESS_BITS = 7
_BRIGHTNESS = bytes((0, 0, _BRIGHTNESS_BITS, *[0] * 13, *range(_BRIGHTNESS_BITS)))
_DETAIL = bytes((1, 1, *[0] * 14, 0x00, 0x04))
_END, _VALUE = (0b0, 1), (0b10, 2)


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body


_JFIF = _segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
_FRAME = _segment(
    0xC0,
    bytes((8, *HEIGHT.to_bytes(2, "big"), *WIDTH.to_bytes(2, "big"), 1, 1, 0x11, 0)),
)
_HUFFMAN = _segment(0xC4, b"\0" + _BRIGHTNESS) + _segment(0xC4, b"\x10" + _DETAIL)
_SCAN = _segment(0xDA, bytes((1, 1, 0x00, 0, 63, 0)))


class Album:
    """Gives one picture after another; no two are the same."""

    def __init__(self) -> None:
        self._rest = _FRAME + _HUFFMAN + _SCAN + _noise() + b"\xff\xd9"

    def picture(self) -> bytes:
        """Return a JPEG that was never given before."""
        # Steps of 1 to 16, so that the noise stays within what looks like a picture.
        steps = bytes(1 + (byte & 15) for byte in secrets.token_bytes(_TABLE))
        return b"\xff\xd8" + _JFIF + _segment(0xDB, b"\0" + steps) + self._rest


def _noise() -> bytes:
    """Return the compressed blocks; the last byte is filled up with ones."""
    codes = "".join(f"{value:0{width}b}" for value, width in _blocks())
    codes += "1" * (-len(codes) % 8)
    data = int(codes, 2).to_bytes(len(codes) // 8, "big")
    return data.replace(b"\xff", b"\xff\0")  # else it would begin a marker


def _blocks() -> Iterator[tuple[int, int]]:
    """Yield codes as (value, bits): each block's brightness, details and end."""
    dice = secrets.SystemRandom()
    brightness = 0
    for _ in range(_BLOCKS):
        # Wander, and turn back where the picture would be white or black.
        step = dice.randrange(1, 8) * (-1 if brightness > 0 else 1)
        brightness += step
        width = abs(step).bit_length()
        yield width, 3
        yield (step if step > 0 else step + (1 << width) - 1), width
        for _ in range(dice.randrange(_DETAILS, 2 * _DETAILS)):
            yield _VALUE
            yield dice.getrandbits(4), 4
        yield _END
