"""A whole run: people sign in, start in one second, sit, and hand in in one second."""

import asyncio
import resource
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from examcenter.load.door import Door, NoAnswerError
from examcenter.load.examinee import Examinee, GaveUpError, Hall
from examcenter.load.rules import Address, Phase, Spread, spread

Tell = Callable[[str, float, float], None]
"""Is told the phase, how much of it is done, and how much there is."""

_DICE = secrets.SystemRandom()
_LOOK_EVERY = 0.25
_RESULTS_WITHIN = 5.0
_FILES_EACH, _FILES_BESIDE = 3, 200


@dataclass(frozen=True, slots=True)
class Entrant:
    """Somebody who may sit, and the code that lets them in."""

    login: str
    code: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run took, by phase; *lag* is how late this process itself was."""

    sign_in: Phase
    start: Phase
    save: Phase
    pulse: Phase
    snapshot: Phase
    submit: Phase
    result: Phase
    lag: Spread
    cpu_seconds: float


class Run:
    """The course of one load run."""

    def __init__(self, hall: Hall, address: Address, tell: Tell) -> None:
        self._hall = hall
        self._address = address
        self._tell = tell
        self._phase, self._total = "sign_in", 0
        self._lags: list[float] = []
        self._begun: dict[str, float] = {}

    async def go(self, entrants: Sequence[Entrant]) -> Measured:
        """Let *entrants* sit; what goes wrong is counted and stops nobody else."""
        allow_files(len(entrants))
        cpu = time.process_time()
        people = [self._examinee(entrant) for entrant in entrants]
        watch = asyncio.create_task(self._watch())
        try:
            async with asyncio.timeout(self._hall.orders.longest):
                await self._phases(people)
        except TimeoutError:
            self._hall.tally.errors["ran_out_of_time"] += 1
        finally:
            watch.cancel()
            for person in people:
                person.leaves()
        return self._measured(time.process_time() - cpu)

    def _examinee(self, entrant: Entrant) -> Examinee:
        hall = self._hall
        door = Door(self._address, hall.tally, hall.orders.patience)
        return Examinee(hall, door, entrant.login, entrant.code)

    async def _phases(self, people: list[Examinee]) -> None:
        orders = self._hall.orders
        self._enter("sign_in", len(people))
        people = await self._each(people, Examinee.signs_in, within=orders.sign_in)
        self._enter("start", len(people))
        until = time.perf_counter() + orders.minutes * 60
        people = await self._each(people, lambda p: self._sits(p, until), within=1.0)
        self._enter("submit", len(people))
        people = await self._each(people, Examinee.hands_in, within=1.0)
        self._enter("result", len(people))
        await self._each(people, Examinee.sees_the_result, within=_RESULTS_WITHIN)
        self._tell_now()

    async def _sits(self, person: Examinee, until: float) -> None:
        await person.starts()
        await person.sits(until)

    def _enter(self, phase: str, total: int) -> None:
        self._tell_now()
        self._phase, self._total = phase, total
        self._begun[phase] = time.perf_counter()

    async def _each(
        self,
        people: Sequence[Examinee],
        act: Callable[[Examinee], Awaitable[None]],
        *,
        within: float,
    ) -> list[Examinee]:
        """Let everybody act at a moment of their own; return those who can go on."""

        async def one(person: Examinee) -> Examinee | None:
            await asyncio.sleep(_DICE.uniform(0, within))
            return person if await self._survives(act(person)) else None

        acted = await asyncio.gather(*(one(person) for person in people))
        return [person for person in acted if person is not None]

    async def _survives(self, acting: Awaitable[None]) -> bool:
        try:
            await acting
        except (GaveUpError, NoAnswerError) as error:
            self._hall.tally.errors[str(error)] += 1
            return False
        return True

    async def _watch(self) -> None:
        """Tell how far things are, and note how late this very loop is."""
        while True:
            due = time.perf_counter() + _LOOK_EVERY
            await asyncio.sleep(_LOOK_EVERY)
            self._lags.append(max(0.0, time.perf_counter() - due))
            self._tell_now()

    def _tell_now(self) -> None:
        if not self._total:
            return
        done = self._hall.tally.count(self._phase)
        self._tell(self._phase, done, self._total)
        if self._phase == "start" and done >= self._total:
            passed = time.perf_counter() - self._begun["start"]
            self._tell("save", passed, self._hall.orders.minutes * 60)

    def _measured(self, cpu: float) -> Measured:
        tally, begun = self._hall.tally, self._begun
        moment = time.perf_counter()

        def phase(kind: str, since: str) -> Phase:
            return tally.phase(kind, begun.get(since, moment))

        return Measured(
            sign_in=phase("sign_in", "sign_in"),
            start=phase("start", "start"),
            save=phase("save", "start"),
            pulse=phase("pulse", "start"),
            snapshot=phase("snapshot", "start"),
            submit=phase("submit", "submit"),
            result=phase("result", "result"),
            lag=spread(self._lags),
            cpu_seconds=round(cpu, 3),
        )


def allow_files(people: int) -> None:
    """Let this process hold a connection and a spare one for each of *people*."""
    wanted = people * _FILES_EACH + _FILES_BESIDE
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
