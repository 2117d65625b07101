"""What is stored about results."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from examcenter.db import Base


class Result(Base):
    """The marks of one submitted attempt, in hundredths."""

    __tablename__ = "result"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    score: Mapped[int]
    full_marks: Mapped[int]
    passed: Mapped[bool]
    grade: Mapped[str] = mapped_column(String(40))
    scored_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("score >= 0 AND score <= full_marks", name="score"),
        Index("ix_result_exam_person", "exam_id", "person_id", "score"),
    )
