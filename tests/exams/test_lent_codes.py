"""Codes for a rehearsal come and go; the codes that people hold stay good."""

from sqlalchemy.orm import Session

from examcenter.db import Database
from examcenter.exams import codes, service
from examcenter.exams.codes import IssuedCode
from examcenter.exams.lent_codes import lent
from tests.support.factories import NOW
from tests.support.halls import Hall, a_hall

KEY = b"k" * 32


def opens(db: Session, hall: Hall, person: int, issued: IssuedCode) -> bool:
    account = hall.people[person].id
    found = codes.code_exam(db, account, issued.code, key=KEY, now=NOW)
    db.rollback()
    return found is not None


def test_a_lent_code_opens_the_exam_only_while_it_is_lent(
    database: Database, db: Session
) -> None:
    hall = a_hall(db)
    exam = service.find(db, hall.exam_id)
    db.commit()

    with lent(database, exam, [hall.people[0].id], key=KEY, now=NOW) as issued:
        during = [opens(db, hall, 0, one) for one in issued]

    assert during == [True]
    assert not opens(db, hall, 0, issued[0])


def test_codes_that_people_hold_are_good_again_afterwards(
    database: Database, db: Session
) -> None:
    hall = a_hall(db)
    exam = service.find(db, hall.exam_id)
    people = [person.id for person in hall.people]
    held = codes.issue_to(db, exam, people, key=KEY, by=None, now=NOW)
    db.commit()

    with lent(database, exam, people[:1], key=KEY, now=NOW):
        during = [opens(db, hall, n, one) for n, one in enumerate(held)]

    assert during == [False, True]
    assert [opens(db, hall, n, one) for n, one in enumerate(held)] == [True, True]


def test_a_code_issued_meanwhile_is_left_alone(database: Database, db: Session) -> None:
    hall = a_hall(db)
    exam = service.find(db, hall.exam_id)
    people = [person.id for person in hall.people]
    codes.issue_to(db, exam, people, key=KEY, by=None, now=NOW)
    db.commit()

    with lent(database, exam, people, key=KEY, now=NOW):
        newer = codes.issue_to(db, exam, people[:1], key=KEY, by=None, now=NOW)
        db.commit()

    assert opens(db, hall, 0, newer[0])
