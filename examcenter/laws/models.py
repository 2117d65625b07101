"""What is stored about laws."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from examcenter.db import Base, new_public_id


class LawRow(Base):
    """A law through all its versions; *key* is `question_bank.laws.law_key`."""

    __tablename__ = "law"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(
        String(32), unique=True, default=new_public_id
    )
    key: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(200))


class LawVersion(Base):
    """One version of a law; its text is never changed once stored.

    It is in force until a version with a later *in_force* is.
    """

    __tablename__ = "law_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    law_id: Mapped[int] = mapped_column(ForeignKey("law.id"))
    adopted: Mapped[date]
    in_force: Mapped[date]
    in_force_is_said: Mapped[bool]
    digest: Mapped[str] = mapped_column(String(64))
    loaded_at: Mapped[datetime]
    loaded_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (
        UniqueConstraint("law_id", "adopted"),
        CheckConstraint("in_force >= adopted", name="adopted_first"),
    )


class LawArticle(Base):
    """One article of one version."""

    __tablename__ = "law_article"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("law_version.id"))
    number: Mapped[int]
    branch: Mapped[int] = mapped_column(default=0)
    heading: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text)

    __table_args__ = (UniqueConstraint("version_id", "number", "branch"),)


class LawRepeal(Base):
    """A law that ends on the day on which a version of another comes into force."""

    __tablename__ = "law_repeal"

    version_id: Mapped[int] = mapped_column(
        ForeignKey("law_version.id"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
