"""Rows of a finished exam, written in bulk: what is measured reads them."""

from datetime import UTC, datetime

from sqlalchemy import String, cast, insert, literal, select
from sqlalchemy.orm import Session

from examcenter.accounts.models import Account, SignIn
from examcenter.attempts.models import Attempt
from examcenter.exams.models import PaperRow
from examcenter.results.models import Result

NOW = datetime.now(UTC)  # noqa: TID251 - the centre that is measured runs by the real clock
_FULL, _PASS = 10_000, 6_000


def one_sign_in(db: Session) -> int:
    """Store a sign-in that all attempts are said to be written from."""
    account = db.execute(select(Account.id).limit(1)).scalar_one()
    sign_in = SignIn(
        token_digest="bench",  # noqa: S106 - opens nothing
        account_id=account,
        address="127.0.0.1",
        started_at=NOW,
        seen_at=NOW,
        expires_at=NOW,
    )
    db.add(sign_in)
    db.flush()
    return sign_in.id


def hand_in_for_all(db: Session, sign_in: int, *, absent_one_in: int = 0) -> None:
    """Store a handed-in attempt for everybody with a paper, but for every n-th."""
    columns = (
        *("public_id", "exam_id", "person_id", "number", "started_at", "deadline"),
        *("lease", "lease_sign_in_id", "submitted_at", "submitted_by", "receipt"),
    )
    name = literal("bench-") + cast(PaperRow.person_id, String)
    moment = literal(NOW, Attempt.started_at.type)
    rows = select(
        *(name, PaperRow.exam_id, PaperRow.person_id, PaperRow.number),
        *(moment, moment, literal(1), literal(sign_in), moment),
        *(literal("examinee"), name),
    ).where(PaperRow.number == 1)
    if absent_one_in:
        rows = rows.where(PaperRow.person_id % absent_one_in != 0)
    db.execute(insert(Attempt).from_select(columns, rows))


def results_for_all(db: Session) -> None:
    """Store a result for every attempt, spread over all marks."""
    score = (Attempt.person_id * 37) % (_FULL + 1)
    rows = select(
        *(Attempt.id, Attempt.exam_id, Attempt.person_id, score, literal(_FULL)),
        *((score >= _PASS), literal("合格"), literal(NOW, Result.scored_at.type)),
    )
    columns = (
        *("attempt_id", "exam_id", "person_id", "score", "full_marks"),
        *("passed", "grade", "scored_at"),
    )
    db.execute(insert(Result).from_select(columns, rows))
