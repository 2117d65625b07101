"""Seconds to find near-duplicates, and how many of those put there are found.

Run: python bench/near_duplicates.py

The yardstick compares every pair letter by letter, on as many texts as five seconds
allow, and is scaled up to all pairs.
"""

import platform
import random  # noqa: TID251 -- sample texts, not a draw
from time import process_time

from rapidfuzz import process
from rapidfuzz.distance import Indel

from question_bank.near_duplicates import LEAST, near_pairs

SIZES = ((20_000, 0), (1_000, 100_000))
"""How many new texts against how many known ones."""
TWISTED = 0.05
YARDSTICK = 1_500

_chance = random.Random(20260601)  # noqa: S311 -- sample texts, not a draw
_WORDS = [
    "".join(chr(_chance.randrange(0x4E00, 0x5800)) for _ in range(2))
    for _ in range(3_000)
]
_OPENINGS = ("下列关于", "根据我国法律的规定下列关于", "行政机关在", "公民认为", "")
_ENDINGS = ("的说法正确的是", "的说法错误的是", "应当", "")


def a_text() -> str:
    """Return a stem with four options, 60 to 140 letters, as exam offices write."""
    words = _chance.choices(_WORDS, k=_chance.randrange(25, 60))
    return _chance.choice(_OPENINGS) + "".join(words) + _chance.choice(_ENDINGS)


def twisted(text: str) -> str:
    """Return *text* with one to three letters changed, added or lost."""
    letters = list(text)
    for _ in range(_chance.randrange(1, 4)):
        place = _chance.randrange(len(letters))
        letters[place] = _chance.choice(("", "的", letters[place] + "应"))
    return "".join(letters)


def measured(new_count: int, known_count: int) -> None:
    known = [a_text() for _ in range(known_count)]
    source = known or [a_text() for _ in range(new_count // 2)]
    copies = int(new_count * TWISTED)
    new = [twisted(source[n]) for n in range(copies)]
    new += source if not known else []
    new += [a_text() for _ in range(new_count - len(new))]
    began = process_time()
    found = near_pairs(new, known)
    seconds = process_time() - began
    hits = len({one.one if known else one.other for one in found} & set(range(copies)))
    print(
        f"{new_count:>7,} {known_count:>8,} {seconds:>9.1f} {len(found):>7,} "
        f"{hits:>6,}/{copies:,} {everything(new, known or new):>12.0f}"
    )


def everything(new: list[str], known: list[str]) -> float:
    """Return the seconds that comparing each pair would take, from a sample of them."""
    one, other = new[:YARDSTICK], known[:YARDSTICK]
    began = process_time()
    process.cdist(
        one, other, scorer=Indel.normalized_similarity, score_cutoff=LEAST, workers=1
    )
    took = process_time() - began
    return took * len(new) * len(known) / (len(one) * len(other))


def main() -> None:
    print(f"{platform.python_version()} on {platform.machine()}, one process")
    print("    new    known   seconds   pairs   found of   all pairs, s")
    for sizes in SIZES:
        measured(*sizes)


if __name__ == "__main__":
    main()
