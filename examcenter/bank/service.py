"""What can be asked of the banks, and taking questions out of use.

Lists of questions are found in ``finding.py``; files go in through ``importing.py``.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from examcenter.accounts.models import Account
from examcenter.bank.models import Bank, BankImport, QuestionRow, Revision
from examcenter.bank.rules import (
    BankSummary,
    Candidate,
    ImportRecord,
    Pool,
    QuestionRecord,
    RevisionRecord,
)
from examcenter.db import CHUNK
from examcenter.errors import NotFoundError
from question_bank.model import Kind, Question

_Item = TypeVar("_Item")


class BankNotFoundError(NotFoundError):
    """No bank has this name; *name* is a fact of the error."""

    code = "bank_not_found"


def candidates(session: Session, bank_name: str) -> Sequence[Candidate]:
    """Return the present revision of every question of a bank that is in use.

    They are in ascending order of their revision ids.  Raises BankNotFoundError.
    """
    bank = session.execute(
        select(Bank.id).where(Bank.name == bank_name)
    ).scalar_one_or_none()
    if bank is None:
        raise BankNotFoundError(name=bank_name)
    rows = session.execute(
        select(
            Revision.id,
            Revision.kind,
            Revision.category,
            Revision.difficulty,
            Revision.options,
        )
        .join(QuestionRow, is_present())
        .where(QuestionRow.bank_id == bank, QuestionRow.retired_at.is_(None))
        .order_by(Revision.id)
    )
    return [
        Candidate(number, Kind(kind), category, difficulty, len(options))
        for number, kind, category, difficulty, options in rows
    ]


def questions(session: Session, revision_ids: Iterable[int]) -> dict[int, Question]:
    """Return the questions behind *revision_ids*, keys and all, by those ids.

    Retired questions are among them: a paper that was drawn stays readable.  Raises
    NotFoundError when one of the ids is no revision.
    """
    wanted = sorted(set(revision_ids))
    found: dict[int, Question] = {}
    for part in in_chunks(wanted):
        rows = session.scalars(select(Revision).where(Revision.id.in_(part)))
        found |= {row.id: as_question(row) for row in rows}
    if len(found) < len(wanted):
        raise NotFoundError
    return found


def in_chunks(items: Iterable[_Item], size: int = CHUNK) -> Iterator[list[_Item]]:
    """Cut *items* into lists that one statement can carry."""
    source = iter(items)
    while part := list(islice(source, size)):
        yield part


def as_question(row: Revision) -> Question:
    """Return the question that the revision *row* stores."""
    return Question(
        kind=Kind(row.kind),
        stem=row.stem,
        options=tuple(row.options),
        key=tuple(row.key),
        explanation=row.explanation,
        category=row.category,
        difficulty=row.difficulty,
        citation=row.citation,
        material=row.material,
        rich=row.rich,
    )


def is_present() -> ColumnElement[bool]:
    """Return the condition that a revision is the present one of its question."""
    return and_(
        Revision.question_id == QuestionRow.id, Revision.number == QuestionRow.head
    )


def banks(session: Session) -> Sequence[BankSummary]:
    """Return every bank by name, with its questions in use counted by kind."""
    in_use: defaultdict[int, Counter[Kind]] = defaultdict(Counter)
    retired: Counter[int] = Counter()
    gone = QuestionRow.retired_at.is_not(None)
    for bank_id, kind, is_retired, count in session.execute(
        select(QuestionRow.bank_id, Revision.kind, gone, func.count())
        .join(Revision, is_present())
        .group_by(QuestionRow.bank_id, Revision.kind, gone)
    ):
        if is_retired:
            retired[bank_id] += count
        else:
            in_use[bank_id][Kind(kind)] += count
    return [
        BankSummary(bank.name, Pool(bank.pool), in_use[bank.id], retired[bank.id])
        for bank in session.scalars(select(Bank).order_by(Bank.name))
    ]


def question(session: Session, public_id: str) -> QuestionRecord:
    """Return a question with all its revisions, the present one first.

    Raises NotFoundError.
    """
    row = session.execute(
        select(QuestionRow, Bank)
        .join(Bank, Bank.id == QuestionRow.bank_id)
        .where(QuestionRow.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return QuestionRecord(
        number=row.QuestionRow.id,
        public_id=public_id,
        bank=row.Bank.name,
        pool=Pool(row.Bank.pool),
        retired_at=row.QuestionRow.retired_at,
        revisions=_revisions(session, row.QuestionRow.id),
    )


def _revisions(session: Session, question_id: int) -> tuple[RevisionRecord, ...]:
    rows = session.execute(
        select(Revision, Account.name)
        .outerjoin(Account, Account.id == Revision.created_by)
        .where(Revision.question_id == question_id)
        .order_by(Revision.number.desc())
    ).all()
    brought = _imports(session, {row.import_id for row, _ in rows if row.import_id})
    return tuple(
        RevisionRecord(
            number=row.number,
            question=as_question(row),
            created_at=row.created_at,
            created_by=name or "",
            imported=brought.get(row.import_id or 0),
        )
        for row, name in rows
    )


def imported(session: Session, import_id: int) -> ImportRecord:
    """Return the import with this number; raises NotFoundError."""
    found = _imports(session, {import_id}).get(import_id)
    if found is None:
        raise NotFoundError
    return found


def _imports(session: Session, ids: Collection[int]) -> dict[int, ImportRecord]:
    rows = session.execute(
        select(BankImport, Bank.name, Account.name)
        .join(Bank, Bank.id == BankImport.bank_id)
        .outerjoin(Account, Account.id == BankImport.by)
        .where(BankImport.id.in_(ids))
    )
    return {
        row.id: ImportRecord(
            id=row.id,
            bank=bank,
            file=row.file,
            sha256=row.sha256,
            accepted=row.accepted,
            at=row.at,
            by=by or "",
        )
        for row, bank, by in rows
    }


def retire(session: Session, public_id: str, *, now: datetime) -> None:
    """Take a question out of use for papers not yet drawn; twice does no harm.

    Raises NotFoundError.
    """
    _set_retired(session, public_id, now)


def restore(session: Session, public_id: str) -> None:
    """Take a retired question into use again; raises NotFoundError."""
    _set_retired(session, public_id, None)


def _set_retired(session: Session, public_id: str, at: datetime | None) -> None:
    found = session.execute(
        select(QuestionRow).where(QuestionRow.public_id == public_id)
    ).scalar_one_or_none()
    if found is None:
        raise NotFoundError
    if (found.retired_at is None) != (at is None):
        found.retired_at = at
