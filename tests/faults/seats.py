"""Running attempts, written down so that a writer in another process can save them."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examcenter.attempts.models import Answer, AnswerEvent, Attempt
from examcenter.attempts.rules import Examinee
from examcenter.attempts.shapes import shape
from examcenter.db import Database
from tests.support.halls import a_hall
from tests.support.proctoring_factories import a_seat

PEOPLE = 8


@dataclass(frozen=True, slots=True)
class Seat:
    """What a page knows of its attempt."""

    attempt: str
    lease: int
    person: int
    sign_in: int
    questions: int


@dataclass(frozen=True, slots=True)
class Seats:
    """The seats of a hall: where their database is, and the file that lists them."""

    url: str
    file: Path
    all: tuple[Seat, ...]

    def versions(self) -> int:
        """Return the highest version that any answer has, 0 without one."""
        database = Database(self.url)
        try:
            with database.reading() as session:
                return session.execute(select(func.max(Answer.version))).scalar() or 0
        finally:
            database.dispose()


def seats_in(db: Session, url: str, file: Path) -> Seats:
    """Store a hall whose people all sit; note them in *file*."""
    hall = a_hall(db, PEOPLE)
    seats = []
    for person in hall.people:
        seat = a_seat(db, replace(hall, people=(person,)))
        by = Examinee(person.id, seat.examinee.sign_in_id)
        attempt = seat.attempt
        questions = len(shape(db, attempt.public_id, by=by))
        seats.append(
            Seat(attempt.public_id, attempt.lease, by.id, by.sign_in_id, questions)
        )
    file.write_text(json.dumps([asdict(seat) for seat in seats]))
    return Seats(url, file, tuple(seats))


def seats_from(file: Path) -> list[Seat]:
    """Return the seats that *file* lists."""
    return [Seat(**seat) for seat in json.loads(file.read_text())]


def torn(session: Session) -> list[str]:
    """Return every answer at odds with its events, or of which half was kept.

    The answer that counts is the newest event; versions of a question are all there,
    from 1 on, in the order in which they came.
    """
    newest: dict[tuple[str, int], tuple[int, list[str]]] = {}
    faults = []
    events = select(
        Attempt.public_id, AnswerEvent.question, AnswerEvent.version, AnswerEvent.value
    ).join(Attempt, Attempt.id == AnswerEvent.attempt_id)
    for attempt, question, version, value in session.execute(
        events.order_by(AnswerEvent.id)
    ):
        before = newest.get((attempt, question), (0, []))[0]
        if version <= before:
            faults.append(f"{attempt} question {question}: {before}, then {version}")
        newest[attempt, question] = (version, value)
    answers = select(
        Attempt.public_id, Answer.question, Answer.version, Answer.value
    ).join(Attempt, Attempt.id == Answer.attempt_id)
    current = {(a, q): (v, value) for a, q, v, value in session.execute(answers)}
    if current != newest:
        faults.append("the answers that count are not the newest events")
    return faults
