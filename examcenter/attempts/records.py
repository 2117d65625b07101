"""The record of acts on attempts, and what of it examinees are told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.orm import Session

from examcenter.accounts.models import Account
from examcenter.attempts.act_models import AttemptAct
from examcenter.attempts.act_rules import NOTICES, Act, Kind, Notice
from examcenter.attempts.models import Attempt
from examcenter.db import CHUNK, new_public_id


@dataclass(frozen=True, slots=True)
class Entry:
    """One act of an attempt's record; *by* is a name, empty for the operator."""

    id: str
    kind: str
    at: datetime
    by: str
    reason: str
    facts: Mapping[str, Any]


def record(
    session: Session,
    attempt_id: int,
    kind: Kind,
    act: Act,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Put one act on record."""
    record_all(session, kind, act, {attempt_id: facts or {}})


def record_all(
    session: Session, kind: Kind, act: Act, facts: Mapping[int, Mapping[str, Any]]
) -> None:
    """Put one act on the record of several attempts; *facts* has those of each.

    Examinees are told of the kinds in `NOTICES`, except of a grant that moved nothing.
    """
    rows = [
        {
            "public_id": new_public_id(),
            "attempt_id": attempt_id,
            "kind": kind,
            "at": act.at,
            "by": act.by,
            "reason": act.reason,
            "is_notice": _is_notice(kind, told),
            "facts": dict(told),
        }
        for attempt_id, told in facts.items()
    ]
    for some in _chunks(rows):
        session.execute(insert(AttemptAct), some)
    noticed = [row["attempt_id"] for row in rows if row["is_notice"]]
    for ids in _chunks(noticed):
        session.execute(
            update(Attempt)
            .where(Attempt.id.in_(ids))
            .values(notices=Attempt.notices + 1)
            .execution_options(synchronize_session=False)
        )


def _is_notice(kind: Kind, facts: Mapping[str, Any]) -> bool:
    return kind in NOTICES and not (kind is Kind.GRANTED and not facts.get("seconds"))


def _chunks(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (items[at : at + CHUNK] for at in range(0, len(items), CHUNK))


def notices(session: Session, attempt: Attempt, seen: int = 0) -> tuple[Notice, ...]:
    """Return what the examinee is to be told of *attempt*, the newest last.

    A page that says it has *seen* them all costs no query, and neither does an attempt
    to which nothing happened: every running page asks every few seconds.
    """
    if attempt.notices <= seen:
        return ()
    return told(session, attempt.id)[seen:]


def told(session: Session | Connection, attempt_id: int) -> tuple[Notice, ...]:
    """Return everything that the examinee of an attempt is told, the newest last."""
    rows = session.execute(
        select(
            AttemptAct.public_id,
            AttemptAct.kind,
            AttemptAct.at,
            AttemptAct.facts,
            AttemptAct.reason,
        )
        .where(AttemptAct.attempt_id == attempt_id, AttemptAct.is_notice)
        .order_by(AttemptAct.id)
    )
    return tuple(
        Notice(
            row.public_id,
            NOTICES[Kind(row.kind)],
            row.at,
            # Cut, so that no page promises a minute that is not there.
            int(row.facts.get("seconds", 0)) // 60,
            row.reason,
        )
        for row in rows
    )


def history(session: Session, attempt_id: int) -> list[Entry]:
    """Return the whole record of an attempt, the oldest act first."""
    rows = session.execute(
        select(AttemptAct, Account.name)
        .outerjoin(Account, Account.id == AttemptAct.by)
        .where(AttemptAct.attempt_id == attempt_id)
        .order_by(AttemptAct.id)
    )
    return [
        Entry(act.public_id, act.kind, act.at, name or "", act.reason, act.facts)
        for act, name in rows
    ]
