"""The one world that all questions of access are asked in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from examcenter import config, secret
from examcenter.app import create_app
from examcenter.clock import FixedClock
from examcenter.db import Database
from tests.support.factories import NOW
from tests.web import visits, world
from tests.web.world import Stage


@pytest.fixture(scope="session")
def _stage(
    tmp_path_factory: pytest.TempPathFactory, blank_sqlite: Path
) -> Iterator[Stage]:
    # One world for all: it takes a second to build, and it is put back after each use.
    home = tmp_path_factory.mktemp("world")
    path = home / "examcenter.sqlite3"
    path.write_bytes(blank_sqlite.read_bytes())
    database = Database(f"sqlite:///{path}")
    key = secret.create(home)
    settings = config.load(home=home)
    app = create_app(settings, clock=FixedClock(NOW), database=database)
    app.config["TESTING"] = True
    with database.unit_of_work() as db:
        facts = world.build(db, settings, key)
    stage = Stage(app, database, path, facts)
    visits.begin(stage)
    stage.keep()
    yield stage
    database.dispose()


@pytest.fixture
def stage(_stage: Stage) -> Iterator[Stage]:
    """The world as it was built; what a test does to it is undone afterwards."""
    yield _stage
    _stage.reset()
