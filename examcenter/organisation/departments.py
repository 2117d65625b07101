"""Loading the tree of departments: the whole file or nothing of it.

Rows may stand in any order; what a file does not mention stays as it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from examcenter.accounts.rules import Role
from examcenter.db import CHUNK, wait_for_turn
from examcenter.errors import Fault, NotAllowedError
from examcenter.organisation import tree
from examcenter.organisation.columns import Entry, Table, Vocabulary, read_table
from examcenter.organisation.imports import (
    IMPORT,
    ImportCollidedError,
    ImportReport,
    Plan,
    fault_of,
)
from examcenter.organisation.models import Department
from examcenter.organisation.rules import NOT_A_UNIT
from examcenter.organisation.service import scope_of
from question_bank.readers.tables import Limits

VOCABULARY = Vocabulary(
    names={
        "code": ("单位代码", "单位编码", "机构代码", "code", "department_code"),
        "name": ("单位名称", "单位", "机构名称", "name", "department_name"),
        "parent": ("上级单位代码", "上级代码", "上级单位编码", "parent", "parent_code"),
        "level": ("层级", "单位层级", "级别", "level"),
        "group": ("分组", "排名分组", "group", "ranking_group"),
    },
    required=("code", "name", "parent"),
)

_DEEPEST = 16
_SHOWN = 8
_LONGEST = {"code": 40, "name": 100, "parent": 40, "level": 40, "group": 40}


@dataclass(frozen=True, slots=True)
class _Listed:
    """A department as a row of the file has it; None where there is no column."""

    entry: Entry
    code: str
    name: str
    parent: str
    level: str | None
    group: str | None


@dataclass(frozen=True, slots=True)
class _Known:
    """A department as it is stored; *parent* is a code, empty for a root."""

    id: int
    name: str
    parent: str
    level: str
    group: str
    path: str


_Plan = Plan[_Listed]


def read(data: bytes, name: str, *, limits: Limits) -> Table:
    """Return the file's rows; takes its time, so call it before a unit of work."""
    return read_table(data, name, vocabulary=VOCABULARY, limits=limits)


def preview(session: Session, table: Table, *, by: int | None) -> ImportReport:
    """Return what `take_in` would answer, without writing; raises as it does."""
    if not may_import(session, by):
        raise NotAllowedError
    return _planned(table, _stored(session)).report(table)


def may_import(session: Session, account_id: int | None) -> bool:
    """Whether *account_id* may change the tree, which only the whole centre may."""
    return scope_of(session, account_id, Role.EXAM_OFFICER, Role.SYSTEM).everything


def take_in(session: Session, table: Table, *, by: int | None) -> ImportReport:
    """Write the departments of *table*, all of them or, when any is bad, none.

    Raises NotAllowedError for an officer of a part of the tree, and
    ImportCollidedError when another import was first at the same rows.
    """
    if not may_import(session, by):
        raise NotAllowedError
    # Two imports at once: the second waits here for the first, and sees what it wrote.
    wait_for_turn(session, IMPORT)
    known = _stored(session)
    plan = _planned(table, known)
    if plan.is_to_be_written:
        try:
            _write(session, plan, known)
        except IntegrityError as error:
            raise ImportCollidedError from error
    return plan.report(table)


def _stored(session: Session) -> dict[str, _Known]:
    rows = session.execute(select(Department.__table__)).all()
    code_of = {row.id: row.code for row in rows}
    return {
        row.code: _Known(
            row.id,
            row.name,
            code_of.get(row.parent_id, ""),
            row.level,
            row.ranking_group,
            row.path,
        )
        for row in rows
    }


def _planned(table: Table, known: Mapping[str, _Known]) -> _Plan:
    plan = _Plan(faults=list(table.rejected))
    listed: dict[str, _Listed] = {}
    for entry in table.entries:
        row = _listed(entry)
        problems = list(_problems(row, listed))
        if problems:
            plan.faults.append(fault_of(entry, problems))
        else:
            listed[row.code] = row
    # A parent whose own row is bad is not unknown: its row says what to mend.
    named = {entry.code("code") for entry in table.entries} | set(known)
    plan.faults += _tree_faults(listed, known, named)
    if not plan.faults:
        _sort_out(plan, listed, known)
        plan.notes += _notes(listed, known)
    return plan


def _listed(entry: Entry) -> _Listed:
    return _Listed(
        entry,
        code=entry.code("code"),
        name=entry.text("name"),
        parent=entry.code("parent"),
        level=entry.text("level") if entry.has("level") else None,
        group=entry.text("group") if entry.has("group") else None,
    )


