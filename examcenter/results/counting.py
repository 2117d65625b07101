"""Which attempt of each person counts, as the database finds it.

`rules.counted` says the same of one person's attempts.
"""

from typing import Any

from sqlalchemy import ColumnElement, Subquery, case, func, null, select

from examcenter.attempts.act_rules import VoidedBy
from examcenter.attempts.models import Attempt
from examcenter.exams.rules import AttemptRule
from examcenter.results.models import Result

_UNMARKED = -1


def counted_attempts(exam_id: int, rule: AttemptRule) -> Subquery:
    """Return a subquery with one row for each person who handed in.

    Its columns are person_id, submitted_at, and of the counted attempt score (in
    hundredths), passed and voided.  Score and passed are NULL while that attempt is not
    marked, and if a decision voided it: its examinee sat and has no result.  An attempt
    that was reset is none.
    """
    is_voided = Attempt.voided_by.is_not(None)
    ranked = (
        select(
            Attempt.person_id,
            Attempt.submitted_at,
            case((is_voided, null()), else_=Result.score).label("score"),
            case((is_voided, null()), else_=Result.passed).label("passed"),
            is_voided.label("voided"),
            func.row_number()
            .over(partition_by=Attempt.person_id, order_by=_first_is_counted(rule))
            .label("place"),
        )
        .outerjoin(Result, Result.attempt_id == Attempt.id)
        .where(Attempt.exam_id == exam_id, *sat())
        .subquery()
    )
    columns = (
        ranked.c.person_id,
        ranked.c.submitted_at,
        ranked.c.score,
        ranked.c.passed,
        ranked.c.voided,
    )
    return select(*columns).where(ranked.c.place == 1).subquery()


def sat() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that an attempt makes its examinee one of those who sat."""
    return (
        Attempt.submitted_at.is_not(None),
        Attempt.voided_by.is_distinct_from(VoidedBy.RESET),
    )


def _first_is_counted(rule: AttemptRule) -> list[ColumnElement[Any]]:
    by_number: ColumnElement[Any] = Attempt.number.asc()
    if rule is AttemptRule.BEST:
        # Engines disagree whether NULL is high or low.
        is_voided = case((Attempt.voided_by.is_not(None), 1), else_=0)
        score = func.coalesce(Result.score, _UNMARKED)
        return [is_voided, score.desc(), by_number]
    return [Attempt.number.desc()] if rule is AttemptRule.LAST else [by_number]
