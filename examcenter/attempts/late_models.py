"""What is stored about answers that arrived after the end."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from examcenter.db import Base, new_public_id


class LateDelivery(Base):
    """Answers that came after the end, or in a file, and what was decided about them.

    *body* is canonical JSON and never changes.  *sealed* means that the seal of the
    attempt's key was on it; *handed_in*, *uninterrupted* and *made_at* are what the
    page claimed.  What an admission did to the score stands beside the decision.
    """

    __tablename__ = "late_delivery"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(
        String(32), unique=True, default=new_public_id
    )
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    received_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(10))
    body: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bool]
    handed_in: Mapped[bool]
    uninterrupted: Mapped[bool]
    made_at: Mapped[str] = mapped_column(String(40))
    lease: Mapped[int | None]
    sign_in_id: Mapped[int | None] = mapped_column(ForeignKey("sign_in.id"))
    brought_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    address: Mapped[str] = mapped_column(String(64))
    decision: Mapped[str | None] = mapped_column(String(10))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str | None] = mapped_column(String(200))
    score_before: Mapped[int | None]
    score_after: Mapped[int | None]

    __table_args__ = (
        # A page that never heard our answer sends the same again, and again.
        UniqueConstraint("attempt_id", "sha256"),
        CheckConstraint("source IN ('page', 'file')", name="source"),
        CheckConstraint("decision IN ('admitted', 'declined')", name="decision"),
        CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL)", name="decided_at_a_time"
        ),
        CheckConstraint(
            "(decision IS NULL) = (reason IS NULL)", name="decided_for_a_reason"
        ),
    )


class AdmittedAnswer(Base):
    """Marks an event of the ledger that a person let in, and by which delivery."""

    __tablename__ = "admitted_answer"

    attempt_id: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    late_delivery_id: Mapped[int] = mapped_column(
        ForeignKey("late_delivery.id"), index=True
    )

    __table_args__ = (
        ForeignKeyConstraint(
            ["attempt_id", "question", "version"],
            [
                "answer_event.attempt_id",
                "answer_event.question",
                "answer_event.version",
            ],
            name="fk_admitted_answer_event",
        ),
    )
