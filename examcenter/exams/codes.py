"""Sign-in codes: good for one person, one exam, and as long as its window lasts."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from examcenter.accounts import passwords
from examcenter.db import CHUNK, insert_into
from examcenter.errors import RefusedError
from examcenter.exams.models import Enrolment, Exam, ExamCode, ExamUnit
from examcenter.exams.rules import NotPublishedError
from examcenter.exams.service import ExamFacts
from examcenter.organisation.models import Person

ENTRY_OPENS = timedelta(minutes=30)
"""How long before an exam opens its codes are good: people sign in and wait."""


class NoSuchUnitError(RefusedError):
    """The exam has no such *department*."""

    code = "no_such_unit"


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code as it is handed out; *department* is the department's code."""

    staff_number: str
    name: str
    department: str
    code: str


def code_exam(  # noqa: PLR0913 - who, with which key and when, by name
    session: Session,
    account_id: int,
    password: str,
    *,
    key: bytes,
    overtime: ColumnElement[bool] | None = None,
    now: datetime,
) -> int | None:
    """Return the id of the exam that *password* opens for an account, or None.

    A code opens a published exam that was not closed, from half an hour before the
    window begins, so that a room can sign in and wait, until the window ends.
    *overtime* is the condition on `ExamCode` that its person sits longer than that.
    """
    lasts = Exam.closes_at > now
    lasts = lasts if overtime is None else or_(lasts, overtime)
    codes = session.execute(
        select(ExamCode.exam_id, ExamCode.digest)
        .join(Exam, Exam.id == ExamCode.exam_id)
        .where(
            ExamCode.person_id == account_id,
            Exam.published_at.is_not(None),
            Exam.closed_at.is_(None),
            Exam.opens_at <= now + ENTRY_OPENS,
            lasts,
        )
        .order_by(ExamCode.exam_id)
    )
    opened = [
        exam_id
        for exam_id, stored in codes
        if passwords.drawn_matches(key, _purpose(exam_id, account_id), stored, password)
    ]
    return opened[0] if opened else None


def _purpose(exam_id: int, person_id: int) -> str:
    return f"exam-code:{exam_id}:{person_id}"


def issue_codes(  # noqa: PLR0913 - who, when and with which key, by name
    session: Session,
    exam: ExamFacts,
    *,
    key: bytes,
    department_code: str | None,
    by: int | None,
    now: datetime,
) -> list[IssuedCode]:
    """Draw a new code for everybody who may sit, in the order of staff numbers.

    With *department_code* only for the people below that department as they were when
    the exam was published.  Earlier codes of these people end.  The codes themselves
    are stored nowhere: whoever loses the list issues new ones.

    Raises NotPublishedError; NoSuchUnitError for a department that does not take part.
    """
    if not exam.is_published:
        raise NotPublishedError
    found = session.execute(_may_sit(session, exam.id, department_code))
    return _issue(session, exam, found, key=key, by=by, now=now)


def issue_to(  # noqa: PLR0913 - who, when and with which key, by name
    session: Session,
    exam: ExamFacts,
    people: Collection[int],
    *,
    key: bytes,
    by: int | None,
    now: datetime,
) -> list[IssuedCode]:
    """Draw a new code for those of *people* who may sit, and for nobody else.

    Raises NotPublishedError.
    """
    if not exam.is_published:
        raise NotPublishedError
    wanted = set(people)
    found = session.execute(_may_sit(session, exam.id, None))
    some = [row for row in found if row[0] in wanted]
    return _issue(session, exam, some, key=key, by=by, now=now)


def _issue(  # noqa: PLR0913 - who, when and with which key, by name
    session: Session,
    exam: ExamFacts,
    found: Iterable[Row[int, str, str, str]],
    *,
    key: bytes,
    by: int | None,
    now: datetime,
) -> list[IssuedCode]:
    # In Python, because databases disagree about the order of letters.
    people = [
        (person, IssuedCode(number, name, unit, passwords.drawn()))
        for person, number, name, unit in sorted(found, key=itemgetter(1))
    ]
    rows: list[dict[str, object]] = [
        {
            "exam_id": exam.id,
            "person_id": person,
            "digest": passwords.drawn_digest(
                key, _purpose(exam.id, person), issued.code
            ),
            "issued_at": now,
            "issued_by": by,
        }
        for person, issued in people
    ]
    _replace(session, rows)
    return [issued for _, issued in people]


def _may_sit(
    session: Session, exam_id: int, department_code: str | None
) -> Select[int, str, str, str]:
    people = (
        select(Person.id, Person.staff_number, Person.name, ExamUnit.code)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .join(
            ExamUnit,
            and_(
                ExamUnit.exam_id == Enrolment.exam_id,
                ExamUnit.department_id == Enrolment.department_id,
            ),
        )
        .where(Enrolment.exam_id == exam_id, Enrolment.exemption == "")
    )
    if department_code is None:
        return people
    path = session.execute(
        select(ExamUnit.path).where(
            ExamUnit.exam_id == exam_id, ExamUnit.code == department_code
        )
    ).scalar_one_or_none()
    if path is None:
        raise NoSuchUnitError(department=department_code)
    return people.where(ExamUnit.path.startswith(path, autoescape=True))


def _replace(session: Session, rows: Sequence[dict[str, object]]) -> None:
    # Two officers who issue at once both succeed; the later list is the good one.
    new = insert_into(session, ExamCode)
    statement = new.on_conflict_do_update(
        index_elements=["exam_id", "person_id"],
        set_={
            name: new.excluded[name] for name in ("digest", "issued_at", "issued_by")
        },
    )
    for start in range(0, len(rows), CHUNK):
        session.execute(statement, rows[start : start + CHUNK])
