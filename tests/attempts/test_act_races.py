"""Two acts at the same instant: nothing is forgotten, nothing happens twice."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examcenter.attempts import deadlines, ending, granting, pausing, service, starting
from examcenter.attempts.act_models import AttemptPause, AttemptRequest, TimeGrant
from examcenter.attempts.act_rules import (
    Act,
    AlreadyDecidedError,
    AlreadyPausedError,
    Asked,
    AttemptPausedError,
    Grant,
    GrantRefusedError,
    NotResumableError,
)
from examcenter.attempts.models import AnswerEvent, Attempt
from examcenter.attempts.rules import Arrival, Delivery, Examinee
from examcenter.db import Database
from examcenter.results import service as results
from tests.attempts.test_races import GRACE, all_at_once, an_answer
from tests.attempts.test_state_machine import Ground
from tests.support.factories import NOW

END = NOW + timedelta(hours=1)


@pytest.fixture
def ground(database: Database, db: Session) -> Ground:
    return Ground(database, db)


@pytest.fixture
def attempt(ground: Ground) -> int:
    """The row of an attempt that began at nine and has no time but its hour."""
    with ground.database.unit_of_work() as db:
        starting.start(
            db,
            ground.hall.exam_id,
            by=ground.examinees[0],
            consent_version=None,
            now=NOW,
        )
        return db.scalars(select(Attempt.id)).one()


def act(ground: Ground, minutes: float, officer: int = 0) -> Act:
    return Act(ground.officers[officer], NOW + timedelta(minutes=minutes), "故障")


def grants(ground: Ground, minutes: int, at: float) -> object:
    with ground.database.unit_of_work() as db:
        wanted = Grant(seconds=minutes * 60)
        return granting.grant(
            db, ground.exam_id, wanted, act(ground, at), unmark=results.unmark
        )


def stands(ground: Ground, attempt: int) -> Attempt:
    """Return the attempt, having looked that its end is what its rows say."""
    with ground.database.reading() as db:
        row = db.get_one(Attempt, attempt)
        assert row.deadline == deadlines.computed(db, [row])[row.id]
        db.expunge(row)  # the rollback of a reading session would empty it
        return row


def test_two_grants_at_once_both_count(ground: Ground, attempt: int) -> None:
    all_at_once([partial(grants, ground, minutes, 5) for minutes in (3, 4, 5, 6)])

    assert stands(ground, attempt).deadline == END + timedelta(minutes=18)


@pytest.mark.parametrize("round_", range(5))
def test_a_grant_at_the_bell_reaches_whom_the_server_is_collecting(
    ground: Ground, attempt: int, round_: int
) -> None:
    del round_
    moment = END + timedelta(seconds=4)

    def collect() -> int:
        with ground.database.unit_of_work() as db:
            return service.close_overdue(db, grace=GRACE, now=moment)

    def score() -> int:
        with ground.database.unit_of_work() as db:
            return results.score_submitted(db, now=moment)

    at = (moment - NOW) / timedelta(minutes=1)
    all_at_once([collect, partial(grants, ground, 10, at), collect, score])

    row = stands(ground, attempt)
    assert row.submitted_at is None
    assert row.deadline == END + timedelta(minutes=10)


@pytest.mark.parametrize("round_", range(5))
def test_what_was_acknowledged_beside_a_pause_is_stored(
    ground: Ground, attempt: int, round_: int
) -> None:
    del round_
    examinee: Examinee = ground.examinees[0]
    public_id = stands(ground, attempt).public_id
    late = Arrival(NOW + timedelta(minutes=5, seconds=10), GRACE)

    def save(version: int) -> object:
        with ground.database.unit_of_work() as db:
            given = Delivery(1, (an_answer(1, version),))
            return service.save(db, public_id, given, by=examinee, arrived=late)

    def pause() -> None:
        with ground.database.unit_of_work() as db:
            pausing.pause(db, attempt, act(ground, 5))

    done = all_at_once([pause, *(partial(save, v) for v in range(1, 7)), pause])

    saved = [one for one in done[1:-1] if not isinstance(one, Exception)]
    refused = [one for one in done[1:-1] if isinstance(one, AttemptPausedError)]
    assert len(saved) + len(refused) == 6
    assert sum(isinstance(one, AlreadyPausedError) for one in done) == 1
    with ground.database.reading() as db:
        stored = db.scalar(select(func.count(AnswerEvent.version.distinct()))) or 0
        assert db.scalar(select(func.count(AttemptPause.id))) == 1
    assert stored <= len(saved)
    assert bool(stored) == bool(saved)


def test_two_who_resume_at_once_give_the_pause_back_once(
    ground: Ground, attempt: int
) -> None:
    with ground.database.unit_of_work() as db:
        pausing.pause(db, attempt, act(ground, 5))

    def resume() -> None:
        with ground.database.unit_of_work() as db:
            pausing.resume(db, attempt, act(ground, 15), unmark=results.unmark)

    done = all_at_once([resume] * 4)

    assert sum(isinstance(one, NotResumableError) for one in done) == 3
    assert stands(ground, attempt).deadline == END + timedelta(minutes=10)


def test_a_reset_that_two_approve_at_once_is_done_once(
    ground: Ground, attempt: int
) -> None:
    with ground.database.unit_of_work() as db:
        ending.ask(db, attempt, Asked.RESET, act(ground, 5), two_people=True)

    def approve() -> None:
        with ground.database.unit_of_work() as db:
            asked = db.scalars(select(AttemptRequest)).one()
            ending.approve(db, asked, act(ground, 6, officer=1))

    done = all_at_once([approve] * 4)

    assert done.count(None) == 1
    assert sum(isinstance(one, AlreadyDecidedError) for one in done) == 3
    assert stands(ground, attempt).voided_by == "reset"


def test_two_who_ask_at_once_leave_one_request(ground: Ground, attempt: int) -> None:
    def ask(officer: int) -> object:
        with ground.database.unit_of_work() as db:
            who = act(ground, 5, officer)
            return ending.ask(db, attempt, Asked.VOID, who, two_people=True)

    all_at_once([partial(ask, n % 2) for n in range(4)])

    with ground.database.reading() as db:
        assert db.scalar(select(func.count(AttemptRequest.id))) == 1


def test_a_refused_grant_leaves_no_row(ground: Ground) -> None:
    with pytest.raises(GrantRefusedError):
        grants(ground, 5, 5)

    with ground.database.reading() as db:
        assert db.scalars(select(TimeGrant)).all() == []
