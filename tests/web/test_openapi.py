"""The delivery API describes itself, whole and truly."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from examcenter.web.openapi import PREFIX, description_of

UNDESCRIBED = {"home.api_description"}


@pytest.fixture
def document(client: FlaskClient) -> Any:
    return client.get("/api/v1/openapi.json").get_json()


def test_every_route_of_the_api_is_described(app: Flask) -> None:
    silent = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(PREFIX) and not description_of(app, rule.endpoint)
    }

    assert silent == UNDESCRIBED


def test_the_contract_s_requests_are_all_there(document: Any) -> None:
    offered = {
        f"{method.upper()} {path}"
        for path, operations in document["paths"].items()
        for method in operations
    }

    assert document["openapi"].startswith("3.1")
    assert offered == {
        "POST /session",
        "DELETE /session",
        "POST /session/password",
        "GET /exams",
        "POST /exams/{exam_id}/attempts",
        "GET /attempts/{attempt_id}",
        "POST /attempts/{attempt_id}/lease",
        "PUT /attempts/{attempt_id}/answers",
        "POST /attempts/{attempt_id}/snapshots",
        "POST /attempts/{attempt_id}/signals",
        "POST /attempts/{attempt_id}/submission",
        "GET /attempts/{attempt_id}/result",
        "GET /attempts/{attempt_id}/seal",
        "POST /attempts/{attempt_id}/late",
    }


def test_every_reference_leads_to_a_schema(document: Any) -> None:
    def references(part: Any) -> set[str]:
        if isinstance(part, dict):
            own = {part["$ref"]} if "$ref" in part else set()
            return own.union(*(references(value) for value in part.values()))
        if isinstance(part, list):
            return set().union(*(references(value) for value in part))
        return set()

    schemas = document["components"]["schemas"]

    assert {r.rsplit("/", 1)[1] for r in references(document)} == set(schemas)
