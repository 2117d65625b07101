"""Rooms, seats and those who look after them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.accounts.models import Account, Grant
from examcenter.accounts.rules import Role
from examcenter.organisation.models import Person
from examcenter.rooms.models import Room, Seat, Seating
from tests.support.factories import NOW, an_account


def a_room(db: Session, code: str = "101", *, seats: int = 4, columns: int = 2) -> Room:
    """Store a room with *seats*, numbered 1, 2 …, in rows of *columns*."""
    room = Room(code=code, name=f"第{code}考场", site="市考试中心")
    db.add(room)
    db.flush()
    for number in range(seats):
        line, place = divmod(number, columns)
        db.add(
            Seat(
                room_id=room.id,
                label=str(number + 1),
                line=line + 1,
                place=place + 1,
                workstation=f"PC{code}-{number + 1}",
            )
        )
    db.flush()
    return room


def seated(
    db: Session, exam_id: int, room: Room, people: Sequence[Person]
) -> list[int]:
    """Seat *people* in a room, in order; return their seats' ids."""
    seats = db.scalars(
        select(Seat).where(Seat.room_id == room.id).order_by(Seat.id)
    ).all()[: len(people)]
    for seat, person in zip(seats, people, strict=True):
        db.add(Seating(exam_id=exam_id, person_id=person.id, seat_id=seat.id, at=NOW))
    db.flush()
    return [seat.id for seat in seats]


def an_invigilator(db: Session, login: str, *rooms: Room) -> Account:
    """Store somebody who looks after *rooms* and nothing else."""
    account = an_account(db, login)
    for room in rooms:
        db.add(
            Grant(
                account_id=account.id,
                role=Role.INVIGILATOR,
                room_id=room.id,
                granted_at=NOW,
            )
        )
    db.flush()
    return account
