"""Pictures come in once, and workers look at each of them."""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.attempts.rules import Arrival
from examcenter.clock import FixedClock
from examcenter.db import Database
from examcenter.errors import NotFoundError, TooManyError
from examcenter.proctoring import service, worker
from examcenter.proctoring.admission import (
    DiskNearlyFullError,
    NoConsentError,
    SignalKind,
    SnapshotConflictError,
    SnapshotSent,
)
from examcenter.proctoring.analyst import Analyst
from examcenter.proctoring.evidence import Evidence
from examcenter.proctoring.models import Snapshot
from examcenter.proctoring.receiving import Lane
from examcenter.proctoring.rules import Analysis, Verdict
from tests.proctoring.scenes import grainy, jpeg, photograph, plain
from tests.support.factories import NOW
from tests.support.proctoring_factories import (
    ARRIVED,
    Seat,
    a_seat,
    a_signal,
    a_snapshot,
    an_examinee,
)

DAY = timedelta(days=1)


@pytest.fixture
def seat(db: Session) -> Seat:
    seat = a_seat(db)
    db.commit()
    return seat


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    (tmp_path / "home").mkdir(exist_ok=True)
    return Evidence(tmp_path / "home", free=lambda _: 50.0)


@pytest.fixture
def lane(database: Database, evidence: Evidence) -> Lane:
    return Lane(database, evidence, minimum_free=10.0)


class Glance:
    """Sees at once, and always the same: for tests about who looks at what."""

    def __init__(self, verdict: Verdict = Verdict.ONE_FACE) -> None:
        self._verdict = verdict
        self.pictures: list[bytes] = []

    def detector(self) -> str:
        return "glance"

    def analyse_safely(self, data: bytes) -> Analysis:
        self.pictures.append(data)
        return Analysis(
            readable=True,
            faces=1,
            verdict=self._verdict,
            confidence=0.9,
            milliseconds=1.0,
        )


def a_picture(grey: int = 90, client_id: str = "") -> SnapshotSent:
    at = "2026-12-01T09:00:00+08:00"
    return SnapshotSent(client_id or str(uuid4()), at, jpeg(plain(grey)))


def stored_files(tmp_path: Path) -> list[Path]:
    return [p for p in (tmp_path / "home" / "evidence").rglob("*") if p.is_file()]


def test_a_picture_is_on_the_disk_under_the_name_in_its_row(
    lane: Lane, seat: Seat, evidence: Evidence, db: Session
) -> None:
    sent = a_picture()

    lane.receive(seat.attempt.public_id, sent, by=seat.examinee, arrived=ARRIVED)

    row = db.scalars(select(Snapshot)).one()
    assert evidence.read(row.file) == sent.picture
    assert (row.size, row.sha256) == (len(sent.picture), sent.sha256)
    assert (row.received_at, row.captured_at) == (NOW, sent.captured_at)


def test_a_repeated_picture_is_kept_once_and_told_its_first_moment(
    lane: Lane, seat: Seat, tmp_path: Path
) -> None:
    sent = a_picture()
    later = Arrival(NOW + timedelta(seconds=9), ARRIVED.grace)

    first = lane.receive(
        seat.attempt.public_id, sent, by=seat.examinee, arrived=ARRIVED
    )
    again = lane.receive(seat.attempt.public_id, sent, by=seat.examinee, arrived=later)

    assert first == again == NOW
    assert len(stored_files(tmp_path)) == 1


def test_one_id_for_two_pictures_is_a_conflict(lane: Lane, seat: Seat) -> None:
    sent = a_picture(90)
    other = a_picture(120, client_id=sent.id)
    lane.receive(seat.attempt.public_id, sent, by=seat.examinee, arrived=ARRIVED)

    with pytest.raises(SnapshotConflictError):
        lane.receive(seat.attempt.public_id, other, by=seat.examinee, arrived=ARRIVED)


def test_one_picture_sent_by_many_at_once_is_kept_once(
    database: Database, evidence: Evidence, seat: Seat, tmp_path: Path
) -> None:
    sent = a_picture()
    together = Barrier(6)

    def all_have_looked(folder: Path) -> float:
        # Past the first check and before the file: each thinks it is the first.
        del folder
        together.wait(timeout=20)
        return 50.0

    crowded = Lane(
        database, Evidence(tmp_path / "home", free=all_have_looked), minimum_free=10.0
    )

    def sends(_: int) -> object:
        return crowded.receive(
            seat.attempt.public_id, sent, by=seat.examinee, arrived=ARRIVED
        )

    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(sends, range(6)))

    assert told == [NOW] * 6
    assert [f.read_bytes() for f in stored_files(tmp_path)] == [sent.picture]
    with database.reading() as session:
        file = session.scalars(select(Snapshot.file)).one()
    assert evidence.read(file) == sent.picture


