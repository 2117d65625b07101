"""How much there is of what the start page speaks of."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examcenter.accounts.models import Grant
from examcenter.accounts.rules import Role
from examcenter.organisation.models import Department, Person
from examcenter.organisation.service import Scope


def helpers(session: Session) -> int:
    """Return how many accounts have a role that is not the administrator's."""
    other = Grant.role.not_in([Role.SYSTEM.value, Role.EXAMINEE.value])
    return session.execute(
        select(func.count(Grant.account_id.distinct())).where(other)
    ).scalar_one()


def counts(session: Session, scope: Scope) -> tuple[int, int]:
    """Return how many departments and how many people are in *scope*."""
    units = select(func.count()).where(scope.covers(Department.path))
    people = (
        select(func.count())
        .select_from(Person)
        .join(Department, Department.id == Person.department_id)
        .where(scope.covers(Department.path))
    )
    return (
        session.execute(units.select_from(Department)).scalar_one(),
        session.execute(people).scalar_one(),
    )
