"""Dataclasses as JSON: times in RFC 3339 with offset, nothing guessed.

What comes in as JSON is bounded in size and depth, and holds only characters that can
be stored: a hostile document is malformed and no failure of ours.
"""

import json
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, request
from flask.json.provider import DefaultJSONProvider

LARGEST_DOCUMENT = 1024 * 1024
"""In bytes; a whole paper with every answer changed is a fifth of it."""


def written(moment: datetime, zone: ZoneInfo) -> str:
    """Return *moment* as RFC 3339 in *zone*, to the millisecond."""
    return moment.astimezone(zone).isoformat(timespec="milliseconds")


def plain(value: Any, zone: ZoneInfo) -> Any:
    """Return *value* with every dataclass, time and enum made fit for JSON."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name), zone) for f in fields(value)}
    if isinstance(value, dict):
        return {str(k): plain(v, zone) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item, zone) for item in value]
    return _atom(value, zone)


def _atom(value: Any, zone: ZoneInfo) -> Any:
    if isinstance(value, datetime):
        return written(value, zone)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return format(value, "f")
    return value


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

        def dumps(self, obj: Any, **kwargs: Any) -> str:
            return super().dumps(plain(obj, zone), **kwargs)

        def loads(self, s: str | bytes, **kwargs: Any) -> Any:
            del kwargs
            return document(s)

    @app.before_request
    def _bound_documents() -> None:
        if request.is_json:
            request.max_content_length = LARGEST_DOCUMENT

    app.json = Provider(app)