def test_without_consent_no_picture_reaches_the_disk(
    db: Session, lane: Lane, tmp_path: Path
) -> None:
    seat = a_seat(db, consents=False)
    db.commit()

    with pytest.raises(NoConsentError):
        lane.receive(
            seat.attempt.public_id, a_picture(), by=seat.examinee, arrived=ARRIVED
        )

    assert stored_files(tmp_path) == []


def test_a_picture_for_the_attempt_of_a_neighbour_is_for_nobody(
    db: Session, lane: Lane, seat: Seat, tmp_path: Path
) -> None:
    neighbour = an_examinee(db, seat.hall.people[1])
    db.commit()

    with pytest.raises(NotFoundError):
        lane.receive(seat.attempt.public_id, a_picture(), by=neighbour, arrived=ARRIVED)

    assert stored_files(tmp_path) == []


def test_a_nearly_full_disk_takes_no_picture(
    database: Database, seat: Seat, tmp_path: Path
) -> None:
    nearly_full = Evidence(tmp_path / "home", free=lambda _: 9.9)
    lane = Lane(database, nearly_full, minimum_free=10.0)

    with pytest.raises(DiskNearlyFullError):
        lane.receive(
            seat.attempt.public_id, a_picture(), by=seat.examinee, arrived=ARRIVED
        )

    assert stored_files(tmp_path) == []


def test_more_than_one_picture_in_five_seconds_has_to_wait(
    lane: Lane, seat: Seat
) -> None:
    def sends(grey: int, seconds: int) -> None:
        arrived = Arrival(NOW + timedelta(seconds=seconds), ARRIVED.grace)
        lane.receive(
            seat.attempt.public_id, a_picture(grey), by=seat.examinee, arrived=arrived
        )

    for number in range(15):
        sends(number, seconds=10 + number)

    with pytest.raises(TooManyError) as refused:
        sends(200, seconds=30)
    wait = refused.value.retry_after

    assert wait == 40
    sends(200, seconds=30 + wait)


def test_a_clock_that_is_put_back_shuts_no_picture_out(lane: Lane, seat: Seat) -> None:
    def sends(grey: int, minutes: int) -> None:
        arrived = Arrival(NOW + timedelta(minutes=minutes), ARRIVED.grace)
        lane.receive(
            seat.attempt.public_id, a_picture(grey), by=seat.examinee, arrived=arrived
        )

    for number in range(15):
        sends(number, minutes=50)

    sends(200, minutes=5)

    with lane.database.reading() as session:
        assert service.recorded(session, seat.attempt.public_id) == (16, 0)


def test_the_result_page_is_told_how_much_was_recorded(
    db: Session, seat: Seat, evidence: Evidence
) -> None:
    for grey in (10, 20):
        a_snapshot(db, seat.attempt, evidence, jpeg(plain(grey)))
    a_signal(db, seat.attempt, SignalKind.OFFLINE)

    assert service.recorded(db, seat.attempt.public_id) == (2, 1)
    assert service.recorded(db, "somebody else's") == (0, 0)


def test_the_oldest_picture_is_looked_at_first_and_each_one_once(
    database: Database, db: Session, seat: Seat, evidence: Evidence, clock: FixedClock
) -> None:
    pictures = [jpeg(plain(grey)) for grey in (10, 20, 30)]
    for picture in pictures:
        a_snapshot(db, seat.attempt, evidence, picture)
    db.commit()
    eye = Glance()

    counts = [
        worker.analyse_waiting(database, eye, evidence, limit=2, clock=clock)
        for _ in range(3)
    ]

    assert counts == [2, 1, 0]
    assert eye.pictures == pictures


def test_a_verdict_is_never_overwritten(
    database: Database, db: Session, seat: Seat, evidence: Evidence, clock: FixedClock
) -> None:
    snapshot = a_snapshot(db, seat.attempt, evidence, jpeg(plain(90)))
    db.commit()
    worker.analyse_waiting(database, Glance(), evidence, limit=9, clock=clock)
    later = Glance(Verdict.NO_FACE).analyse_safely(b"")

    with database.unit_of_work() as session:
        first = service.record(
            session, snapshot.id, later, detector="late", now=NOW + DAY
        )

    db.refresh(snapshot)
    assert not first
    assert (snapshot.verdict, snapshot.detector) == ("one_face", "glance")
    assert snapshot.analysed_at == clock.now()


