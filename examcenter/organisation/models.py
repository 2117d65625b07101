"""What is stored about departments and people."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from examcenter.db import Base


class Department(Base):
    """A node of the tree of departments."""

    __tablename__ = "department"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("department.id"), index=True
    )
    level: Mapped[str] = mapped_column(String(40), default="")
    ranking_group: Mapped[str] = mapped_column(String(40), default="")
    # Ids from the root to this node, "/1/5/9/": a subtree is one prefix.
    path: Mapped[str] = mapped_column(String(255), index=True)


class Person(Base):
    """Somebody on the roster; the id is that of their account."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    staff_number: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100), index=True)
    id_number: Mapped[str | None] = mapped_column(String(18), unique=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    category: Mapped[str] = mapped_column(String(40), default="")
    rank: Mapped[str] = mapped_column(String(40), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    status: Mapped[str] = mapped_column(String(20), default="在职")
    exemption: Mapped[str] = mapped_column(String(200), default="")
    exempted_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]
