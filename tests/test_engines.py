"""What PostgreSQL does to us, and what we make of it."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from examcenter import config, schema, secret
from examcenter.cli.health import Check, examine
from examcenter.clock import FixedClock, SystemClock
from examcenter.db import Database, is_alone, wait_for_turn
from examcenter.engines import Limits
from examcenter.errors import NotStorableError, UnavailableError
from examcenter.organisation.models import Department
from tests.support.factories import a_department
from tests.support.postgres import Server, a_server, why_not

pytestmark = pytest.mark.postgres

HASTY = Limits(pool=2, overflow=0, statement=2, lock=0.5)


@pytest.fixture
def hasty(postgres: Server, migrated: str, database: Database) -> Iterator[Database]:
    """The test's database with two connections and little patience."""
    del postgres, database  # emptied
    hasty = Database(migrated, busy_seconds=0.5, limits=HASTY)
    yield hasty
    hasty.dispose()


@pytest.fixture
def engine() -> str:
    return "postgres"


def renames(session: Session, code: str) -> None:
    session.execute(update(Department).where(Department.code == code).values(name="新"))


def test_a_commit_is_durable_whatever_the_servers_default_is(
    database: Database,
) -> None:
    # The server of the tests was started with synchronous_commit=off.
    with database.reading() as session:
        shown = {
            name: session.execute(text(f"SHOW {name}")).scalar_one()
            for name in ("synchronous_commit", "timezone", "application_name")
        }

    assert shown == {
        "synchronous_commit": "on",
        "timezone": "UTC",
        "application_name": "examcenter",
    }


def test_one_reading_is_one_picture_of_the_centre(database: Database) -> None:
    count = select(func.count()).select_from(Department)
    with database.reading() as report:
        before = report.execute(count).scalar_one()
        with database.unit_of_work() as session:
            a_department(session)

        assert report.execute(count).scalar_one() == before


def test_a_row_that_somebody_holds_too_long_is_unavailable(
    hasty: Database, database: Database
) -> None:
    with database.unit_of_work() as session:
        a_department(session, "1")

    with database.unit_of_work() as holder:
        renames(holder, "1")
        begun = time.monotonic()
        with pytest.raises(UnavailableError), hasty.unit_of_work() as session:
            renames(session, "1")

        assert time.monotonic() - begun < 5


def test_of_two_that_wait_in_a_ring_one_goes_on_and_one_is_unavailable(
    database: Database,
) -> None:
    with database.unit_of_work() as session:
        a_department(session, "1")
        a_department(session, "2")
    together = threading.Barrier(2)

    def crosses(codes: tuple[str, str]) -> str:
        try:
            with database.unit_of_work() as session:
                renames(session, codes[0])
                together.wait(timeout=20)
                renames(session, codes[1])
        except UnavailableError:
            return "unavailable"
        return "stored"

    with ThreadPoolExecutor(2) as pool:
        ends = sorted(pool.map(crosses, [("1", "2"), ("2", "1")]))

    assert ends == ["stored", "unavailable"]


def test_a_statement_without_end_is_ended_by_the_server(hasty: Database) -> None:
    with pytest.raises(UnavailableError), hasty.reading() as session:
        session.execute(text("SELECT pg_sleep(30)"))


def test_more_callers_than_connections_are_unavailable_and_then_served(
    hasty: Database,
) -> None:
    with hasty.reading() as one, hasty.reading() as two:
        one.execute(text("SELECT 1"))
        two.execute(text("SELECT 1"))
        with pytest.raises(UnavailableError), hasty.reading() as three:
            three.execute(text("SELECT 1"))

    with hasty.reading() as three:
        assert three.execute(text("SELECT 1")).scalar_one() == 1


def test_nobody_listening_is_unavailable(tmp_path: Path) -> None:
    nowhere = Database(f"postgresql+psycopg://nobody@/none?host={tmp_path}")

    with pytest.raises(UnavailableError), nowhere.reading() as session:
        session.execute(text("SELECT 1"))

    nowhere.dispose()


def test_a_database_without_tables_is_unavailable(postgres: Server) -> None:
    bare = Database(postgres.makes("bare"))

    with pytest.raises(UnavailableError), bare.reading() as session:
        session.execute(select(Department.id))

    bare.dispose()
    postgres.drops("bare")


