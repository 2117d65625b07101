"""What was recorded about one attempt, for the officer who looks at it.

Pictures, signals and the times of answers stand in one order, that of their arrival
here; what somebody answered is not shown.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from examcenter.attempts import ledger
from examcenter.attempts.models import AnswerEvent, Attempt
from examcenter.db import CHUNK
from examcenter.errors import NotFoundError
from examcenter.exams import service as exams
from examcenter.organisation.models import Department, Person
from examcenter.organisation.service import Scope
from examcenter.proctoring.evidence import Evidence, EvidenceDamagedError
from examcenter.proctoring.models import Signal, Snapshot
from examcenter.wishes import Wish, page_of

FILTERS = ("kind", "verdict")
SORTS = ("at",)
WAITING = "waiting"

_AnySelect = Select[*tuple[Any, ...]]


class EntryKind(StrEnum):
    """What an entry of a timeline tells."""

    SNAPSHOT = "snapshot"
    SIGNAL = "signal"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Sitting:
    """One attempt with who sat it.

    *verdicts* counts the snapshots by verdict, those that nobody has looked at under
    ``waiting``; *answered* counts the questions that have an answer, of *total*.
    """

    key: int
    id: str
    name: str
    staff_number: str
    department: str
    exam_id: str
    exam_title: str
    number: int
    started_at: datetime
    deadline: datetime
    submitted_at: datetime | None
    submitted_by: str | None
    has_consent: bool
    answered: int
    total: int
    verdicts: Mapping[str, int]
    signals: int

    @property
    def snapshots(self) -> int:
        return sum(self.verdicts.values())


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline.

    *at* is when it reached us and *told_at* what the page's clock said.  *what* is a
    verdict (None while nobody has looked), a kind of signal, or None for an answer.
    A snapshot that could not be read has no number of *faces*.
    """

    at: datetime
    kind: EntryKind
    told_at: str
    what: str | None = None
    snapshot_id: str = ""
    faces: int | None = None
    confidence: float | None = None
    detector: str | None = None
    question: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A snapshot's file as it was stored."""

    data: bytes


