"""Run migrations on the engine that the caller handed over."""

from typing import Literal

from alembic import context

from examcenter.db import UtcDateTime
from examcenter.schema import METADATA

config = context.config
engine = config.attributes["engine"].execution_options(examcenter_writes=True)


def render_item(kind: str, item: object, _: object) -> str | Literal[False]:
    """Write our column type as what it is to a database: history needs no code."""
    is_ours = kind == "type" and isinstance(item, UtcDateTime)
    return "sa.DateTime(timezone=True)" if is_ours else False


with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        # SQLite cannot alter most things; a batch rebuilds the table instead.
        render_as_batch=True,
        compare_type=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            # Rebuilding a large table may take longer than any other statement.
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        context.run_migrations()