@pytest.mark.parametrize(
    "name",
    ["nul \0 in it", "字" * 101, "half a pair \ud800"],
    ids=["nul", "long", "half"],
)
def test_T49_a_text_that_no_column_holds_is_refused(  # noqa: N802 - the threat's number
    database: Database, name: str
) -> None:
    with pytest.raises(NotStorableError), database.unit_of_work() as session:
        a_department(session, "1", name=name)

    with database.reading() as session:
        assert session.execute(select(Department.id)).all() == []


def test_only_one_of_many_does_a_job_and_the_next_may_when_it_ended(
    database: Database,
) -> None:
    with database.unit_of_work() as first:
        alone = is_alone(first, "collect")
        with database.unit_of_work() as second:
            told = (is_alone(second, "collect"), is_alone(second, "score"))
    with database.unit_of_work() as third:
        afterwards = is_alone(third, "collect")

    assert (alone, told, afterwards) == (True, (False, True), True)


def test_a_turn_that_somebody_holds_is_waited_for(database: Database) -> None:
    order: list[str] = []
    holds = threading.Event()

    def second() -> None:
        holds.wait(timeout=20)
        with database.unit_of_work() as session:
            wait_for_turn(session, "import")
            order.append("second")

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(second)
        with database.unit_of_work() as session:
            wait_for_turn(session, "import")
            holds.set()
            wait_until_somebody_waits(database)
            order.append("first")
        waiting.result(timeout=20)

    assert order == ["first", "second"]


def wait_until_somebody_waits(database: Database) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    for _ in range(400):
        with database.reading() as session:
            if session.execute(waiting).scalar_one():
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")


@pytest.fixture(scope="module")
def durable() -> Iterator[Server]:
    """A server that syncs and may be killed, with a migrated database."""
    missing = why_not()
    if missing:
        pytest.skip(missing)
    with a_server(durable=True) as server:
        database = Database(server.makes("durable"))
        schema.upgrade(database)
        database.dispose()
        yield server


def test_F7_after_a_crash_of_the_server_the_pool_recovers_and_nothing_is_lost(  # noqa: N802 - the fault's number
    durable: Server,
) -> None:
    database = Database(durable.url("durable"), busy_seconds=5)
    stored: list[str] = []
    refused = 0
    for round_ in range(3):
        for number in range(20):
            code = f"{round_}-{number}"
            try:
                with database.unit_of_work() as session:
                    a_department(session, code)
            except UnavailableError:
                refused += 1
            else:
                stored.append(code)
            if number == 10:
                durable.dies()
            if number == 12:
                durable.starts()
                begun = time.monotonic()
        assert time.monotonic() - begun < 10

    with database.reading() as session:
        found = session.execute(select(Department.code)).scalars().all()
    database.dispose()
    assert refused == 6  # two each time, while there was no server
    assert sorted(found) == sorted(stored)


def the_databases_check(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Check:
    monkeypatch.setenv("EXAMCENTER_DATABASE__URL", url)
    secret.create(tmp_path / "home")
    settings = config.load(home=tmp_path / "home")
    return next(c for c in examine(settings, SystemClock()) if c.what == "数据库")


def test_the_doctor_finds_a_server_that_forgets(
    migrated: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = the_databases_check(migrated, tmp_path, monkeypatch)

    assert check.state == "fault"
    assert "fsync、full_page_writes 是 off" in check.found


def test_the_doctor_is_content_with_a_server_that_syncs(
    durable: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = the_databases_check(durable.url("durable"), tmp_path, monkeypatch)

    assert (check.state, check.found) == ("ok", "PostgreSQL，结构最新")


def test_the_doctor_counts_the_connections_that_we_may_want(
    durable: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXAMCENTER_DATABASE__POOL_SIZE", "90")

    check = the_databases_check(durable.url("durable"), tmp_path, monkeypatch)

    assert (check.state, "200 个连接，本机最多要 300 个" in check.found) == (
        "warning",
        True,
    )


def test_moments_come_back_in_utc_and_equal(
    database: Database, clock: FixedClock
) -> None:
    moment = clock.now() + timedelta(microseconds=123456)

    with database.reading() as session:
        same = session.execute(
            text("SELECT TIMESTAMPTZ '2026-12-01 09:00:00.123456+08'")
        ).scalar_one()

    assert (same, same.utcoffset()) == (moment, timedelta(0))
