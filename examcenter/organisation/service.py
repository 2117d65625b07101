"""What can be asked about departments and people: who stands where, who sees whom."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from examcenter.accounts.models import Grant
from examcenter.accounts.rules import Role
from examcenter.organisation import tree
from examcenter.organisation.models import Department, Person
from examcenter.organisation.rules import ON_POST

PathColumn = ColumnElement[str] | InstrumentedAttribute[str]


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of the tree that somebody may see: all of it, or the subtrees *paths*.

    What lies outside does not exist for them, and so it belongs into the query.
    """

    everything: bool
    paths: tuple[str, ...] = ()

    def covers(self, path_column: PathColumn) -> ColumnElement[bool]:
        """Return the SQL condition that a department's path lies in this scope."""
        if self.everything:
            return true()
        within = [path_column.startswith(p, autoescape=True) for p in self.paths]
        return or_(*within) if within else false()

    def includes(self, path: str) -> bool:
        """Whether the department at *path* lies in this scope."""
        return self.everything or path.startswith(self.paths)


EVERYTHING = Scope(everything=True)


def scope_of(session: Session, account_id: int | None, *roles: Role) -> Scope:
    """Return what *account_id* sees in any of *roles*.

    None is the operator at the command line, who sees everything.  Who holds none of
    the roles sees nothing.
    """
    if account_id is None:
        return EVERYTHING
    rows = session.execute(
        select(Grant.department_id, Department.path)
        .outerjoin(Department, Department.id == Grant.department_id)
        .where(Grant.account_id == account_id, Grant.role.in_(roles))
    ).all()
    if any(department_id is None for department_id, _ in rows):
        return EVERYTHING
    return Scope(everything=False, paths=tuple(sorted(path for _, path in rows)))


def place(session: Session, account_id: int) -> tuple[str, frozenset[str]]:
    """Return the department's name and the roles that follow from the roster.

    Those on post are examinees; for everybody else it is ``("", frozenset())``.
    """
    row = session.execute(
        select(Department.name, Person.status)
        .join(Person, Person.department_id == Department.id)
        .where(Person.id == account_id)
    ).one_or_none()
    if row is None or row.status not in ON_POST:
        return "", frozenset()
    return row.name, frozenset({Role.EXAMINEE})


@dataclass(frozen=True, slots=True)
class Branch:
    """A department with those below it; *people* counts the whole branch on post."""

    code: str
    name: str
    level: str
    group: str
    people: int
    below: tuple["Branch", ...]


def branches(session: Session, *, scope: Scope) -> tuple[Branch, ...]:
    """Return the tree of the departments in *scope*, or the trees of its parts."""
    counts = {
        row.department_id: row.people
        for row in session.execute(
            select(Person.department_id, func.count().label("people"))
            .where(Person.status.in_(ON_POST))
            .group_by(Person.department_id)
        )
    }
    rows = session.execute(
        select(Department.__table__)
        .where(scope.covers(Department.path))
        .order_by(Department.code)
    ).all()
    sums = tree.rolled_up(counts, [(row.id, row.path) for row in rows])
    below: dict[int | None, list[Branch]] = {}
    # The deepest first: what is below a department is complete when its turn comes.
    for row in sorted(rows, key=lambda row: -row.path.count("/")):
        children = tuple(sorted(below.pop(row.id, []), key=lambda one: one.code))
        here = Branch(
            row.code, row.name, row.level, row.ranking_group, sums[row.id], children
        )
        below.setdefault(row.parent_id, []).append(here)
    tops = (one for parts in below.values() for one in parts)
    return tuple(sorted(tops, key=lambda one: one.code))


def choices(
    session: Session, *, scope: Scope, chosen: str = "", most: int = 300
) -> list[tuple[str, str]]:
    """Return codes and names of departments to choose from, in the order of the tree.

    Of very many only the upper levels are offered, and *chosen* in any case.
    """
    rows = session.execute(
        select(Department.code, Department.name, Department.path)
        .where(scope.covers(Department.path))
        .order_by(Department.path)
    ).all()
    depths = sorted(row.path.count("/") for row in rows)
    deepest = depths[min(most, len(depths)) - 1] if depths else 0
    if len(depths) > most and depths[most] == deepest:
        deepest -= 1
    return [
        (row.code, row.name)
        for row in rows
        if row.path.count("/") <= deepest or row.code == chosen
    ]


def department_named(session: Session, code: str) -> int | None:
    """Return the id of the department with *code*, or None."""
    return session.execute(
        select(Department.id).where(Department.code == code)
    ).scalar_one_or_none()


def department_names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Return the names of departments by id."""
    rows = session.execute(
        select(Department.id, Department.name).where(Department.id.in_(ids))
    )
    return {row.id: row.name for row in rows}
