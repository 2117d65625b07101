"""What can be asked about departments and people: who stands where, who sees whom."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from examcenter.accounts.models import Grant
from examcenter.accounts.rules import Role
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
