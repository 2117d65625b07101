"""What is stored about proctoring; no table of an answer hangs on any of these."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from examcenter.db import Base, new_public_id


class Snapshot(Base):
    """A camera picture; the file itself lies in the evidence folder under *file*."""

    __tablename__ = "snapshot"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(
        String(32), unique=True, default=new_public_id
    )
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    client_id: Mapped[str] = mapped_column(String(64))
    captured_at: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[datetime]
    file: Mapped[str] = mapped_column(String(120), unique=True)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    verdict: Mapped[str | None] = mapped_column(String(20))
    faces: Mapped[int | None]
    confidence: Mapped[float | None]
    detector: Mapped[str | None] = mapped_column(String(60))
    analysed_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]
    """Until then one worker looks at it; if it died, another may afterwards."""

    __table_args__ = (
        UniqueConstraint("attempt_id", "client_id"),
        CheckConstraint(
            "(verdict IS NULL) = (analysed_at IS NULL)", name="analysed_has_a_verdict"
        ),
        Index("ix_snapshot_waiting", "analysed_at", "id"),
    )


class Signal(Base):
    """Something the page told: focus lost, camera back, offline."""

    __tablename__ = "signal"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    client_id: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(30))
    client_at: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("attempt_id", "client_id"),)
