"""The answer ledger: every change is added, the highest version is the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Insert, bindparam, case, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from examcenter.attempts.documents import AnswerShown
from examcenter.attempts.models import Answer, AnswerEvent, Attempt
from examcenter.attempts.rules import AnswerGiven, VersionConflictError
from examcenter.db import insert_for
from examcenter.prepared import Many, savepoint


def answers(session: Session, attempt_id: int) -> dict[int, AnswerShown]:
    """Return the answer that counts for each question that has one."""
    rows = session.execute(
        select(Answer.question, Answer.version, Answer.value)
        .where(Answer.attempt_id == attempt_id)
        .order_by(Answer.question)
    )
    return {q: AnswerShown(version, tuple(value)) for q, version, value in rows}


@dataclass(frozen=True, slots=True)
class Entry:
    """Changes that one page sent of one attempt, and when they reached us.

    Whoever writes them holds the attempt's row and has found that they count.
    """

    attempt_id: int
    lease: int
    at: datetime
    given: Sequence[AnswerGiven]


class _MixedError(Exception):
    """Some of the changes are news and some are not."""


def write(
    connection: Connection, entries: Sequence[Entry]
) -> list[dict[int, int] | VersionConflictError]:
    """Add *entries* to the ledger; return the stored versions of each one's questions.

    A repeated id is answered as the first time, a version below the stored one
    changes nothing.  An entry that claims a version for a second value, or repeats an
    id for something else, is answered with a VersionConflictError, and nothing of it
    is written.
    """
    if not any(entry.given for entry in entries):
        return [{} for _ in entries]
    # Nearly always everything is news: so it is written first, without looking.
    try:
        with savepoint(connection):
            return _write_news(connection, entries)
    except (_MixedError, IntegrityError):
        return _write_carefully(connection, entries)


def _write_news(
    connection: Connection, entries: Sequence[Entry]
) -> list[dict[int, int] | VersionConflictError]:
    changes = [(entry, answer) for entry in entries for answer in entry.given]
    raised = [_current(entry, answer) for entry, answer in changes]
    if _RAISED.run(connection, raised) < len(changes):
        raise _MixedError
    _ADDED.run(connection, [_event(entry, answer) for entry, answer in changes])
    return [
        {a.question: a.version for a in sorted(entry.given, key=attrgetter("version"))}
        for entry in entries
    ]


def _write_carefully(
    connection: Connection, entries: Sequence[Entry]
) -> list[dict[int, int] | VersionConflictError]:
    book = _Book(_known(connection, entries), _stored(connection, entries))
    outcomes = [book.take(entry) for entry in entries]
    if book.news:
        raised = [_current(entry, answer) for entry, answer in book.news]
        _RAISED.run(connection, raised)
        _ADDED.run(connection, [_event(*change) for change in book.news])
    return outcomes


_Event = tuple[int, int, tuple[str, ...]]
"""An event of the ledger: question, version and value."""

_Answered = tuple[int, tuple[str, ...]]
"""What is stored of a question: version and value."""


class _Book:
    """What is stored of the questions in hand, and which changes are *news* to it."""

    def __init__(
        self,
        known: dict[tuple[int, str], _Event],
        stored: dict[tuple[int, int], _Answered],
    ) -> None:
        self._known = known
        self._stored = stored
        self.news: list[tuple[Entry, AnswerGiven]] = []

    def take(self, entry: Entry) -> dict[int, int] | VersionConflictError:
        # Before anything is added: an entry is taken whole or not at all.
        conflict = self._conflict(entry)
        if conflict is not None:
            return conflict
        saved: dict[int, int] = {}
        for answer in entry.given:
            version = self._take(entry, answer)
            saved[answer.question] = max(saved.get(answer.question, 0), version)
        return saved

    def _conflict(self, entry: Entry) -> VersionConflictError | None:
        claimed: dict[int, _Answered] = {}
        for answer in entry.given:
            number = answer.question
            event = self._known.get((entry.attempt_id, answer.id))
            stored = claimed.get(number) or self._answered(entry, number)
            if event is not None:
                if event != (number, answer.version, answer.value):
                    return VersionConflictError(number=number)
            elif answer.version == stored[0] and answer.value != stored[1]:
                return VersionConflictError(number=number)
            elif answer.version > stored[0]:
                claimed[number] = (answer.version, answer.value)
        return None

    def _take(self, entry: Entry, answer: AnswerGiven) -> int:
        """Note one change that is news; return the version to answer with."""
        number = answer.question
        event = self._known.get((entry.attempt_id, answer.id))
        if event is not None:
            return event[1]
        stored = self._answered(entry, number)[0]
        if answer.version <= stored:
            return stored
        self.news.append((entry, answer))
        self._stored[entry.attempt_id, number] = (answer.version, answer.value)
        said = (number, answer.version, answer.value)
        self._known[entry.attempt_id, answer.id] = said
        return answer.version

    def _answered(self, entry: Entry, number: int) -> _Answered:
        return self._stored.get((entry.attempt_id, number), (0, ()))


def _current(entry: Entry, answer: AnswerGiven) -> dict[str, Any]:
    return {
        "attempt_id": entry.attempt_id,
        "question": answer.question,
        "version": answer.version,
        "value": list(answer.value),
    }


def _event(entry: Entry, answer: AnswerGiven) -> dict[str, Any]:
    return _current(entry, answer) | {
        "client_id": answer.id,
        "lease": entry.lease,
        "client_at": answer.at,
        "received_at": entry.at,
    }


# Built once: building a statement costs more than the database takes to run it.
_KNOWN = select(
    AnswerEvent.attempt_id,
    AnswerEvent.client_id,
    AnswerEvent.question,
    AnswerEvent.version,
    AnswerEvent.value,
).where(
    AnswerEvent.attempt_id.in_(bindparam("attempts", expanding=True)),
    AnswerEvent.client_id.in_(bindparam("clients", expanding=True)),
)
_STORED = select(
    Answer.attempt_id, Answer.question, Answer.version, Answer.value
).where(
    Answer.attempt_id.in_(bindparam("attempts", expanding=True)),
    Answer.question.in_(bindparam("questions", expanding=True)),
)


def _raise(engine: str) -> Insert:
    """Return the statement that makes a version the answer, never an older one."""
    current = insert_for(engine, Answer)
    columns = ("attempt_id", "question", "version", "value")
    given: dict[str, Any] = {name: bindparam(name) for name in columns}
    return current.values(given).on_conflict_do_update(
        index_elements=[Answer.attempt_id, Answer.question],
        set_={"version": current.excluded.version, "value": current.excluded.value},
        where=Answer.version < current.excluded.version,
    )


def _add(engine: str) -> Insert:
    del engine
    return insert(AnswerEvent).values(
        {c.name: bindparam(c.name) for c in AnswerEvent.__table__.c if c.name != "id"}
    )


_RAISED = Many(_raise)
_ADDED = Many(_add)


def _known(
    connection: Connection, entries: Sequence[Entry]
) -> dict[tuple[int, str], _Event]:
    given = {
        "attempts": list({entry.attempt_id for entry in entries}),
        "clients": list({a.id for entry in entries for a in entry.given}),
    }
    return {
        (attempt, client): (question, version, tuple(value))
        for attempt, client, question, version, value in connection.execute(
            _KNOWN, given
        )
    }


def _stored(
    connection: Connection, entries: Sequence[Entry]
) -> dict[tuple[int, int], _Answered]:
    given = {
        "attempts": list({entry.attempt_id for entry in entries}),
        "questions": list({a.question for entry in entries for a in entry.given}),
    }
    return {
        (attempt, question): (version, tuple(value))
        for attempt, question, version, value in connection.execute(_STORED, given)
    }


def answered_counts(session: Session, exam_id: int) -> Mapping[int, int]:
    """Return how many questions each attempt of an exam has an answer for."""
    is_given = func.json_array_length(Answer.value) > 0
    given = func.sum(case((is_given, 1), else_=0))
    rows = session.execute(
        select(Answer.attempt_id, given)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(Attempt.exam_id == exam_id)
        .group_by(Answer.attempt_id)
    )
    return {attempt_id: int(count) for attempt_id, count in rows}
