"""The pictures of a paper, for the person who sits it or has sat it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.attempts.models import Attempt
from examcenter.bank import pictures
from examcenter.bank.models import RevisionPicture
from examcenter.errors import NotFoundError
from examcenter.exams.models import ExamQuestion
from question_bank.media import Media


def picture(session: Session, digest: str, *, by: int) -> Media:
    """Return a picture that a question of an exam shows which *by* sits or has sat.

    Its digest cannot be guessed, so the exam's questions are looked at and not the one
    paper.  Raises NotFoundError for every other picture and for none.
    """
    shown = session.scalar(
        select(RevisionPicture.sha256)
        .join(ExamQuestion, ExamQuestion.revision_id == RevisionPicture.revision_id)
        .join(Attempt, Attempt.exam_id == ExamQuestion.exam_id)
        .where(RevisionPicture.sha256 == digest, Attempt.person_id == by)
        .limit(1)
    )
    if shown is None:
        raise NotFoundError
    return pictures.picture(session, digest)
