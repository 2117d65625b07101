"""What the server acknowledged, as those who heard it remember, and the check of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.attempts.models import Answer, AnswerEvent, Attempt

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """An answer of which the server said that it is on the disk."""

    attempt: str
    question: int
    version: int
    client_id: str
    value: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """Something acknowledged that the database does not hold, and in what way.

    *why* is ``no_attempt``, ``no_event``, ``other_event``, ``older_answer`` (also when
    there is none), ``other_value`` or ``no_receipt``; a receipt has *question* 0.
    """

    attempt: str
    question: int
    version: int
    why: str


class Ledger:
    """All acknowledgements of a run; the database must hold every one of them."""

    def __init__(self) -> None:
        self._answers: dict[str, list[Acknowledged]] = {}
        self._receipts: dict[str, str] = {}

    def heard(self, answer: Acknowledged) -> None:
        """Remember an acknowledged answer."""
        self._answers.setdefault(answer.attempt, []).append(answer)

    def handed_in(self, attempt: str, receipt: str) -> None:
        """Remember the receipt of an attempt."""
        self._receipts[attempt] = receipt

    @property
    def count(self) -> int:
        """How many answers were acknowledged."""
        return sum(len(answers) for answers in self._answers.values())

    @property
    def receipts(self) -> int:
        return len(self._receipts)

    @property
    def attempts(self) -> list[str]:
        return sorted({*self._answers, *self._receipts})

    def answers(self, attempt: str) -> Sequence[Acknowledged]:
        return self._answers.get(attempt, ())

    def receipt(self, attempt: str) -> str | None:
        return self._receipts.get(attempt)


def missing(session: Session, ledger: Ledger) -> list[Missing]:
    """Return everything in *ledger* that the database does not hold.

    Each acknowledged answer must stand in the ledger of answers under its id, and the
    answer that counts must be that one or a newer one.
    """
    attempts = ledger.attempts
    found: list[Missing] = []
    for start in range(0, len(attempts), _AT_ONCE):
        some = attempts[start : start + _AT_ONCE]
        stored = _stored(session, some)
        for attempt in some:
            found += _missing_of(attempt, ledger, stored.get(attempt))
    return found


@dataclass(slots=True)
class _Stored:
    receipt: str | None
    events: dict[str, tuple[int, int, tuple[str, ...]]]
    answers: dict[int, tuple[int, tuple[str, ...]]]


def _stored(session: Session, attempts: Sequence[str]) -> dict[str, _Stored]:
    rows = session.execute(
        select(Attempt.id, Attempt.public_id, Attempt.receipt).where(
            Attempt.public_id.in_(attempts)
        )
    ).all()
    stored = {number: _Stored(receipt, {}, {}) for number, _, receipt in rows}
    events = select(
        AnswerEvent.attempt_id,
        AnswerEvent.client_id,
        AnswerEvent.question,
        AnswerEvent.version,
        AnswerEvent.value,
    ).where(AnswerEvent.attempt_id.in_(stored))
    for number, client_id, question, version, value in session.execute(events):
        stored[number].events[client_id] = (question, version, tuple(value))
    answers = select(
        Answer.attempt_id, Answer.question, Answer.version, Answer.value
    ).where(Answer.attempt_id.in_(stored))
    for number, question, version, value in session.execute(answers):
        stored[number].answers[question] = (version, tuple(value))
    return {public_id: stored[number] for number, public_id, _ in rows}


def _missing_of(
    attempt: str, ledger: Ledger, stored: _Stored | None
) -> Iterator[Missing]:
    receipt = ledger.receipt(attempt)
    if receipt is not None and (stored is None or stored.receipt != receipt):
        yield Missing(attempt, 0, 0, "no_receipt")
    for answer in ledger.answers(attempt):
        why = _why_missing(answer, stored)
        if why is not None:
            yield Missing(attempt, answer.question, answer.version, why)


def _why_missing(answer: Acknowledged, stored: _Stored | None) -> str | None:
    if stored is None:
        return "no_attempt"
    event = stored.events.get(answer.client_id)
    if event is None:
        return "no_event"
    if event != (answer.question, answer.version, answer.value):
        return "other_event"
    version, value = stored.answers.get(answer.question, (0, ()))
    if version < answer.version:
        return "older_answer"
    if version == answer.version and value != answer.value:
        return "other_value"
    return None
