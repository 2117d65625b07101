"""One simulated examinee: what a page does, without the page."""

import asyncio
import json
import secrets
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from examcenter.clock import Clock
from examcenter.load.door import Door, NoAnswerError, Request
from examcenter.load.ledger import Acknowledged, Ledger
from examcenter.load.line import Reply
from examcenter.load.pictures import Album
from examcenter.load.rules import Orders
from examcenter.load.sheet import Sheet
from examcenter.load.tally import Tally

_API = "/api/v1"
_DICE = secrets.SystemRandom()

# Of a hundred answers so many end like this; rare, and yet thousands in a long run.
_REPLY_LOST, _RELOADED, _MOVED = 0.01, 0.01, 0.002
_LOOKS_AWAY = 0.1  # of the moments at which a picture is taken


class GaveUpError(Exception):
    """An examinee cannot go on; the text is the error's code."""


@dataclass(frozen=True, slots=True)
class Hall:
    """What all examinees of a run share."""

    exam: str
    orders: Orders
    clock: Clock
    ledger: Ledger
    tally: Tally
    album: Album


@dataclass(slots=True)
class Examinee:
    """Somebody with a staff number and a code."""

    hall: Hall
    door: Door
    login: str
    code: str
    _attempt: str = ""
    _lease: int = 0
    _camera: bool = False
    _sheet: Sheet = field(default_factory=lambda: Sheet(()))
    _consent: str | None = None
    _heard: dict[int, int] = field(default_factory=dict)

    async def signs_in(self) -> None:
        """Sign in and see that the exam may be started."""
        begun = time.perf_counter()
        await self._signs_in()
        self.hall.tally.took("sign_in", begun)
        listed = _document(await self._asks("GET", "/exams"))
        exams = {exam["id"]: exam for exam in listed["exams"]}
        exam = exams.get(self.hall.exam)
        if exam is None:
            raise GaveUpError("exam_not_offered")
        if not exam["may_start"]:
            raise GaveUpError(str(exam["why_not"]))
        consent = exam["consent"]
        self._consent = consent and consent["version"]

    async def _signs_in(self) -> None:
        self.door.cookies.clear()
        given = {"login": self.login, "password": self.code}
        reply = await self.door.ask(_request("POST", "/session", given))
        if reply.status != 200:  # noqa: PLR2004 - OK
            raise GaveUpError(f"sign_in_{_code(reply)}")
        self.door.token = _document(reply)["csrf_token"]

    async def starts(self) -> None:
        """Start the attempt and receive the whole paper."""
        begun = time.perf_counter()
        given = {"consent_version": self._consent} if self._consent else {}
        reply = await self._asks("POST", f"/exams/{self.hall.exam}/attempts", given)
        self.hall.tally.took("start", begun)
        document = _document(reply)
        self._attempt, self._lease = document["id"], document["lease"]
        self._camera = document["proctoring"]["camera"] != "off"
        self._sheet = Sheet(document["questions"])

    async def sits(self, until: float) -> None:
        """Answer, and be looked at, until the moment *until*."""
        looked_at = asyncio.create_task(self._is_looked_at(until))
        try:
            await self._answers(until)
        finally:
            # A picture that is still on its way never keeps anybody from handing in.
            looked_at.cancel()

    async def _answers(self, until: float) -> None:
        orders = self.hall.orders
        answer_at = time.perf_counter() + _DICE.uniform(0, orders.think)
        while True:
            moment = time.perf_counter()
            if min(answer_at, moment + orders.pulse) >= until:
                break
            if answer_at - moment > orders.pulse:
                await asyncio.sleep(orders.pulse)
                await self._pulses()
                continue
            await asyncio.sleep(max(0.0, answer_at - moment))
            await self._lives_through_one_answer()
            answer_at += orders.think * _DICE.uniform(0.5, 1.5)
        await asyncio.sleep(max(0.0, until - time.perf_counter()))

    async def _lives_through_one_answer(self) -> None:
        await self._answers_once()
        fate = _DICE.random()
        if fate < _RELOADED:
            await self._reloads()
        elif fate < _RELOADED + _MOVED:
            await self._moves()

    async def _answers_once(self) -> None:
        answer = self._changed()
        request = self._delivery("PUT", "answers", [answer])
        begun = time.perf_counter()
        if _DICE.random() < _REPLY_LOST:
            self.hall.tally.again["reply_lost_on_purpose"] += 1
            await self.door.loses_the_reply_to(request)
        reply = await self._delivered("PUT", "answers", [answer])
        self.hall.tally.took("save", begun)
        if _document(reply)["saved"].get(str(answer.question)) != answer.version:
            raise GaveUpError("saved_another_version")
        self._hears(answer)

    def _changed(self) -> Acknowledged:
        change = self._sheet.change()
        return Acknowledged(
            attempt=self._attempt,
            question=change.question,
            version=change.version,
            client_id=str(uuid.uuid4()),
            value=change.value,
        )

    def _hears(self, answer: Acknowledged) -> None:
        self.hall.ledger.heard(answer)
        self._heard[answer.question] = answer.version

    async def _pulses(self) -> None:
        begun = time.perf_counter()
        await self._delivered("PUT", "answers", [])
        self.hall.tally.took("pulse", begun)

    async def _reloads(self) -> None:
        """Reload the page: everything acknowledged must be on the paper."""
        self.door.hangs_up()
        begun = time.perf_counter()
        document = _document(await self._asks("GET", f"/attempts/{self._attempt}"))
        self.hall.tally.took("reload", begun)
        shown = {int(q): a["version"] for q, a in document["answers"].items()}
        if any(shown.get(q, 0) < version for q, version in self._heard.items()):
            raise GaveUpError("answer_gone_after_reload")

    async def _moves(self) -> None:
        """Go on as on another machine: sign in there and become the writer."""
        self.door.hangs_up()
        begun = time.perf_counter()
        await self._comes_back()
        self.hall.tally.took("move", begun)

    async def _comes_back(self) -> None:
        await self._signs_in()
        path = f"{_API}/attempts/{self._attempt}/lease"
        reply = await self.door.ask(Request("POST", path, b"{}"))
        if reply.status != 200:  # noqa: PLR2004 - OK
            raise GaveUpError(f"lease_{_code(reply)}")
        self._lease = _document(reply)["lease"]

    async def _is_looked_at(self, until: float) -> None:
        every = self.hall.orders.snapshot
        if not (self._camera and every):
            return
        wait = _DICE.uniform(0, every)
        while time.perf_counter() + wait < until:
            await asyncio.sleep(wait)
            wait = every * _DICE.uniform(0.7, 1.3)
            try:
                await self._sends_picture()
                if _DICE.random() < _LOOKS_AWAY:
                    await self._signals()
            except (GaveUpError, NoAnswerError) as error:
                # An error, and yet no reason to stop answering.
                self.hall.tally.errors[str(error)] += 1

    async def _sends_picture(self) -> None:
        begun = time.perf_counter()
        headers = (
            f"X-Snapshot-Id: {uuid.uuid4()}\r\n"
            f"X-Captured-At: {self.hall.clock.now().isoformat()}\r\n"
        )
        path = f"{_API}/attempts/{self._attempt}/snapshots"
        await self._sends(
            Request("POST", path, self.hall.album.picture(), "image/jpeg", headers)
        )
        self.hall.tally.took("snapshot", begun)

    async def _signals(self) -> None:
        at = self.hall.clock.now().isoformat()
        kinds = ("focus_lost", "focus_gained")
        given = [{"id": str(uuid.uuid4()), "kind": kind, "at": at} for kind in kinds]
        path = f"/attempts/{self._attempt}/signals"
        begun = time.perf_counter()
        await self._sends(_request("POST", path, {"signals": given}))
        self.hall.tally.took("signals", begun)

    async def hands_in(self) -> None:
        """Hand in with one last answer, which was not sent before."""
        answer = self._changed()
        begun = time.perf_counter()
        reply = await self._delivered("POST", "submission", [answer])
        self.hall.tally.took("submit", begun)
        self._hears(answer)
        self.hall.ledger.handed_in(self._attempt, _document(reply)["receipt"])

    async def sees_the_result(self) -> None:
        """Ask for the result; that it is not released yet is an answer too."""
        begun = time.perf_counter()
        path = f"{_API}/attempts/{self._attempt}/result"
        reply = await self.door.ask(Request("GET", path))
        if reply.status != 200 and _code(reply) != "not_released":  # noqa: PLR2004 - OK
            raise GaveUpError(f"result_{_code(reply)}")
        self.hall.tally.took("result", begun)

    def leaves(self) -> None:
        self.door.hangs_up()

    async def _delivered(
        self, method: str, what: str, answers: list[Acknowledged]
    ) -> Reply:
        """Deliver *answers*; a lost session or lease is taken back once."""
        reply = await self.door.ask(self._delivery(method, what, answers))
        if reply.status == 401 or _code(reply) == "lease_lost":  # noqa: PLR2004
            self.hall.tally.again["came_back"] += 1
            await self._comes_back()
            reply = await self.door.ask(self._delivery(method, what, answers))
        return _good(reply, what)

    def _delivery(self, method: str, what: str, answers: list[Acknowledged]) -> Request:
        at = self.hall.clock.now().isoformat() if answers else ""
        given = [
            {
                "id": answer.client_id,
                "question": answer.question,
                "version": answer.version,
                "value": answer.value,
                "at": at,
            }
            for answer in answers
        ]
        document = {"lease": self._lease, "answers": given}
        return _request(method, f"/attempts/{self._attempt}/{what}", document)

    async def _asks(self, method: str, path: str, given: Any = None) -> Reply:
        return await self._sends(_request(method, path, given))

    async def _sends(self, request: Request) -> Reply:
        reply = await self.door.ask(request)
        return _good(reply, request.path.rpartition("/")[2])


def _request(method: str, path: str, given: Any = None) -> Request:
    body = b"" if given is None else json.dumps(given).encode()
    return Request(method, _API + path, body)


def _good(reply: Reply, what: str) -> Reply:
    if reply.status not in {200, 201, 202}:
        raise GaveUpError(f"{what}_{_code(reply)}")
    return reply


def _document(reply: Reply) -> Any:
    try:
        return json.loads(reply.body)
    except ValueError as error:
        raise GaveUpError("answer_is_not_json") from error


def _code(reply: Reply) -> str:
    """Return the error's code as the server names it, "" for a success."""
    if reply.status < 400:  # noqa: PLR2004 - no error
        return ""
    try:
        return str(json.loads(reply.body)["code"])
    except (ValueError, KeyError, TypeError):
        return str(reply.status)
