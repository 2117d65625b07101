"""Publishing: what is frozen, what is refused, and two officers at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examcenter.db import Base, Database
from examcenter.errors import ConflictError
from examcenter.exams import planning, publishing, readiness, service
from examcenter.exams.models import Enrolment, Exam, ExamQuestion, ExamUnit, PaperRow
from examcenter.exams.publishing import Publication
from examcenter.exams.rules import (
    AlreadyPublishedError,
    CannotPublishError,
    ExamState,
    PlanChangedError,
    PlanSection,
    digest,
)
from question_bank.blueprint import Candidate, allocate
from question_bank.drawing import draw_papers
from question_bank.model import Kind
from question_bank.paper import unpack
from tests.support.factories import NOW, a_department, a_person
from tests.support.halls import a_bank, a_hall, a_mixed_bank, a_plan, a_question


def count(db: Session, table: type[Base]) -> int:
    return db.execute(select(func.count()).select_from(table)).scalar_one()


def publish(db: Session, exam_id: str) -> Publication:
    return publishing.publish(db, exam_id, by=None, now=NOW)


def a_draft(db: Session, people: int = 3, **plan: object) -> str:
    department = a_department(db)
    for number in range(1, people + 1):
        a_person(db, department, f"HY{number:05}")
    a_mixed_bank(db)
    return planning.create(db, a_plan(**plan), by=None, now=NOW)


def test_everybody_gets_a_paper_for_each_attempt(db: Session) -> None:
    exam_id = a_draft(db, people=3, attempts=2)

    done = publish(db, exam_id)

    assert (done.examinees, done.papers, done.questions) == (3, 6, 24)
    assert done.state is ExamState.OPEN
    assert count(db, PaperRow) == 6
    assert count(db, ExamQuestion) == 24


def test_an_exempt_person_is_on_the_roster_and_gets_no_paper(db: Session) -> None:
    department = a_department(db)
    a_person(db, department, "HY00001")
    exempt = a_person(db, department, "HY00002")
    exempt.exemption = "长期病假"
    a_mixed_bank(db)
    exam_id = planning.create(db, a_plan(), by=None, now=NOW)

    done = publish(db, exam_id)

    papers = select(PaperRow).where(PaperRow.person_id == exempt.id)
    enrolment = db.execute(
        select(Enrolment).where(Enrolment.person_id == exempt.id)
    ).scalar_one()
    assert done.examinees == 1
    assert db.execute(papers).first() is None
    assert enrolment.exemption == "长期病假"


@pytest.mark.parametrize(
    ("status", "sits"),
    [
        ("在职", True),
        ("借调", True),
        ("挂职", True),
        ("离退", False),
        ("调出", False),
        ("死亡", False),
    ],
)
def test_only_people_on_post_are_enrolled(
    db: Session, status: str, *, sits: bool
) -> None:
    department = a_department(db)
    a_person(db, department)
    other = a_person(db, department)
    other.status = status
    a_mixed_bank(db)
    exam_id = planning.create(db, a_plan(), by=None, now=NOW)

    publish(db, exam_id)

    row = select(Enrolment).where(Enrolment.person_id == other.id)
    assert (db.execute(row).first() is not None) is sits


def test_the_tree_is_frozen_with_the_departments_above(db: Session) -> None:
    root = a_department(db, "430400")
    county = a_department(db, "430408", parent=root)
    office = a_department(db, "430408001", parent=county)
    beside = a_department(db, "430481", parent=root)
    a_person(db, office)
    a_person(db, beside)
    a_mixed_bank(db)
    plan = a_plan(departments=("430408",))
    exam_id = planning.create(db, plan, by=None, now=NOW)

    done = publish(db, exam_id)

    codes = db.execute(select(ExamUnit.code).order_by(ExamUnit.code)).scalars().all()
    assert codes == ["430400", "430408", "430408001"]
    assert done.examinees == 1


def test_a_plan_without_departments_is_for_the_whole_tree(db: Session) -> None:
    for code in ("430400", "430500"):
        a_person(db, a_department(db, code))
    a_mixed_bank(db)
    exam_id = planning.create(db, a_plan(departments=()), by=None, now=NOW)

    assert publish(db, exam_id).examinees == 2


def test_papers_can_be_rebuilt_from_what_was_published(db: Session) -> None:
    hall = a_hall(db, people=25, by_category=(("宪法", 2),))
    exam = db.execute(select(Exam)).scalar_one()
    assert exam.seed is not None
    frozen = service.frozen(db, exam.id)
    candidates = [
        Candidate(position, question.kind, question.category, question.difficulty)
        for position, question in enumerate(frozen.questions)
    ]

    rebuilt = draw_papers(
        allocate(readiness.blueprint(frozen.plan), candidates),
        seed=exam.seed,
        people=25,
        papers_each=2,
        shuffle_questions=True,
        shuffle_options=True,
        option_counts=[len(question.options) for question in frozen.questions],
    )

    people = sorted(hall.people, key=lambda person: person.staff_number)
    stored = [
        service.paper(db, exam.id, person.id, number)
        for person in people
        for number in (1, 2)
    ]
    assert stored == list(rebuilt)
    assert exam.seed_digest == digest(exam.seed)
    assert exam.questions_digest == publishing.questions_digest(frozen.questions)


def test_papers_are_fair(db: Session) -> None:
    a_hall(db, people=40, attempts=1)
    frozen = service.frozen(db, 1)
    papers = [unpack(body) for body in db.execute(select(PaperRow.body)).scalars()]

    drawn = [Counter(frozen.questions[at].kind for at in p.questions) for p in papers]
    used = Counter(at for paper in papers for at in paper.questions)
    strata: dict[tuple[str, str], list[int]] = {}
    for position, question in enumerate(frozen.questions):
        strata.setdefault((question.kind, question.category), []).append(used[position])
    assert all(kinds == drawn[0] for kinds in drawn)
    assert all(max(uses) - min(uses) <= 1 for uses in strata.values())


def test_options_that_speak_of_each_other_keep_their_order(db: Session) -> None:
    a_person(db, a_department(db))
    told = ("甲", "乙", "丙", "以上都对")
    a_bank(db, [a_question(n, options=told) for n in range(12)])
    section = PlanSection("单项选择题", Kind.SINGLE, 10, 1000)
    plan = a_plan(sections=(section,), attempts=1)
    exam_id = planning.create(db, plan, by=None, now=NOW)

    publish(db, exam_id)

    paper = unpack(db.execute(select(PaperRow.body)).scalar_one())
    assert set(paper.options) == {(0, 1, 2, 3)}


def test_everything_that_lacks_is_told_at_once_and_nothing_changes(
    db: Session,
) -> None:
    a_person(db, a_department(db))
    a_mixed_bank(db, each=4)
    sections = (
        PlanSection("判断题", Kind.TRUE_FALSE, 7, 100),
        PlanSection("单项选择题", Kind.SINGLE, 5, 100),
        PlanSection("多项选择题", Kind.MULTIPLE, 2, 100),
    )
    plan = a_plan(
        sections=sections,
        pass_mark=600,
        by_category=(("刑法", 3),),
        closes_at=NOW + timedelta(minutes=5),
    )
    exam_id = planning.create(db, plan, by=None, now=NOW)

    with pytest.raises(CannotPublishError) as caught:
        publishing.publish(db, exam_id, by=None, now=NOW + timedelta(minutes=5))

    faults = {fault.place: fault for fault in caught.value.faults}
    assert set(faults) == {
        "closes_at",
        "sections[1]",
        "sections[2]",
        "draw.by_category.刑法",
    }
    assert "缺 3 题" in faults["sections[1]"].message
    assert "缺 1 题" in faults["sections[2]"].message
    assert "缺 3 题" in faults["draw.by_category.刑法"].message
    assert not service.find(db, exam_id).is_published
    assert count(db, ExamQuestion) == count(db, Enrolment) == 0


def test_an_exam_that_nobody_can_sit_is_not_published(db: Session) -> None:
    exam_id = a_draft(db, people=0)

    with pytest.raises(CannotPublishError) as caught:
        publish(db, exam_id)

    assert [fault.code for fault in caught.value.faults] == ["nobody_takes_part"]


def test_neighbours_that_would_share_too_much_stop_publishing(db: Session) -> None:
    exam_id = a_draft(db, people=30, max_neighbour_overlap=0)

    with pytest.raises(CannotPublishError) as caught:
        publish(db, exam_id)

    (fault,) = caught.value.faults
    assert (fault.place, fault.code) == (
        "draw.max_neighbour_overlap",
        "too_much_overlap",
    )
    assert not service.find(db, exam_id).is_published


def test_neighbours_that_share_little_enough_do_not(db: Session) -> None:
    exam_id = a_draft(db, people=30, max_neighbour_overlap=6)

    assert publish(db, exam_id).examinees == 30


def test_publishing_is_allowed_after_the_window_began(db: Session) -> None:
    exam_id = a_draft(db)

    done = publishing.publish(db, exam_id, by=None, now=NOW + timedelta(minutes=119))

    assert done.state is ExamState.OPEN


def test_what_is_published_cannot_be_published_or_edited_again(db: Session) -> None:
    exam_id = a_draft(db)
    publish(db, exam_id)

    with pytest.raises(AlreadyPublishedError):
        publish(db, exam_id)
    with pytest.raises(AlreadyPublishedError):
        planning.edit(db, exam_id, a_plan(title="另一个"))

    assert service.find(db, exam_id).plan.title == "2026年度学法考试"


def test_of_two_officers_who_publish_at_once_one_wins(
    db: Session, database: Database
) -> None:
    exam_id = a_draft(db, people=5)
    db.commit()
    together = Barrier(2)

    def publish_at_once(_officer: int) -> str:
        with database.reading() as session:
            prepared = publishing.prepare(session, exam_id, now=NOW)
        together.wait(timeout=10)
        try:
            with database.unit_of_work() as session:
                done = publishing.store(session, prepared, by=None, now=NOW)
        except ConflictError as error:
            return error.code
        return done.seed_digest

    with ThreadPoolExecutor(2) as officers:
        answers = set(officers.map(publish_at_once, range(2)))

    assert "already_published" in answers
    assert {service.find(db, exam_id).seed_digest} == answers - {"already_published"}
    assert count(db, PaperRow) == 10


def test_a_plan_that_changed_meanwhile_is_not_published(
    db: Session, database: Database
) -> None:
    exam_id = a_draft(db)
    db.commit()
    with database.reading() as session:
        prepared = publishing.prepare(session, exam_id, now=NOW)
    planning.edit(db, exam_id, a_plan(title="改过的方案"))

    with pytest.raises(PlanChangedError):
        publishing.store(db, prepared, by=None, now=NOW)

    assert not service.find(db, exam_id).is_published
