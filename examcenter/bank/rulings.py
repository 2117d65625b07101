"""The same question with two keys: neither is drawn until an editor has ruled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from examcenter.bank.models import Bank, KeyRuling, QuestionRow, Revision
from examcenter.bank.service import as_question
from examcenter.errors import ConflictError
from question_bank.model import Question


class NotInConflictError(ConflictError):
    """The two questions need no ruling, or somebody has ruled already."""

    code = "not_in_conflict"


class Verdict(StrEnum):
    """What becomes of two questions in conflict."""

    FIRST = "first"
    SECOND = "second"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Side:
    """One of two questions in conflict, by its number and as it is asked."""

    number: int
    public_id: str
    bank: str
    revision_id: int
    question: Question


@dataclass(frozen=True, slots=True)
class KeyConflict:
    """Two questions in use that are the same and differ in their keys."""

    first: Side
    second: Side


@dataclass(frozen=True, slots=True)
class Ruling:
    """What an editor decides about two questions, and why."""

    first: str
    second: str
    verdict: Verdict
    reason: str


_First, _Second = aliased(QuestionRow), aliased(QuestionRow)
_FirstRevision, _SecondRevision = aliased(Revision), aliased(Revision)
_FirstBank, _SecondBank = aliased(Bank), aliased(Bank)


def _conflicts(*columns: Any) -> Select[Any]:
    settled = exists().where(
        KeyRuling.question_id == _First.id,
        KeyRuling.other_id == _Second.id,
        KeyRuling.key_digest == _FirstRevision.key_digest,
        KeyRuling.other_key_digest == _SecondRevision.key_digest,
        KeyRuling.kept_id.is_(None),
    )
    return (
        select(*columns)
        .select_from(_First)
        .join(
            _Second,
            and_(_Second.fingerprint == _First.fingerprint, _Second.id > _First.id),
        )
        .join(
            _FirstRevision,
            and_(
                _FirstRevision.question_id == _First.id,
                _FirstRevision.number == _First.head,
            ),
        )
        .join(
            _SecondRevision,
            and_(
                _SecondRevision.question_id == _Second.id,
                _SecondRevision.number == _Second.head,
            ),
        )
        .join(_FirstBank, _FirstBank.id == _First.bank_id)
        .join(_SecondBank, _SecondBank.id == _Second.bank_id)
        .where(
            _First.retired_at.is_(None),
            _Second.retired_at.is_(None),
            _FirstRevision.key_digest != _SecondRevision.key_digest,
            ~settled,
        )
        .order_by(_First.id, _Second.id)
    )


def conflicts(session: Session, bank: str | None = None) -> Sequence[KeyConflict]:
    """Return the unsettled conflicts, those that touch *bank* if it is given."""
    statement = _conflicts(
        _First, _FirstRevision, _FirstBank, _Second, _SecondRevision, _SecondBank
    )
    if bank is not None:
        statement = statement.where(
            or_(_FirstBank.name == bank, _SecondBank.name == bank)
        )
    return [_conflict(row) for row in session.execute(statement)]


def contested(session: Session, bank: str) -> frozenset[int]:
    """Return the revisions of *bank* that cannot be drawn before somebody has ruled."""
    rows = session.execute(
        _conflicts(
            _FirstBank.name, _FirstRevision.id, _SecondBank.name, _SecondRevision.id
        ).where(or_(_FirstBank.name == bank, _SecondBank.name == bank))
    ).all()
    sides = [row[:2] for row in rows] + [row[2:] for row in rows]
    return frozenset(revision for name, revision in sides if name == bank)


def _conflict(row: Row[*tuple[Any, ...]]) -> KeyConflict:
    question, revision, bank, other, other_revision, other_bank = tuple(row)
    return KeyConflict(
        _side(question, revision, bank), _side(other, other_revision, other_bank)
    )


def _side(question: QuestionRow, revision: Revision, bank: Bank) -> Side:
    return Side(
        question.id,
        question.public_id,
        bank.name,
        revision.id,
        as_question(revision),
    )


def rule(session: Session, ruling: Ruling, *, by: int, now: datetime) -> None:
    """Keep one of two questions in use and retire the other, or keep both.

    Raises NotInConflictError where the two are not, or no longer, in conflict.
    """
    pair = sorted((ruling.first, ruling.second))
    held = select(QuestionRow).where(QuestionRow.public_id.in_(pair)).with_for_update()
    session.scalars(held.order_by(QuestionRow.id)).all()
    found = session.execute(
        _conflicts(_First, _FirstRevision, _Second, _SecondRevision).where(
            _First.public_id == ruling.first, _Second.public_id == ruling.second
        )
    ).one_or_none()
    if found is None:
        raise NotInConflictError
    first, revision, second, other = found
    kept = {Verdict.FIRST: first, Verdict.SECOND: second}.get(ruling.verdict)
    session.add(
        KeyRuling(
            question_id=first.id,
            other_id=second.id,
            key_digest=revision.key_digest,
            other_key_digest=other.key_digest,
            kept_id=kept.id if kept else None,
            by=by,
            at=now,
            reason=ruling.reason,
        )
    )
    if kept:
        (second if kept is first else first).retired_at = now
    session.flush()
