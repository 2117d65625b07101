"""Files into banks: read and compared at leisure, written in one short transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from examcenter.bank.models import Bank, BankImport, QuestionRow, Revision
from examcenter.bank.rules import (
    LONGEST_FILE_NAME,
    ImportOrder,
    Pool,
    text_too_long,
)
from examcenter.bank.service import in_chunks, is_present
from examcenter.config import Imports
from examcenter.db import insert_into
from examcenter.errors import ConflictError, RefusedError
from question_bank.duplicates import fingerprint, key_digest
from question_bank.intake import Intake, Known, sift, similar_among
from question_bank.model import Kind, Question
from question_bank.near_duplicates import comparable
from question_bank.readers.grid import DEFAULT_LIMITS, MEGABYTE, Limits
from question_bank.readers.questions import read_questions
from question_bank.readers.reading import Candidate, Reading, Rejection


@dataclass(frozen=True, slots=True)
class Entry:
    """A question to be stored, with its digests: they take longer than the storing."""

    candidate: Candidate
    fingerprint: str
    key_digest: str


@dataclass(frozen=True, slots=True)
class Examined:
    """A file read and compared with a bank; nothing is stored yet."""

    sha256: str
    intake: Intake
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file; *import_id* is None where there was nothing new in it."""

    intake: Intake
    import_id: int | None


class ImportRefusedError(RefusedError):
    """The file does not go in; *intake* has the reasons, and nothing was stored."""

    code = "import_refused"

    def __init__(self, intake: Intake) -> None:
        super().__init__("没有写入任何题目。")
        self.intake = intake


class PoolDiffersError(ConflictError):
    """The bank exists, and its questions are for something else."""

    code = "pool_differs"

    def __init__(self, bank: str) -> None:
        super().__init__(f"题库“{bank}”已经存在，用途与所选的不同。", bank=bank)


def limits_of(settings: Imports) -> Limits:
    """Return what one file may ask of this machine."""
    size = settings.max_file_mb * MEGABYTE
    return replace(DEFAULT_LIMITS, file_size=size, rows=settings.max_rows)


def goes_in(intake: Intake, *, only_good: bool) -> bool:
    """Whether *intake* is imported: whole, or for *only_good* what is good of it.

    A file of which everything is there already was imported before; that is no fault.
    """
    if only_good:
        return bool(intake.accepted or intake.duplicates)
    return not intake.would_be_refused


def examine(
    session: Session,
    data: bytes,
    name: str,
    *,
    order: ImportOrder,
    limits: Limits,
) -> Examined:
    """Read the file *data* called *name* and compare it with the bank that *order* has.

    The bank need not exist.  Never raises for what is in the file, only
    PoolDiffersError.  *session* is used after the reading, which takes nearly all of
    the time.
    """
    reading = _fitting(read_questions(data, name, limits))
    refuse_other_pool(session, order)
    intake = sift(reading, _known_in(session, order.bank))
    places, texts = _texts_in(session, order.bank)
    similar = similar_among(intake.accepted, places, texts)
    intake = replace(intake, similar=similar)
    return Examined(sha256(data).hexdigest(), intake, _entries(intake))


def _entries(intake: Intake) -> tuple[Entry, ...]:
    return tuple(
        Entry(one, fingerprint(one.question), key_digest(one.question))
        for one in intake.accepted
    )


def import_questions(
    session: Session,
    examined: Examined,
    order: ImportOrder,
    *,
    by: int | None,
    now: datetime,
) -> Imported:
    """Store the good questions of *examined*, and the bank too if it is new.

    *by* is None for the operator.  Compares again, since another import may have come
    first: its questions are duplicates now.  Raises ImportRefusedError where the file
    does not go in as *order* wants it, PoolDiffersError where the bank is of another
    pool.
    """
    bank_id = _bank(session, order, now)
    fresh = _compared_again(session, examined, order.bank)
    intake = fresh.intake
    if not goes_in(intake, only_good=order.only_good):
        raise ImportRefusedError(intake)
    if not intake.accepted:
        return Imported(intake, None)
    record = BankImport(
        bank_id=bank_id,
        file=intake.reading.file[:LONGEST_FILE_NAME],
        sha256=examined.sha256,
        accepted=len(intake.accepted),
        at=now,
        by=by,
    )
    session.add(record)
    session.flush()
    for part in in_chunks(fresh.entries):
        _store(session, record, part)
    return Imported(intake, record.id)


