"""What the bank says nearly twice: other punctuation, a word more, a figure changed.

Comparing everything with everything would take 20,000 questions four minutes.  So the
texts are blocked first: a MinHash signature of their three-letter shingles is cut into
bands, and only texts that share a band are compared letter by letter.  Two texts whose
shingles agree to seven tenths share one with a chance of 998 in 1,000.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Indel

from question_bank.laws import bare
from question_bank.model import Kind, Question

LEAST = 0.9
"""From this share of equal letters on two questions are near-duplicates."""

_BANDS, _ROWS = 24, 4
_SHINGLE = 3
_PART = 5_000
"""Texts whose shingles are in memory at once: some 10 MB."""

_MOST_IN_A_BAND = 5
"""A text that shares a band with more of them is compared with these: a template."""

# Odd multipliers, fixed so that equal texts are found on every machine alike.
_MULTIPLIERS = np.random.default_rng(20260601).integers(
    1, 2**63, _BANDS * _ROWS, dtype=np.uint64
) | np.uint64(1)
_MIX = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)

_Ints = NDArray[np.int64]
_Keys = NDArray[np.uint64]


class Near(NamedTuple):
    """Two texts by their places, and the share of their letters that is equal.

    *one* is a place among the new texts; *other* one among the known texts or, where
    *within* is true, an earlier one among the new.
    """

    one: int
    other: int
    within: bool
    similarity: float


def comparable(question: Question) -> str:
    """Return the text by which a question is compared: material, stem and options."""
    options = () if question.kind is Kind.TRUE_FALSE else question.options
    return bare("".join((question.material, question.stem, *sorted(options))))


def near_pairs(
    new: Sequence[str], known: Sequence[str] = (), *, least: float = LEAST
) -> list[Near]:
    """Return the pairs of near-duplicates among *new*, and between *new* and *known*.

    The texts are those of `comparable`.  Pairs come in the order of *one*, the most
    alike first.  Equal texts are near-duplicates too, of similarity 1.
    """
    keys = _band_keys(new)
    found = list(_compared(new, new, _candidates(keys, keys, within=True), least))
    if known:
        pairs = _candidates(keys, _band_keys(known), within=False)
        found += _compared(new, known, pairs, least)
    return sorted(found, key=lambda one: (one.one, -one.similarity, one.other))


def _compared(
    new: Sequence[str], others: Sequence[str], pairs: _Ints, least: float
) -> Iterator[Near]:
    for start in range(0, len(pairs), 500_000):
        part = pairs[start : start + 500_000]
        scores = process.cpdist(
            [new[place] for place in part[:, 0]],
            [others[place] for place in part[:, 1]],
            scorer=Indel.normalized_similarity,
            score_cutoff=least,
        )
        for row in np.flatnonzero(scores >= least):
            one, other = part[row]
            yield Near(int(one), int(other), others is new, float(scores[row]))


def _candidates(keys: _Keys, others: _Keys, *, within: bool) -> _Ints:
    """Return the pairs of rows that share a band, each pair once."""
    found: list[_Ints] = []
    for band in range(_BANDS):
        order = np.argsort(others[:, band], kind="stable")
        ranked = others[order, band]
        first = np.searchsorted(ranked, keys[:, band], "left")
        last = np.searchsorted(ranked, keys[:, band], "right")
        count = np.minimum(last - first, _MOST_IN_A_BAND)
        rows = np.repeat(np.arange(len(keys)), count)
        steps = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
        columns = order[np.repeat(first, count) + steps]
        pairs = np.stack([rows, columns], axis=1).astype(np.int64)
        found.append(pairs[pairs[:, 0] > pairs[:, 1]] if within else pairs)
    together = np.concatenate(found)
    width = max(len(others), 1)
    single = np.unique(together[:, 0] * width + together[:, 1])
    return np.stack([single // width, single % width], axis=1)


def _band_keys(texts: Sequence[str]) -> _Keys:
    """Return one row of `_BANDS` numbers for each text."""
    parts = [
        _keys_of(texts[start : start + _PART]) for start in range(0, len(texts), _PART)
    ]
    return np.concatenate(parts) if parts else np.empty((0, _BANDS), np.uint64)


def _keys_of(texts: Sequence[str]) -> _Keys:
    # Padded, so that the shortest text has a shingle too.
    padded = [text + "\0" * _SHINGLE for text in texts]
    letters = np.frombuffer(("".join(padded) + "\0").encode("utf-32-le"), np.uint32)
    wide = letters.astype(np.uint64)
    count = len(wide) - _SHINGLE + 1
    shingles = np.zeros(count, np.uint64)
    for place in range(_SHINGLE):
        shingles = (shingles + wide[place : place + count]) * _MIX
    sizes = np.array([len(text) for text in padded])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    # What begins in the padding is the same for all, and reaches into the next text.
    ends = starts + np.maximum(sizes - _SHINGLE, 1)
    bounds = np.stack([starts, ends], axis=1).ravel()
    rows = np.empty((_BANDS * _ROWS, len(texts)), np.uint64)
    for number, multiplier in enumerate(_MULTIPLIERS):
        hashed = (shingles * multiplier) >> _HALF
        rows[number] = np.minimum.reduceat(hashed, bounds)[::2]
    return _banded(rows)


def _banded(rows: _Keys) -> _Keys:
    keys = np.zeros((rows.shape[1], _BANDS), np.uint64)
    for band in range(_BANDS):
        for row in rows[band * _ROWS : (band + 1) * _ROWS]:
            keys[:, band] = (keys[:, band] + row) * _MIX
    return keys