def sitting(session: Session, attempt_id: str, *, scope: Scope) -> Sitting:
    """Return an attempt; raises NotFoundError where its examinee is not in *scope*."""
    row = session.execute(
        _in_scope(select(Attempt, Person, Department.name), scope).where(
            Attempt.public_id == attempt_id
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError
    attempt, person, department = row
    frozen = exams.frozen(session, attempt.exam_id)
    answers = ledger.answers(session, attempt.id).values()
    return Sitting(
        key=attempt.id,
        id=attempt.public_id,
        name=person.name,
        staff_number=person.staff_number,
        department=department,
        exam_id=frozen.public_id,
        exam_title=frozen.plan.title,
        number=attempt.number,
        started_at=attempt.started_at,
        deadline=attempt.deadline,
        submitted_at=attempt.submitted_at,
        submitted_by=attempt.submitted_by,
        has_consent=attempt.consent_version is not None,
        answered=sum(1 for answer in answers if answer.value),
        total=frozen.plan.question_count,
        verdicts=_verdicts(session, attempt.id),
        signals=_count(session, Signal, attempt.id),
    )


def _in_scope(statement: _AnySelect, scope: Scope) -> _AnySelect:
    return (
        statement.select_from(Attempt)
        .join(Person, Person.id == Attempt.person_id)
        .join(Department, Department.id == Person.department_id)
        .where(scope.covers(Department.path))
    )


def _verdicts(session: Session, key: int) -> dict[str, int]:
    rows = session.execute(
        select(Snapshot.verdict, func.count())
        .where(Snapshot.attempt_id == key)
        .group_by(Snapshot.verdict)
    )
    return {verdict or WAITING: count for verdict, count in rows}


def _count(session: Session, table: type[Signal], key: int) -> int:
    return session.execute(
        select(func.count()).where(table.attempt_id == key)
    ).scalar_one()


def entries(
    session: Session, found: Sitting, asked: Wish
) -> tuple[Sequence[Entry], int]:
    """Return the wished page of a timeline, and how many entries there are.

    *asked* may filter by ``kind`` and by ``verdict`` (a verdict or ``waiting``), which
    leaves snapshots alone.  The earliest comes first unless asked otherwise.
    """
    parts = _parts(found.key, asked)
    if not parts:
        return [], 0
    keys = union_all(*parts).subquery()
    columns = (keys.c.at, keys.c.kind, keys.c.id)
    order = [c.desc() for c in columns] if asked.descending else list(columns)
    rows, total = page_of(session, select(*columns).order_by(*order), asked)
    ids: dict[str, list[int]] = {kind: [] for kind in EntryKind}
    for row in rows:
        ids[row.kind].append(row.id)
    read = {
        **_snapshots(session, ids[EntryKind.SNAPSHOT]),
        **_signals(session, ids[EntryKind.SIGNAL]),
        **_answers(session, ids[EntryKind.ANSWER]),
    }
    return [read[EntryKind(row.kind), row.id] for row in rows], total


def every_entry(session: Session, found: Sitting, asked: Wish) -> Sequence[Entry]:
    """Return all that the filters of *asked* leave."""
    every: list[Entry] = []
    page, total = 1, 1
    while len(every) < total:
        part, total = entries(session, found, replace(asked, page=page, size=CHUNK))
        if not part:  # fewer than a moment ago
            break
        every += part
        page += 1
    return every


def _parts(key: int, asked: Wish) -> list[_AnySelect]:
    """Return the moments of each table that the filters leave."""
    verdict = asked.filters.get("verdict")
    wanted = {asked.filters.get("kind") or kind.value for kind in EntryKind}
    if verdict:
        wanted &= {EntryKind.SNAPSHOT.value}
    tables: dict[str, Any] = {
        EntryKind.SNAPSHOT.value: Snapshot,
        EntryKind.SIGNAL.value: Signal,
        EntryKind.ANSWER.value: AnswerEvent,
    }
    parts: list[_AnySelect] = []
    for kind, table in tables.items():
        if kind not in wanted:
            continue
        columns = (table.received_at.label("at"), literal(kind).label("kind"), table.id)
        part: _AnySelect = select(*columns).where(table.attempt_id == key)
        if verdict:
            seen = None if verdict == WAITING else verdict
            part = part.where(table.verdict.is_not_distinct_from(seen))
        parts.append(part)
    return parts


_Read = dict[tuple[EntryKind, int], Entry]


def _snapshots(session: Session, ids: Sequence[int]) -> _Read:
    rows = session.execute(select(Snapshot).where(Snapshot.id.in_(ids))).scalars()
    return {
        (EntryKind.SNAPSHOT, row.id): Entry(
            at=row.received_at,
            kind=EntryKind.SNAPSHOT,
            told_at=row.captured_at,
            what=row.verdict,
            snapshot_id=row.public_id,
            faces=row.faces,
            confidence=row.confidence,
            detector=row.detector,
        )
        for row in rows
    }


def _signals(session: Session, ids: Sequence[int]) -> _Read:
    rows = session.execute(select(Signal).where(Signal.id.in_(ids))).scalars()
    return {
        (EntryKind.SIGNAL, row.id): Entry(
            at=row.received_at,
            kind=EntryKind.SIGNAL,
            told_at=row.client_at,
            what=row.kind,
        )
        for row in rows
    }


def _answers(session: Session, ids: Sequence[int]) -> _Read:
    # Without the value: this page is about when, not about what somebody answered.
    rows = session.execute(
        select(
            AnswerEvent.id,
            AnswerEvent.received_at,
            AnswerEvent.client_at,
            AnswerEvent.question,
            AnswerEvent.version,
        ).where(AnswerEvent.id.in_(ids))
    )
    return {
        (EntryKind.ANSWER, row.id): Entry(
            at=row.received_at,
            kind=EntryKind.ANSWER,
            told_at=row.client_at,
            question=row.question,
            version=row.version,
        )
        for row in rows
    }


def picture(
    session: Session,
    attempt_id: str,
    snapshot_id: str,
    evidence: Evidence,
    *,
    scope: Scope,
) -> Picture:
    """Return a snapshot's file, for whoever may see the attempt in *scope*.

    Raises NotFoundError, and EvidenceDamagedError for a file that was changed.
    """
    row = session.execute(
        _in_scope(select(Snapshot.file, Snapshot.sha256), scope)
        .join(Snapshot, Snapshot.attempt_id == Attempt.id)
        .where(Attempt.public_id == attempt_id, Snapshot.public_id == snapshot_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    data = evidence.read(row.file)
    if hashlib.sha256(data).hexdigest() != row.sha256:
        raise EvidenceDamagedError
    return Picture(data)
