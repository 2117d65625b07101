"""Whose attempts a member of staff may touch: all of an exam, or those in their rooms.

What lies outside does not exist for them, and so it belongs into the query.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from examcenter.accounts.rules import Role
from examcenter.attempts.act_models import AttemptRequest
from examcenter.attempts.models import Attempt
from examcenter.errors import NotFoundError
from examcenter.exams import service as exams
from examcenter.exams.models import Enrolment, Exam
from examcenter.exams.rules import NotPublishedError
from examcenter.exams.service import ExamFacts
from examcenter.organisation.models import Person
from examcenter.organisation.service import EVERYTHING, Scope, scope_of
from examcenter.rooms import service as rooms
from examcenter.rooms.models import Seat, Seating
from examcenter.rooms.service import RoomFacts


@dataclass(frozen=True, slots=True)
class Reach:
    """The exams of *scope* as a whole, and of every exam the people in *rooms*."""

    scope: Scope
    rooms: frozenset[int] = frozenset()

    def attempts(self) -> ColumnElement[bool]:
        """Return the SQL condition on `Attempt`, joined with `Exam`."""
        if not self.rooms:
            return exams.in_scope(self.scope)
        return or_(exams.in_scope(self.scope), self._seated(Attempt))

    def enrolments(self) -> ColumnElement[bool]:
        """Return the SQL condition on `Enrolment`, joined with `Exam`."""
        if not self.rooms:
            return exams.in_scope(self.scope)
        return or_(exams.in_scope(self.scope), self._seated(Enrolment))

    def _seated(self, table: type[Attempt] | type[Enrolment]) -> ColumnElement[bool]:
        return exists().where(
            Seating.exam_id == table.exam_id,
            Seating.person_id == table.person_id,
            Seating.seat_id == Seat.id,
            Seat.room_id.in_(self.rooms),
        )


ALL = Reach(EVERYTHING)
"""The operator's at the command line."""


def of_officer(session: Session, account_id: int) -> Reach:
    """Return what somebody reaches as exam officer."""
    return Reach(scope_of(session, account_id, Role.EXAM_OFFICER))


def of_staff(session: Session, account_id: int) -> Reach:
    """Return what somebody reaches as exam officer and as invigilator together."""
    return Reach(
        scope_of(session, account_id, Role.EXAM_OFFICER),
        rooms.looked_after(session, account_id),
    )


def attempt(session: Session, public_id: str, reach: Reach) -> Attempt:
    """Return an attempt within *reach*; raises NotFoundError."""
    found = session.execute(
        select(Attempt)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(Attempt.public_id == public_id, reach.attempts())
    ).scalar_one_or_none()
    if found is None:
        raise NotFoundError
    return found


def request(session: Session, public_id: str, reach: Reach) -> AttemptRequest:
    """Return what waits for, or had, a second person; raises NotFoundError."""
    found = session.execute(
        select(AttemptRequest)
        .join(Attempt, Attempt.id == AttemptRequest.attempt_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(AttemptRequest.public_id == public_id, reach.attempts())
    ).scalar_one_or_none()
    if found is None:
        raise NotFoundError
    return found


def whole_exam(session: Session, public_id: str, reach: Reach) -> ExamFacts:
    """Return a published exam that lies wholly in reach; raises NotFoundError."""
    exam = exams.find(session, public_id, reach.scope)
    if not exam.is_published:
        raise NotPublishedError
    return exam


def person(session: Session, exam: ExamFacts, staff_number: str, reach: Reach) -> int:
    """Return the id of somebody enrolled; raises NotFoundError."""
    found = session.execute(
        select(Enrolment.person_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Exam, Exam.id == Enrolment.exam_id)
        .where(
            Enrolment.exam_id == exam.id,
            Person.staff_number == staff_number,
            reach.enrolments(),
        )
    ).scalar_one_or_none()
    if found is None:
        raise NotFoundError
    return found


def room(session: Session, public_id: str, reach: Reach) -> RoomFacts:
    """Return a room: an invigilator's own, or one where an exam of theirs is held.

    Who sees all exams reaches all rooms.  Raises NotFoundError.
    """
    found = rooms.facts(session, public_id)
    if found is None or not _reaches(session, found.id, reach):
        raise NotFoundError
    return found


def _reaches(session: Session, room_id: int, reach: Reach) -> bool:
    if reach.scope.everything or room_id in reach.rooms:
        return True
    held = (
        select(Seating.exam_id)
        .join(Seat, Seat.id == Seating.seat_id)
        .join(Exam, Exam.id == Seating.exam_id)
        .where(Seat.room_id == room_id, exams.in_scope(reach.scope))
    )
    return session.execute(held.limit(1)).first() is not None
