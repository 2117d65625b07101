"""What of a file goes into the bank: good, refused, there already, or contradicted."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from question_bank.duplicates import fingerprint, key_digest
from question_bank.readers.reading import Candidate, Reading, Rejection


@dataclass(frozen=True, slots=True)
class Known:
    """A question that the bank has: how people find it, and the digest of its key."""

    place: str
    key_digest: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A question that is said before, with the same key, at *of*; it is not taken."""

    candidate: Candidate
    of: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A question that is said with another key at *of*; it is not taken."""

    candidate: Candidate
    of: str

    @property
    def message(self) -> str:
        return (
            f"与 {self.of} 的题目相同而答案不同（此处答案 "
            f"{''.join(self.candidate.question.key)}）。请核对哪个答案正确，只保留一题。"
        )


@dataclass(frozen=True, slots=True)
class Intake:
    """A reading sifted against a bank and against itself.

    Every question of the file is in exactly one of *accepted*, *duplicates*,
    *conflicts* and the reading's rejections.
    """

    reading: Reading
    accepted: tuple[Candidate, ...]
    duplicates: tuple[Duplicate, ...]
    conflicts: tuple[Conflict, ...]

    @property
    def rejected(self) -> tuple[Rejection, ...]:
        return self.reading.rejections

    @property
    def questions(self) -> int:
        """How many questions the file holds, good or not."""
        return (
            len(self.accepted)
            + len(self.rejected)
            + len(self.duplicates)
            + len(self.conflicts)
        )

    @property
    def by_kind(self) -> dict[str, int]:
        """How many were accepted of each kind that occurs."""
        return dict(
            sorted(Counter(c.question.kind.value for c in self.accepted).items())
        )

    @property
    def would_be_refused(self) -> bool:
        """Whether the file cannot go in as a whole."""
        return bool(self.rejected or self.conflicts)

    def document(self, seconds: float) -> dict[str, Any]:
        """Return the report for programs; *seconds* is how long the import took."""
        reading = self.reading
        return {
            "file": reading.file,
            "format": reading.format or None,
            "encoding": reading.encoding,
            "questions": self.questions,
            "accepted": len(self.accepted),
            "by_kind": self.by_kind,
            "rejected": [
                {
                    "place": rejection.place,
                    "code": rejection.code,
                    "message": rejection.message,
                    "excerpt": rejection.excerpt,
                }
                for rejection in self.rejected
            ],
            "duplicates": [
                {"place": twin.candidate.source.place, "of": twin.of, "similarity": 1.0}
                for twin in self.duplicates
            ],
            "conflicts": [
                {
                    "place": conflict.candidate.source.place,
                    "of": conflict.of,
                    "code": "key_conflict",
                    "message": conflict.message,
                    "excerpt": conflict.candidate.excerpt,
                }
                for conflict in self.conflicts
            ],
            "ignored_columns": list(reading.ignored_columns),
            "warnings": [asdict(caution) for caution in reading.cautions],
            "blank_rows": reading.blank_rows,
            "seconds": round(seconds, 3),
        }


def sift(
    reading: Reading, known: Callable[[Sequence[str]], Mapping[str, Known]]
) -> Intake:
    """Split the candidates of *reading* into what to take and what not.

    *known* answers, for fingerprints of questions, which of them the bank has; it is
    asked once.  Equal questions with one key are taken once.  Where the keys differ
    inside the file none is taken, for nobody knows which is right; where they differ
    from the bank's, the bank's stays.
    """
    groups: dict[str, list[tuple[Candidate, str]]] = {}
    for candidate in reading.candidates:
        mark = fingerprint(candidate.question)
        groups.setdefault(mark, []).append((candidate, key_digest(candidate.question)))
    there = known(list(groups)) if groups else {}
    accepted: list[Candidate] = []
    duplicates: list[Duplicate] = []
    conflicts: list[Conflict] = []
    for mark, group in groups.items():
        stored = there.get(mark)
        if stored is None:
            stored = _taken_from_file(group, accepted, conflicts)
            group = group[1:]  # noqa: PLW2901 - the first has just been settled
        if stored is None:
            continue
        for candidate, key in group:
            if key == stored.key_digest:
                duplicates.append(Duplicate(candidate, stored.place))
            else:
                conflicts.append(Conflict(candidate, stored.place))
    return Intake(reading, *map(_in_file_order, (accepted, duplicates, conflicts)))
