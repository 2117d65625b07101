"""An exam that has been sat: who came, what they answered, when they handed in.

Goes straight to the tables, because the real way needs three hundred people and an
hour; the marks are then made by the centre's own scoring.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from examcenter.accounts.models import SignIn
from examcenter.attempts.models import Answer, AnswerEvent, Attempt
from examcenter.attempts.rules import SubmittedBy, new_receipt
from examcenter.db import CHUNK
from examcenter.exams import service as exams
from examcenter.exams.models import PaperRow
from examcenter.exams.service import Frozen
from question_bank.drawing import Draws, stream
from question_bank.model import LABELS
from question_bank.paper import Paper, unpack

_SEED = b"\0" * 32
_STAYED_AWAY = 25  # one in so many did not come
_BLANK = 60  # one question in so many is left out


def sit(session: Session, exam_id: int) -> None:
    """Let the people of a published exam sit it, each with a skill of their own."""
    frozen = exams.frozen(session, exam_id)
    papers = session.execute(
        select(PaperRow.person_id, PaperRow.body)
        .where(PaperRow.exam_id == exam_id)
        .order_by(PaperRow.person_id)
    ).all()
    events: list[dict[str, object]] = []
    for person_id, body in papers:
        draws = stream(_SEED, "demo-attempt", str(person_id))
        if draws.below(_STAYED_AWAY) == 0:
            continue
        attempt = _attempt(session, frozen, person_id, draws)
        events += _answers(frozen, attempt, unpack(body), draws)
    for start in range(0, len(events), CHUNK):
        part = events[start : start + CHUNK]
        session.execute(insert(AnswerEvent), part)
        kept = ("attempt_id", "question", "version", "value")
        session.execute(insert(Answer), [{k: e[k] for k in kept} for e in part])


def _attempt(session: Session, frozen: Frozen, person_id: int, draws: Draws) -> Attempt:
    plan = frozen.plan
    started = plan.opens_at + timedelta(seconds=draws.below(20 * 60))
    submitted = started + timedelta(seconds=25 * 60 + draws.below(30 * 60))
    sign_in = SignIn(
        token_digest=f"demo-{frozen.exam_id}-{person_id}",
        account_id=person_id,
        address="127.0.0.1",
        started_at=started,
        seen_at=submitted,
        expires_at=submitted,
        revoked_at=submitted,
    )
    session.add(sign_in)
    session.flush()
    attempt = Attempt(
        exam_id=frozen.exam_id,
        person_id=person_id,
        number=1,
        started_at=started,
        deadline=min(started + plan.duration, plan.closes_at),
        lease_sign_in_id=sign_in.id,
        submitted_at=submitted,
        submitted_by=SubmittedBy.EXAMINEE,
        receipt=new_receipt(),
    )
    session.add(attempt)
    session.flush()
    return attempt


def _answers(
    frozen: Frozen, attempt: Attempt, paper: Paper, draws: Draws
) -> Iterator[dict[str, object]]:
    skill = 60 + draws.below(40)  # how many questions of a hundred are answered right
    for number, (position, order) in enumerate(
        zip(paper.questions, paper.options, strict=True), start=1
    ):
        if draws.below(_BLANK) == 0:
            continue
        right = sorted(
            LABELS[shown]
            for shown, option in enumerate(order)
            if LABELS[option] in frozen.questions[position].key
        )
        wrong = [LABELS[draws.below(len(order))]]
        chosen = right if draws.below(100) < skill else wrong
        yield {
            "attempt_id": attempt.id,
            "question": number,
            "version": 1,
            "client_id": str(UUID(int=attempt.id << 64 | number)),
            "value": chosen,
            "lease": 1,
            "client_at": "",
            "received_at": _moment(attempt, number),
        }


def _moment(attempt: Attempt, number: int) -> datetime:
    return attempt.started_at + timedelta(seconds=20 * number)
