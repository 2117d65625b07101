"""People at a browser, by what they do."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.factories import PASSWORD


class ApiUser:
    """Somebody who speaks to ``/api/v1`` with a cookie and a CSRF token."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self._headers: dict[str, str] = {}

    def signs_in(self, login: str, password: str = PASSWORD) -> "ApiUser":
        answer = self.client.post(
            "/api/v1/session", json={"login": login, "password": password}
        )
        assert answer.status_code == 200, answer.get_json()
        self._headers = {"X-CSRF-Token": answer.get_json()["csrf_token"]}
        return self

    @property
    def token(self) -> str:
        return self._headers["X-CSRF-Token"]

    def gets(self, path: str) -> TestResponse:
        return self.client.get(f"/api/v1{path}")

    def posts(self, path: str, document: Any = None) -> TestResponse:
        return self.client.post(
            f"/api/v1{path}", json=document or {}, headers=self._headers
        )

    def puts(self, path: str, document: Any) -> TestResponse:
        return self.client.put(f"/api/v1{path}", json=document, headers=self._headers)

    def sends(self, path: str, data: bytes, **headers: str) -> TestResponse:
        """Post raw bytes; header names are given with underscores."""
        named = {k.replace("_", "-"): v for k, v in headers.items()}
        return self.client.post(
            f"/api/v1{path}", data=data, headers={**self._headers, **named}
        )

    def deletes(self, path: str) -> TestResponse:
        return self.client.delete(f"/api/v1{path}", headers=self._headers)

    def submits_form(self, path: str, **fields: Any) -> TestResponse:
        """Post a page's form as a browser would, with the page's token."""
        data = {**fields, "csrf_token": self._headers["X-CSRF-Token"]}
        answer = self.client.post(path, data=data)
        # The test client leaves a large form's temporary file open.
        answer.request.environ["wsgi.input"].close()
        return answer


def a_browser(app: Flask, login: str, password: str = PASSWORD) -> ApiUser:
    """Return somebody who has just signed in."""
    return ApiUser(app).signs_in(login, password)
