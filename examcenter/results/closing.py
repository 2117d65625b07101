"""Ending an exam: nobody sits any longer, and everything handed in is marked."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from examcenter.attempts import service as attempts
from examcenter.attempts.rules import SubmittedBy
from examcenter.exams import service as exams
from examcenter.organisation.service import EVERYTHING, Scope
from examcenter.results import service


@dataclass(frozen=True, slots=True)
class Closed:
    """What closing did: attempts handed in for their examinees, attempts marked."""

    exam: str
    submitted: int
    scored: int


def close_exam(
    session: Session,
    public_id: str,
    by: int | None,
    now: datetime,
    *,
    scope: Scope = EVERYTHING,
) -> Closed:
    """Close an exam, hand in what still runs and mark everything.

    Repeating it does what is left to do, usually nothing.  Raises NotFoundError for
    what is not wholly in *scope*, NotPublishedError for a draft.
    """
    exam = exams.find(session, public_id, scope)
    exams.close(session, exam.id, by=by, now=now)
    submitted = attempts.submit_all(session, exam.id, by=SubmittedBy.OFFICER, now=now)
    scored = service.score_exam(session, exam.id, now=now)
    return Closed(exam.public_id, submitted, scored)
