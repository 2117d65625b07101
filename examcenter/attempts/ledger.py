"""The answer ledger: every change is added, the highest version is the answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import case, func, insert, select
from sqlalchemy.orm import Session

from examcenter.attempts.documents import AnswerShown
from examcenter.attempts.models import Answer, AnswerEvent, Attempt
from examcenter.attempts.rules import (
    AnswerGiven,
    NoSuchQuestionError,
    VersionConflictError,
    check_value,
)
from examcenter.db import insert_into
from question_bank.model import Question
from question_bank.paper import Paper


def answers(session: Session, attempt_id: int) -> dict[int, AnswerShown]:
    """Return the answer that counts for each question that has one."""
    rows = session.execute(
        select(Answer.question, Answer.version, Answer.value)
        .where(Answer.attempt_id == attempt_id)
        .order_by(Answer.question)
    )
    return {q: AnswerShown(version, tuple(value)) for q, version, value in rows}


def check(
    given: Sequence[AnswerGiven], frozen: Sequence[Question], paper: Paper
) -> None:
    """Raise unless every answer is for a question of *paper* and one of its choices."""
    for answer in given:
        if not 1 <= answer.question <= len(paper.questions):
            raise NoSuchQuestionError(number=answer.question)
        question = frozen[paper.questions[answer.question - 1]]
        check_value(question.kind, len(question.options), answer.value)


def write(
    session: Session, attempt: Attempt, given: Sequence[AnswerGiven], *, at: datetime
) -> dict[int, int]:
    """Add *given* to the ledger; return the stored version of each question sent.

    A repeated id is answered as the first time, a version below the stored one
    changes nothing.  Raises VersionConflictError when one version is claimed twice
    with different values.  The caller holds the attempt's row.
    """
    known = _known(session, attempt.id, given)
    stored = _stored(session, attempt.id, given)
    saved: dict[int, int] = {}
    for answer in given:
        event = known.get(answer.id)
        if event is not None:
            if event != (answer.question, answer.version, answer.value):
                raise VersionConflictError(number=answer.question)
            saved[answer.question] = max(saved.get(answer.question, 0), event[1])
            continue
        if answer.version > stored.get(answer.question, 0):
            _add(session, attempt, answer, at)
            stored[answer.question] = answer.version
            known[answer.id] = (answer.question, answer.version, answer.value)
        elif answer.version == stored[answer.question]:
            _refuse_other_value(session, attempt.id, answer)
        saved[answer.question] = stored[answer.question]
    return saved


def _stored(
    session: Session, attempt_id: int, given: Sequence[AnswerGiven]
) -> dict[int, int]:
    rows = session.execute(
        select(Answer.question, Answer.version).where(
            Answer.attempt_id == attempt_id,
            Answer.question.in_({a.question for a in given}),
        )
    )
    return {question: version for question, version in rows}  # noqa: C416 - rows are not pairs to the type checker


def _known(
    session: Session, attempt_id: int, given: Sequence[AnswerGiven]
) -> dict[str, tuple[int, int, tuple[str, ...]]]:
    rows = session.execute(
        select(
            AnswerEvent.client_id,
            AnswerEvent.question,
            AnswerEvent.version,
            AnswerEvent.value,
        ).where(
            AnswerEvent.attempt_id == attempt_id,
            AnswerEvent.client_id.in_({a.id for a in given}),
        )
    )
    return {
        i: (question, version, tuple(value)) for i, question, version, value in rows
    }


def _refuse_other_value(session: Session, attempt_id: int, answer: AnswerGiven) -> None:
    value = session.execute(
        select(Answer.value).where(
            Answer.attempt_id == attempt_id, Answer.question == answer.question
        )
    ).scalar_one()
    if tuple(value) != answer.value:
        raise VersionConflictError(number=answer.question)


def _add(session: Session, attempt: Attempt, answer: AnswerGiven, at: datetime) -> None:
    value = list(answer.value)
    session.execute(
        insert(AnswerEvent).values(
            attempt_id=attempt.id,
            question=answer.question,
            version=answer.version,
            client_id=answer.id,
            value=value,
            lease=attempt.lease,
            client_at=answer.at,
            received_at=at,
        )
    )
    current = insert_into(session, Answer).values(
        attempt_id=attempt.id,
        question=answer.question,
        version=answer.version,
        value=value,
    )
    session.execute(
        current.on_conflict_do_update(
            index_elements=[Answer.attempt_id, Answer.question],
            set_={"version": current.excluded.version, "value": current.excluded.value},
            where=Answer.version < current.excluded.version,
        )
    )


def answered_counts(session: Session, exam_id: int) -> Mapping[int, int]:
    """Return how many questions each attempt of an exam has an answer for."""
    is_given = func.json_array_length(Answer.value) > 0
    given = func.sum(case((is_given, 1), else_=0))
    rows = session.execute(
        select(Answer.attempt_id, given)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(Attempt.exam_id == exam_id)
        .group_by(Answer.attempt_id)
    )
    return {attempt_id: int(count) for attempt_id, count in rows}