def _problems(row: _Listed, listed: Mapping[str, _Listed]) -> Iterator[tuple[str, str]]:
    yield from row.entry.spoilt()
    for name in ("code", "name"):
        if not row.entry.text(name):
            yield f"{name}_missing", f"缺少{VOCABULARY.title(name)}"
    for name, longest in _LONGEST.items():
        if len(row.entry.text(name)) > longest:
            yield "too_long", f"{VOCABULARY.title(name)}超过 {longest} 个字符"
    if NOT_A_UNIT in (row.code, row.parent):
        words = f"{NOT_A_UNIT} 市辖区是区划代码表中的汇总项，不是单位"
        yield "not_a_unit", f"{words}；请改用实际单位的代码"
    if row.code in listed:
        first = listed[row.code].entry.place
        yield "duplicate_code", f"单位代码 {row.code} 与 {first} 重复"


def _tree_faults(
    listed: Mapping[str, _Listed], known: Mapping[str, _Known], named: set[str]
) -> Iterator[Fault]:
    parents = {code: one.parent for code, one in known.items()}
    parents |= {code: row.parent for code, row in listed.items()}
    for row in listed.values():
        if row.parent and row.parent not in named:
            yield row.entry.fault(
                "unknown_parent", f"上级单位代码 {row.parent} 不在文件中，也不在系统中"
            )
    # Ways that end outside the tree have been told above; here only rings count.
    whole = {c: p if p in parents else "" for c, p in parents.items()}
    lost = tree.unreachable(whole)
    for code, row in listed.items():
        if code in lost:
            around = " → ".join(tree.way_up(whole, code, steps=_SHOWN))
            yield row.entry.fault("cycle", f"上级关系成环：{around} …")
        elif len(tree.way_up(whole, code, steps=_DEEPEST + 1)) > _DEEPEST:
            yield row.entry.fault("too_deep", f"层数超过 {_DEEPEST} 层")


def _sort_out(
    plan: _Plan, listed: Mapping[str, _Listed], known: Mapping[str, _Known]
) -> None:
    for code, row in listed.items():
        stored = known.get(code)
        if stored is None:
            plan.new.append(row)
        elif _differs(row, stored):
            plan.changed.append(row)
        else:
            plan.unchanged += 1


def _differs(row: _Listed, stored: _Known) -> bool:
    return (row.name, row.parent) != (stored.name, stored.parent) or any(
        given is not None and given != now
        for given, now in ((row.level, stored.level), (row.group, stored.group))
    )


def _notes(listed: Mapping[str, _Listed], known: Mapping[str, _Known]) -> Iterator[str]:
    parents = {code: one.parent for code, one in known.items()}
    parents |= {code: row.parent for code, row in listed.items()}
    roots = sorted(code for code, parent in parents.items() if not parent)
    if len(roots) > 1:
        yield f"没有上级的单位有 {len(roots)} 个（{'、'.join(roots[:10])}），请核对。"


def _write(session: Session, plan: _Plan, known: Mapping[str, _Known]) -> None:
    """Write the rows first and then the tree, for which every id must be known."""
    fresh = [
        {
            "code": row.code,
            "name": row.name,
            "level": row.level or "",
            "ranking_group": row.group or "",
            "path": "",
        }
        for row in plan.new
    ]
    for at in range(0, len(fresh), CHUNK):
        session.execute(insert(Department), fresh[at : at + CHUNK])
    for row in plan.changed:
        values = {"name": row.name, "level": row.level, "ranking_group": row.group}
        given = {name: value for name, value in values.items() if value is not None}
        session.execute(
            update(Department)
            .where(Department.id == known[row.code].id)
            .values(**given)
            .execution_options(synchronize_session=False)
        )
    _hang(session, {row.code: row.parent for row in (*plan.new, *plan.changed)})


def _hang(session: Session, parents: Mapping[str, str]) -> None:
    """Give each of *parents* its parent, and everything that moved its new path."""
    rows = session.execute(
        select(Department.id, Department.code, Department.parent_id, Department.path)
    ).all()
    id_of = {row.code: row.id for row in rows}
    above = {
        row.id: id_of.get(parents[row.code]) if row.code in parents else row.parent_id
        for row in rows
    }
    paths = tree.paths(above)
    moved = [
        {"id": row.id, "parent_id": above[row.id], "path": paths[row.id]}
        for row in rows
        if (row.parent_id, row.path) != (above[row.id], paths[row.id])
    ]
    for at in range(0, len(moved), CHUNK):
        session.execute(update(Department), moved[at : at + CHUNK])
    session.expire_all()
