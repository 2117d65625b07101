"""Questions whose law has changed: found, shown, and approved again by an editor.

Nothing is marked: a question is stale as long as the article that it cites says
something else on the day than what it stands on, and nobody has approved it for that.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from examcenter.accounts.models import Account
from examcenter.bank.models import ArticleReview, Bank, QuestionRow, Revision
from examcenter.bank.service import is_present
from examcenter.bank.statutes import Statutes
from examcenter.db import insert_into
from examcenter.errors import ConflictError, NotFoundError
from question_bank.citations import Citation, citations
from question_bank.laws import ArticleNumber
from question_bank.library import Change, Found, Library, day_of, text_digest


class NotStaleError(ConflictError):
    """There is nothing to approve, or the law is another than the editor has read."""

    code = "not_stale"


class Cited(NamedTuple):
    """A present revision with the articles that it cites."""

    question_id: int
    public_id: str
    revision_id: int
    written: datetime
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """What an editor has approved: which article, both texts, who, when and why."""

    law: str
    article: ArticleNumber
    old_text: str
    new_text: str
    by: str
    at: datetime
    reason: str


_Article = tuple[str, int, int]
_Accepted = Mapping[int, Mapping[_Article, set[str]]]


def cited(session: Session, statutes: Statutes, bank: str | None = None) -> list[Cited]:
    """Return the questions in use that cite articles, by number."""
    where: list[ColumnElement[bool]] = [QuestionRow.retired_at.is_(None)]
    if bank is not None:
        where.append(Bank.name == bank)
    return _cited(session, statutes, *where)


def stale(
    session: Session, statutes: Statutes, *, bank: str | None = None, on: date
) -> dict[int, tuple[Change, ...]]:
    """Return what has changed under each stale question in use, by revision ids."""
    return changes(session, cited(session, statutes, bank), statutes, on=on)


def changes(
    session: Session, found: Sequence[Cited], statutes: Statutes, *, on: date
) -> dict[int, tuple[Change, ...]]:
    """Return what has changed under those of *found* that are stale."""
    library = statutes.library(session, {c.law for one in found for c in one.citations})
    accepted = _accepted(session)
    changed = {
        one.revision_id: tuple(_changes(one, library, accepted, on)) for one in found
    }
    return {revision: found for revision, found in changed.items() if found}


def _changes(
    one: Cited, library: Library, accepted: _Accepted, on: date
) -> Iterable[Change]:
    seen: set[_Article] = set()
    for citation in one.citations:
        article = _article(citation)
        if article in seen:
            continue
        seen.add(article)
        change = library.change(
            citation,
            known=one.written,
            on=on,
            accepted=accepted.get(one.revision_id, {}).get(article, ()),
        )
        if change:
            yield change


def _article(citation: Citation) -> _Article:
    return (citation.law, *citation.article)


def _cited(
    session: Session, statutes: Statutes, *where: ColumnElement[bool]
) -> list[Cited]:
    known = statutes.names(session)
    rows = session.execute(
        select(
            QuestionRow.id,
            QuestionRow.public_id,
            Revision.id,
            Revision.created_at,
            Revision.citation,
            Revision.explanation,
        )
        .join(Revision, is_present())
        .join(Bank, Bank.id == QuestionRow.bank_id)
        .where(
            or_(Revision.citation.contains("条"), Revision.explanation.contains("条")),
            *where,
        )
        .order_by(QuestionRow.id)
    )
    read = (
        Cited(number, public_id, revision, written, references(column, text, known))
        for number, public_id, revision, written, column, text in rows
    )
    return [one for one in read if one.citations]


def references(
    column: str, explanation: str, known: frozenset[str]
) -> tuple[Citation, ...]:
    """Return what a question cites, in its column and in its explanation."""
    found = (*citations(column, known), *citations(explanation, known))
    return tuple(dict.fromkeys(found))


def _accepted(session: Session) -> _Accepted:
    found: defaultdict[int, defaultdict[_Article, set[str]]] = defaultdict(
        lambda: defaultdict(set)
    )
    rows = session.execute(
        select(
            ArticleReview.revision_id,
            ArticleReview.law,
            ArticleReview.number,
            ArticleReview.branch,
            ArticleReview.new_digest,
        )
    )
    for revision, law, number, branch, digest in rows:
        found[revision][law, number, branch].add(digest)
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """How a question stands to the law: what it cites, what changed, who approved."""

    cited: tuple[Found, ...]
    changes: tuple[Change, ...]
    reviews: tuple[Review, ...]


def standing(
    session: Session, statutes: Statutes, public_id: str, *, now: datetime
) -> Standing:
    """Return how a question stands to the law today."""
    found = _cited(session, statutes, QuestionRow.public_id == public_id)
    if not found:
        return Standing((), (), ())
    (one,) = found
    today = day_of(now)
    library = statutes.library(session, {c.law for c in one.citations})
    changed = changes(session, found, statutes, on=today)
    return Standing(
        tuple(library.look_up(citation, today) for citation in one.citations),
        changed.get(one.revision_id, ()),
        _reviews(session, one.question_id),
    )


def _reviews(session: Session, question_id: int) -> tuple[Review, ...]:
    rows = session.execute(
        select(ArticleReview, Account.name)
        .join(Revision, Revision.id == ArticleReview.revision_id)
        .join(Account, Account.id == ArticleReview.by)
        .where(Revision.question_id == question_id)
        .order_by(ArticleReview.at.desc(), ArticleReview.id.desc())
    )
    return tuple(
        Review(
            row.law,
            ArticleNumber(row.number, row.branch),
            row.old_text,
            row.new_text,
            name,
            row.at,
            row.reason,
        )
        for row, name in rows
    )


@dataclass(frozen=True, slots=True)
class Approval:
    """What an editor says: the question holds.  *seen* is `seen_digest` of the page."""

    public_id: str
    reason: str
    seen: str


def seen_digest(changed: Iterable[Change]) -> str:
    """Return a digest of the texts that a page shows, so that no other is approved."""
    return text_digest("".join(f"{one.citation.label}{one.new}" for one in changed))


def approve(
    session: Session,
    statutes: Statutes,
    approval: Approval,
    *,
    by: int,
    now: datetime,
) -> None:
    """Bring a stale question back into the draw; both texts of each article are kept.

    Raises NotFoundError, and NotStaleError where the texts are not those that the
    editor has seen.
    """
    this = QuestionRow.public_id == approval.public_id
    exists = select(QuestionRow.id).where(this)
    if session.execute(exists.with_for_update()).scalar_one_or_none() is None:
        raise NotFoundError
    found = _cited(session, statutes, this)
    changed = changes(session, found, statutes, on=day_of(now))
    if not changed or seen_digest(*changed.values()) != approval.seen:
        raise NotStaleError
    for revision, ones in changed.items():
        for one in ones:
            session.execute(
                insert_into(session, ArticleReview)
                .values(
                    revision_id=revision,
                    law=one.citation.law,
                    number=one.citation.article.number,
                    branch=one.citation.article.branch,
                    old_text=one.old,
                    new_text=one.new,
                    new_digest=text_digest(one.new),
                    by=by,
                    at=now,
                    reason=approval.reason,
                )
                .on_conflict_do_nothing()
            )
