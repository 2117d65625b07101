"""Laws for people: the list, one law with its versions, two versions compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examcenter.accounts.models import Account
from examcenter.errors import NotFoundError
from examcenter.laws.models import LawArticle, LawRow, LawVersion
from examcenter.laws.rules import LawLine, Pair, VersionLine, side_by_side
from examcenter.laws.service import texts
from examcenter.wishes import Wish, contains, page_of
from question_bank.laws import Article, ArticleNumber, in_force
from question_bank.library import day_of

SORTS = ("name",)


@dataclass(frozen=True, slots=True)
class LawRecord:
    """A law, its versions from the latest, and the articles of the one *shown*."""

    public_id: str
    name: str
    versions: tuple[VersionLine, ...]
    shown: VersionLine
    is_in_force: bool
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions of a law, article by article; *changed* counts what differs."""

    public_id: str
    name: str
    old: VersionLine
    new: VersionLine
    pairs: tuple[Pair, ...]

    @property
    def changed(self) -> int:
        return sum(not pair.same for pair in self.pairs)


def find_laws(
    session: Session, asked: Wish, *, now: datetime
) -> tuple[Sequence[LawLine], int]:
    """Return one page of the laws whose names contain the text of *asked*."""
    statement = select(LawRow)
    if asked.text:
        statement = statement.where(contains(LawRow.name.expression, asked.text))
    order = LawRow.key.desc() if asked.descending else LawRow.key.asc()
    rows, total = page_of(session, statement.order_by(order), asked)
    return [_line(session, row.LawRow, day_of(now)) for row in rows], total


def _line(session: Session, law: LawRow, today: date) -> LawLine:
    versions = _versions(session, law.id)
    shown = in_force(versions, today)
    return LawLine(
        law.public_id,
        law.name,
        len(versions),
        shown.articles if shown else 0,
        shown.adopted if shown else None,
        shown.in_force if shown else None,
    )


def law(
    session: Session, public_id: str, *, version: int = 0, now: datetime
) -> LawRecord:
    """Return a law with the articles of *version*, by default of the one in force.

    Raises NotFoundError.
    """
    row = _find(session, public_id)
    versions = _versions(session, row.id)
    present = in_force(versions, day_of(now)) or versions[-1]
    shown = _chosen(versions, version) if version else present
    return LawRecord(
        public_id,
        row.name,
        versions,
        shown,
        shown is present,
        _articles(session, shown.id),
    )


def compared(session: Session, public_id: str, old: int, new: int) -> Comparison:
    """Return the versions *old* and *new* side by side; raises NotFoundError."""
    row = _find(session, public_id)
    versions = _versions(session, row.id)
    found = texts(session, [old, new])
    return Comparison(
        public_id,
        row.name,
        _chosen(versions, old),
        _chosen(versions, new),
        tuple(side_by_side(found[old], found[new])),
    )


def _find(session: Session, public_id: str) -> LawRow:
    found = select(LawRow).where(LawRow.public_id == public_id)
    row = session.scalars(found).one_or_none()
    if row is None:
        raise NotFoundError
    return row


def _chosen(versions: Sequence[VersionLine], version: int) -> VersionLine:
    for one in versions:
        if one.id == version:
            return one
    raise NotFoundError


def _versions(session: Session, law_id: int) -> tuple[VersionLine, ...]:
    rows = session.execute(
        select(LawVersion, Account.name, func.count(LawArticle.id))
        .join(LawArticle, LawArticle.version_id == LawVersion.id)
        .outerjoin(Account, Account.id == LawVersion.loaded_by)
        .where(LawVersion.law_id == law_id)
        .group_by(LawVersion.id, Account.name)
        .order_by(LawVersion.in_force.desc(), LawVersion.adopted.desc())
    ).all()
    begins: list[date | None] = [None, *(row.in_force for row, _, _ in rows)]
    return tuple(
        VersionLine(
            row.id,
            row.adopted,
            row.in_force,
            row.in_force_is_said,
            until,
            count,
            row.loaded_at,
            name or "",
        )
        for (row, name, count), until in zip(rows, begins, strict=False)
    )


def _articles(session: Session, version: int) -> tuple[Article, ...]:
    rows = session.scalars(
        select(LawArticle)
        .where(LawArticle.version_id == version)
        .order_by(LawArticle.number, LawArticle.branch)
    )
    return tuple(
        Article(ArticleNumber(row.number, row.branch), row.text, row.heading)
        for row in rows
    )
