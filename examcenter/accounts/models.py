"""What is stored about accounts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from examcenter.db import Base, new_public_id


class Account(Base):
    """Somebody who may sign in; an examinee's account shares its id with the person."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(
        String(32), unique=True, default=new_public_id
    )
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    password: Mapped[str | None] = mapped_column(String(200))
    first_password: Mapped[str | None] = mapped_column(String(100))
    first_password_expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    __table_args__ = (
        # A person has a password of their own or a first one still to be changed.
        CheckConstraint(
            "password IS NULL OR first_password IS NULL", name="one_password"
        ),
        CheckConstraint(
            "(first_password IS NULL) = (first_password_expires_at IS NULL)",
            name="first_password_expires",
        ),
    )


class Grant(Base):
    """A role that an account has over a department subtree, a room, or the centre."""

    __tablename__ = "grant"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[str] = mapped_column(String(20))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    granted_at: Mapped[datetime]
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (UniqueConstraint("account_id", "role", "department_id"),)


class SignIn(Base):
    """One sign-in; its row is what makes the cookie good, and revoking ends it."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    exam_id: Mapped[int | None] = mapped_column(ForeignKey("exam.id"))
    address: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class FailedSignIn(Base):
    """A wrong password; enough of them make an address wait for that account."""

    __tablename__ = "failed_sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]

    __table_args__ = (Index("ix_failed_sign_in_login_address", "login", "address"),)
