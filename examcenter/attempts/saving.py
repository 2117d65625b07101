"""Saving answers and asking how things stand: what every page does all the time.

Without the ORM, and for many pages at once: one statement reads the attempts of all
orders with the sign-ins that hold them, so that a lost lease, a revoked sign-in and a
closed attempt are seen in the transaction that writes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select

from examcenter.accounts.models import Account, SignIn
from examcenter.attempts import ledger, records
from examcenter.attempts.act_rules import AttemptPausedError
from examcenter.attempts.models import Attempt
from examcenter.attempts.rules import (
    AnswerGiven,
    Arrival,
    AttemptClosedError,
    Examinee,
    LeaseLostError,
    Saved,
    still_counts,
)
from examcenter.attempts.shapes import Shape, Shapes, check, shape
from examcenter.db import Database
from examcenter.errors import ExamCenterError, NotFoundError, NotSignedInError
from examcenter.group_commit import GroupCommit
from examcenter.prepared import Lookup


@dataclass(frozen=True, slots=True)
class Order:
    """What one page asks to have saved; *answers* have passed `check`."""

    attempt_id: str
    lease: int
    answers: tuple[AnswerGiven, ...]
    by: Examinee
    arrived: Arrival
    seen: int = 0


def save_all(
    connection: Connection, orders: Sequence[Order]
) -> list[Saved | ExamCenterError]:
    """Put each order's answers into the ledger: all of them, or an error and none.

    The errors are those of `service.save`.  Whoever calls commits.
    """
    ids = list({order.attempt_id for order in orders})
    found = {row.public_id: row for row in _HELD.rows(connection, ids)}
    outcomes: dict[int, Saved | ExamCenterError] = {}
    rows: dict[int, Any] = {}
    for place, order in enumerate(orders):
        try:
            rows[place] = writable(found.get(order.attempt_id), order)
        except ExamCenterError as error:
            outcomes[place] = error
    entries = [_entry(orders[place], row) for place, row in rows.items()]
    written = ledger.write(connection, entries)
    for (place, row), saved in zip(rows.items(), written, strict=True):
        if isinstance(saved, ExamCenterError):
            outcomes[place] = saved
        else:
            outcomes[place] = _saved(connection, orders[place], row, saved)
    return [outcomes[place] for place in range(len(orders))]


def _entry(order: Order, row: Any) -> ledger.Entry:
    return ledger.Entry(row.id, row.lease, order.arrived.at, order.answers)


def pulse(connection: Connection, order: Order) -> Saved:
    """Tell a page that has nothing to save whether it still writes, and until when.

    Only reads, since every running page asks every few seconds.  Raises what saving
    raises.
    """
    row = next(_SEEN.rows(connection, [order.attempt_id]), None)
    if row is not None and row.paused_at is not None:
        held(row, order)
    else:
        writable(row, order)
    return _saved(connection, order, row, {})


def _saved(
    connection: Connection, order: Order, row: Any, saved: Mapping[int, int]
) -> Saved:
    # A page that says it has seen everything costs no query, nor does an attempt to
    # which nothing happened: every running page asks every few seconds.
    news = records.told(connection, row.id) if row.notices > order.seen else ()
    return Saved(
        saved=saved,
        deadline=row.deadline,
        paused=row.paused_at is not None,
        notices=news[order.seen :],
    )


_ATTEMPTS = (
    select(
        Attempt.id,
        Attempt.public_id,
        Attempt.exam_id,
        Attempt.person_id,
        Attempt.lease,
        Attempt.lease_sign_in_id,
        Attempt.deadline,
        Attempt.submitted_at,
        Attempt.paused_at,
        Attempt.notices,
        SignIn.revoked_at,
        SignIn.expires_at,
        Account.disabled_at,
    )
    .join(SignIn, SignIn.id == Attempt.lease_sign_in_id)
    .join(Account, Account.id == Attempt.person_id)
    .where(Attempt.public_id.in_(bindparam("values", expanding=True)))
)
# In the order of their ids, so that two transactions never wait for each other.
_HELD = Lookup(_ATTEMPTS.order_by(Attempt.id).with_for_update(of=Attempt))
_SEEN = Lookup(_ATTEMPTS)


def writable(row: Any, order: Order) -> Any:
    """Return the attempt of *order* as it is stored; raise what stands against it."""
    arrived = order.arrived
    _own(row, order.by)
    paused = row.paused_at
    if paused is not None and not still_counts(arrived.at, paused, arrived.grace):
        raise AttemptPausedError
    closed = row.submitted_at is not None
    if closed or not still_counts(arrived.at, row.deadline, arrived.grace):
        raise AttemptClosedError
    return held(row, order)


def _own(row: Any, by: Examinee) -> None:
    if row is None or row.person_id != by.id:
        raise NotFoundError
    if by.only_exam is not None and row.exam_id != by.only_exam:
        raise NotFoundError


def held(row: Any, order: Order) -> Any:
    """Return the attempt of *order*; raise unless its page is the one that writes."""
    by, arrived = order.by, order.arrived
    _own(row, by)
    if order.lease != row.lease or by.sign_in_id != row.lease_sign_in_id:
        raise LeaseLostError
    # The sign-in is the caller's own, as was just seen.
    if row.revoked_at or row.disabled_at or row.expires_at <= arrived.at:
        raise NotSignedInError
    return row


class Saver:
    """Saves for all pages of a process; safe to share between threads."""

    def __init__(self, database: Database, *, patience: float = 15) -> None:
        """Wait at most *patience* seconds for the database."""
        self._database = database
        self._shapes = Shapes()
        self._group = GroupCommit(database, save_all, patience=patience)

    def do(self, order: Order) -> Saved:
        """Save what *order* brings; without answers tell how the attempt stands."""
        return self.save(order) if order.answers else self.pulse(order)

    def save(self, order: Order) -> Saved:
        """Return what is on the disk of the answers of *order*; raise as `save_all`.

        Raises NoSuchQuestionError and NoSuchOptionError for what the paper does not
        offer.
        """
        try:
            self._check(order)
        except ExamCenterError:
            self.pulse(order)  # whatever else stands against it is said first
            raise
        return self._group.do(order)

    def do_all(self, orders: Sequence[Order]) -> list[Saved | BaseException]:
        """Do each order, all that save in one transaction; an error instead of raising.

        What `do` would say of an order that stands for itself.
        """
        told: dict[int, Saved | BaseException] = {}
        for place, order in enumerate(orders):
            try:
                self._check(order)
                if not order.answers:
                    told[place] = self.pulse(order)
            except ExamCenterError as error:
                told[place] = error
        saving = [place for place in range(len(orders)) if place not in told]
        saved = self._group.do_all([orders[place] for place in saving])
        told.update(zip(saving, saved, strict=True))
        return [told[place] for place in range(len(orders))]

    def pulse(self, order: Order) -> Saved:
        """Tell how an attempt stands; raise as `pulse`."""
        with self._database.looking() as connection:
            return pulse(connection, order)

    def _check(self, order: Order) -> None:
        def read() -> Shape:
            with self._database.reading() as session:
                return shape(session, order.attempt_id, by=order.by)

        check(order.answers, self._shapes.of(order.attempt_id, order.by, read))
