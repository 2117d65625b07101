"""What can be asked about rooms: which there are, whose they are, who sits where."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examcenter.accounts.models import Grant
from examcenter.accounts.rules import Role
from examcenter.rooms.models import Room, Seat, Seating


def looked_after(session: Session, account_id: int) -> frozenset[int]:
    """Return the ids of the rooms that somebody invigilates."""
    rows = session.execute(
        select(Grant.room_id).where(
            Grant.account_id == account_id,
            Grant.role == Role.INVIGILATOR,
            Grant.room_id.is_not(None),
        )
    ).scalars()
    return frozenset(one for one in rows if one is not None)


def room_named(session: Session, code: str) -> int | None:
    """Return the id of the room with *code*, or None."""
    return session.execute(
        select(Room.id).where(Room.code == code)
    ).scalar_one_or_none()


def room_names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Return the names of rooms by id."""
    rows = session.execute(select(Room.id, Room.name).where(Room.id.in_(ids)))
    return {row.id: row.name for row in rows}


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """A room by its names."""

    id: int
    public_id: str
    code: str
    name: str


def facts(session: Session, public_id: str) -> RoomFacts | None:
    """Return a room, or None where there is none."""
    row = session.execute(
        select(Room.id, Room.public_id, Room.code, Room.name).where(
            Room.public_id == public_id
        )
    ).one_or_none()
    return RoomFacts(*row) if row else None


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A room of the list."""

    id: int
    public_id: str
    code: str
    name: str
    site: str
    seats: int


def rooms(session: Session, only: frozenset[int] | None = None) -> list[RoomLine]:
    """Return all rooms, or those of *only*, in the order of their codes."""
    counted = (
        select(Seat.room_id, func.count().label("seats")).group_by(Seat.room_id)
    ).subquery()
    statement = select(
        Room.id,
        Room.public_id,
        Room.code,
        Room.name,
        Room.site,
        func.coalesce(counted.c.seats, 0).label("seats"),
    ).outerjoin(counted, counted.c.room_id == Room.id)
    if only is not None:
        statement = statement.where(Room.id.in_(only))
    rows = session.execute(statement.order_by(Room.code))
    return [RoomLine(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Place:
    """A seat of a room in an exam, with who sits there, or None where it is free."""

    seat_id: int
    label: str
    line: int | None
    column: int | None
    workstation: str
    person_id: int | None


def places(session: Session, room_id: int, exam_id: int) -> list[Place]:
    """Return the seats of a room in the order of rows and columns, then of labels."""
    rows = session.execute(
        select(Seat, Seating.person_id, Seating.workstation)
        .outerjoin(Seating, (Seating.seat_id == Seat.id) & (Seating.exam_id == exam_id))
        .where(Seat.room_id == room_id)
    ).all()
    found = [
        Place(
            seat.id,
            seat.label,
            seat.line,
            seat.place,
            workstation or seat.workstation,
            person_id,
        )
        for seat, person_id, workstation in rows
    ]
    return sorted(found, key=_order)


def _order(place: Place) -> tuple[bool, int, int, int, str]:
    return (
        place.line is None,
        place.line or 0,
        place.column or 0,
        len(place.label),
        place.label,
    )


def exams_in(session: Session, room_id: int) -> Mapping[int, int]:
    """Return, by exam, how many people sit in a room."""
    rows = session.execute(
        select(Seating.exam_id, func.count())
        .join(Seat, Seat.id == Seating.seat_id)
        .where(Seat.room_id == room_id)
        .group_by(Seating.exam_id)
    )
    return dict(rows.all())
