"""The OpenAPI 3.1 document of ``/api/v1``, made from the views and their dataclasses.

A view says with `documented` what it takes and answers; the document is built from the
routes of the application, so that a route without a description is seen in a test.
"""

import re
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import datetime
from enum import Enum
from importlib.metadata import version
from typing import Any, TypeVar

from flask import Flask
from werkzeug.routing import Rule

from examcenter.web.signin import access_of

PREFIX = "/api/v1"

_View = TypeVar("_View", bound=Callable[..., object])
_Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ErrorDocument:
    """What every refusal says."""

    code: str
    message: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Description:
    """What a view takes and answers; *answers* has a type, or None, per status."""

    summary: str
    answers: Mapping[int, type | None]
    takes: type | str | None = None
    headers: tuple[str, ...] = ()
    refuses: tuple[int, ...] = field(default=())


def documented(description: Description) -> Callable[[_View], _View]:
    """Describe a view; *takes* is a dataclass of the JSON body or a media type."""

    def mark(view: _View) -> _View:
        view.description = description  # type: ignore[attr-defined]
        return view

    return mark


def description_of(app: Flask, endpoint: str) -> Description | None:
    """Return what the view behind *endpoint* says of itself."""
    found = getattr(app.view_functions[endpoint], "description", None)
    return found if isinstance(found, Description) else None


def document(app: Flask) -> _Schema:
    """Return the document of every described route below ``/api/v1``."""
    schemas: dict[str, _Schema] = {}
    paths: dict[str, _Schema] = {}
    for rule in app.url_map.iter_rules():
        description = description_of(app, rule.endpoint)
        if description is None or not rule.rule.startswith(PREFIX):
            continue
        path = re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", rule.rule[len(PREFIX) :])
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            operation = _operation(app, rule, description, schemas)
            operation["operationId"] = rule.endpoint.replace(".", "_")
            paths.setdefault(path, {})[method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "examcenter delivery API", "version": version("examcenter")},
        "servers": [{"url": PREFIX}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "examcenter"}
            },
        },
    }


def _operation(
    app: Flask, rule: Rule, description: Description, schemas: dict[str, _Schema]
) -> _Schema:
    access = access_of(app, rule.endpoint)
    is_public = access is not None and access.public
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in sorted(rule.arguments)
    ]
    needs_token = (
        access is not None and access.csrf and "GET" not in (rule.methods or ())
    )
    names = (*description.headers, *(("X-CSRF-Token",) if needs_token else ()))
    parameters += [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
        for name in names
    ]
    operation: _Schema = {
        "summary": description.summary,
        "parameters": parameters,
        "responses": _responses(description, is_public=is_public, schemas=schemas),
    }
    if description.takes is not None:
        operation["requestBody"] = _body(description.takes, schemas)
    if not is_public:
        operation["security"] = [{"session": []}]
    return operation


def _body(takes: type | str, schemas: dict[str, _Schema]) -> _Schema:
    if isinstance(takes, str):
        content = {takes: {"schema": {"type": "string", "format": "binary"}}}
    else:
        content = {"application/json": {"schema": schema_of(takes, schemas)}}
    return {"required": True, "content": content}


def _responses(
    description: Description, *, is_public: bool, schemas: dict[str, _Schema]
) -> _Schema:
    responses: _Schema = {}
    for status, answer in description.answers.items():
        responses[str(status)] = {"description": "done"}
        if answer is not None:
            content = {"schema": schema_of(answer, schemas)}
            responses[str(status)]["content"] = {"application/json": content}
    usual = (503,) if is_public else (401, 403, 503)
    for status in sorted({*usual, *description.refuses}):
        content = {"schema": schema_of(ErrorDocument, schemas)}
        responses[str(status)] = {
            "description": "refused",
            "content": {"application/json": content},
        }
    return responses


_ATOMS: dict[Any, _Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},
    type(None): {"type": "null"},
}


def schema_of(kind: Any, schemas: dict[str, _Schema]) -> _Schema:
    """Return the JSON schema of *kind*; dataclasses go into *schemas* by their name."""
    if kind in _ATOMS:
        return _ATOMS[kind]
    if is_dataclass(kind) and isinstance(kind, type):
        return _object(kind, schemas)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"type": "string", "enum": [member.value for member in kind]}
    return _composed(kind, schemas)


def _object(kind: type, schemas: dict[str, _Schema]) -> _Schema:
    if kind.__name__ not in schemas:
        schemas[kind.__name__] = {}  # a type may speak of itself
        hints = typing.get_type_hints(kind)
        parts = fields(kind)
        schemas[kind.__name__] = {
            "type": "object",
            "properties": {p.name: schema_of(hints[p.name], schemas) for p in parts},
            "required": [
                p.name
                for p in parts
                if p.default is MISSING and p.default_factory is MISSING
            ],
        }
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


def _composed(kind: Any, schemas: dict[str, _Schema]) -> _Schema:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in {typing.Union, types.UnionType}:
        return {"anyOf": [schema_of(part, schemas) for part in inner]}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": schema_of(inner[1], schemas)}
    if origin in {tuple, list}:
        return {"type": "array", "items": schema_of(inner[0], schemas)}
    raise TypeError(f"no schema for {kind}")
