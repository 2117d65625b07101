"""An examinee's page without a browser: journals, retries, and remembers what was
acknowledged."""

import http.client
import json
import time
import uuid
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

_TRIES = 60


@dataclass
class Examinee:
    """One client; *acknowledged* holds the newest acknowledged value per question."""

    port: int
    login: str
    code: str
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    attempt: dict[str, Any] = field(default_factory=dict)
    acknowledged: dict[int, tuple[int, list[str]]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    retries: int = 0

    def asks(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, Any]:
        """Send a request until it is answered; 503 and broken lines are retried."""
        for _ in range(_TRIES):
            try:
                status, document = self._once(method, path, body, headers)
            except (OSError, http.client.HTTPException):
                status, document = 503, None
            if status != 503:
                return status, document
            self.retries += 1
            time.sleep(0.25)
        raise AssertionError(f"{method} {path} was never answered")

    def _once(
        self, method: str, path: str, body: Any, headers: dict[str, str]
    ) -> tuple[int, Any]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        sent = {"X-CSRF-Token": self.token, **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        data = body
        if not isinstance(body, bytes):
            data = json.dumps(body or {}).encode()
            sent["Content-Type"] = "application/json"
        try:
            line.request(method, f"/api/v1{path}", data, sent)
            answer = line.getresponse()
            text = answer.read()
        finally:
            line.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {k: m.value for k, m in SimpleCookie(cookie).items()}
        return answer.status, json.loads(text) if text else None

    def signs_in(self) -> None:
        status, answer = self.asks(
            "POST", "/session", {"login": self.login, "password": self.code}
        )
        assert status == 200, answer
        self.token = answer["csrf_token"]

    def starts(self) -> None:
        _, listed = self.asks("GET", "/exams")
        exam = listed["exams"][0]
        consent = exam["consent"] and {"consent_version": exam["consent"]["version"]}
        status, answer = self.asks("POST", f"/exams/{exam['id']}/attempts", consent)
        assert status in {200, 201}, answer
        self.attempt = answer

    def saves(self, question: int, version: int, value: list[str]) -> None:
        """Save one answer; only what the server confirmed counts as acknowledged."""
        change = {
            "id": str(uuid.uuid4()),
            "question": question,
            "version": version,
            "value": value,
            "at": "2026-12-01T09:00:00+08:00",
        }
        status, answer = self.asks(
            "PUT",
            f"/attempts/{self.attempt['id']}/answers",
            {"lease": self.attempt["lease"], "answers": [change]},
        )
        if status == 200 and answer["saved"][str(question)] == version:
            self.acknowledged[question] = (version, value)
        else:
            self.errors.append(f"save: {status} {answer}")

    def sends_picture(self, picture: bytes) -> None:
        status, answer = self.asks(
            "POST",
            f"/attempts/{self.attempt['id']}/snapshots",
            picture,
            **{
                "Content-Type": "image/jpeg",
                "X-Snapshot-Id": str(uuid.uuid4()),
                "X-Captured-At": "2026-12-01T09:00:00+08:00",
            },
        )
        if status != 202:
            self.errors.append(f"snapshot: {status} {answer}")

    def hands_in(self) -> dict[str, Any]:
        status, answer = self.asks(
            "POST",
            f"/attempts/{self.attempt['id']}/submission",
            {"lease": self.attempt["lease"], "answers": []},
        )
        if status != 200:
            self.errors.append(f"hand-in: {status} {answer}")
        return dict(answer)
