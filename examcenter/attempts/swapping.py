"""换机: another seat and machine, the minutes that it cost, and the record of it."""

from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.attempts import granting, records
from examcenter.attempts.act_rules import Act, Grant, Kind, Target
from examcenter.attempts.models import Attempt
from examcenter.rooms import seating


@dataclass(frozen=True, slots=True)
class Order:
    """Who goes where; *seconds* is what they get for it, 0 for nothing."""

    person_id: int
    seat_id: int
    seconds: int


def swap(
    session: Session,
    exam_id: int,
    order: Order,
    act: Act,
    *,
    unmark: granting.Unmark,
) -> None:
    """Move somebody to a free seat; raises what moving and granting raise.

    Their page at the new machine takes the lease, and the old one turns read-only.
    """
    moved = seating.move(
        session, exam_id, order.person_id, order.seat_id, by=act.by, now=act.at
    )
    latest = session.execute(
        select(Attempt.id)
        .where(Attempt.exam_id == exam_id, Attempt.person_id == order.person_id)
        .order_by(Attempt.number.desc())
        .limit(1)
    ).scalar_one_or_none()
    if latest is not None:
        records.record(session, latest, Kind.SEAT_CHANGED, act, asdict(moved))
    if order.seconds:
        given = Grant(Target(person_id=order.person_id), seconds=order.seconds)
        granting.grant(session, exam_id, given, act, unmark=unmark)
