"""A load run from the database to the report."""

import asyncio
from dataclasses import dataclass

from examcenter.clock import Clock
from examcenter.db import Database
from examcenter.errors import EnvironmentUnfitError
from examcenter.exams import lent_codes
from examcenter.load.door import Door, NoAnswerError, Request
from examcenter.load.entry import entry
from examcenter.load.examinee import Hall
from examcenter.load.ledger import Ledger, missing
from examcenter.load.pictures import Album
from examcenter.load.report import Found
from examcenter.load.rules import Address, Orders
from examcenter.load.running import Entrant, Run, Tell
from examcenter.load.tally import Tally

_READY_WITHIN = 5.0


@dataclass(frozen=True, slots=True)
class Centre:
    """The centre that is put under load: its data, its key, and where it serves."""

    database: Database
    key: bytes
    clock: Clock
    address: Address


def load(centre: Centre, exam_id: str, orders: Orders, tell: Tell) -> Found:
    """Simulate *orders* in a published exam, and check what was acknowledged.

    Raises RefusedError when the exam or its people do not allow it, and
    EnvironmentUnfitError when no server answers at the address.
    """
    moment = centre.clock.now()
    with centre.database.reading() as session:
        entered = entry(session, exam_id, orders, now=moment)
    asyncio.run(_check_ready(centre.address))
    hall = Hall(exam_id, orders, centre.clock, Ledger(), Tally(), Album())
    with lent_codes.lent(
        centre.database, entered.exam, entered.people, key=centre.key, now=moment
    ) as issued:
        entrants = [Entrant(one.staff_number, one.code) for one in issued]
        measured = asyncio.run(Run(hall, centre.address, tell).go(entrants))
    with centre.database.reading() as session:
        lost = missing(session, hall.ledger)
    return Found(orders, measured, hall.tally, hall.ledger, lost)


async def _check_ready(address: Address) -> None:
    door = Door(address, Tally(), patience=_READY_WITHIN)
    try:
        reply = await door.ask(Request("GET", "/readyz"))
    except NoAnswerError as error:
        raise EnvironmentUnfitError(
            f"{address.host}:{address.port} 没有服务在运行：先运行 examcenter run。"
        ) from error
    finally:
        door.hangs_up()
    if reply.status != 200:  # noqa: PLR2004 - OK
        raise EnvironmentUnfitError(
            f"{address.host}:{address.port} 的服务没有就绪（{reply.status}）。"
        )
