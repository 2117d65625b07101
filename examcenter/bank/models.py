"""What is stored about questions."""

from datetime import datetime
from typing import Never

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import Mapped, mapped_column

from examcenter.db import Base, new_public_id
from examcenter.errors import ExamCenterError


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
        # The same question in another bank, with another key perhaps.
        Index("ix_question_fingerprint", "fingerprint"),
    )


class RevisionChangedError(ExamCenterError):
    """A program tried to change a stored state of a question."""

    code = "error"


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
    key_digest: Mapped[str] = mapped_column(String(64))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("bank_import.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (
        UniqueConstraint("question_id", "number"),
        Index("ix_revision_kind_category", "kind", "category"),
    )


@event.listens_for(Revision, "before_update")
def _never_changes(mapper: object, connection: object, revision: Revision) -> Never:
    """Stop whoever would change what examinees were asked: a new revision is due."""
    del mapper, connection
    raise RevisionChangedError(f"revision {revision.id} is never changed once written")


class ArticleReview(Base):
    """An editor's word that a question holds under the new text of an article.

    Both texts are kept as they were read; *new_text* is empty for an article that is
    gone.
    """

    __tablename__ = "article_review"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    law: Mapped[str] = mapped_column(String(200))
    number: Mapped[int]
    branch: Mapped[int]
    old_text: Mapped[str] = mapped_column(Text)
    new_text: Mapped[str] = mapped_column(Text)
    new_digest: Mapped[str] = mapped_column(String(64))
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        UniqueConstraint("revision_id", "law", "number", "branch", "new_digest"),
    )


class KeyRuling(Base):
    """An editor's word about two questions that are the same and differ in their keys.

    *kept_id* is the one that stays in use; None where both do, being different after
    all.  The digests say which keys were compared: another key is another conflict.
    """

    __tablename__ = "key_ruling"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    key_digest: Mapped[str] = mapped_column(String(64))
    other_key_digest: Mapped[str] = mapped_column(String(64))
    kept_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"))
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("question_id < other_id", name="in_order"),
        CheckConstraint(
            "kept_id IS NULL OR kept_id IN (question_id, other_id)",
            name="keeps_one_of_them",
        ),
        Index("ix_key_ruling_question_id_other_id", "question_id", "other_id"),
    )
