"""Dataclasses as JSON: times in RFC 3339 with offset, nothing guessed.

What comes in as JSON is bounded in size and depth, and holds only characters that can
be stored: a hostile document is malformed and no failure of ours.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, request
from flask.json.provider import DefaultJSONProvider

LARGEST_DOCUMENT = 1024 * 1024
"""In bytes; a whole paper with every answer changed is a fifth of it."""


def written(moment: datetime, zone: ZoneInfo) -> str:
    """Return *moment* as RFC 3339 in *zone*, to the millisecond."""
    return moment.astimezone(zone).isoformat(timespec="milliseconds")


def as_json(zone: ZoneInfo) -> Callable[[Any], Any]:
    """Return what tells an encoder how our own values are written, times in *zone*.

    The encoder asks only for what it does not know, so that papers, which are texts
    nearly all through, are written at its own speed.
    """

    def default(value: Any) -> Any:
        if is_dataclass(value) and not isinstance(value, type):
            return {name: getattr(value, name) for name in _names(type(value))}
        if isinstance(value, datetime):
            return written(value, zone)
        if isinstance(value, Enum):
            return value.value
        if isinstance(value, Decimal):
            return format(value, "f")
        if isinstance(value, Mapping):
            return dict(value)
        if isinstance(value, set | frozenset):
            return list(value)
        raise TypeError(f"{type(value).__name__} is not written as JSON")

    return default


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind))


def document(text: str | bytes) -> Any:
    """Return the JSON document *text*.

    Raises ValueError for what is no JSON, is nested beyond all use, or holds half a
    character, which no database and no answer could carry.
    """
    try:
        found = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if b"\\ud" in raw.lower():
        json.dumps(found, ensure_ascii=False).encode()
    return found


def register(app: Flask, zone: ZoneInfo) -> None:
    """Make ``jsonify`` understand our dataclasses, and bound what comes in."""

    class Provider(DefaultJSONProvider):
        ensure_ascii = False
        sort_keys = False

        default = staticmethod(as_json(zone))

        def loads(self, s: str | bytes, **kwargs: Any) -> Any:
            del kwargs
            return document(s)

    @app.before_request
    def _bound_documents() -> None:
        if request.is_json:
            request.max_content_length = LARGEST_DOCUMENT

    app.json = Provider(app)
