"""Sign-in codes lent for a rehearsal: the codes people hold come back afterwards."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from examcenter.db import CHUNK, Database
from examcenter.exams import codes
from examcenter.exams.codes import IssuedCode
from examcenter.exams.models import ExamCode
from examcenter.exams.service import ExamFacts


@dataclass(frozen=True, slots=True)
class Lent:
    """Codes for some people, and the rows that stood in their place before."""

    exam_id: int
    issued: tuple[IssuedCode, ...]
    digests: dict[int, str]
    before: dict[int, dict[str, object]]


@contextmanager
def lent(
    database: Database,
    exam: ExamFacts,
    people: Collection[int],
    *,
    key: bytes,
    now: datetime,
) -> Iterator[tuple[IssuedCode, ...]]:
    """Give codes for *people* that end with the block; other people's stay as they are.

    A code that was issued to one of them meanwhile is left alone: its paper is newer.
    """
    with database.unit_of_work() as session:
        borrowed = lend(session, exam, people, key=key, now=now)
    try:
        yield borrowed.issued
    finally:
        with database.unit_of_work() as session:
            take_back(session, borrowed)


def lend(
    session: Session,
    exam: ExamFacts,
    people: Collection[int],
    *,
    key: bytes,
    now: datetime,
) -> Lent:
    """Issue codes to *people* and remember which rows they replaced."""
    before = _rows(session, exam.id, people)
    issued = codes.issue_to(session, exam, people, key=key, by=None, now=now)
    after = _rows(session, exam.id, people)
    digests = {person: str(row["digest"]) for person, row in after.items()}
    return Lent(exam.id, tuple(issued), digests, before)


def take_back(session: Session, borrowed: Lent) -> None:
    """End the lent codes and put back those that they replaced."""
    present = _rows(session, borrowed.exam_id, borrowed.digests)
    ours = [
        person
        for person, row in present.items()
        if row["digest"] == borrowed.digests[person]
    ]
    for start in range(0, len(ours), CHUNK):
        session.execute(
            delete(ExamCode).where(
                ExamCode.exam_id == borrowed.exam_id,
                ExamCode.person_id.in_(ours[start : start + CHUNK]),
            )
        )
    rows = [borrowed.before[person] for person in ours if person in borrowed.before]
    for row in rows:
        session.add(ExamCode(**row))
    session.flush()


def _rows(
    session: Session, exam_id: int, people: Collection[int]
) -> dict[int, dict[str, object]]:
    wanted = set(people)
    rows = session.execute(
        select(
            ExamCode.exam_id,
            ExamCode.person_id,
            ExamCode.digest,
            ExamCode.issued_at,
            ExamCode.issued_by,
        ).where(ExamCode.exam_id == exam_id)
    ).mappings()
    return {row["person_id"]: dict(row) for row in rows if row["person_id"] in wanted}
