"""Clocks that disagree stop the server from handing in, until they agree again."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter import jobs
from examcenter.accounts.rules import Role
from examcenter.attempts import clock_alarms
from examcenter.attempts.act_rules import Act
from examcenter.attempts.clock_models import ClockAlarm
from examcenter.attempts.models import Attempt
from examcenter.cli.health import examine
from examcenter.clock import FixedClock
from examcenter.clock_guard import AGREEING, ClockGuard
from examcenter.config import Settings
from examcenter.db import Database
from examcenter.proctoring.analyst import Analyst
from examcenter.proctoring.evidence import Evidence
from examcenter.steady import SteadyClock
from tests.support.actors import a_browser
from tests.support.factories import NOW, an_account
from tests.support.halls import Hall, a_hall
from tests.support.proctoring_factories import a_seat
from tests.test_steady import HOUR, FakeMachine


@pytest.fixture
def machine() -> FakeMachine:
    return FakeMachine(wall=NOW)


@pytest.fixture
def steady(machine: FakeMachine, tmp_path: Path) -> SteadyClock:
    clock = machine.clock(tmp_path)
    clock.now()
    return clock


@pytest.fixture
def centre(
    settings: Settings, database: Database, steady: SteadyClock, machine: FakeMachine
) -> Iterator[jobs.Centre]:
    guard = ClockGuard(steady, database, uptime=lambda: machine.uptime)
    # The database's own clock is that of this machine, which the tests do not move.
    guard._database_ahead = lambda: timedelta(0)  # type: ignore[method-assign]  # noqa: SLF001
    with Analyst() as analyst:
        yield jobs.Centre(
            settings, database, steady, Evidence(settings.home), analyst, guard
        )


@pytest.fixture
def hall(db: Session) -> Hall:
    hall = a_hall(db)
    a_seat(db, hall)
    db.commit()
    return hall


def tick(centre: jobs.Centre) -> tuple[int, int]:
    """Do what the worker does at each tick; return alarms and closed attempts."""
    return jobs.watch_clocks(centre), jobs.collect(centre)


def alarms(centre: jobs.Centre) -> list[ClockAlarm]:
    with centre.database.reading() as session:
        return list(session.scalars(select(ClockAlarm).order_by(ClockAlarm.id)))


@pytest.mark.parametrize("jump", [HOUR, -HOUR, 5 * HOUR], ids=["1h", "-1h", "5h"])
@pytest.mark.usefixtures("hall")
def test_F13_after_a_jump_nobody_is_handed_in_and_an_alarm_says_so(  # noqa: N802 - the fault's number
    centre: jobs.Centre, machine: FakeMachine, jump: timedelta
) -> None:
    quiet = tick(centre)
    machine.wall += jump

    jumped = (tick(centre), tick(centre))

    (alarm,) = alarms(centre)
    assert quiet == (0, 0)
    assert jumped == ((1, 0), (1, 0))
    assert (alarm.clock, alarm.seconds) == ("machine", jump.total_seconds())
    assert alarm.ended_at is None


@pytest.mark.usefixtures("hall")
def test_F13_whose_time_is_over_waits_for_the_clocks_and_is_handed_in_then(  # noqa: N802 - the fault's number
    centre: jobs.Centre, machine: FakeMachine
) -> None:
    machine.wall += HOUR
    tick(centre)
    machine.passes(3 * 3600)

    frozen = tick(centre)
    machine.wall -= HOUR
    agreeing = tick(centre)
    machine.passes(AGREEING - 1)
    not_yet = tick(centre)
    machine.passes(2)
    thawed = tick(centre)

    assert (frozen, agreeing, not_yet) == ((1, 0), (0, 0), (0, 0))
    assert thawed == (0, 1)
    assert [alarm.ended_by for alarm in alarms(centre)] == [None]


def test_a_clock_that_agrees_for_a_moment_only_thaws_nothing(
    centre: jobs.Centre, machine: FakeMachine, hall: Hall
) -> None:
    del hall
    machine.wall += HOUR
    tick(centre)
    for _ in range(5):
        machine.wall -= HOUR
        tick(centre)
        machine.passes(AGREEING / 2)
        machine.wall += HOUR
        tick(centre)

    assert [alarm.ended_at for alarm in alarms(centre)] == [None]


def test_while_nobody_sits_the_machines_clock_is_believed(
    centre: jobs.Centre, machine: FakeMachine
) -> None:
    machine.wall += HOUR

    assert tick(centre) == (0, 0)
    assert alarms(centre) == []
    assert centre.clock.now() == machine.wall


@pytest.mark.usefixtures("hall")
def test_an_officer_answers_for_the_clock_on_record(
    centre: jobs.Centre, machine: FakeMachine, db: Session
) -> None:
    officer = an_account(db, "officer", Role.EXAM_OFFICER).id
    db.commit()
    machine.wall += HOUR
    tick(centre)

    with centre.database.unit_of_work() as session:
        clock_alarms.answer(session, Act(officer, NOW, "校时服务器纠正了时钟"))
        centre.clock.adopt()
    machine.passes(5)

    assert tick(centre) == (0, 1)  # by the right time the hour is over
    (alarm,) = alarms(centre)
    assert (alarm.ended_by, alarm.reason) == (officer, "校时服务器纠正了时钟")


@pytest.mark.usefixtures("hall")
def test_a_databases_clock_that_was_answered_for_is_not_reported_again(
    centre: jobs.Centre, db: Session
) -> None:
    officer = an_account(db, "officer", Role.EXAM_OFFICER).id
    db.commit()
    ahead = timedelta(seconds=90)
    with centre.database.unit_of_work() as session:
        first = clock_alarms.sound(session, "database", ahead, now=NOW)
        twice = clock_alarms.sound(session, "database", ahead, now=NOW)
        clock_alarms.answer(session, Act(officer, NOW, "数据库服务器不归我们管"))

    with centre.database.unit_of_work() as session:
        same = clock_alarms.sound(session, "database", ahead, now=NOW)
        other = clock_alarms.sound(session, "database", 2 * ahead, now=NOW)

    assert (first, twice, same, other) == (True, False, False, True)


@pytest.mark.usefixtures("hall")
def test_a_database_of_another_time_is_found(
    centre: jobs.Centre, database: Database
) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has no clock of its own")
    assert centre.guard is not None
    del centre.guard._database_ahead  # noqa: SLF001 - its own clock after all

    assert jobs.watch_clocks(centre) == 1  # the tests' time is not today's
    assert [alarm.clock for alarm in alarms(centre)] == ["database"]


def test_the_board_says_so_and_leads_to_the_act(
    app: Flask, db: Session, hall: Hall
) -> None:
    an_account(db, "officer", Role.EXAM_OFFICER)
    clock_alarms.sound(db, "machine", HOUR, now=NOW)
    db.commit()
    officer = a_browser(app, "officer").client

    board = officer.get(f"/exams/{hall.exam_id}/board").get_data(as_text=True)
    page = officer.get("/clock").get_data(as_text=True)

    assert "到时自动收卷已暂停" in board
    assert 'href="/clock"' in board
    assert "改用服务器现在的时间" in page
    with Session(db.get_bind()) as session:
        assert session.scalars(select(Attempt.submitted_at)).all() == [None]


def test_the_act_needs_a_reason_and_happens_once(
    app: Flask, db: Session, hall: Hall
) -> None:
    del hall
    an_account(db, "officer", Role.EXAM_OFFICER)
    clock_alarms.sound(db, "machine", HOUR, now=NOW)
    db.commit()
    officer = a_browser(app, "officer")

    silent = officer.submits_form("/clock", reason="")
    done = officer.submits_form("/clock", reason="校时后确认")
    again = officer.submits_form("/clock", reason="校时后确认")

    with Session(db.get_bind()) as session:
        (alarm,) = session.scalars(select(ClockAlarm)).all()
    assert (silent.status_code, done.status_code, again.status_code) == (422, 303, 409)
    assert alarm.reason == "校时后确认"
    assert alarm.ended_by is not None


def test_doctor_reports_an_open_alarm_as_a_fault(
    settings: Settings, database: Database, clock: FixedClock
) -> None:
    def told() -> str:
        checks = {check.what: check for check in examine(settings, clock)}
        return checks["时钟一致"].state

    before = told()
    with database.unit_of_work() as session:
        clock_alarms.sound(session, "machine", HOUR, now=NOW)

    assert (before, told()) == ("ok", "fault")
