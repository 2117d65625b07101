"""What is stored about exams."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from examcenter.db import Base, new_public_id


class Exam(Base):
    """A plan and, once published, everything that was frozen with it."""

    __tablename__ = "exam"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(
        String(32), unique=True, default=new_public_id
    )
    title: Mapped[str] = mapped_column(String(200))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    plan: Mapped[str] = mapped_column(Text)  # canonical JSON of exams.rules.Plan
    plan_digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    published_at: Mapped[datetime | None]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    seed: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    seed_digest: Mapped[str | None] = mapped_column(String(64))
    questions_digest: Mapped[str | None] = mapped_column(String(64))
    roster_digest: Mapped[str | None] = mapped_column(String(64))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    released_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="window"),
        CheckConstraint(
            "(published_at IS NULL) = (seed IS NULL)", name="published_has_a_seed"
        ),
        CheckConstraint(
            "closed_at IS NULL OR published_at IS NOT NULL", name="closed_was_published"
        ),
    )


class ExamDepartment(Base):
    """A department that the plan names; its subtree takes part."""

    __tablename__ = "exam_department"

    exam_id: Mapped[int] = mapped_column(
        ForeignKey("exam.id", ondelete="CASCADE"), primary_key=True
    )
    department_id: Mapped[int] = mapped_column(
        ForeignKey("department.id"), primary_key=True
    )


class ExamQuestion(Base):
    """A frozen question of an exam; papers speak of its *position*."""

    __tablename__ = "exam_question"

    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))

    __table_args__ = (UniqueConstraint("exam_id", "revision_id"),)


class ExamUnit(Base):
    """A department as it was when the exam was published."""

    __tablename__ = "exam_unit"

    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), primary_key=True)
    department_id: Mapped[int] = mapped_column(
        ForeignKey("department.id"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(100))
    parent_id: Mapped[int | None]
    ranking_group: Mapped[str] = mapped_column(String(40), default="")
    path: Mapped[str] = mapped_column(String(255))


class Enrolment(Base):
    """A person of the frozen roster; an exempt one has no paper."""

    __tablename__ = "enrolment"

    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), primary_key=True, index=True
    )
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    category: Mapped[str] = mapped_column(String(40), default="")
    exemption: Mapped[str] = mapped_column(String(200), default="")


class PaperRow(Base):
    """A drawn paper; *number* counts a person's papers, one for each attempt."""

    __tablename__ = "paper"

    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class ExamCode(Base):
    """A sign-in code for one person and one exam; issuing again replaces it."""

    __tablename__ = "exam_code"

    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime]
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
