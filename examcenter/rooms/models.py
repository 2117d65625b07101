"""What is stored about rooms."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from examcenter.db import Base, new_public_id


class Room(Base):
    """A room with machines."""

    __tablename__ = "room"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(
        String(32), unique=True, default=new_public_id
    )
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    site: Mapped[str] = mapped_column(String(100), default="")


class Seat(Base):
    """A seat of a room; *line* and *place* are its row and column, from 1."""

    __tablename__ = "seat"

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    label: Mapped[str] = mapped_column(String(20))
    line: Mapped[int | None]
    place: Mapped[int | None]
    workstation: Mapped[str] = mapped_column(String(40), default="")

    __table_args__ = (
        UniqueConstraint("room_id", "label"),
        UniqueConstraint("room_id", "line", "place"),
        CheckConstraint(
            "(line IS NULL) = (place IS NULL) AND line >= 1 AND place >= 1",
            name="line_and_place",
        ),
    )


class Seating(Base):
    """Where somebody sits in an exam; *workstation* is the machine they use."""

    __tablename__ = "seating"

    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"), index=True)
    workstation: Mapped[str] = mapped_column(String(40), default="")
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    # Two who change to the same spare seat at once: one of them gets it.
    __table_args__ = (UniqueConstraint("exam_id", "seat_id"),)
