"""What is stored about questions."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from examcenter.db import Base, new_public_id


class Bank(Base):
    """A named collection of questions; formal and practice pools never mix."""

    __tablename__ = "bank"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    pool: Mapped[str] = mapped_column(String(10), default="formal")
    created_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("pool IN ('formal','practice')", name="pool"),)


class BankImport(Base):
    """One file that was read into a bank."""

    __tablename__ = "bank_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"), index=True)
    file: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    accepted: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class QuestionRow(Base):
    """A question through all its revisions; *head* is the number of the present one."""

    __tablename__ = "question"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(
        String(32), unique=True, default=new_public_id
    )
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    head: Mapped[int] = mapped_column(default=1)
    retired_at: Mapped[datetime | None]

    __table_args__ = (
        # Two imports at once cannot bring the same question in twice.
        UniqueConstraint("bank_id", "fingerprint"),
    )


class Revision(Base):
    """One state of a question; never changed once written."""

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(
        String(32), unique=True, default=new_public_id
    )
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    number: Mapped[int] = mapped_column(default=1)
    kind: Mapped[str] = mapped_column(String(20))
    stem: Mapped[str] = mapped_column(Text)
    options: Mapped[list[str]]
    key: Mapped[list[str]]
    explanation: Mapped[str] = mapped_column(Text, default="")
    category: Mapped[str] = mapped_column(String(100), default="")
    difficulty: Mapped[str] = mapped_column(String(20), default="")
    citation: Mapped[str] = mapped_column(String(255), default="")
    material: Mapped[str] = mapped_column(Text, default="")
    rich: Mapped[bool] = mapped_column(default=False, server_default=false())
    key_digest: Mapped[str] = mapped_column(String(64))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("bank_import.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (
        UniqueConstraint("question_id", "number"),
        Index("ix_revision_kind_category", "kind", "category"),
    )


class Picture(Base):
    """A picture that questions show, under the SHA-256 of its bytes.

    In the database and not beside it, so that it comes and goes in the transaction of
    its questions, and every backup has it.
    """

    __tablename__ = "picture"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    type: Mapped[str] = mapped_column(String(20))
    data: Mapped[bytes] = mapped_column(LargeBinary)


class RevisionPicture(Base):
    """That a revision shows a picture: who may see the one may see the other."""

    __tablename__ = "revision_picture"

    revision_id: Mapped[int] = mapped_column(
        ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True
    )
    sha256: Mapped[str] = mapped_column(
        ForeignKey("picture.sha256"), primary_key=True, index=True
    )
