"""The database's schema: brought up to date by Alembic, compared with the models."""

# Every model is imported here, so that the metadata is whole.
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData

import examcenter.accounts.models
import examcenter.attempts.act_models
import examcenter.attempts.clock_models
import examcenter.attempts.models
import examcenter.bank.models
import examcenter.exams.models
import examcenter.organisation.models
import examcenter.proctoring.models
import examcenter.results.models
import examcenter.rooms.models  # noqa: F401
from examcenter.db import Base, Database
from examcenter.paths import resource

METADATA: MetaData = Base.metadata


def _config(database: Database) -> Config:
    config = Config()
    config.set_main_option("script_location", str(resource("migrations")))
    config.attributes["engine"] = database.engine
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database to *revision*, from nothing where it is empty."""
    command.upgrade(_config(database), revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the database back to *revision*; ``base`` is nothing at all."""
    command.downgrade(_config(database), revision)


def is_current(database: Database) -> bool:
    """Whether the database has the schema that this program expects."""
    head = ScriptDirectory.from_config(_config(database)).get_current_head()
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
