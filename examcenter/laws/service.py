"""What can be asked of the law library, and loading laws into it."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from examcenter.db import CHUNK, insert_into
from examcenter.laws.models import LawArticle, LawRepeal, LawRow, LawVersion
from examcenter.laws.rules import Loaded, Remark, digest
from question_bank.laws import ArticleNumber, Statute, law_key
from question_bank.library import Law, Library, Version


def load(
    session: Session, statutes: Sequence[Statute], *, by: int | None, now: datetime
) -> Loaded:
    """Store the versions that are new; doing it again changes nothing.

    A version that is there already in other words is refused by name: questions stand
    on the stored text.
    """
    counts = {"laws": 0, "versions": 0, "unchanged": 0, "articles": 0}
    newer: list[str] = []
    rejected: list[Remark] = []
    for statute in sorted(statutes, key=lambda one: (one.name, one.adopted)):
        law_id, is_new = _law(session, statute)
        counts["laws"] += is_new
        stored = session.execute(
            select(LawVersion.digest).where(
                LawVersion.law_id == law_id, LawVersion.adopted == statute.adopted
            )
        ).scalar_one_or_none()
        if stored is None:
            if not is_new:
                newer.append(f"{statute.name}（{statute.adopted}）")
            _store(session, law_id, statute, by, now)
            counts["versions"] += 1
            counts["articles"] += len(statute.articles)
        elif stored == digest(statute):
            counts["unchanged"] += 1
        else:
            rejected.append(_changed(statute))
    return Loaded(**counts, newer_versions=tuple(newer), rejected=tuple(rejected))


def _changed(statute: Statute) -> Remark:
    return Remark(
        f"{statute.name}({statute.adopted})",
        "version_changed",
        "库中已有这一天通过的版本，内容不同。已有的文本不改；请核对日期。",
    )


def _law(session: Session, statute: Statute) -> tuple[int, bool]:
    key = law_key(statute.name)
    made = session.execute(
        insert_into(session, LawRow)
        .values(key=key, name=statute.name)
        .on_conflict_do_nothing(index_elements=[LawRow.key])
        .returning(LawRow.id)
    ).scalar_one_or_none()
    if made is not None:
        return made, True
    # Locked, so that of two imports at once one sees what the other has stored.
    found = select(LawRow.id).where(LawRow.key == key).with_for_update()
    return session.execute(found).scalar_one(), False


def _store(
    session: Session, law_id: int, statute: Statute, by: int | None, now: datetime
) -> None:
    version = LawVersion(
        law_id=law_id,
        adopted=statute.adopted,
        in_force=statute.in_force,
        in_force_is_said=statute.in_force_is_said,
        digest=digest(statute),
        loaded_at=now,
        loaded_by=by,
    )
    session.add(version)
    session.flush()
    rows = [
        {
            "version_id": version.id,
            "number": article.number.number,
            "branch": article.number.branch,
            "heading": article.heading[:200],
            "text": article.text,
        }
        for article in statute.articles
    ]
    session.execute(insert(LawArticle), rows)
    own = law_key(statute.name)
    ends = {law_key(name) for name in statute.repeals} - {own}
    if ends:
        session.execute(
            insert(LawRepeal), [{"version_id": version.id, "key": k} for k in ends]
        )


def names(session: Session) -> frozenset[str]:
    """Return the keys of all laws that the library knows, repealed ones among them."""
    return frozenset(session.scalars(select(LawRow.key))) | frozenset(
        session.scalars(select(LawRepeal.key))
    )


def library(session: Session, keys: Collection[str]) -> Library:
    """Return the laws called *keys*, as far as there are any, with all their texts."""
    versions: defaultdict[str, list[Version]] = defaultdict(list)
    called: dict[str, str] = {}
    for part in _parts(sorted(keys)):
        rows = session.execute(
            select(LawRow, LawVersion)
            .join(LawVersion, LawVersion.law_id == LawRow.id)
            .where(LawRow.key.in_(part))
        ).all()
        by_version = texts(session, [version.id for _, version in rows])
        for law, version in rows:
            called[law.key] = law.name
            versions[law.key].append(
                Version(
                    version.adopted,
                    version.in_force,
                    version.loaded_at,
                    by_version[version.id],
                )
            )
    laws = {key: Law(called[key], tuple(found)) for key, found in versions.items()}
    return Library(laws, _repealed(session))


def _repealed(session: Session) -> dict[str, date]:
    rows = session.execute(
        select(LawRepeal.key, func.min(LawVersion.in_force))
        .join(LawVersion, LawVersion.id == LawRepeal.version_id)
        .group_by(LawRepeal.key)
    )
    return {row[0]: row[1] for row in rows}


def texts(
    session: Session, versions: Sequence[int]
) -> defaultdict[int, dict[ArticleNumber, str]]:
    """Return the articles of *versions* by the ids of these."""
    found: defaultdict[int, dict[ArticleNumber, str]] = defaultdict(dict)
    for part in _parts(versions):
        rows = session.execute(
            select(
                LawArticle.version_id,
                LawArticle.number,
                LawArticle.branch,
                LawArticle.text,
            ).where(LawArticle.version_id.in_(part))
        )
        for version_id, number, branch, text in rows:
            found[version_id][ArticleNumber(number, branch)] = text
    return found


def _parts(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (items[n : n + CHUNK] for n in range(0, len(items), CHUNK))
