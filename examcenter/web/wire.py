"""Dataclasses as JSON: times in RFC 3339 with offset, nothing guessed."""

from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from flask.json.provider import DefaultJSONProvider


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


def register(app: Flask, zone: ZoneInfo) -> None:
    """Make ``jsonify`` understand our dataclasses."""

    class Provider(DefaultJSONProvider):
        ensure_ascii = False
        sort_keys = False

        def dumps(self, obj: Any, **kwargs: Any) -> str:
            return super().dumps(plain(obj, zone), **kwargs)

    app.json = Provider(app)
