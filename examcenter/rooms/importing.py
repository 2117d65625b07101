"""Loading rooms with their seats: every seat of the file or, when a row is bad, none.

Rooms and seats that are not in the file stay as they are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from examcenter.organisation.columns import Entry, Table, Vocabulary, read_table
from examcenter.organisation.imports import (
    ImportCollidedError,
    ImportReport,
    Plan,
    fault_of,
)
from examcenter.rooms.models import Room, Seat
from question_bank.readers.grid import Limits

VOCABULARY = Vocabulary(
    names={
        "code": ("考场代码", "考场编号", "考场号", "room", "room_code"),
        "name": ("考场名称", "考场", "room_name"),
        "label": ("座位号", "座号", "seat"),
        "line": ("行", "排", "行号", "row"),
        "place": ("列", "列号", "column"),
        "workstation": ("机号", "机器号", "机位号", "计算机名", "workstation"),
        "site": ("考点", "考点名称", "地点", "site"),
    },
    required=("code", "name", "label"),
)

_LONGEST = {"code": 40, "name": 100, "label": 20, "workstation": 40, "site": 100}
_MOST = 999

Problem = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Listed:
    """A seat as a row has it; None stands for a column that the file does not have."""

    entry: Entry
    code: str
    name: str
    label: str
    line: int | None
    place: int | None
    workstation: str | None
    site: str | None

    @property
    def seat(self) -> tuple[str, str]:
        return self.code, self.label


@dataclass(frozen=True, slots=True)
class Rooms(Table):
    """A table of seats with what each row says and what is wrong with it."""

    seats: tuple[tuple[Listed, tuple[Problem, ...]], ...] = ()


def read(data: bytes, name: str, *, limits: Limits) -> Rooms:
    """Return what the file says; never raises for what is in it."""
    table = read_table(data, name, vocabulary=VOCABULARY, limits=limits)
    return Rooms(
        file=table.file,
        encoding=table.encoding,
        entries=table.entries,
        rejected=table.rejected,
        ignored_columns=table.ignored_columns,
        notes=table.notes,
        seats=tuple(map(_listed, table.entries)),
    )


def _listed(entry: Entry) -> tuple[Listed, tuple[Problem, ...]]:
    line, place = _number(entry, "line"), _number(entry, "place")
    row = Listed(
        entry=entry,
        code=entry.code("code"),
        name=entry.text("name"),
        label=entry.code("label"),
        line=line,
        place=place,
        workstation=entry.code("workstation") if entry.has("workstation") else None,
        site=entry.text("site") if entry.has("site") else None,
    )
    return row, tuple(_problems(entry, row))


def _number(entry: Entry, field: str) -> int | None:
    text = entry.code(field)
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(_MOST))
    return int(text) if is_number else None


def _problems(entry: Entry, row: Listed) -> Iterator[Problem]:
    yield from entry.spoilt()
    for field in VOCABULARY.required:
        if not entry.text(field):
            yield f"{field}_missing", f"缺少{VOCABULARY.title(field)}"
    for field, longest in _LONGEST.items():
        if len(entry.text(field)) > longest:
            yield "too_long", f"{VOCABULARY.title(field)}超过 {longest} 个字符"
    for field, value in (("line", row.line), ("place", row.place)):
        if entry.text(field) and not value:
            words = f"{VOCABULARY.title(field)}应为 1 至 {_MOST} 的整数"
            yield "not_a_number", words
    if bool(entry.text("line")) != bool(entry.text("place")):
        yield "line_without_place", "行和列要么都填，要么都空着"


def preview(session: Session, rooms: Rooms) -> ImportReport:
    """Return what `take_in` would answer, without writing anything."""
    return _planned(session, rooms)[0].report(rooms)


def take_in(session: Session, rooms: Rooms) -> ImportReport:
    """Write the seats of *rooms*, all of them or, when any row is bad, none.

    Raises ImportCollidedError when another import was first at the same rows.
    """
    plan, known = _planned(session, rooms)
    if plan.is_to_be_written:
        try:
            _write(session, plan, known)
        except IntegrityError as error:
            raise ImportCollidedError from error
    return plan.report(rooms)


@dataclass(frozen=True, slots=True)
class _Known:
    rooms: dict[str, Room]
    seats: dict[tuple[str, str], Seat]


def _known(session: Session, rows: Sequence[Listed]) -> _Known:
    codes = {row.code for row in rows}
    rooms = {
        room.code: room
        for room in session.execute(
            select(Room).order_by(Room.id).with_for_update()
        ).scalars()
        if room.code in codes
    }
    by_id = {room.id: room.code for room in rooms.values()}
    seats = session.execute(select(Seat).where(Seat.room_id.in_(by_id))).scalars()
    return _Known(rooms, {(by_id[seat.room_id], seat.label): seat for seat in seats})


def _planned(session: Session, rooms: Rooms) -> tuple[Plan[Listed], _Known]:
    plan: Plan[Listed] = Plan(faults=list(rooms.rejected))
    rows = [row for row, _problems in rooms.seats]
    known = _known(session, rows)
    seen = _Seen(known, {row.seat for row in rows})
    for row, problems in rooms.seats:
        found = [*problems, *seen.problems(row)]
        if found:
            plan.faults.append(fault_of(row.entry, found))
            continue
        seat, room = known.seats.get(row.seat), known.rooms.get(row.code)
        if seat is None or room is None:
            plan.new.append(row)
        elif _differs(row, seat, room):
            plan.changed.append(row)
        else:
            plan.unchanged += 1
    return plan, known


class _Seen:
    """What rows before said, to find what contradicts it."""

    def __init__(self, known: _Known, listed: set[tuple[str, str]]) -> None:
        self._seats: dict[tuple[str, str], str] = {}
        self._names: dict[str, str] = {}
        # Seats that the file does not mention keep their places.
        self._places = {
            (code, seat.line, seat.place): f"座位 {label}"
            for (code, label), seat in known.seats.items()
            if seat.line is not None and (code, label) not in listed
        }

    def problems(self, row: Listed) -> Iterator[Problem]:
        where = row.entry.place
        if not row.code or not row.label:
            return
        other = self._seats.setdefault(row.seat, where)
        if other != where:
            yield "seat_twice", f"考场 {row.code} 的座位 {row.label} 已在 {other} 出现"
        name = self._names.setdefault(row.code, row.name)
        if name != row.name:
            yield "room_named_twice", f"考场 {row.code} 在前面叫“{name}”"
        if row.line and row.place:
            taken = self._places.setdefault((row.code, row.line, row.place), where)
            if taken != where:
                words = f"第 {row.line} 行第 {row.place} 列已被 {taken} 占用"
                yield "place_taken", words


def _differs(row: Listed, seat: Seat, room: Room) -> bool:
    return any(
        given is not None and given != stored
        for given, stored in (
            (row.name, room.name),
            (row.site, room.site),
            (row.line, seat.line),
            (row.place, seat.place),
            (row.workstation, seat.workstation),
        )
    )


def _write(session: Session, plan: Plan[Listed], known: _Known) -> None:
    rows = (*plan.new, *plan.changed)
    for row in rows:
        _write_room(session, row, known)
    # Seats may change places with each other: all leave first.
    for row in plan.changed:
        if row.line and row.place:
            seat = known.seats[row.seat]
            seat.line = seat.place = None
    session.flush()
    for row in plan.new:
        seat = Seat(room_id=known.rooms[row.code].id, label=row.label, workstation="")
        session.add(seat)
        known.seats[row.seat] = seat
    for row in rows:
        _write_seat(row, known.seats[row.seat])
    session.flush()


def _write_room(session: Session, row: Listed, known: _Known) -> None:
    room = known.rooms.get(row.code)
    if room is None:
        room = known.rooms[row.code] = Room(code=row.code, site="")
        session.add(room)
    room.name = row.name
    if row.site is not None:
        room.site = row.site


def _write_seat(row: Listed, seat: Seat) -> None:
    if row.line and row.place:
        seat.line, seat.place = row.line, row.place
    if row.workstation is not None:
        seat.workstation = row.workstation
