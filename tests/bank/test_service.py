"""What exams ask of the bank, and questions through their lives."""

import pytest
from sqlalchemy.orm import Session

from examcenter.bank import service
from examcenter.bank.models import RevisionChangedError
from examcenter.bank.rules import Pool
from examcenter.db import CHUNK
from examcenter.errors import NotFoundError
from question_bank.model import Kind
from tests.support.bank_factories import (
    a_bank,
    a_question,
    a_revision,
    a_stored_question,
)
from tests.support.factories import NOW


def test_the_candidates_are_the_present_revisions_of_one_bank(db: Session) -> None:
    first = a_stored_question(db, a_question(category="民法典", difficulty="难"))
    a_stored_question(db, bank="练习题库")
    true_or_false = a_question(key="A", kind=Kind.TRUE_FALSE)
    second = a_revision(db, a_stored_question(db, true_or_false), true_or_false)
    revised = a_revision(db, first, a_question(category="宪法"))

    found = service.candidates(db, "学法题库")

    assert found == [
        (second.id, Kind.TRUE_FALSE, "宪法", "易", 2),
        (revised.id, Kind.SINGLE, "宪法", "易", 4),
    ]


def test_a_retired_question_is_drawn_no_more_until_it_is_restored(db: Session) -> None:
    row = a_stored_question(db)

    service.retire(db, row.public_id, now=NOW)
    retired = service.candidates(db, "学法题库")
    service.restore(db, row.public_id)

    assert retired == []
    assert len(service.candidates(db, "学法题库")) == 1


def test_retiring_twice_keeps_the_first_moment(db: Session) -> None:
    row = a_stored_question(db)
    service.retire(db, row.public_id, now=NOW)

    service.retire(db, row.public_id, now=NOW.replace(year=2030))

    assert service.question(db, row.public_id).retired_at == NOW


def test_an_unknown_bank_has_no_candidates_but_a_name_to_tell(db: Session) -> None:
    with pytest.raises(service.BankNotFoundError) as refusal:
        service.candidates(db, "没有的题库")

    assert refusal.value.facts == {"name": "没有的题库"}


def test_a_drawn_revision_stays_readable_when_revised_and_retired(db: Session) -> None:
    asked = a_question()
    row = a_stored_question(db, asked)
    drawn = service.candidates(db, "学法题库")[0].revision_id
    a_revision(db, row, a_question())
    service.retire(db, row.public_id, now=NOW)

    assert service.questions(db, [drawn]) == {drawn: asked}


def test_more_questions_than_one_statement_carries_come_all(db: Session) -> None:
    asked = a_question()
    row = a_stored_question(db, asked)
    ids = [a_revision(db, row, asked).id for _ in range(CHUNK)]

    found = service.questions(db, [*ids, *ids])

    assert set(found) == set(ids)
    assert set(found.values()) == {asked}


def test_asking_for_a_revision_that_is_not_there_is_told(db: Session) -> None:
    with pytest.raises(NotFoundError):
        service.questions(db, [1])


def test_banks_count_what_is_in_use_by_kind(db: Session) -> None:
    a_bank(db, "空题库", Pool.PRACTICE)
    a_stored_question(db)
    a_stored_question(db, a_question(key="A", kind=Kind.TRUE_FALSE))
    gone = a_stored_question(db)
    service.retire(db, gone.public_id, now=NOW)

    full, empty = service.banks(db)

    assert (full.name, full.questions, full.retired) == ("学法题库", 2, 1)
    assert full.by_kind == {Kind.SINGLE: 1, Kind.TRUE_FALSE: 1}
    assert (empty.name, empty.pool, empty.questions) == ("空题库", Pool.PRACTICE, 0)


def test_a_question_shows_all_its_revisions_the_present_one_first(db: Session) -> None:
    row = a_stored_question(db, first := a_question())
    a_revision(db, row, second := a_question(key="AC", kind=Kind.MULTIPLE))

    found = service.question(db, row.public_id)

    assert [one.question for one in found.revisions] == [second, first]
    assert [label for label, _, right in found.present.marked_options if right] == [
        "A",
        "C",
    ]


@pytest.mark.parametrize("ask", [service.question, service.restore])
def test_what_is_not_there_cannot_be_found(db: Session, ask: object) -> None:
    assert callable(ask)
    with pytest.raises(NotFoundError):
        ask(db, "0" * 32)


@pytest.mark.parametrize("column", ["stem", "options", "key", "kind"])
def test_a_stored_revision_cannot_be_changed(db: Session, column: str) -> None:
    revision = a_revision(db, a_stored_question(db), a_question())
    db.flush()
    changed = ["甲", "乙"] if column == "options" else ["B"]

    setattr(revision, column, changed if column in {"options", "key"} else "single!")

    with pytest.raises(RevisionChangedError):
        db.flush()