def _bank(session: Session, order: ImportOrder, now: datetime) -> int:
    """Return the bank's id; no other import into it goes on until this one ends."""
    pool = order.pool or Pool.FORMAL
    session.execute(
        insert_into(session, Bank)
        .values(name=order.bank, pool=pool.value, created_at=now)
        .on_conflict_do_nothing(index_elements=[Bank.name])
    )
    bank_id = session.execute(
        select(Bank.id).where(Bank.name == order.bank).with_for_update()
    ).scalar_one()
    refuse_other_pool(session, order)
    return bank_id


def refuse_other_pool(session: Session, order: ImportOrder) -> None:
    """Raise PoolDiffersError where the bank exists and is of another pool."""
    pool = session.execute(
        select(Bank.pool).where(Bank.name == order.bank)
    ).scalar_one_or_none()
    if pool and order.pool and pool != order.pool:
        raise PoolDiffersError(order.bank)


def _compared_again(session: Session, examined: Examined, bank: str) -> Examined:
    known = _known_in(session, bank)
    if not known([entry.fingerprint for entry in examined.entries]):
        return examined
    intake = sift(examined.intake.reading, known)
    left = {candidate.source.place for candidate in intake.accepted}
    said = examined.intake.similar
    still = tuple(one for one in said if one.candidate.source.place in left)
    intake = replace(intake, similar=still)
    entries = (one for one in examined.entries if one.candidate.source.place in left)
    return Examined(examined.sha256, intake, tuple(entries))


def _store(session: Session, record: BankImport, entries: Sequence[Entry]) -> None:
    ids: Mapping[str, int] = {
        row.fingerprint: row.id
        for row in session.execute(
            insert(QuestionRow).returning(QuestionRow.fingerprint, QuestionRow.id),
            [
                {"bank_id": record.bank_id, "fingerprint": entry.fingerprint}
                for entry in entries
            ],
        )
    }
    session.execute(
        insert(Revision),
        [_revision(entry, ids[entry.fingerprint], record) for entry in entries],
    )


def _revision(entry: Entry, question_id: int, record: BankImport) -> dict[str, object]:
    question = entry.candidate.question
    return {
        "question_id": question_id,
        "kind": question.kind.value,
        "stem": question.stem,
        "options": list(question.options),
        "key": list(question.key),
        "explanation": question.explanation,
        "category": question.category,
        "difficulty": question.difficulty,
        "citation": question.citation,
        "material": question.material,
        "key_digest": entry.key_digest,
        "import_id": record.id,
        "created_at": record.at,
        "created_by": record.by,
    }


def _known_in(
    session: Session, bank: str
) -> Callable[[Sequence[str]], Mapping[str, Known]]:
    """Return what answers which fingerprints the bank has, under which number."""

    def known(prints: Sequence[str]) -> Mapping[str, Known]:
        found: dict[str, Known] = {}
        for part in in_chunks(prints):
            rows = session.execute(
                select(QuestionRow.fingerprint, QuestionRow.id, Revision.key_digest)
                .join(Revision, is_present())
                .join(Bank, Bank.id == QuestionRow.bank_id)
                .where(Bank.name == bank, QuestionRow.fingerprint.in_(part))
            )
            found |= {
                mark: Known(f"题库“{bank}”第 {number} 题", key)
                for mark, number, key in rows
            }
        return found

    return known


def _texts_in(session: Session, bank: str) -> tuple[list[str], list[str]]:
    """Return where the bank's questions in use are, and what they are compared by."""
    rows = session.execute(
        select(
            QuestionRow.id,
            Revision.kind,
            Revision.stem,
            Revision.options,
            Revision.material,
        )
        .join(Revision, is_present())
        .join(Bank, Bank.id == QuestionRow.bank_id)
        .where(Bank.name == bank, QuestionRow.retired_at.is_(None))
        .order_by(QuestionRow.id)
    ).all()
    places = [f"题库“{bank}”第 {row.id} 题" for row in rows]
    texts = [
        comparable(
            Question(
                Kind(row.kind), row.stem, tuple(row.options), (), material=row.material
            )
        )
        for row in rows
    ]
    return places, texts


def _fitting(reading: Reading) -> Reading:
    """Turn candidates whose words no column can hold into rejections."""
    several = len(reading.heads) > 1
    kept: list[Candidate] = []
    refused: list[Rejection] = []
    for candidate in reading.candidates:
        fault = text_too_long(candidate.question)
        if fault is None:
            kept.append(candidate)
            continue
        source = candidate.source
        sheet = f"工作表“{source.sheet}”" if several else ""
        message = f"{sheet}第 {source.row} 行：{fault[1]}"
        refused.append(
            Rejection(source.place, fault[0], message, candidate.excerpt, source)
        )
    if not refused:
        return reading
    return replace(
        reading,
        candidates=tuple(kept),
        rejections=(*reading.rejections, *refused),
    )
