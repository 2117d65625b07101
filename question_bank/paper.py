"""A drawn paper: what it holds, its bytes in a database, what neighbours share."""

import struct
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from question_bank.model import QuestionBankError

ROW_LENGTH = 20
"""Where there are no seats, people in their order are taken to sit in rows of 20."""

_VERSION = 1
_HEAD = struct.Struct(">BBH")
_WIDTHS = {2: "H", 4: "I"}
_IN_ORDER = 0x80


@dataclass(frozen=True, slots=True)
class Paper:
    """One person's paper.

    *questions* are indexes into the exam's frozen list, in the order shown, section by
    section.  *options* go with them: ``options[i][j]`` is the place in the bank, from
    0, of the option that question *i* shows as its option *j*; empty without options.
    """

    questions: tuple[int, ...]
    options: tuple[tuple[int, ...], ...]


class UnreadablePaperError(QuestionBankError):
    """Bytes that are not a packed paper of a version known here."""


def pack(paper: Paper) -> bytes:
    """Return *paper* as bytes, about 6 for each question.

    Version 1: the byte 1; the width of an index, 2 or 4, as a byte; the number of
    questions in 2 bytes; the indexes; then for each question its number of options as
    a byte, to which 128 is added where they stand in the bank's order, and otherwise
    one byte for each option, its place in the bank.  Integers are big-endian.

    Raises ValueError for more than 65,535 questions or 127 options, for an index that
    does not fit 32 bits and for options that are not an order.
    """
    width = 2 if max(paper.questions, default=0) < 1 << 16 else 4
    number = len(paper.questions)
    if len(paper.options) != number:
        raise ValueError("a paper has options for each of its questions")
    try:
        head = _HEAD.pack(_VERSION, width, number)
        indexes = struct.pack(f">{number}{_WIDTHS[width]}", *paper.questions)
    except struct.error as error:
        raise ValueError(f"paper cannot be packed: {error}") from error
    return b"".join([head, indexes, *map(_packed_options, paper.options)])


def unpack(packed: bytes) -> Paper:
    """Return the paper that `pack` made *packed* from.

    Raises UnreadablePaperError for another version and for cut or added bytes.
    """
    try:
        return _unpacked(packed)
    except (struct.error, IndexError, KeyError) as error:
        raise UnreadablePaperError(f"not a packed paper: {error!r}") from error


def _unpacked(packed: bytes) -> Paper:
    version, width, number = _HEAD.unpack_from(packed)
    if version != _VERSION:
        raise UnreadablePaperError(f"papers of version {version} are not known")
    layout = struct.Struct(f">{number}{_WIDTHS[width]}")
    questions = layout.unpack_from(packed, _HEAD.size)
    at = _HEAD.size + layout.size
    options = []
    for _ in range(number):
        end = at + 1 + (0 if packed[at] & _IN_ORDER else packed[at])
        options.append(_unpacked_options(packed[at:end]))
        at = end
    if at != len(packed):
        raise UnreadablePaperError(f"{len(packed)} bytes where {at} were announced")
    return Paper(questions, tuple(options))


# The orders of a few options are few, and are met again on every paper.
@lru_cache(maxsize=4096)
def _packed_options(order: tuple[int, ...]) -> bytes:
    if len(order) >= _IN_ORDER or sorted(order) != list(range(len(order))):
        raise ValueError(f"not an order of at most 127 options: {order}")
    if order == tuple(range(len(order))):
        return bytes([len(order) | _IN_ORDER])
    return bytes([len(order), *order])


@lru_cache(maxsize=4096)
def _unpacked_options(packed: bytes) -> tuple[int, ...]:
    if packed[0] & _IN_ORDER:
        return tuple(range(packed[0] ^ _IN_ORDER))
    order = tuple(packed[1:])
    if sorted(order) != list(range(packed[0])):
        raise UnreadablePaperError(f"not an order of options: {order}")
    return order


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many questions two neighbours share: the *mean* over all pairs, the most."""

    mean: float
    max: int


def neighbour_overlap(papers: Iterable[Paper], row_length: int = ROW_LENGTH) -> Overlap:
    """Tell what the papers of neighbours share.

    *papers* has one paper for each person in the order of their seats, which stand in
    rows of *row_length*; neighbours are the eight around.  Both numbers are 0 where
    nobody has a neighbour.
    """
    # A set for each of the people who may still meet the next one, and no more: the
    # sets of a whole city would fill a gigabyte.
    before: deque[frozenset[int]] = deque(maxlen=row_length + 1)
    pairs = total = most = 0
    for seat, paper in enumerate(papers):
        own = frozenset(paper.questions)
        for distance in _back_to_neighbours(seat, row_length):
            shared = len(own & before[-distance])
            pairs, total, most = pairs + 1, total + shared, max(most, shared)
        before.append(own)
    return Overlap(total / pairs if pairs else 0.0, most)


def _back_to_neighbours(seat: int, row_length: int) -> Iterable[int]:
    """Tell how many seats before *seat* its neighbours sit, those before it alone."""
    row, place = divmod(seat, row_length)
    if place > 0:
        yield 1
    if row > 0:
        yield row_length
    if row > 0 and place > 0:
        yield row_length + 1
    if row > 0 and place < row_length - 1:
        yield row_length - 1
