"""Pictures are kept for as long as examinees were told, and not a day longer."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examcenter.db import Database
from examcenter.proctoring import retention
from examcenter.proctoring.evidence import Evidence, EvidenceMissingError
from examcenter.proctoring.models import Snapshot
from tests.support.factories import NOW
from tests.support.halls import a_hall
from tests.support.proctoring_factories import a_seat, a_snapshot

WINDOW = timedelta(hours=2)
KEPT = timedelta(days=180)


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    return Evidence(tmp_path)


@pytest.fixture
def snapshot(db: Session, evidence: Evidence) -> Snapshot:
    seat = a_seat(db, a_hall(db, retain_days=180))
    snapshot = a_snapshot(db, seat.attempt, evidence, b"a picture")
    db.commit()
    return snapshot


def count(database: Database) -> int:
    with database.reading() as session:
        return session.execute(select(func.count(Snapshot.id))).scalar_one()


def test_a_picture_stays_until_its_last_day(
    database: Database, evidence: Evidence, snapshot: Snapshot
) -> None:
    deleted = retention.delete_expired(database, evidence, now=NOW + WINDOW + KEPT)

    assert deleted == 0
    assert evidence.read(snapshot.file)


def test_after_it_row_and_file_are_gone(
    database: Database, evidence: Evidence, snapshot: Snapshot
) -> None:
    after = NOW + WINDOW + KEPT + timedelta(seconds=1)

    deleted = retention.delete_expired(database, evidence, now=after)
    again = retention.delete_expired(database, evidence, now=after)

    assert (deleted, again, count(database)) == (1, 0, 0)
    with pytest.raises(EvidenceMissingError):
        evidence.read(snapshot.file)
