"""Sitting walked at random beside a plain model of it: T9 and T10.

A short walk is part of every run; EXAMCENTER_LONG_WALKS=10000 makes so many of them.
"""

import itertools
import os
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from examcenter.accounts.models import SignIn
from examcenter.attempts import act_models as acts
from examcenter.attempts import (
    deadlines,
    ending,
    entering,
    granting,
    ledger,
    pausing,
    service,
    starting,
)
from examcenter.attempts.act_rules import Act, Asked, Grant, Target
from examcenter.attempts.models import Answer, AnswerEvent, Attempt
from examcenter.attempts.rules import AnswerGiven, Arrival, Delivery, Examinee
from examcenter.db import Database
from examcenter.errors import ExamCenterError
from examcenter.exams import service as exams
from examcenter.exams.models import PaperRow
from examcenter.results import service as results
from examcenter.results.models import Result
from tests.attempts import sitting_model as model
from tests.support.factories import NOW, an_account
from tests.support.halls import Hall, a_hall
from tests.support.rooms import a_room, seated

GRACE = timedelta(seconds=3)
WALKS = int(os.environ.get("EXAMCENTER_LONG_WALKS", "25"))

PEOPLE = st.integers(0, 1)
MINUTES = st.integers(1, 25)
CAUSES = st.sampled_from(["", "停电", "换机"])
QUESTIONS = st.sampled_from([1, 3])
LABELS = st.sampled_from(["A", "B"])
VERSIONS = st.integers(1, 4)
TARGETS = st.sampled_from(["person", "seat", "room", "everyone"])

TABLES = (
    Result,
    acts.AttemptAct,
    acts.AttemptCredit,
    acts.AttemptPause,
    acts.AttemptRequest,
    acts.LateEntry,
    acts.TimeGrant,
    Answer,
    AnswerEvent,
    Attempt,
)


class Ground:
    """The exam that all walks are made in, and who is in it."""

    def __init__(self, database: Database, db: Session) -> None:
        self.database = database
        self.hall: Hall = a_hall(
            db, closes_at=NOW + timedelta(minutes=model.WINDOW), attempts=model.MOST
        )
        self.exam_id = exams.find(db, self.hall.exam_id).id
        self.officers = [an_account(db).id for _ in range(2)]
        room = a_room(db, seats=2)
        self.room = room.id
        self.seats = seated(db, self.exam_id, room, self.hall.people)
        self.examinees = [self._examinee(db, one.id) for one in self.hall.people]
        db.commit()

    @staticmethod
    def _examinee(db: Session, person_id: int) -> Examinee:
        sign_in = SignIn(
            token_digest=f"{person_id:064}",
            account_id=person_id,
            address="10.0.0.7",
            started_at=NOW,
            seen_at=NOW,
            expires_at=NOW + timedelta(days=1),
        )
        db.add(sign_in)
        db.flush()
        return Examinee(person_id, sign_in.id)

    def clear(self) -> None:
        with self.database.unit_of_work() as db:
            for table in TABLES:
                db.execute(delete(table))
            db.execute(delete(PaperRow).where(PaperRow.number > model.MOST))


