"""What is stored about sitting: attempts and the ledger of answers."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from examcenter.db import Base, new_public_id


class Attempt(Base):
    """One examinee's run through one paper."""

    __tablename__ = "attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(
        String(32), unique=True, default=new_public_id
    )
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    number: Mapped[int]
    started_at: Mapped[datetime]
    deadline: Mapped[datetime]
    consent_version: Mapped[str | None] = mapped_column(String(40))
    lease: Mapped[int] = mapped_column(default=1)
    lease_sign_in_id: Mapped[int] = mapped_column(ForeignKey("sign_in.id"))
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str | None] = mapped_column(String(10))
    receipt: Mapped[str | None] = mapped_column(String(40), unique=True)
    paused_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    voided_by: Mapped[str | None] = mapped_column(String(10))
    # How many acts its examinee is told of: a page that knows them all asks no table.
    notices: Mapped[int] = mapped_column(default=0, server_default="0")

    __table_args__ = (
        # Two clicks on "start" race here; the loser is given the winner's attempt.
        UniqueConstraint("exam_id", "person_id", "number"),
        ForeignKeyConstraint(
            ["exam_id", "person_id", "number"],
            ["paper.exam_id", "paper.person_id", "paper.number"],
            name="fk_attempt_paper",
        ),
        CheckConstraint(
            "(submitted_at IS NULL) = (receipt IS NULL)", name="submitted_has_a_receipt"
        ),
        CheckConstraint(
            "(submitted_at IS NULL) = (submitted_by IS NULL)",
            name="submitted_by_somebody",
        ),
        CheckConstraint(
            "submitted_by IN ('examinee', 'server', 'officer')", name="submitted_by"
        ),
        CheckConstraint(
            "paused_at IS NULL OR submitted_at IS NULL", name="paused_is_running"
        ),
        CheckConstraint(
            "voided_at IS NULL OR submitted_at IS NOT NULL", name="voided_has_ended"
        ),
        CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) "
            "AND voided_by IN ('reset', 'decision')",
            name="voided_by",
        ),
        # One running attempt per person and exam at most.
        Index(
            "uq_attempt_running",
            "exam_id",
            "person_id",
            unique=True,
            sqlite_where=text("submitted_at IS NULL"),
            postgresql_where=text("submitted_at IS NULL"),
        ),
        Index("ix_attempt_overdue", "submitted_at", "deadline"),
    )


class AnswerEvent(Base):
    """One stored change of an answer; only ever added."""

    __tablename__ = "answer_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    question: Mapped[int]
    version: Mapped[int]
    client_id: Mapped[str] = mapped_column(String(64))
    value: Mapped[list[str]]
    lease: Mapped[int]
    client_at: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("attempt_id", "question", "version"),
        UniqueConstraint("attempt_id", "client_id"),
    )


class Answer(Base):
    """The answer that counts: the highest version of a question."""

    __tablename__ = "answer"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    question: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    value: Mapped[list[str]]
