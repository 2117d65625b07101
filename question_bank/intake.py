"""What of a file goes into the bank: good, refused, there already, or contradicted."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from operator import itemgetter
from typing import Any

from question_bank.duplicates import fingerprint, key_digest
from question_bank.near_duplicates import comparable, near_pairs
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
class Similar:
    """A question that is taken although it says nearly the same as one at *of*."""

    candidate: Candidate
    of: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Intake:
    """A reading sifted against a bank and against itself.

    Every question of the file is in exactly one of *accepted*, *duplicates*,
    *conflicts* and the reading's rejections.  *similar* lists some of the accepted.
    """

    reading: Reading
    accepted: tuple[Candidate, ...]
    duplicates: tuple[Duplicate, ...]
    conflicts: tuple[Conflict, ...]
    similar: tuple[Similar, ...] = ()

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
            "similar": [
                {
                    "place": one.candidate.source.place,
                    "of": one.of,
                    "similarity": one.similarity,
                }
                for one in self.similar
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
    groups: dict[str, list[_Keyed]] = {}
    for place, candidate in enumerate(reading.candidates):
        keyed = _Keyed(place, candidate, key_digest(candidate.question))
        groups.setdefault(fingerprint(candidate.question), []).append(keyed)
    there = known(list(groups)) if groups else {}
    numbered = [
        verdict
        for mark, group in groups.items()
        for verdict in _verdicts(group, there.get(mark))
    ]
    found = [verdict for _, verdict in sorted(numbered, key=itemgetter(0))]
    return Intake(
        reading,
        tuple(one for one in found if isinstance(one, Candidate)),
        tuple(one for one in found if isinstance(one, Duplicate)),
        tuple(one for one in found if isinstance(one, Conflict)),
    )


def similar_among(
    accepted: Sequence[Candidate], places: Sequence[str], texts: Sequence[str]
) -> tuple[Similar, ...]:
    """Return which of *accepted* are near-duplicates, each with the one most alike.

    They are compared with each other and with the bank's questions: *texts* are what
    `near_duplicates.comparable` makes of these, *places* how people find them.
    """
    new = [comparable(candidate.question) for candidate in accepted]
    best: dict[int, Similar] = {}
    for pair in near_pairs(new, texts):
        within = accepted[pair.other].source.place if pair.within else ""
        of = within or places[pair.other]
        share = int(pair.similarity * 1000) / 1000
        best.setdefault(pair.one, Similar(accepted[pair.one], of, share))
    return tuple(best.values())


@dataclass(frozen=True, slots=True)
class _Keyed:
    """A candidate, its number in the file, and the digest of its key."""

    number: int
    candidate: Candidate
    key: str

    @property
    def known(self) -> Known:
        return Known(self.candidate.source.place, self.key)


def _verdicts(
    group: Sequence[_Keyed], stored: Known | None
) -> Iterator[tuple[int, Candidate | Duplicate | Conflict]]:
    """Yield what becomes of each of *group*, which all ask the same."""
    first = group[0].known
    contested = any(one.key != first.key_digest for one in group)
    other = next((one.known for one in group if one.key != first.key_digest), first)
    for one in group:
        if stored is None and contested:
            rival = other if one.key == first.key_digest else first
            yield one.number, Conflict(one.candidate, rival.place)
        elif stored is None and one is group[0]:
            yield one.number, one.candidate
        elif one.key == (stored or first).key_digest:
            yield one.number, Duplicate(one.candidate, (stored or first).place)
        else:
            yield one.number, Conflict(one.candidate, (stored or first).place)
