"""Many small orders, one transaction: what waits together is synced together.

A sync of the disk costs the same for one answer and for fifty.  Whoever finds nobody
at work leads: they take all that waits into one transaction, and hand the lead to the
first of those who came meanwhile.  On a fast disk nobody waits for a thread of its own
to wake up; on a slow one the batches grow by themselves, to what one sync holds up.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from sqlalchemy import Connection

from examcenter.db import Database
from examcenter.errors import ExamCenterError, UnavailableError

Order = TypeVar("Order")
Outcome = TypeVar("Outcome")

Work = Callable[[Connection, Sequence[Order]], Sequence[Outcome | ExamCenterError]]
"""Does all orders in one transaction; a refused one is an error and writes nothing."""

MOST = 128
"""Orders in one transaction: so many are done before their clients grow impatient."""


class _Ticket(Generic[Order, Outcome]):
    """An order in the queue; its lock opens when there is something to be told."""

    __slots__ = ("leads", "order", "outcome", "word")

    def __init__(self, order: Order) -> None:
        self.order = order
        self.outcome: Outcome | BaseException | None = None
        self.leads = False
        self.word = threading.Lock()
        self.word.acquire()

    def told(self) -> Outcome | BaseException:
        if self.outcome is None:  # whoever led was ended in the middle of it
            return UnavailableError("the writer was ended")
        return self.outcome


class GroupCommit(Generic[Order, Outcome]):
    """Does orders durably, many in one transaction; safe to share between threads."""

    def __init__(
        self, database: Database, work: Work[Order, Outcome], *, patience: float = 15
    ) -> None:
        self._line = database.line()
        self._work = work
        self._patience = patience
        self._lock = threading.Lock()
        self._queue: deque[_Ticket[Order, Outcome]] = deque()
        self._is_led = False

    def do(self, order: Order) -> Outcome:
        """Return what came of *order*, once it is on the disk.

        Raises the error that refused it, and UnavailableError when the database did
        not take it in time: it may be sent again.
        """
        ticket: _Ticket[Order, Outcome] = _Ticket(order)
        with self._lock:
            self._queue.append(ticket)
            ticket.leads, self._is_led = not self._is_led, True
        if ticket.leads or self._wait(ticket):
            self._lead()
        told = ticket.told()
        if isinstance(told, BaseException):
            raise told
        return told

    def do_all(self, orders: Sequence[Order]) -> list[Outcome | BaseException]:
        """Return what came of each of *orders*, done together and durably.

        Like `do`, with the error instead of raising it.
        """
        batch: list[_Ticket[Order, Outcome]] = [_Ticket(order) for order in orders]
        if batch:
            self._run(batch)
        return [ticket.told() for ticket in batch]

    def _wait(self, ticket: _Ticket[Order, Outcome]) -> bool:
        """Wait for word; return whether it is that *ticket* leads now."""
        if ticket.word.acquire(timeout=self._patience):
            return ticket.leads
        with self._lock:
            if ticket.leads or ticket.outcome is not None:
                return ticket.leads  # word came in this very moment
            if ticket in self._queue:
                self._queue.remove(ticket)
        raise UnavailableError("the queue of writers is too long")

    def _lead(self) -> None:
        with self._lock:
            batch = [self._queue.popleft() for _ in range(min(MOST, len(self._queue)))]
        try:
            self._run(batch)
        finally:
            self._hand_over()
            for ticket in batch:
                if not ticket.leads:
                    ticket.word.release()

    def _hand_over(self) -> None:
        with self._lock:
            self._is_led = bool(self._queue)
            if self._queue:
                self._queue[0].leads = True
                self._queue[0].word.release()

    def _run(self, batch: Sequence[_Ticket[Order, Outcome]]) -> None:
        try:
            self._do_together(batch)
        except UnavailableError as error:
            _tell(batch, error)
        except Exception as error:  # noqa: BLE001 - told to whoever gave the order
            if len(batch) == 1:
                _tell(batch, error)
            else:  # one of them is poison, and must not cost the others their answer
                for ticket in batch:
                    self._run([ticket])

    def _do_together(self, batch: Sequence[_Ticket[Order, Outcome]]) -> None:
        with self._line.writing() as connection:
            outcomes = self._work(connection, [ticket.order for ticket in batch])
        for ticket, outcome in zip(batch, outcomes, strict=True):
            ticket.outcome = outcome


def _tell(batch: Sequence[_Ticket[Order, Outcome]], error: BaseException) -> None:
    for ticket in batch:
        ticket.outcome = error
