"""What sitting is, once more and as plainly as can be: the state machine's yardstick.

Times are whole minutes from the opening.  The end of an attempt is found by walking
minute by minute and not by the arithmetic of intervals that the application uses.
"""

from dataclasses import dataclass, field

WINDOW, ALLOWED, LATE, MOST = 180, 60, 30, 2


class Refused(Exception):  # noqa: N818 - a statement about the model, not a fault
    """The model says no; *args* hold the code."""

    @property
    def code(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Grant:
    """Minutes, or an interval from *since* to *until*."""

    key: int
    minutes: int = 0
    since: int = 0
    until: int | None = None
    cause: str = ""

    def is_before(self, started: int) -> bool:
        return self.until is not None and started >= self.until


@dataclass
class Sat:
    """One attempt."""

    number: int
    started: int
    lease: int = 1
    paused: int | None = None
    pauses: list[tuple[int, int]] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    by: str | None = None
    at: int | None = None
    voided: str | None = None
    answers: dict[int, tuple[int, str]] = field(default_factory=dict)

    @property
    def runs(self) -> bool:
        return self.by is None

    def end(self, *extra: Grant) -> int:
        grants = [*self.grants, *extra]
        needed = min(self.started + ALLOWED, WINDOW) - self.started
        largest: dict[object, int] = {}
        for grant in grants:
            cause = grant.cause or grant.key
            largest[cause] = max(largest.get(cause, 0), grant.minutes)
        needed += sum(largest.values())
        lost = [(g.since, g.until) for g in grants if g.until is not None] + self.pauses
        moment = self.started
        while needed:
            stands = any(begins <= moment < ends for begins, ends in lost)
            needed -= not stands
            moment += 1
        return moment

    def save(self, now: int, lease: int, answer: tuple[int, int, str]) -> None:
        self._check_writable(now, lease)
        question, version, value = answer
        stored = self.answers.get(question, (0, ""))
        if version == stored[0] and value != stored[1]:
            raise Refused("version_conflict")
        if version > stored[0]:
            self.answers[question] = (version, value)

    def submit(self, now: int, lease: int) -> None:
        if self.by == "examinee":
            return
        if self.paused is not None:
            raise Refused("attempt_paused")
        self._check_writable(now, lease)
        self.by, self.at = "examinee", now

    def _check_writable(self, now: int, lease: int) -> None:
        if self.paused is not None and now > self.paused:
            raise Refused("attempt_paused")
        if not self.runs or now > self.end():
            raise Refused("attempt_closed")
        if lease != self.lease:
            raise Refused("lease_lost")

    def take_over(self) -> None:
        if not self.runs:
            raise Refused("attempt_closed")
        self.lease += 1

    def pause(self, now: int) -> None:
        if self.paused is not None:
            raise Refused("already_paused")
        if not self.runs or self.end() <= now:
            raise Refused("attempt_not_running")
        self.paused = now

    def collect(self, by: str, now: int) -> None:
        if self.paused is not None:
            self.pauses.append((self.paused, now))
        self.paused, self.by, self.at = None, by, now

    def force_submit(self, now: int) -> None:
        if not self.runs:
            raise Refused("attempt_not_running")
        self.collect("officer", now)

    def reopen(self) -> None:
        self.by = self.at = None


@dataclass
class Person:
    """An examinee with all their attempts, in order."""

    attempts: list[Sat] = field(default_factory=list)
    standing: list[Grant] = field(default_factory=list)
    admitted: int = 0

    @property
    def running(self) -> Sat | None:
        return next((a for a in self.attempts if a.runs), None)

    def start(self, now: int) -> Sat:
        if self.running:
            return self.running
        used = sum(1 for a in self.attempts if a.voided != "reset")
        late = max(LATE, self.admitted)
        if now >= WINDOW:
            raise Refused("closed")
        if used >= MOST:
            raise Refused("no_attempts_left")
        if not self.attempts and now >= late:
            raise Refused("too_late")
        number = len(self.attempts) + 1
        self.attempts.append(Sat(number, now, grants=list(self.standing)))
        return self.attempts[-1]

    def is_latest(self, attempt: Sat) -> bool:
        return attempt is self.attempts[-1]

    def resume(self, attempt: Sat, now: int) -> None:
        if attempt.paused is not None:
            attempt.pauses.append((attempt.paused, now))
            attempt.paused = None
            return
        collected = attempt.by in {"server", "officer"} and attempt.voided is None
        if not collected or attempt.end() <= now or not self.is_latest(attempt):
            raise Refused("not_resumable")
        attempt.reopen()

    def check(self, attempt: Sat, wanted: str, now: int) -> None:
        if wanted == "reinstate":
            if attempt.voided is None:
                raise Refused("not_voided")
            if attempt.voided == "reset" and not self.is_latest(attempt):
                raise Refused("attempt_not_latest")
            return
        if attempt.voided is not None:
            raise Refused("already_voided")
        if wanted == "reset":
            if not self.is_latest(attempt):
                raise Refused("attempt_not_latest")
            if now >= WINDOW:
                raise Refused("exam_over")

    def do(self, attempt: Sat, wanted: str, now: int) -> None:
        self.check(attempt, wanted, now)
        if wanted == "reinstate":
            attempt.voided = None
            return
        if attempt.runs:
            attempt.collect("officer", now)
        attempt.voided = "reset" if wanted == "reset" else "decision"

    def grant(self, grant: Grant, now: int) -> bool:
        """Return whether the grant touched an attempt of theirs."""
        touched = False
        for attempt in self.attempts:
            if attempt.voided or grant.is_before(attempt.started):
                continue
            if attempt.runs:
                attempt.grants.append(grant)
                touched = True
            elif self._goes_on(attempt, grant, now):
                attempt.reopen()
                attempt.grants.append(grant)
                touched = True
        return touched

    def _goes_on(self, attempt: Sat, grant: Grant, now: int) -> bool:
        if attempt.by != "server" or not self.is_latest(attempt):
            return False
        if grant.until is not None and (attempt.at or 0) < grant.since:
            return False
        return attempt.end(grant) > now
