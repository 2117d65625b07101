"""Marks worked out a second time, from the question file alone.

Nothing of the product is used here: what an examinee chose is known by its words, and
the words of the right answer stand in the file that was imported.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

TRUE_FALSE = {"正确": {"正确"}, "错误": {"错误"}}
MARKS = {"判断题": Decimal(2), "单选题": Decimal(3), "多选题": Decimal(5)}
"""What a question of each kind earns in the plan of `tests.system.centre.a_plan`."""


@dataclass(frozen=True, slots=True)
class Key:
    """The right options of a question, by their words."""

    kind: str
    right: frozenset[str]


def keys_of(question_file: str) -> dict[str, Key]:
    """Return the keys of a question file by the questions' stems."""
    rows = csv.DictReader(io.StringIO(question_file))
    return {row["题干"]: Key(row["题型"], frozenset(_right(row))) for row in rows}


def _right(row: Mapping[str, str]) -> Iterable[str]:
    if row["题型"] == "判断题":
        return TRUE_FALSE[row["答案"]]
    return {row[f"选项{letter}"] for letter in row["答案"]}


def score(keys: Mapping[str, Key], chosen: Mapping[str, frozenset[str]]) -> Decimal:
    """Return the marks for what was chosen, by stem; what is missing earns nothing."""
    return sum(
        (_marks(keys[stem], given) for stem, given in chosen.items()), Decimal(0)
    )


def _marks(key: Key, given: frozenset[str]) -> Decimal:
    full = MARKS[key.kind]
    if given == key.right:
        return full
    # The plan's rule for several right answers: half for a part of them, no wrong one.
    is_part = key.kind == "多选题" and given and given < key.right
    return full / 2 if is_part else Decimal(0)


def as_printed(marks: Decimal) -> str:
    """Return *marks* as pages print them: no zeros at the end."""
    return f"{marks.normalize():f}"
