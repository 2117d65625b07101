"""Pages that save without a pause, over open lines, and remember what they heard."""

import http.client
import json
import random  # noqa: TID251 - jitter and moments, nothing drawn
import threading
import time
import uuid
from collections.abc import Sequence
from typing import Any, Self

from examcenter.load.ledger import Acknowledged, Ledger
from tests.faults.extent import DONE
from tests.faults.writer import TOGETHER
from tests.system.examinee import Examinee

_DICE = random.Random()  # noqa: S311 - jitter of a simulated page


class Page:
    """One examinee's page; *port* may be that of a proxy in between."""

    def __init__(
        self, port: int, login: str, code: str, *, timeout: float = 10
    ) -> None:
        self.examinee = Examinee(port, login, code)
        self.timeout = timeout
        self.heard: list[Acknowledged] = []
        self.slowest = 0.0
        self.again = 0
        self.statuses: set[int] = set()
        self._line: http.client.HTTPConnection | None = None
        self._saves = 0

    def opens(self) -> None:
        """Sign in and begin."""
        self.examinee.signs_in()
        self.examinee.starts()

    def saves(self, *, patience: float = 60) -> None:
        """Save the next few answers, again and again until the server says yes."""
        attempt = self.examinee.attempt
        changes = self._changes()
        body = {"lease": attempt["lease"], "answers": changes}
        path = f"/api/v1/attempts/{attempt['id']}/answers"
        until = time.monotonic() + patience
        while True:
            status, answer = self._asks("PUT", path, json.dumps(body).encode())
            if status == 200:
                break
            assert status in {0, 503}, (status, answer)
            assert time.monotonic() < until, "the server never came back"
            self.again += 1
            time.sleep(0.05 + _DICE.random() / 5)
        said = {int(number): version for number, version in answer["saved"].items()}
        assert said == {c["question"]: c["version"] for c in changes}
        for change in changes:
            self.heard.append(_heard(attempt["id"], change))
        self._saves += 1
        DONE["saves acknowledged over HTTP"] += 1

    def looks(self) -> int:
        """Ask for the list of exams once; return the status, 0 without an answer."""
        return self._asks("GET", "/api/v1/exams", b"")[0]

    def _changes(self) -> list[dict[str, Any]]:
        questions = self.examinee.attempt["questions"]
        first = self._saves * TOGETHER
        changes = []
        for place in range(first, first + TOGETHER):
            question = questions[place % len(questions)]
            version = 1 + place // len(questions)
            label = question["options"][version % 2]["label"]
            changes.append(
                {
                    "id": str(uuid.uuid4()),
                    "question": question["number"],
                    "version": version,
                    "value": [label],
                    "at": "2026-12-01T09:00:00+08:00",
                }
            )
        return changes

    def _asks(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        begun = time.monotonic()
        try:
            status, text = self._once(method, path, body)
        except (OSError, http.client.HTTPException):
            self.hangs_up()
            return 0, None
        self.statuses.add(status)
        self.slowest = max(self.slowest, time.monotonic() - begun)
        return status, json.loads(text) if text.startswith(b"{") else text

    def _once(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        examinee = self.examinee
        if self._line is None:
            self._line = http.client.HTTPConnection(
                "127.0.0.1", examinee.port, timeout=self.timeout
            )
        cookies = "; ".join(f"{k}={v}" for k, v in examinee.cookies.items())
        headers = {
            "Cookie": cookies,
            "X-CSRF-Token": examinee.token,
            "Content-Type": "application/json",
        }
        self._line.request(method, path, body, headers)
        answer = self._line.getresponse()
        return answer.status, answer.read()

    def hangs_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


def _heard(attempt: str, change: dict[str, Any]) -> Acknowledged:
    value = tuple(change["value"])
    return Acknowledged(
        attempt, change["question"], change["version"], change["id"], value
    )


class Crowd:
    """Pages that save in the background until they are told to stop."""

    def __init__(self, pages: Sequence[Page], *, think: float = 0) -> None:
        self.pages = pages
        self.errors: list[str] = []
        self._think = think
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._sits, args=(page,)) for page in pages
        ]

    def __enter__(self) -> Self:
        for page in self.pages:
            page.opens()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=90)
        for page in self.pages:
            page.hangs_up()

    def _sits(self, page: Page) -> None:
        try:
            while not self._stop.is_set():
                page.saves()
                self._stop.wait(self._think)
        except Exception as error:  # noqa: BLE001 - a thread's failure must be seen
            self.errors.append(repr(error))

    @property
    def count(self) -> int:
        """How many answers were acknowledged so far."""
        return sum(len(page.heard) for page in self.pages)

    def goes_on(self, *, within: float, saves: int = 1) -> float:
        """Wait for *saves* more; return the seconds that took; fail after *within*."""
        begun, wanted = time.monotonic(), self.count + saves * TOGETHER
        while self.count < wanted:
            waited = time.monotonic() - begun
            assert waited < within, f"nothing saved in {waited:.1f} s {self.errors}"
            assert len(self.errors) < len(self.pages), self.errors
            time.sleep(0.01)
        return time.monotonic() - begun

    def ledger(self) -> Ledger:
        ledger = Ledger()
        for page in self.pages:
            for answer in page.heard:
                ledger.heard(answer)
        return ledger
