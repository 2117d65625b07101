"""Pictures are stored once, and seen by those who may see their question."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examcenter.attempts import seen, starting
from examcenter.bank import importing, pictures, service
from examcenter.bank.models import Picture, Revision, RevisionPicture
from examcenter.bank.rules import ImportOrder
from examcenter.errors import NotFoundError
from examcenter.exams.models import ExamQuestion
from question_bank.markup import fragment
from question_bank.readers.grid import DEFAULT_LIMITS
from tests.question_bank.words import docx, image, paragraph, png
from tests.support.bank_factories import a_stored_picture
from tests.support.factories import NOW
from tests.support.halls import a_hall
from tests.support.proctoring_factories import an_examinee

ORDER = ImportOrder()


def two_questions(mark: str) -> bytes:
    return docx(
        paragraph(f"1.{mark}图中是什么？", image("r1")),
        "A.甲 B.乙",
        "答案：A",
        paragraph(f"2.{mark}图中不是什么？", image("r1")),
        "A.甲 B.乙",
        "答案：B",
        media={"r1": png()},
    )


def imports(db: Session, data: bytes) -> None:
    examined = importing.examine(
        db, data, "题库.docx", order=ORDER, limits=DEFAULT_LIMITS
    )
    importing.import_questions(db, examined, ORDER, by=None, now=NOW)


def test_one_picture_of_many_questions_is_stored_once(db: Session) -> None:
    imports(db, two_questions("甲"))
    imports(db, two_questions("乙"))

    assert db.scalar(select(func.count()).select_from(Picture)) == 1
    assert db.scalar(select(func.count()).select_from(RevisionPicture)) == 4


def test_a_stored_question_is_rich_and_shows_its_picture(db: Session) -> None:
    imports(db, two_questions("甲"))

    number = db.scalars(select(Revision.id)).first()
    assert number is not None
    question = service.questions(db, [number])[number]
    (mark,) = question.media

    assert pictures.picture(db, mark).data == png()
    assert f'src="/p/{mark}"' in fragment(question, question.stem, "/p/{}".format)


def test_a_picture_that_is_not_there_is_not_found(db: Session) -> None:
    with pytest.raises(NotFoundError):
        pictures.picture(db, "0" * 64)


def test_who_sits_an_exam_sees_its_pictures_and_nobody_else(db: Session) -> None:
    hall = a_hall(db)
    sitting, absent = (an_examinee(db, person) for person in hall.people)
    revision = db.scalars(select(ExamQuestion.revision_id)).first()
    assert revision is not None
    media = a_stored_picture(db, revision)
    starting.start(db, hall.exam_id, by=sitting, consent_version=None, now=NOW)

    assert seen.picture(db, media.sha256, by=sitting.id) == media
    with pytest.raises(NotFoundError):
        seen.picture(db, media.sha256, by=absent.id)
