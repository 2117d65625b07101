"""Orders done together: each is told its own fate, and none waits for ever."""

import threading
import time
from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import Connection, text

from examcenter.db import Database
from examcenter.errors import ConflictError, ExamCenterError, UnavailableError
from examcenter.group_commit import GroupCommit


class Notebook:
    """Work that writes each order down; *poison* breaks a whole transaction."""

    def __init__(self, database: Database) -> None:
        self.batches: list[int] = []
        self.may_go = threading.Event()
        self.may_go.set()
        with database.unit_of_work() as session:
            session.execute(text("CREATE TABLE note (said TEXT)"))
        self.database = database

    def write(
        self, connection: Connection, orders: Sequence[str]
    ) -> list[str | ExamCenterError]:
        self.may_go.wait(timeout=10)
        self.batches.append(len(orders))
        if "poison" in orders:
            raise ValueError("poison")
        outcomes: list[str | ExamCenterError] = []
        for order in orders:
            if order == "refused":
                outcomes.append(ConflictError())
                continue
            insert = text("INSERT INTO note VALUES (:said)")
            connection.execute(insert, {"said": order})
            outcomes.append(f"wrote {order}")
        return outcomes

    def notes(self) -> set[str]:
        with self.database.reading() as session:
            return set(session.execute(text("SELECT said FROM note")).scalars())


@pytest.fixture
def notebook(database: Database) -> Iterator[Notebook]:
    yield Notebook(database)
    with database.unit_of_work() as session:
        session.execute(text("DROP TABLE note"))


@pytest.fixture
def group(database: Database, notebook: Notebook) -> GroupCommit[str, str]:
    return GroupCommit(database, notebook.write, patience=5)


def all_at_once(
    group: GroupCommit[str, str], notebook: Notebook, orders: Sequence[str]
) -> dict[str, object]:
    """Give *orders* from a thread each while the writer is held up by a first one."""
    told: dict[str, object] = {}

    def give(order: str) -> None:
        try:
            told[order] = group.do(order)
        except Exception as error:  # noqa: BLE001 - what was told is the result
            told[order] = error

    notebook.may_go.clear()
    threads = [threading.Thread(target=give, args=(order,)) for order in orders]
    for thread in threads:
        thread.start()
    time.sleep(0.2)  # everybody is in the queue behind the first by then
    notebook.may_go.set()
    for thread in threads:
        thread.join(timeout=10)
    return told


def test_who_comes_while_another_writes_is_written_together(
    group: GroupCommit[str, str], notebook: Notebook
) -> None:
    orders = [f"answer {n}" for n in range(8)]

    told = all_at_once(group, notebook, orders)

    assert told == {order: f"wrote {order}" for order in orders}
    assert notebook.notes() == set(orders)
    assert sum(notebook.batches) == len(orders)
    assert len(notebook.batches) <= 3


def test_a_refused_order_costs_the_others_nothing(
    group: GroupCommit[str, str], notebook: Notebook
) -> None:
    told = all_at_once(group, notebook, ["first", "refused", "last"])

    assert isinstance(told["refused"], ConflictError)
    assert notebook.notes() == {"first", "last"}


def test_poison_is_told_to_whoever_brought_it_and_to_nobody_else(
    group: GroupCommit[str, str], notebook: Notebook
) -> None:
    told = all_at_once(group, notebook, ["first", "second", "poison", "last"])

    assert isinstance(told["poison"], ValueError)
    assert notebook.notes() == {"first", "second", "last"}
    assert told["last"] == "wrote last"


def test_orders_given_together_are_told_in_their_order(
    group: GroupCommit[str, str], notebook: Notebook
) -> None:
    first, refused, last = group.do_all(["first", "refused", "last"])

    assert (first, last) == ("wrote first", "wrote last")
    assert isinstance(refused, ConflictError)
    assert notebook.batches == [3]


def test_nobody_waits_longer_than_their_patience(
    database: Database, notebook: Notebook
) -> None:
    group: GroupCommit[str, str] = GroupCommit(database, notebook.write, patience=0.2)
    notebook.may_go.clear()
    leader = threading.Thread(target=group.do, args=("first",))
    leader.start()
    time.sleep(0.05)

    with pytest.raises(UnavailableError):
        group.do("too late")

    notebook.may_go.set()
    leader.join(timeout=10)
    assert notebook.notes() == {"first"}
    assert group.do("next") == "wrote next"