class Walk(RuleBasedStateMachine):
    """Every rule is done to the application and to the model; both must agree."""

    def __init__(self, ground: Ground) -> None:
        super().__init__()
        self.ground = ground
        ground.clear()
        self.now = 0
        self.people = [model.Person(), model.Person()]
        self.ids: dict[int, str] = {}
        self.keys = itertools.count(1)
        self.sent: list[tuple[int, AnswerGiven]] = []

    # -- both sides

    @property
    def moment(self) -> datetime:
        return NOW + timedelta(minutes=self.now)

    @property
    def arrival(self) -> Arrival:
        return Arrival(self.moment, GRACE)

    def act(self, officer: int = 0) -> Act:
        return Act(self.ground.officers[officer], self.moment, "机器故障")

    def both(
        self, expected: Callable[[], object], real: Callable[[Session], object]
    ) -> object:
        """Do it on both sides; return what the application gave, None if refused."""
        try:
            expected()
            code = None
        except model.Refused as refused:
            code = refused.code
        try:
            with self.ground.database.unit_of_work() as db:
                done = real(db)
            answered = None
        except ExamCenterError as error:
            done, answered = None, error.code
        assert answered == code
        return done

    def key(self, sat: model.Sat) -> str:
        return self.ids[id(sat)]

    def row_id(self, db: Session, sat: model.Sat) -> int:
        wanted = select(Attempt.id).where(Attempt.public_id == self.key(sat))
        return db.scalars(wanted).one()

    def pick(self, person: int, back: int) -> model.Sat | None:
        attempts = self.people[person].attempts
        return attempts[-1 - min(back, len(attempts) - 1)] if attempts else None

    # -- examinees

    @rule(person=PEOPLE)
    def start(self, person: int) -> None:
        begun: list[model.Sat] = []
        started = self.both(
            lambda: begun.append(self.people[person].start(self.now)),
            lambda db: (
                starting.start(
                    db,
                    self.ground.hall.exam_id,
                    by=self.ground.examinees[person],
                    consent_version=None,
                    now=self.moment,
                ).attempt_id
            ),
        )
        if begun:
            assert self.ids.setdefault(id(begun[0]), str(started)) == started

    @rule(
        person=PEOPLE,
        back=st.integers(0, 1),
        question=QUESTIONS,
        version=VERSIONS,
        label=LABELS,
        stale=st.booleans(),
    )
    def save(  # noqa: PLR0913 - all that a page may send
        self,
        person: int,
        back: int,
        question: int,
        version: int,
        label: str,
        *,
        stale: bool,
    ) -> None:
        sat = self.pick(person, back)
        if sat is None:
            return
        lease = sat.lease + 1 if stale else sat.lease
        answer = AnswerGiven(str(uuid.uuid4()), question, version, (label,), "")
        done = self.both(
            lambda: sat.save(self.now, lease, (question, version, label)),
            lambda db: service.save(
                db,
                self.key(sat),
                Delivery(lease, (answer,)),
                by=self.ground.examinees[person],
                arrived=self.arrival,
            ),
        )
        if done is not None and sat.answers[question] == (version, label):
            self.sent.append((id(sat), answer))

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def replay(self, data: st.DataObject) -> None:
        """An answer that was acknowledged comes once more: nothing may change."""
        which, answer = data.draw(st.sampled_from(self.sent))
        person, sat = next(
            (n, sat)
            for n, one in enumerate(self.people)
            for sat in one.attempts
            if id(sat) == which
        )
        self.both(
            lambda: sat._check_writable(self.now, sat.lease),  # noqa: SLF001 - the rest of it changes nothing
            lambda db: service.save(
                db,
                self.key(sat),
                Delivery(sat.lease, (answer,)),
                by=self.ground.examinees[person],
                arrived=self.arrival,
            ),
        )

    @rule(person=PEOPLE, back=st.integers(0, 1))
    def submit(self, person: int, back: int) -> None:
        sat = self.pick(person, back)
        if sat is not None:
            self.both(
                lambda: sat.submit(self.now, sat.lease),
                lambda db: service.submit(
                    db,
                    self.key(sat),
                    Delivery(sat.lease, ()),
                    by=self.ground.examinees[person],
                    arrived=self.arrival,
                ),
            )

    @rule(person=PEOPLE, back=st.integers(0, 1))
    def take_over(self, person: int, back: int) -> None:
        sat = self.pick(person, back)
        if sat is not None:
            self.both(
                sat.take_over,
                lambda db: service.take_lease(
                    db,
                    self.key(sat),
                    by=self.ground.examinees[person],
                    now=self.moment,
                ),
            )

    # -- the clock and the server

    @rule(minutes=MINUTES)
    def wait(self, minutes: int) -> None:
        self.now += minutes

    @rule()
    def collect(self) -> None:
        overdue = [
            sat
            for person in self.people
            for sat in person.attempts
            if sat.runs and sat.paused is None and sat.end() < self.now
        ]
        for sat in overdue:
            sat.collect("server", self.now)
        closed = self.both(
            lambda: None,
            lambda db: service.close_overdue(db, grace=GRACE, now=self.moment),
        )
        assert closed == len(overdue)

    @rule()
    def mark(self) -> None:
        self.both(
            lambda: None,
            lambda db: results.score_submitted(db, now=self.moment),
        )

    # -- staff

    @rule(person=PEOPLE, back=st.integers(0, 1))
    def pause(self, person: int, back: int) -> None:
        sat = self.pick(person, back)
        if sat is not None:
            self.both(
                lambda: sat.pause(self.now),
                lambda db: pausing.pause(db, self.row_id(db, sat), self.act()),
            )

    @rule(person=PEOPLE, back=st.integers(0, 1))
    def resume(self, person: int, back: int) -> None:
        sat = self.pick(person, back)
        if sat is not None:
            self.both(
                lambda: self.people[person].resume(sat, self.now),
                lambda db: pausing.resume(
                    db, self.row_id(db, sat), self.act(), unmark=results.unmark
                ),
            )

    @rule(person=PEOPLE, back=st.integers(0, 1))
    def force_submit(self, person: int, back: int) -> None:
        sat = self.pick(person, back)
        if sat is not None:
            self.both(
                lambda: sat.force_submit(self.now),
                lambda db: ending.force_submit(db, self.row_id(db, sat), self.act()),
            )

    @rule(person=PEOPLE, minutes=MINUTES)
    def admit_late(self, person: int, minutes: int) -> None:
        until = self.now + minutes
        one = self.people[person]

        def admitted() -> None:
            if until > model.WINDOW:
                raise model.Refused("late_entry_refused")
            one.admitted = max(one.admitted, until)

        self.both(
            admitted,
            lambda db: entering.admit(
                db,
                exams.find(db, self.ground.hall.exam_id),
                self.ground.examinees[person].id,
                NOW + timedelta(minutes=until),
                self.act(),
            ),
        )

    @rule(
        whom=TARGETS,
        person=PEOPLE,
        minutes=MINUTES,
        ago=st.integers(0, 40),
        cause=CAUSES,
        kind=st.sampled_from(["minutes", "interval", "standing"]),
    )
    def grant(  # noqa: PLR0913 - all that a grant may be
        self, *, whom: str, person: int, minutes: int, ago: int, cause: str, kind: str
    ) -> None:
        standing = kind == "standing" and whom == "person"
        until = self.now - ago
        if kind == "interval":
            since = until - minutes
            given = model.Grant(next(self.keys), 0, since, until, cause)
            wanted = Grant(
                self.target(whom, person),
                since=NOW + timedelta(minutes=since),
                until=NOW + timedelta(minutes=until),
                cause=cause,
            )
        else:
            given = model.Grant(next(self.keys), minutes, cause=cause)
            wanted = Grant(
                self.target(whom, person),
                seconds=minutes * 60,
                cause=cause,
                standing=standing,
            )
        reached = [self.people[person]] if whom in {"person", "seat"} else self.people

        def granted() -> None:
            touched = [one.grant(given, self.now) for one in reached]
            if standing:
                reached[0].standing.append(given)
            elif not any(touched):
                raise model.Refused("grant_touches_nobody")

        self.both(
            granted,
            lambda db: granting.grant(
                db, self.ground.exam_id, wanted, self.act(), unmark=results.unmark
            ),
        )

    def target(self, kind: str, person: int) -> Target:
        return {
            "person": Target(person_id=self.ground.examinees[person].id),
            "seat": Target(seat_id=self.ground.seats[person]),
            "room": Target(room_id=self.ground.room),
            "everyone": Target(),
        }[kind]

    @rule(
        person=PEOPLE,
        back=st.integers(0, 1),
        wanted=st.sampled_from(["reset", "void", "reinstate"]),
    )
    def two_people_do(self, person: int, back: int, wanted: str) -> None:
        sat = self.pick(person, back)
        if sat is None:
            return

        def done(db: Session) -> None:
            outcome = ending.ask(
                db, self.row_id(db, sat), Asked(wanted), self.act(0), two_people=True
            )
            request = db.scalars(
                select(acts.AttemptRequest).where(
                    acts.AttemptRequest.public_id == outcome.request
                )
            ).one()
            ending.approve(db, request, self.act(1))

        self.both(lambda: self.people[person].do(sat, wanted, self.now), done)

    # -- what must hold after every step

    @invariant()
    def both_sides_are_alike(self) -> None:
        with self.ground.database.reading() as db:
            rows = {a.public_id: a for a in db.scalars(select(Attempt))}
            ends = deadlines.computed(db, rows.values())
            for person in self.people:
                for sat in person.attempts:
                    self._compare(db, sat, rows.pop(self.key(sat)), ends)
            assert not rows
            # No marks for what runs: they would count when it is handed in again.
            assert not db.scalars(
                select(Result.attempt_id)
                .join(Attempt, Attempt.id == Result.attempt_id)
                .where(Attempt.submitted_at.is_(None))
            ).all()

    def _compare(
        self, db: Session, sat: model.Sat, row: Attempt, ends: dict[int, datetime]
    ) -> None:
        assert row.submitted_by == sat.by
        assert row.voided_by == sat.voided
        assert (row.paused_at is not None) == (sat.paused is not None)
        assert (row.number, row.lease) == (sat.number, sat.lease)
        assert row.deadline == ends[row.id] == NOW + timedelta(minutes=sat.end())
        stored = {
            q: (a.version, *a.value) for q, a in ledger.answers(db, row.id).items()
        }
        assert stored == sat.answers


def test_T9_T10_a_walk_through_sitting_ends_where_the_model_does(  # noqa: N802 - the threats' numbers
    database: Database, db: Session
) -> None:
    ground = Ground(database, db)

    class Here(Walk):
        def __init__(self) -> None:
            super().__init__(ground)

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=WALKS,
            phases=[Phase.generate],
            stateful_step_count=30,
            deadline=None,
            derandomize=WALKS < 100,  # short walks are always the same
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_clear_ground_has_nothing_left(database: Database, db: Session) -> None:
    ground = Ground(database, db)
    with database.unit_of_work() as work:
        starting.start(
            work,
            ground.hall.exam_id,
            by=ground.examinees[0],
            consent_version=None,
            now=NOW,
        )
        work.execute(update(Attempt).values(notices=3))

    ground.clear()

    with database.reading() as reading:
        assert reading.scalars(select(Attempt)).all() == []
