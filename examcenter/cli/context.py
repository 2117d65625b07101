"""What every command is given: the data directory, settings, clock and database."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy.orm import Session

from examcenter import config, secret
from examcenter.clock import Clock, SystemClock
from examcenter.config import Settings
from examcenter.db import Database, open_database
from examcenter.web.wire import as_json


@dataclass
class Cli:
    """Shared by all commands of one call; nothing is opened before it is needed."""

    home: Path | None = None
    config_file: Path | None = None
    clock: Clock = field(default_factory=SystemClock)

    @cached_property
    def settings(self) -> Settings:
        overrides = {"home": self.home} if self.home else {}
        return config.load(self.config_file, **overrides)

    @cached_property
    def database(self) -> Database:
        return open_database(self.settings)

    @cached_property
    def secret(self) -> bytes:
        return secret.read(self.settings.home)

    def close(self) -> None:
        """Give back every connection that the command opened."""
        if "database" in self.__dict__:
            self.database.dispose()

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        """Open the command's one unit of work."""
        with self.database.unit_of_work() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that only looks."""
        with self.database.reading() as session:
            yield session

    def print_json(self, document: Any) -> None:
        """Print the one JSON document of a command to standard output."""
        zone = ZoneInfo(self.settings.locale.timezone)
        text = json.dumps(document, ensure_ascii=False, indent=2, default=as_json(zone))
        sys.stdout.write(text + "\n")


pass_cli = click.make_pass_decorator(Cli)

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print exactly one JSON document."
)


def say(text: str) -> None:
    """Print a sentence for people to standard output."""
    click.echo(text)


def note(text: str) -> None:
    """Print a remark to standard error, where progress and logs belong."""
    click.echo(text, err=True)
