"""Publishing: check, freeze questions, roster and tree, commit the seed, draw papers.

`prepare` reads and draws, which takes long for a city; `store` writes what it gives, so
that whoever saves an answer in another exam waits only for the writing.

What is published can be rebuilt by anybody who has the seed.  Digests are SHA-256 in
hex.  That of the seed is over its 32 bytes.  The others are over canonical JSON: sorted
keys, no spaces, UTF-8.  The plan is `rules.Plan`.  The questions are a list in the
order of their positions, each an object with the fields of `model.Question`.  The
roster is a list in the order of staff numbers (by code point) of objects with
``category``, ``department`` (its code), ``exempt`` and ``staff_number``.

Papers follow from `question_bank.drawing`: the quotas are those of `blueprint.allocate`
over all frozen questions, an index is a position, the people are those of the roster
who are not exempt, in its order.  Questions whose options speak of each other
(`rules.speak_of_each_other`) keep them in the bank's order.
"""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from time import perf_counter
from typing import Any, NoReturn

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from examcenter.bank import service as bank
from examcenter.db import Base
from examcenter.exams.drawing import drawn
from examcenter.exams.models import Enrolment, Exam, ExamQuestion, ExamUnit, PaperRow
from examcenter.exams.readiness import Check, Enrolled, UnitFrozen, check
from examcenter.exams.rules import (
    AlreadyPublishedError,
    CannotPublishError,
    ExamState,
    Plan,
    PlanChangedError,
    canonical,
    digest,
    state,
)
from examcenter.organisation.service import EVERYTHING, Scope
from question_bank.drawing import SEED_BYTES
from question_bank.model import Question


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that is to be stored; *papers* are packed, person by person."""

    check: Check
    seed: bytes
    questions_digest: str
    roster_digest: str
    papers: Sequence[bytes]
    seconds: float


@dataclass(frozen=True, slots=True)
class Publication:
    """What was published; *seconds* is the time that it took.

    *left_out* counts the questions that were not to be drawn, by the reason.
    """

    exam: str
    state: ExamState
    examinees: int
    papers: int
    questions: int
    seed_digest: str
    left_out: Mapping[str, int]
    seconds: float


def publish(
    session: Session,
    public_id: str,
    *,
    scope: Scope = EVERYTHING,
    by: int | None,
    now: datetime,
) -> Publication:
    """Publish an exam in one unit of work; raises what `prepare` and `store` raise."""
    prepared = prepare(session, public_id, scope=scope, now=now)
    return store(session, prepared, by=by, now=now)


def prepare(
    session: Session, public_id: str, *, scope: Scope = EVERYTHING, now: datetime
) -> Prepared:
    """Check an exam and draw everything that publishing stores; change nothing.

    Raises NotFoundError and what `draw` raises.
    """
    return draw(session, check(session, public_id, scope=scope, now=now))


def draw(session: Session, found: Check) -> Prepared:
    """Draw the papers of a checked exam under a new seed; change nothing.

    Raises AlreadyPublishedError, and CannotPublishError with every reason: the window
    is over, nobody takes part, the bank lacks questions, or neighbours would share more
    than the plan allows.
    """
    began = perf_counter()
    if found.exam.is_published:
        raise AlreadyPublishedError
    if found.faults:
        raise CannotPublishError(found.faults)
    ids = [candidate.revision_id for candidate in found.candidates]
    by_id = bank.questions(session, ids)
    questions = [by_id[one] for one in ids]
    seed = secrets.token_bytes(SEED_BYTES)
    return Prepared(
        check=found,
        seed=seed,
        questions_digest=questions_digest(questions),
        roster_digest=roster_digest(found.roster),
        papers=drawn(found, questions, seed),
        seconds=perf_counter() - began,
    )


def questions_digest(questions: Sequence[Question]) -> str:
    """Return the digest of the frozen *questions*, as the module describes it."""
    return digest(_json([asdict(question) for question in questions]))


def roster_digest(roster: Sequence[Enrolled]) -> str:
    """Return the digest of the frozen *roster*, as the module describes it."""
    return digest(
        _json(
            [
                {
                    "category": one.category,
                    "department": one.department,
                    "exempt": bool(one.exemption),
                    "staff_number": one.staff_number,
                }
                for one in roster
            ]
        )
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def store(
    session: Session, prepared: Prepared, *, by: int | None, now: datetime
) -> Publication:
    """Write what was prepared; from now on the exam never changes.

    Of two at once one wins; the other raises AlreadyPublishedError.  Raises
    PlanChangedError when the plan is no longer the one that papers were drawn for.
    """
    began = perf_counter()
    found, exam = prepared.check, prepared.check.exam
    seed_digest = digest(prepared.seed)
    done = session.execute(
        update(Exam)
        .where(
            Exam.id == exam.id,
            Exam.published_at.is_(None),
            Exam.plan_digest == digest(canonical(exam.plan)),
        )
        .values(
            published_at=now,
            published_by=by,
            seed=prepared.seed,
            seed_digest=seed_digest,
            questions_digest=prepared.questions_digest,
            roster_digest=prepared.roster_digest,
        )
        .returning(Exam.id)
    ).first()
    if done is None:
        _explain(session, exam.id)
    for table, rows in _rows(prepared):
        for chunk in bank.in_chunks(rows):
            session.execute(insert(table), chunk)
    return Publication(
        exam=exam.public_id,
        state=_state_after(exam.plan, now),
        examinees=found.examinees,
        papers=len(prepared.papers),
        questions=len(found.candidates),
        seed_digest=seed_digest,
        left_out=found.left_out,
        seconds=round(prepared.seconds + perf_counter() - began, 3),
    )


def _explain(session: Session, exam_id: int) -> NoReturn:
    published = select(Exam.published_at).where(Exam.id == exam_id)
    if session.execute(published).scalar_one() is None:
        raise PlanChangedError
    raise AlreadyPublishedError


def _state_after(plan: Plan, now: datetime) -> ExamState:
    return state(
        published=True,
        closed=False,
        opens_at=plan.opens_at,
        closes_at=plan.closes_at,
        now=now,
    )


_Rows = Iterator[dict[str, object]]


def _rows(prepared: Prepared) -> Iterator[tuple[type[Base], _Rows]]:
    found = prepared.check
    exam = {"exam_id": found.exam.id}
    yield (
        ExamQuestion,
        (
            {**exam, "position": position, "revision_id": candidate.revision_id}
            for position, candidate in enumerate(found.candidates)
        ),
    )
    yield (
        ExamUnit,
        ({**exam, **_unit_columns(unit)} for unit in found.units),
    )
    yield (
        Enrolment,
        ({**exam, **_enrolment_columns(one)} for one in found.roster),
    )
    each = found.exam.plan.attempts
    owners = (
        (one.person_id, number)
        for one in found.roster
        if not one.exemption
        for number in range(1, each + 1)
    )
    yield (
        PaperRow,
        (
            {**exam, "person_id": person, "number": number, "body": body}
            for (person, number), body in zip(owners, prepared.papers, strict=True)
        ),
    )


def _unit_columns(unit: UnitFrozen) -> dict[str, object]:
    columns = unit._asdict()
    columns["department_id"] = columns.pop("id")
    return columns


def _enrolment_columns(one: Enrolled) -> dict[str, object]:
    return {
        "person_id": one.person_id,
        "department_id": one.department_id,
        "category": one.category,
        "exemption": one.exemption,
    }
