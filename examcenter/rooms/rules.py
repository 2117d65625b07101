"""Who sits where, by the exam's published seed.

The people are those of the frozen roster who are not exempt, in the order of their
staff numbers by code point.  The seats are those of the chosen rooms: rooms in the
order of their codes by code point; in a room the seats that have a row and a column in
the order of row and column, then the others in the order of their labels by code point.
The seats are shuffled as `question_bank.drawing` describes, by the stream of the exam's
seed labelled "seats" and then the code of each room, in that order.  The person at
position i, from 0, takes the seat at position i.
"""

from collections.abc import Sequence
from typing import TypeVar

from examcenter.errors import ConflictError, NotFoundError, RefusedError
from question_bank.drawing import stream

Seat = TypeVar("Seat")


class NoSuchRoomError(NotFoundError):
    code = "no_such_room"


class TooFewSeatsError(RefusedError):
    """More people than seats; *people* and *seats* say how many."""

    code = "too_few_seats"


class SeatingBegunError(ConflictError):
    """The exam has opened: seats change one by one, with a reason."""

    code = "seating_begun"


class SeatTakenError(ConflictError):
    """Somebody else has the seat."""

    code = "seat_taken"


class NotSeatedError(ConflictError):
    code = "not_seated"


def dealt(
    seats: Sequence[Seat], rooms: Sequence[str], *, people: int, seed: bytes
) -> list[Seat]:
    """Return the seat of each of *people*; raises TooFewSeatsError."""
    if people > len(seats):
        raise TooFewSeatsError(people=people, seats=len(seats))
    order = list(seats)
    stream(seed, "seats", *rooms).shuffle(order)
    return order[:people]
