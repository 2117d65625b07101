"""Fixtures that every test may ask for: a clock, a database, an application."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Playwright, sync_playwright
from sqlalchemy.orm import Session

from examcenter import config, schema, secret
from examcenter.app import create_app
from examcenter.clock import FixedClock
from examcenter.config import Settings
from examcenter.db import Database
from examcenter.web import logs
from tests.support.postgres import Server, a_server, empty, why_not

logs.configure()

SHARED = Path(__file__).resolve().parents[2] / "shared"
"""Real questions, statutes and pictures; tests on them skip by name without it."""


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at nine on a Tuesday in Shanghai."""
    return FixedClock(datetime(2026, 12, 1, 1, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def blank_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file without rows, copied for each test."""
    path = tmp_path_factory.mktemp("blank") / "examcenter.sqlite3"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server of this test process; without one the test skips by name."""
    missing = why_not()
    if missing:
        pytest.skip(missing)
    with a_server() as server:
        yield server


@pytest.fixture(scope="session")
def migrated(postgres: Server) -> str:
    """The address of a migrated PostgreSQL database, emptied for each test."""
    database = Database(postgres.makes("tests"))
    schema.upgrade(database)
    database.dispose()
    return postgres.url("tests")


ENGINES = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))
"""What a test that stores something runs on."""


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The engine's name; a test that asks for it runs once on each."""
    return str(request.param)


@pytest.fixture
def database(
    engine: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Database]:
    """An empty, migrated database of our own, also to commands with this home."""
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    if engine == "sqlite":
        path = home / "examcenter.sqlite3"
        shutil.copy(request.getfixturevalue("blank_sqlite"), path)
        url = f"sqlite:///{path}"
    else:
        url = request.getfixturevalue("migrated")
        empty(url)
        monkeypatch.setenv("EXAMCENTER_DATABASE__URL", url)
    database = Database(url, busy_seconds=10)
    yield database
    database.dispose()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of `config.toml` with a data directory of our own."""
    home = tmp_path / "home"
    secret.create(home)
    return config.load(home=home)


@pytest.fixture
def app(database: Database, settings: Settings, clock: FixedClock) -> Flask:
    app = create_app(settings, clock=clock, database=database)
    app.config["TESTING"] = True
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in with."""
    return app.test_client()


@pytest.fixture
def db(database: Database) -> Iterator[Session]:
    """A unit of work of the test's own; committed when the test commits it."""
    with Session(
        database.engine.execution_options(examcenter_writes=True),
        expire_on_commit=False,
    ) as session:
        yield session


@pytest.fixture
def keep(database: Database) -> Callable[[Callable[[Session], object]], object]:
    """Run something in a unit of work and give back what it returned."""

    def run(work: Callable[[Session], object]) -> object:
        with database.unit_of_work() as session:
            return work(session)

    return run


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's browser; without one the test skips by name."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    return found


# One for the whole process: a second driver refuses to start while the first one runs.
@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of every browser of this test process."""
    with sync_playwright() as running:
        yield running
