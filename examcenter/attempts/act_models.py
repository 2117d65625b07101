"""What is stored about acts of staff on attempts; nothing here is ever changed back."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from examcenter.db import Base, new_public_id


class TimeGrant(Base):
    """Time given to a person, a seat, a room, or to everyone where none is named."""

    __tablename__ = "time_grant"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(
        String(32), unique=True, default=new_public_id
    )
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    seconds: Mapped[int | None]
    cause_from: Mapped[datetime | None]
    cause_to: Mapped[datetime | None]
    cause: Mapped[str] = mapped_column(String(40))
    standing: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(200))
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(
            "(person_id IS NULL OR seat_id IS NULL)"
            " AND (person_id IS NULL OR room_id IS NULL)"
            " AND (seat_id IS NULL OR room_id IS NULL)",
            name="one_target",
        ),
        CheckConstraint(
            "(cause_from IS NULL) = (cause_to IS NULL)"
            " AND (seconds IS NULL) = (cause_from IS NOT NULL)"
            " AND (cause_from IS NULL OR cause_from < cause_to)"
            " AND (seconds IS NULL OR seconds > 0)",
            name="seconds_or_interval",
        ),
        CheckConstraint(
            "NOT standing OR (person_id IS NOT NULL AND seconds IS NOT NULL)",
            name="standing_is_personal",
        ),
        Index("ix_time_grant_exam_person", "exam_id", "person_id"),
    )


class AttemptCredit(Base):
    """A grant that counts for an attempt."""

    __tablename__ = "attempt_credit"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    grant_id: Mapped[int] = mapped_column(ForeignKey("time_grant.id"), primary_key=True)


class AttemptPause(Base):
    """An attempt stands still from *paused_at* on; open until it is resumed or ends."""

    __tablename__ = "attempt_pause"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    paused_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(200))
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    resumed_at: Mapped[datetime | None]
    resumed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    resume_reason: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (
        CheckConstraint(
            "resumed_at IS NULL OR paused_at <= resumed_at", name="forward"
        ),
        Index(
            "uq_attempt_pause_open",
            "attempt_id",
            unique=True,
            sqlite_where=text("resumed_at IS NULL"),
            postgresql_where=text("resumed_at IS NULL"),
        ),
    )


class LateEntry(Base):
    """Somebody may begin an exam until then, although late entry has closed."""

    __tablename__ = "late_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    until: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(200))
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]

    __table_args__ = (Index("ix_late_entry_person_exam", "person_id", "exam_id"),)


class AttemptRequest(Base):
    """Something that needs a second person; one at a time waits for an attempt."""

    __tablename__ = "attempt_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(
        String(32), unique=True, default=new_public_id
    )
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(200))
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    approved: Mapped[bool | None]
    decision: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (
        CheckConstraint("kind IN ('reset', 'void', 'reinstate')", name="kind"),
        CheckConstraint(
            "approved IS NULL OR NOT approved OR decided_by <> by", name="two_people"
        ),
        CheckConstraint(
            "(decided_at IS NULL) = (approved IS NULL)", name="decided_either_way"
        ),
        Index(
            "uq_attempt_request_open",
            "attempt_id",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )


class AttemptAct(Base):
    """The record of one act; only ever added."""

    __tablename__ = "attempt_act"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(
        String(32), unique=True, default=new_public_id
    )
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(String(200))
    is_notice: Mapped[bool]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)

    __table_args__ = (Index("ix_attempt_act_attempt", "attempt_id", "is_notice", "id"),)
