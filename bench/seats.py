"""People who have signed in and started, ready to send whatever is measured."""

import asyncio
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from bench.centre import Centre
from bench.hammer import Parts, request
from examcenter.load.door import Door, Request
from examcenter.load.line import Reply
from examcenter.load.rules import loopback
from examcenter.load.tally import Tally

_AT_ONCE = 8


@dataclass(slots=True)
class Seat:
    """One running attempt, its session, and the versions it has reached."""

    attempt: str
    lease: int
    session: str
    labels: dict[int, str]
    versions: dict[int, int] = field(default_factory=dict)
    turn: int = 0

    def save(self) -> Parts:
        """Return a save of one answer with a version above the last."""
        self.turn += 1
        number = self.turn % len(self.labels) + 1
        self.versions[number] = version = self.versions.get(number, 0) + 1
        label = self.labels[number]
        value = label[self.turn // len(self.labels) % len(label)]
        body = (
            f'{{"lease": {self.lease}, "answers": [{{"id": "{uuid.uuid4()}", '
            f'"question": {number}, "version": {version}, "value": ["{value}"], '
            f'"at": "2026-12-01T09:00:00+08:00"}}]}}'
        )
        headers = f"{self.session}Content-Type: application/json\r\n"
        path = f"/api/v1/attempts/{self.attempt}/answers"
        return request("PUT", path, headers, body.encode())

    def snapshot(self, picture: bytes) -> Parts:
        """Return an upload of *picture*."""
        headers = (
            f"{self.session}Content-Type: image/jpeg\r\n"
            f"X-Snapshot-Id: {uuid.uuid4()}\r\n"
            "X-Captured-At: 2026-12-01T09:00:00+08:00\r\n"
        )
        path = f"/api/v1/attempts/{self.attempt}/snapshots"
        return request("POST", path, headers, picture)


def taken(centre: Centre, exam: str, people: int) -> list[Seat]:
    """Let *people* sign in and start; return their seats."""
    codes = sorted(centre.codes(exam).items())[:people]
    return asyncio.run(_taken(centre, exam, codes))


async def _taken(centre: Centre, exam: str, codes: list[tuple[str, str]]) -> list[Seat]:
    seats: list[Seat] = []
    for start in range(0, len(codes), _AT_ONCE):
        some = codes[start : start + _AT_ONCE]
        seats += await asyncio.gather(*(_take(centre, exam, *one) for one in some))
    return seats


async def _take(centre: Centre, exam: str, login: str, code: str) -> Seat:
    door = Door(loopback(centre.address), Tally(), patience=60)
    given = {"login": login, "password": code}
    door.token = (await _posts(door, "/session", given))["csrf_token"]
    listed = _good(await door.ask(Request("GET", "/api/v1/exams")))
    consent = listed["exams"][0]["consent"]["version"]
    started = await _posts(
        door, f"/exams/{exam}/attempts", {"consent_version": consent}
    )
    door.hangs_up()
    cookies = "; ".join(f"{name}={value}" for name, value in door.cookies.items())
    return Seat(
        attempt=started["id"],
        lease=started["lease"],
        session=f"Cookie: {cookies}\r\nX-CSRF-Token: {door.token}\r\n",
        labels={
            q["number"]: "".join(option["label"] for option in q["options"])
            for q in started["questions"]
        },
    )


async def _posts(door: Door, path: str, given: dict[str, str]) -> Any:
    body = json.dumps(given).encode()
    return _good(await door.ask(Request("POST", f"/api/v1{path}", body)))


def _good(reply: Reply) -> Any:
    if reply.status not in {200, 201}:
        raise SystemExit(f"{reply.status} {reply.body[:300]!r}")
    return json.loads(reply.body)