def test_two_workers_at_once_share_the_pictures_and_look_at_each_once(
    database: Database, db: Session, seat: Seat, evidence: Evidence, clock: FixedClock
) -> None:
    pictures = [jpeg(plain(grey)) for grey in range(30)]
    for picture in pictures:
        a_snapshot(db, seat.attempt, evidence, picture)
    db.commit()
    together = Barrier(2)

    class Slow(Glance):
        def analyse_safely(self, data: bytes) -> Analysis:
            if not self.pictures:
                together.wait(timeout=20)  # both have claimed, neither has written
            return super().analyse_safely(data)

    eyes = [Slow(), Slow()]

    def works(eye: Slow) -> int:
        return worker.analyse_waiting(database, eye, evidence, limit=30, clock=clock)

    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(works, eyes))

    assert sum(counts) == 30
    assert min(counts) >= 10
    assert sorted(eyes[0].pictures + eyes[1].pictures) == sorted(pictures)


def test_what_a_killed_worker_had_claimed_is_looked_at_five_minutes_later(
    database: Database, db: Session, seat: Seat, evidence: Evidence, clock: FixedClock
) -> None:
    a_snapshot(db, seat.attempt, evidence, jpeg(plain(90)))
    db.commit()
    until = clock.now() + timedelta(minutes=5)
    with database.unit_of_work() as session:
        service.claim(session, 9, until=until, now=clock.now())

    def works() -> int:
        return worker.analyse_waiting(
            database, Glance(), evidence, limit=9, clock=clock
        )

    at_once = works()
    clock.advance(timedelta(minutes=5))

    assert (at_once, works()) == (0, 1)


def test_a_worker_that_fails_gives_its_claim_back_for_the_next_tick(
    database: Database, db: Session, seat: Seat, evidence: Evidence, clock: FixedClock
) -> None:
    a_snapshot(db, seat.attempt, evidence, jpeg(plain(90)))
    db.commit()

    class Broken(Glance):
        def analyse_safely(self, data: bytes) -> Analysis:
            raise MemoryError(len(data))

    with pytest.raises(MemoryError):
        worker.analyse_waiting(database, Broken(), evidence, limit=9, clock=clock)

    done = worker.analyse_waiting(database, Glance(), evidence, limit=9, clock=clock)
    assert done == 1


def test_a_picture_whose_file_is_gone_cannot_be_told_and_stops_nobody(
    database: Database, db: Session, seat: Seat, evidence: Evidence, clock: FixedClock
) -> None:
    gone = a_snapshot(db, seat.attempt, evidence, jpeg(plain(10)))
    there = a_snapshot(db, seat.attempt, evidence, jpeg(plain(20)))
    db.commit()
    evidence.delete(gone.file)

    done = worker.analyse_waiting(database, Glance(), evidence, limit=9, clock=clock)

    db.refresh(gone)
    db.refresh(there)
    assert done == 2
    assert (gone.verdict, gone.faces, gone.confidence) == ("undecided", None, 0.0)
    assert there.verdict == "one_face"


def test_the_worker_sees_a_face_a_scene_and_a_covered_lens_and_survives_poison(
    database: Database, db: Session, seat: Seat, evidence: Evidence, clock: FixedClock
) -> None:
    whole = jpeg(photograph("astronaut"))
    pictures = {
        "one_face": whole,
        "no_face": jpeg(photograph("coffee")),
        "covered": jpeg(grainy(plain(90), 2)),
        "undecided": b"\xff\xd8\xff\xe0 not a picture",
    }
    rows = {
        verdict: a_snapshot(db, seat.attempt, evidence, picture)
        for verdict, picture in pictures.items()
    }
    after = a_snapshot(db, seat.attempt, evidence, whole)
    db.commit()

    with Analyst() as analyst:
        done = worker.analyse_waiting(
            database, analyst, evidence, limit=40, clock=clock
        )
        detector = analyst.detector()

    db.expire_all()
    assert done == 5
    assert [row.verdict for row in rows.values()] == list(rows)
    assert (after.verdict, after.faces, after.detector) == ("one_face", 1, detector)
    assert rows["undecided"].faces is None


def test_the_sweep_leaves_pictures_that_have_a_row(
    database: Database, db: Session, seat: Seat, evidence: Evidence
) -> None:
    kept = a_snapshot(db, seat.attempt, evidence, jpeg(plain(90)))
    db.commit()
    orphan = evidence.store(b"its row never came")
    much_later = NOW + timedelta(days=365 * 20)  # than these files were written

    deleted = worker.sweep(database, evidence, now=much_later)

    assert deleted == 1
    assert evidence.read(kept.file)
    with pytest.raises(NotFoundError):
        evidence.read(orphan)


def test_files_are_asked_for_by_name(
    db: Session, seat: Seat, evidence: Evidence
) -> None:
    kept = a_snapshot(db, seat.attempt, evidence, jpeg(plain(90)))
    asked: Collection[str] = [kept.file, "0" * 32]

    assert service.with_a_row(db, asked) == {kept.file}
