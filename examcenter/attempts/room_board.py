"""A room while an exam runs: every seat, who sits there and how far they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examcenter.attempts.models import AnswerEvent, Attempt
from examcenter.exams.board import Standing, standing
from examcenter.exams.rules import Progress
from examcenter.organisation.models import Person
from examcenter.rooms import service as rooms
from examcenter.rooms.service import Place


@dataclass(frozen=True, slots=True)
class SeatLine:
    """One seat; *standing* is None where nobody is to sit.

    *heard* is when the last answer of theirs came in.
    """

    place: Place
    name: str
    staff_number: str
    standing: Standing | None
    progress: Progress | None
    heard: datetime | None


def seats(
    session: Session, room_id: int, exam_id: int, *, now: datetime
) -> list[SeatLine]:
    """Return the seats of a room in an exam, in their order."""
    places = rooms.places(session, room_id, exam_id)
    ids = [place.person_id for place in places if place.person_id is not None]
    people = {
        person.id: person
        for person in session.execute(
            select(Person).where(Person.id.in_(ids))
        ).scalars()
    }
    begun = _begun(session, exam_id, ids)
    return [
        _line(place, people.get(place.person_id or 0), begun, now) for place in places
    ]


_Begun = dict[int, tuple[Progress, datetime | None]]


def _begun(session: Session, exam_id: int, people: Sequence[int]) -> _Begun:
    heard = (
        select(
            AnswerEvent.attempt_id,
            func.max(AnswerEvent.received_at).label("heard"),
            func.count(AnswerEvent.question.distinct()).label("answered"),
        )
        .join(Attempt, Attempt.id == AnswerEvent.attempt_id)
        .where(Attempt.exam_id == exam_id, Attempt.person_id.in_(people))
        .group_by(AnswerEvent.attempt_id)
        .subquery()
    )
    rows = session.execute(
        select(Attempt, heard.c.heard, heard.c.answered)
        .outerjoin(heard, heard.c.attempt_id == Attempt.id)
        .where(Attempt.exam_id == exam_id, Attempt.person_id.in_(people))
        .order_by(Attempt.number)
    )
    return {
        one.person_id: (_progress(one, answered or 0), at) for one, at, answered in rows
    }


def _progress(attempt: Attempt, answered: int) -> Progress:
    return Progress(
        person_id=attempt.person_id,
        attempt_public_id=attempt.public_id,
        number=attempt.number,
        started_at=attempt.started_at,
        submitted_at=attempt.submitted_at,
        answered=answered,
        deadline=attempt.deadline,
        paused_at=attempt.paused_at,
        voided_by=attempt.voided_by,
    )


def _line(
    place: Place, person: Person | None, begun: _Begun, now: datetime
) -> SeatLine:
    if person is None:
        return SeatLine(place, "", "", None, None, None)
    progress, heard = begun.get(person.id, (None, None))
    where = standing(exempt=False, progress=progress, now=now)
    return SeatLine(place, person.name, person.staff_number, where, progress, heard)
