"""The application's own list of addresses: every view under every method."""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from examcenter import config, secret
from examcenter.app import create_app
from tests.web.rows import ROWS, Row
from tests.web.world import Stage

SAFE = {"GET"}


@dataclass(frozen=True, slots=True)
class Door:
    """One view under one method."""

    endpoint: str
    method: str
    arguments: frozenset[str]

    @property
    def row(self) -> Row:
        return ROWS[self.endpoint]

    def path(self, stage: Stage) -> str:
        given = {a: stage.facts[self.row.fill.get(a, a)] for a in self.arguments}
        return self.address(stage, given)

    def address(self, stage: Stage, given: Mapping[str, str]) -> str:
        addresses = stage.app.url_map.bind("localhost")
        path = addresses.build(self.endpoint, given, method=self.method)
        return f"{path}?{self.row.query}" if self.row.query else path

    def opened(
        self, stage: Stage, name: str, path: str = "", *, token: bool = True
    ) -> TestResponse:
        """Ask for the view as *name*, with a body that means it."""
        path = path or self.path(stage)
        body: dict[str, Any] = {}
        if self.row.raw:
            body = {"data": self.row.raw, "headers": self.row.headers}
        elif self.method not in SAFE:
            body = {"json" if path.startswith("/api/") else "data": self.row.body}
        return stage.asks(name, self.method, path, token=token, **body)


@cache
def an_app() -> Flask:
    """Return an application to be asked for its addresses; it has no data."""
    with tempfile.TemporaryDirectory() as folder:
        secret.create(Path(folder))
        return create_app(config.load(home=Path(folder)))


def doors() -> Iterator[Door]:
    for rule in an_app().url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Door(rule.endpoint, method, frozenset(rule.arguments))


DOORS = [door for door in doors() if door.endpoint in ROWS]


def as_id(value: object) -> str:
    return f"{value.method} {value.endpoint}" if isinstance(value, Door) else str(value)
