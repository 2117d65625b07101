"""Papers beyond the plan's number, for whoever has to begin anew.

The roster's order, the frozen questions and the seed decide; `verify` rebuilds one.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.db import insert_into
from examcenter.errors import NotFoundError
from examcenter.exams.models import Enrolment, Exam, PaperRow
from examcenter.exams.readiness import blueprint
from examcenter.exams.rules import speak_of_each_other
from examcenter.exams.service import Frozen, frozen
from examcenter.organisation.models import Person
from question_bank.blueprint import Candidate, allocate
from question_bank.further import further_paper
from question_bank.paper import Paper, pack, unpack


def provide(session: Session, exam_id: int, person_id: int, number: int) -> int:
    """See to it that somebody has paper *number*; return it.

    Papers that were drawn for everybody are there already.  Raises NotFoundError for
    somebody who has no papers in this exam.
    """
    earlier = _papers(session, exam_id, person_id)
    if number not in earlier:
        body = pack(_drawn(session, exam_id, person_id, number, earlier))
        row = {"exam_id": exam_id, "person_id": person_id, "number": number}
        insert = insert_into(session, PaperRow).values(**row, body=body)
        session.execute(insert.on_conflict_do_nothing())
    return number


def is_as_drawn(session: Session, exam_id: int, person_id: int, number: int) -> bool:
    """Whether a stored further paper is the one that follows from the seed."""
    papers = _papers(session, exam_id, person_id)
    stored = papers[number]
    before = {n: paper for n, paper in papers.items() if n < number}
    return stored == _drawn(session, exam_id, person_id, number, before)


def _papers(session: Session, exam_id: int, person_id: int) -> dict[int, Paper]:
    rows = session.execute(
        select(PaperRow.number, PaperRow.body).where(
            PaperRow.exam_id == exam_id, PaperRow.person_id == person_id
        )
    )
    found = {number: unpack(body) for number, body in rows}
    if not found:
        raise NotFoundError
    return found


def _drawn(
    session: Session,
    exam_id: int,
    person_id: int,
    number: int,
    earlier: dict[int, Paper],
) -> Paper:
    exam = frozen(session, exam_id)
    seed = session.execute(select(Exam.seed).where(Exam.id == exam_id)).scalar_one()
    if seed is None:
        raise NotFoundError
    questions = exam.questions
    return further_paper(
        allocate(blueprint(exam.plan), _candidates(exam)),
        seed=seed,
        person=_place(session, exam_id, person_id),
        number=number,
        earlier=list(earlier.values()),
        shuffle_questions=exam.plan.shuffle_questions,
        shuffle_options=exam.plan.shuffle_options,
        option_counts=[len(question.options) for question in questions],
        fixed=[
            position
            for position, question in enumerate(questions)
            if speak_of_each_other(question.options)
        ],
    )


def _candidates(exam: Frozen) -> list[Candidate]:
    return [
        Candidate(position, one.kind, one.category, one.difficulty)
        for position, one in enumerate(exam.questions)
    ]


def _place(session: Session, exam_id: int, person_id: int) -> int:
    """Return the person's number in the order in which papers were drawn."""
    rows = session.execute(
        select(Person.staff_number, Person.id)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.exam_id == exam_id, Enrolment.exemption == "")
    ).all()
    # In Python, because databases disagree about the order of letters.
    order = [one for _number, one in sorted((row.staff_number, row.id) for row in rows)]
    if person_id not in order:
        raise NotFoundError
    return order.index(person_id)
