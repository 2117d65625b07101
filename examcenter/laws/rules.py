"""What is true of statutes that come in as files: which belong together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import NamedTuple

from question_bank.laws import (
    ArticleNumber,
    Statute,
    StatuteError,
    joined,
    law_key,
    read_statute,
    same_text,
)

LONGEST_NAME = 200
LARGEST_FILE = 5 * 1024 * 1024
"""In bytes: five times the longest code of law."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know about a file: it was refused, left out, or read with care."""

    file: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """The versions that files hold, and what is to say about the files.

    *skipped* are no statutes; *rejected* are statutes that cannot be taken.
    """

    statutes: tuple[Statute, ...]
    skipped: tuple[Remark, ...]
    rejected: tuple[Remark, ...]
    cautions: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of the files of one import, counted."""

    laws: int
    versions: int
    unchanged: int
    articles: int
    newer_versions: tuple[str, ...]
    rejected: tuple[Remark, ...]


class LawLine(NamedTuple):
    """A law as a list shows it, with the version in force."""

    public_id: str
    name: str
    versions: int
    articles: int
    adopted: date | None
    in_force: date | None


class VersionLine(NamedTuple):
    """A version as the page of its law lists it; *until* is the day after its last."""

    id: int
    adopted: date
    in_force: date
    in_force_is_said: bool
    until: date | None
    articles: int
    loaded_at: datetime
    loaded_by: str


class Pair(NamedTuple):
    """An article in two versions, side by side; None where one has it not.

    *same* is true where the texts differ in nothing but spaces and punctuation.
    """

    number: ArticleNumber
    old: str | None
    new: str | None
    same: bool


def gather(files: Iterable[tuple[str, str | None]]) -> Gathered:
    """Read *files*, pairs of name and text, and put parts of one version together.

    The text is None for a file that is not in a known encoding or too large.
    """
    groups: defaultdict[tuple[str, date], list[tuple[str, Statute]]] = defaultdict(list)
    skipped: list[Remark] = []
    rejected: list[Remark] = []
    for name, text in files:
        if text is None:
            rejected.append(Remark(name, "unreadable", _UNREADABLE))
            continue
        try:
            statute = read_statute(text, name.rsplit("/", 1)[-1])
        except StatuteError as error:
            where = skipped if error.code == "no_title" else rejected
            where.append(Remark(name, error.code, str(error)))
            continue
        if len(statute.name) > LONGEST_NAME:
            rejected.append(Remark(name, "name_too_long", "法律名称太长。"))
            continue
        groups[law_key(statute.name), statute.adopted].append((name, statute))
    statutes, contradictions = _together(groups.values())
    cautions = [
        Remark(name, "read_with_care", caution)
        for group in groups.values()
        for name, statute in group
        for caution in statute.cautions
    ]
    return Gathered(
        tuple(statutes),
        tuple(skipped),
        (*rejected, *contradictions),
        tuple(cautions),
    )


_UNREADABLE = "不是 UTF-8 或 GB18030 文本，或超过 5 MB。"


def _together(
    groups: Iterable[Sequence[tuple[str, Statute]]],
) -> tuple[list[Statute], list[Remark]]:
    statutes: list[Statute] = []
    refused: list[Remark] = []
    for group in groups:
        try:
            statutes.append(joined([statute for _, statute in group]))
        except StatuteError as error:
            names = "、".join(name for name, _ in group)
            refused.append(Remark(names, error.code, str(error)))
    return statutes, refused


def digest(statute: Statute) -> str:
    """Return a SHA-256 over all that is stored of a version."""
    seen = sha256(f"{statute.name}\n{statute.in_force}\n".encode())
    for number, text, heading in statute.articles:
        seen.update(f"{number.label}\0{heading}\0{text}\n".encode())
    return seen.hexdigest()


def side_by_side(
    old: Mapping[ArticleNumber, str], new: Mapping[ArticleNumber, str]
) -> list[Pair]:
    """Return every article of either version, in the order of their numbers."""
    return [
        Pair(
            number,
            old.get(number),
            new.get(number),
            same_text(old.get(number, ""), new.get(number, "")),
        )
        for number in sorted({*old, *new})
    ]
