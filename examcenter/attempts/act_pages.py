"""What the pages about acts print, and whom their addresses name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.attempts import ending, reach, records
from examcenter.attempts.act_models import AttemptRequest
from examcenter.attempts.act_rules import Kind, Target
from examcenter.attempts.models import Attempt
from examcenter.attempts.reach import Reach
from examcenter.attempts.wording import ACT_NAMES
from examcenter.errors import NotFoundError
from examcenter.exams import service as exams
from examcenter.exams.models import Enrolment, Exam, ExamUnit
from examcenter.exams.rules import NotPublishedError
from examcenter.exams.service import ExamFacts
from examcenter.organisation.models import Person
from examcenter.rooms import service as rooms
from examcenter.rooms.models import Room, Seat, Seating
from examcenter.rooms.service import RoomFacts


@dataclass(frozen=True, slots=True)
class Line:
    """One act as a page prints it."""

    at: datetime
    what: str
    by: str
    reason: str
    details: str


@dataclass(frozen=True, slots=True)
class Record:
    """One attempt with its record; *can* are the acts that its state allows."""

    id: str
    exam_id: str
    exam_title: str
    name: str
    staff_number: str
    department: str
    number: int
    started_at: datetime
    deadline: datetime
    state: str
    lines: Sequence[Line]
    request_id: str | None
    can: frozenset[str]


def record(session: Session, attempt_id: str, mine: Reach, *, now: datetime) -> Record:
    """Return the record of an attempt within reach; raises NotFoundError."""
    attempt = reach.attempt(session, attempt_id, mine)
    person, unit = session.execute(
        select(Person, ExamUnit.name)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .join(
            ExamUnit,
            (ExamUnit.exam_id == Enrolment.exam_id)
            & (ExamUnit.department_id == Enrolment.department_id),
        )
        .where(Person.id == attempt.person_id, Enrolment.exam_id == attempt.exam_id)
    ).one()
    exam = exams.frozen(session, attempt.exam_id)
    waits = ending.waiting(session, attempt.id)
    return Record(
        id=attempt.public_id,
        exam_id=exam.public_id,
        exam_title=exam.plan.title,
        name=person.name,
        staff_number=person.staff_number,
        department=unit,
        number=attempt.number,
        started_at=attempt.started_at,
        deadline=attempt.deadline,
        state=_state(attempt, now),
        lines=[_line(entry) for entry in records.history(session, attempt.id)],
        request_id=waits.public_id if waits else None,
        can=_can(attempt, waiting=waits is not None),
    )


def _state(attempt: Attempt, now: datetime) -> str:
    if attempt.voided_by is not None:
        return "reset" if attempt.voided_by == "reset" else "voided"
    if attempt.submitted_at is not None:
        return "handed_in"
    if attempt.paused_at is not None:
        return "paused"
    return "overdue" if now >= attempt.deadline else "running"


def _can(attempt: Attempt, *, waiting: bool) -> frozenset[str]:
    if attempt.voided_at is not None:
        return frozenset() if waiting else frozenset({"reinstate"})
    can = set() if waiting else {"reset", "void"}
    if attempt.submitted_at is None:
        can |= {"force-submit", "resume" if attempt.paused_at else "pause", "grant"}
    elif attempt.submitted_by != "examinee":
        can |= {"resume", "grant"}
    return frozenset(can)


def _line(entry: records.Entry) -> Line:
    return Line(
        entry.at,
        str(ACT_NAMES[Kind(entry.kind)]),
        entry.by or str(_("系统")),
        entry.reason,
        _details(entry.facts),
    )


def _details(facts: Mapping[str, object]) -> str:
    told = []
    if seconds := facts.get("seconds"):
        told.append(_("%(minutes)s 分 %(rest)s 秒", **_split(seconds)))
    if address := facts.get("address"):
        told.append(_("地址 %(address)s", address=address))
    if receipt := facts.get("receipt"):
        told.append(_("原回执 %(receipt)s", receipt=receipt))
    if seat := facts.get("to_seat"):
        told.append(
            _(
                "座位 %(old)s（%(old_machine)s）换到 %(new)s（%(new_machine)s）",
                old=facts.get("from_seat"),
                old_machine=facts.get("from_workstation") or "—",
                new=seat,
                new_machine=facts.get("to_workstation") or "—",
            )
        )
    return "；".join(told)


def _split(seconds: object) -> dict[str, int]:
    minutes, rest = divmod(int(str(seconds)), 60)
    return {"minutes": minutes, "rest": rest}


def attempt_of(session: Session, request: AttemptRequest) -> str:
    """Return the public id of the attempt that a request is about."""
    return session.get_one(Attempt, request.attempt_id).public_id


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a second person, or waited."""

    public_id: str
    kind: str
    by: int | None
    at: datetime
    reason: str
    decided_at: datetime | None
    approved: bool | None


