"""What happens when things happen at once, and in any order."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from examcenter.accounts.models import SignIn
from examcenter.attempts import ledger, service, starting
from examcenter.attempts.models import Answer, AnswerEvent, Attempt
from examcenter.attempts.rules import (
    AnswerGiven,
    Arrival,
    AttemptClosedError,
    Delivery,
    Examinee,
    SubmittedBy,
)
from examcenter.db import Database
from tests.support.factories import NOW
from tests.support.halls import Hall, a_hall

GRACE = timedelta(seconds=3)
ON_TIME = Arrival(NOW + timedelta(minutes=1), GRACE)


@pytest.fixture
def hall(db: Session) -> Hall:
    hall = a_hall(db)
    db.commit()
    return hall


@pytest.fixture
def examinee(db: Session, hall: Hall) -> Examinee:
    sign_in = SignIn(
        token_digest="0" * 64,
        account_id=hall.people[0].id,
        address="127.0.0.1",
        started_at=NOW,
        seen_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )
    db.add(sign_in)
    db.commit()
    return Examinee(hall.people[0].id, sign_in.id)


def start(database: Database, hall: Hall, examinee: Examinee) -> str:
    with database.unit_of_work() as db:
        return starting.start(
            db, hall.exam_id, by=examinee, consent_version=None, now=NOW
        ).attempt_id


def an_answer(question: int, version: int, label: str = "A") -> AnswerGiven:
    return AnswerGiven(str(uuid.uuid4()), question, version, (label,), "")


def all_at_once(works: list[Callable[[], object]]) -> list[object]:
    """Run *works* in threads that set off together; return results or exceptions."""
    barrier = threading.Barrier(len(works))
    results: list[object] = [None] * len(works)

    def run(index: int) -> None:
        barrier.wait(timeout=10)
        try:
            results[index] = works[index]()
        except Exception as error:  # noqa: BLE001 - the loser's error is a result
            results[index] = error

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def test_T16_ten_clicks_on_start_give_one_attempt(  # noqa: N802 - the threat's number
    database: Database, hall: Hall, examinee: Examinee
) -> None:
    begun = all_at_once([lambda: start(database, hall, examinee)] * 10)

    with database.reading() as db:
        assert len(set(begun)) == 1
        assert db.scalar(select(func.count()).select_from(Attempt)) == 1


@pytest.mark.parametrize("round_", range(5))
def test_T4_nothing_saved_after_the_hand_in_enters_the_paper(  # noqa: N802
    database: Database, hall: Hall, examinee: Examinee, round_: int
) -> None:
    del round_
    attempt_id = start(database, hall, examinee)

    def save(version: int) -> object:
        with database.unit_of_work() as db:
            given = Delivery(1, (an_answer(1, version),))
            return service.save(db, attempt_id, given, by=examinee, arrived=ON_TIME)

    def submit() -> object:
        with database.unit_of_work() as db:
            given = Delivery(1, ())
            return service.submit(db, attempt_id, given, by=examinee, arrived=ON_TIME)

    results = all_at_once([lambda v=v: save(v) for v in range(1, 9)] + [submit, submit])

    refused = [r for r in results if isinstance(r, AttemptClosedError)]
    acknowledged = [r for r in results[:8] if not isinstance(r, Exception)]
    assert results[8] == results[9]  # one receipt for both hand-ins
    assert len(refused) + len(acknowledged) == 8
    with database.reading() as db:
        stored = db.scalar(select(func.max(AnswerEvent.version))) or 0
        counted = ledger.answers(db, db.scalars(select(Attempt.id)).one())
    assert (counted[1].version if counted else 0) == stored


def test_T11_whoever_never_comes_back_is_handed_in_by_the_server(  # noqa: N802
    database: Database, hall: Hall, examinee: Examinee
) -> None:
    attempt_id = start(database, hall, examinee)
    after = NOW + timedelta(hours=1) + GRACE

    with database.unit_of_work() as db:
        too_early = service.close_overdue(
            db, grace=GRACE, now=after - timedelta(seconds=1)
        )
        closed = service.close_overdue(db, grace=GRACE, now=after)
        again = service.close_overdue(db, grace=GRACE, now=after)

    with database.reading() as db:
        ended = service.ended(db, attempt_id, by=examinee)
    assert (too_early, closed, again) == (0, 1, 0)
    assert ended.submitted_by == SubmittedBy.SERVER
    assert ended.receipt


def test_two_workers_that_collect_at_once_close_each_attempt_once(
    database: Database, hall: Hall, examinee: Examinee
) -> None:
    start(database, hall, examinee)

    def collect() -> int:
        with database.unit_of_work() as db:
            return service.close_overdue(db, grace=GRACE, now=NOW + timedelta(hours=2))

    assert sorted(map(str, all_at_once([collect] * 4))) == ["0", "0", "0", "1"]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_T7_deliveries_in_any_order_and_number_end_in_the_highest_version(  # noqa: N802
    database: Database, hall: Hall, examinee: Examinee, data: st.DataObject
) -> None:
    with database.unit_of_work() as db:
        for table in (Answer, AnswerEvent):
            db.execute(delete(table))
    attempt_id = start(database, hall, examinee)
    changes = [an_answer(q, v, "AB"[v % 2]) for q in (1, 3) for v in range(1, 5)]
    deliveries = data.draw(
        st.lists(st.sampled_from(changes), min_size=1, max_size=16), label="deliveries"
    )

    for change in deliveries:
        with database.unit_of_work() as db:
            given_ = Delivery(1, (change,))
            service.save(db, attempt_id, given_, by=examinee, arrived=ON_TIME)

    highest = {
        q: max((c.version, c.value) for c in deliveries if c.question == q)
        for q in {c.question for c in deliveries}
    }
    with database.reading() as db:
        stored = ledger.answers(db, db.scalars(select(Attempt.id)).one())
    assert {q: (a.version, a.value) for q, a in stored.items()} == highest
