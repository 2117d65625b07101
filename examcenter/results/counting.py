"""Which attempt of each person counts, as the database finds it.

`rules.counted` says the same of one person's attempts.
"""

from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, func, select

from examcenter.attempts.models import Attempt
from examcenter.exams.rules import AttemptRule
from examcenter.results.models import Result

_UNMARKED = -1


def counted_attempts(exam_id: int, rule: AttemptRule) -> Subquery:
    """Return a subquery with one row for each person who handed in.

    Its columns are person_id, submitted_at, and of the counted attempt score (in
    hundredths) and passed; both are NULL while that attempt is not marked.
    """
    ranked = (
        select(
            Attempt.person_id,
            Attempt.submitted_at,
            Result.score,
            Result.passed,
            func.row_number()
            .over(partition_by=Attempt.person_id, order_by=_first_is_counted(rule))
            .label("place"),
        )
        .outerjoin(Result, Result.attempt_id == Attempt.id)
        .where(and_(Attempt.exam_id == exam_id, Attempt.submitted_at.is_not(None)))
        .subquery()
    )
    columns = (
        ranked.c.person_id,
        ranked.c.submitted_at,
        ranked.c.score,
        ranked.c.passed,
    )
    return select(*columns).where(ranked.c.place == 1).subquery()


def _first_is_counted(rule: AttemptRule) -> list[ColumnElement[Any]]:
    by_number: ColumnElement[Any] = Attempt.number.asc()
    if rule is AttemptRule.BEST:
        # Engines disagree whether NULL is high or low.
        return [func.coalesce(Result.score, _UNMARKED).desc(), by_number]
    return [Attempt.number.desc()] if rule is AttemptRule.LAST else [by_number]
