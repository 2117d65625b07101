"""Pictures that questions show: stored once each, under the digest of their bytes."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from examcenter.bank.models import Picture, Revision, RevisionPicture
from examcenter.bank.service import in_chunks
from examcenter.db import insert_into
from examcenter.errors import NotFoundError
from question_bank.media import Media


def store(session: Session, media: Iterable[Media]) -> None:
    """Store *media*; what is there already is left alone."""
    for one in media:
        session.execute(
            insert_into(session, Picture)
            .values(sha256=one.sha256, type=one.type, data=one.data)
            .on_conflict_do_nothing(index_elements=[Picture.sha256])
        )


def link(session: Session, shown: Mapping[int, Sequence[str]]) -> None:
    """Note which pictures the present revisions show; *shown* is by question ids.

    The pictures are stored already.
    """
    for part in in_chunks(list(shown)):
        present = session.execute(
            select(Revision.question_id, Revision.id).where(
                Revision.question_id.in_(part)
            )
        )
        rows = [
            {"revision_id": revision, "sha256": mark}
            for question, revision in present
            for mark in shown[question]
        ]
        session.execute(insert(RevisionPicture), rows)


def picture(session: Session, sha256: str) -> Media:
    """Return the picture under *sha256*; raises NotFoundError."""
    row = session.get(Picture, sha256)
    if row is None:
        raise NotFoundError
    return Media(row.sha256, row.type, row.data)


def pictures(session: Session, digests: Iterable[str]) -> dict[str, Media]:
    """Return the pictures under *digests* that there are."""
    found: dict[str, Media] = {}
    for part in in_chunks(sorted(set(digests))):
        rows = session.scalars(select(Picture).where(Picture.sha256.in_(part)))
        found |= {row.sha256: Media(row.sha256, row.type, row.data) for row in rows}
    return found
