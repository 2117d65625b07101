"""What is stored about clocks that disagreed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from examcenter.db import Base


class ClockAlarm(Base):
    """Clocks disagree: while it is open nobody is handed in by the server.

    *seconds* is how far *clock* is ahead of the centre's time.  It ends by itself
    (*ended_by* is nobody) or by an officer with a reason.
    """

    __tablename__ = "clock_alarm"

    id: Mapped[int] = mapped_column(primary_key=True)
    clock: Mapped[str] = mapped_column(String(10))
    seconds: Mapped[int]
    found_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (
        CheckConstraint("clock IN ('machine', 'database')", name="clock"),
        CheckConstraint(
            "(ended_by IS NULL OR ended_at IS NOT NULL)"
            " AND (ended_by IS NULL) = (reason IS NULL)",
            name="ended_with_a_reason",
        ),
        # Two workers that look at once: one alarm.
        Index(
            "uq_clock_alarm_open",
            "clock",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