def waiting(request: AttemptRequest) -> Waiting:
    """Return a request as its page prints it."""
    return Waiting(
        request.public_id,
        request.kind,
        request.by,
        request.at,
        request.reason,
        request.decided_at,
        request.approved,
    )


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom an act of an exam is for, with the words and the address that say so."""

    exam: ExamFacts
    target: Target
    words: str
    query: dict[str, str]
    room: str | None = None

    def url(self, view: str, **more: str) -> str:
        """Return the address of *view* for the same people."""
        given: dict[str, Any] = {**more, **self.query}
        return url_for(view, exam_id=self.exam.public_id, **given)

    @property
    def person_id(self) -> int:
        if self.target.person_id is None:
            raise NotFoundError
        return self.target.person_id


def whom(session: Session, exam_id: str, given: Mapping[str, str], mine: Reach) -> Whom:
    """Return whom ``person=``, ``room=`` or neither names, if within reach."""
    if "person" in given:
        return one_person(session, exam_id, given, mine)
    if "room" in given:
        room = reach.room(session, given["room"], mine)
        exam = exam_named(session, exam_id)
        refuse_elsewhere(session, exam, room, mine)
        if "seat" in given:
            return _seat(session, exam, room, given["seat"])
        words = _("考场 %(room)s 的全部考生", room=room.name)
        query = {"room": room.public_id}
        return Whom(exam, Target(room_id=room.id), words, query, room.public_id)
    exam = reach.whole_exam(session, exam_id, mine)
    return Whom(exam, Target(), str(_("本场考试的全部考生")), {})


def refuse_elsewhere(
    session: Session, exam: ExamFacts, room: RoomFacts, mine: Reach
) -> None:
    """Raise NotFoundError for a room's exam that is neither ours nor in our room."""
    in_my_room = room.id in mine.rooms and exam.id in rooms.exams_in(session, room.id)
    if not in_my_room:
        exams.find(session, exam.public_id, mine.scope)


def _seat(session: Session, exam: ExamFacts, room: RoomFacts, label: str) -> Whom:
    seat = session.execute(
        select(Seat).where(Seat.room_id == room.id, Seat.label == label)
    ).scalar_one_or_none()
    if seat is None:
        raise NotFoundError
    words = _("考场 %(room)s 座位 %(seat)s", room=room.name, seat=label)
    query = {"room": room.public_id, "seat": label}
    return Whom(exam, Target(seat_id=seat.id), words, query, room.public_id)


def one_person(
    session: Session, exam_id: str, given: Mapping[str, str], mine: Reach
) -> Whom:
    """Return the one whose staff number is ``person``; raises NotFoundError."""
    exam = exam_named(session, exam_id)
    number = given.get("person", "")
    person_id = reach.person(session, exam, number, mine)
    name = session.get_one(Person, person_id).name
    room = session.execute(
        select(Room.public_id)
        .join(Seat, Seat.room_id == Room.id)
        .join(Seating, Seating.seat_id == Seat.id)
        .where(Seating.exam_id == exam.id, Seating.person_id == person_id)
    ).scalar_one_or_none()
    words = _("%(name)s（工号 %(number)s）", name=name, number=number)
    # An officer comes from the exam's board, an invigilator from the room's.
    back = None if mine.scope.everything or mine.scope.paths else room
    return Whom(exam, Target(person_id=person_id), words, {"person": number}, back)


def exam_named(session: Session, exam_id: str) -> ExamFacts:
    """Return a published exam, whoever asks; raises NotFoundError."""
    row = session.execute(
        select(Exam).where(Exam.public_id == exam_id)
    ).scalar_one_or_none()
    if row is None:
        raise NotFoundError
    if row.published_at is None:
        raise NotPublishedError
    return exams.facts_of(row)


def back_to(touched: Whom) -> str:
    """Return the board that an act was begun from."""
    exam_id = touched.exam.public_id
    if touched.room is not None:
        return url_for("room_board.board", room_id=touched.room, exam_id=exam_id)
    return url_for("exams.running.progress", exam_id=exam_id)
