"""What is wrong with a bank as it stands, question by question."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.bank import rulings, staleness
from examcenter.bank.models import Bank, QuestionRow, Revision
from examcenter.bank.service import BankNotFoundError, as_question, is_present
from examcenter.bank.statutes import Statutes
from question_bank.citations import Citation
from question_bank.library import Change, Found, Library, day_of
from question_bank.model import Question
from question_bank.near_duplicates import comparable, near_pairs


class Finding(StrEnum):
    """What can be wrong; the values are those of files and API."""

    KEY_CONFLICT = "key_conflict"
    STALE = "stale"
    UNKNOWN_ARTICLE = "unknown_article"
    UNKNOWN_PART = "unknown_part"
    REPEALED_LAW = "repealed_law"
    SUPERSEDED_VERSION = "superseded_version"
    NOT_IN_FORCE = "not_in_force"
    UNKNOWN_LAW = "unknown_law"
    DUPLICATE = "duplicate"
    SIMILAR_OTHER_KEY = "similar_other_key"
    SIMILAR = "similar"


BARRING = frozenset({Finding.KEY_CONFLICT, Finding.STALE})
"""A question with one of these is not drawn."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing wrong with the question called *number* of *bank*.

    *other* is the number of the question that it is compared with, else None;
    *citation* the reference that is meant, else empty.
    """

    code: Finding
    bank: str
    number: int
    public_id: str
    stem: str
    citation: str = ""
    other: int | None = None
    other_bank: str = ""
    other_public_id: str = ""
    similarity: float | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """All that was found in *questions* questions, what bars them coming first."""

    questions: int
    facts: tuple[Fact, ...]

    @property
    def counts(self) -> dict[Finding, int]:
        """How often each finding occurs, of those that do."""
        codes = [fact.code for fact in self.facts]
        return {code: codes.count(code) for code in Finding if code in codes}


@dataclass(frozen=True, slots=True)
class _Held:
    """A question in use."""

    number: int
    public_id: str
    bank: str
    revision_id: int
    fingerprint: str
    key_digest: str
    question: Question


def check(
    session: Session, statutes: Statutes, *, bank: str | None = None, now: datetime
) -> Checked:
    """Compare all questions in use with each other and with the law of today.

    Without *bank* all banks are checked.  Raises BankNotFoundError.
    """
    held = _held(session, bank)
    by_number = {one.number: one for one in held}
    facts = [
        *_conflicts(session, bank),
        *_about_law(session, statutes, bank, by_number, now),
        *_alike(held),
    ]
    order = list(Finding)
    facts.sort(key=lambda one: (order.index(one.code), one.number, one.other or 0))
    return Checked(len(held), tuple(facts))


def _held(session: Session, bank: str | None) -> list[_Held]:
    statement = (
        select(QuestionRow, Revision, Bank.name)
        .join(Revision, is_present())
        .join(Bank, Bank.id == QuestionRow.bank_id)
        .where(QuestionRow.retired_at.is_(None))
        .order_by(QuestionRow.id)
    )
    if bank is not None:
        known = select(Bank.id).where(Bank.name == bank)
        if session.execute(known).scalar_one_or_none() is None:
            raise BankNotFoundError(name=bank)
        statement = statement.where(Bank.name == bank)
    return [
        _Held(
            row.id,
            row.public_id,
            name,
            revision.id,
            row.fingerprint,
            revision.key_digest,
            as_question(revision),
        )
        for row, revision, name in session.execute(statement)
    ]


def _conflicts(session: Session, bank: str | None) -> Iterator[Fact]:
    for one in rulings.conflicts(session, bank):
        for side, other in ((one.first, one.second), (one.second, one.first)):
            if bank in {None, side.bank}:
                yield Fact(
                    Finding.KEY_CONFLICT,
                    side.bank,
                    side.number,
                    side.public_id,
                    side.question.stem,
                    other=other.number,
                    other_bank=other.bank,
                    other_public_id=other.public_id,
                    similarity=1.0,
                )


def _about_law(
    session: Session,
    statutes: Statutes,
    bank: str | None,
    held: Mapping[int, _Held],
    now: datetime,
) -> Iterator[Fact]:
    today = day_of(now)
    cited = staleness.cited(session, statutes, bank)
    changed = staleness.changes(session, cited, statutes, on=today)
    keys = {c.law for one in cited for c in one.citations}
    library = statutes.library(session, keys)
    for one in cited:
        question = held[one.question_id]
        changes = changed.get(one.revision_id, ())
        for change in changes:
            yield _about(question, Finding.STALE, change.citation)
        for found in _doubtful(one.citations, library, changes, now):
            if found.doubt:
                yield _about(question, Finding(found.doubt.value), found.citation)


def _doubtful(
    cited: Sequence[Citation],
    library: Library,
    changes: Sequence[Change],
    now: datetime,
) -> Iterator[Found]:
    told = {(change.citation.law, change.citation.article) for change in changes}
    for citation in cited:
        if (citation.law, citation.article) not in told:
            yield library.look_up(citation, day_of(now))


def _about(one: _Held, code: Finding, citation: Citation) -> Fact:
    return Fact(
        code,
        one.bank,
        one.number,
        one.public_id,
        one.question.stem,
        citation=citation.label,
    )


def _alike(held: Sequence[_Held]) -> Iterator[Fact]:
    texts = [comparable(one.question) for one in held]
    for pair in near_pairs(texts):
        one, other = held[pair.one], held[pair.other]
        same = one.fingerprint == other.fingerprint
        if same and one.key_digest != other.key_digest:
            continue  # told as a conflict, unless somebody has ruled that both stay
        yield Fact(
            _likeness(one, other, same=same),
            one.bank,
            one.number,
            one.public_id,
            one.question.stem,
            other=other.number,
            other_bank=other.bank,
            other_public_id=other.public_id,
            similarity=int(pair.similarity * 1000) / 1000,
        )


def _likeness(one: _Held, other: _Held, *, same: bool) -> Finding:
    if same:
        return Finding.DUPLICATE
    if one.key_digest != other.key_digest:
        return Finding.SIMILAR_OTHER_KEY
    return Finding.SIMILAR
