"""When the law changes, a question waits until an editor has read both texts."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.bank import staleness
from examcenter.bank.models import ArticleReview, QuestionRow
from examcenter.bank.staleness import Approval, NotStaleError
from examcenter.exams import planning, publishing, readiness
from examcenter.exams.readiness import STATUTES
from question_bank.library import Change, day_of
from tests.support.actors import ApiUser
from tests.support.bank_factories import a_question, a_stored_question
from tests.support.factories import NOW, a_department, a_person, an_account
from tests.support.halls import a_mixed_bank, a_plan
from tests.support.law_factories import (
    FIRST,
    NEW_FIVE,
    OLD_FIVE,
    RENUMBERED,
    SECOND,
    a_library,
)

EARLIER = NOW - timedelta(days=30)
LATER = NOW + timedelta(days=30)
OLD = ("评议法(2019-03-01).md", FIRST)
NEW = ("评议法(2024-05-01).md", SECOND)


def a_cited(db: Session, article: str, explanation: str = "") -> QuestionRow:
    question = replace(
        a_question(), citation=f"《评议法》{article}", explanation=explanation
    )
    return a_stored_question(db, question)


def stale(db: Session, days: int = 60) -> list[Change]:
    found = staleness.stale(db, STATUTES, on=day_of(NOW + timedelta(days=days)))
    return [change for changes in found.values() for change in changes]


def test_a_changed_article_makes_its_questions_stale(db: Session) -> None:
    a_library(db, OLD, now=EARLIER)
    a_cited(db, "第三条")
    a_cited(db, "第二条")

    a_library(db, NEW, now=LATER)

    (change,) = stale(db)
    assert (change.old, change.new) == (OLD_FIVE, NEW_FIVE)
    assert change.citation.label == "《评议法》第三条"


def test_a_citation_in_the_explanation_counts_as_well(db: Session) -> None:
    a_library(db, OLD, now=EARLIER)
    a_cited(db, "", explanation="根据评议法第3条的规定，应当如此。")

    a_library(db, NEW, now=LATER)

    assert len(stale(db)) == 1


def test_punctuation_alone_makes_nothing_stale(db: Session) -> None:
    a_library(db, OLD, now=EARLIER)
    a_cited(db, "第三条")

    same = FIRST.replace("三十日内提出", "三十日内，提出")
    a_library(db, ("评议法(2024-05-01).md", same), now=LATER)

    assert stale(db) == []


def test_a_question_written_under_the_new_text_is_not_stale(db: Session) -> None:
    a_library(db, OLD, NEW, now=EARLIER)

    a_cited(db, "第三条")

    assert stale(db) == []


def test_a_bank_older_than_the_library_waits_for_the_next_version(db: Session) -> None:
    a_cited(db, "第三条")
    a_library(db, OLD, now=LATER)
    before = stale(db)

    a_library(db, NEW, now=LATER + timedelta(days=1))

    assert before == []
    assert len(stale(db)) == 1


def test_a_text_that_is_not_yet_in_force_is_no_reason(db: Session) -> None:
    a_library(db, OLD, now=EARLIER)
    a_cited(db, "第三条")

    day = day_of(NOW + timedelta(days=90))
    a_library(db, (f"评议法({day}).md", SECOND), now=NOW)

    assert stale(db, days=89) == []
    assert len(stale(db, days=90)) == 1


def test_an_article_that_moved_is_offered(db: Session) -> None:
    a_library(db, OLD, now=EARLIER)
    a_cited(db, "第二条")

    a_library(db, ("评议法(2024-05-01).md", RENUMBERED), now=LATER)

    (change,) = stale(db)
    assert change.moved_to is not None
    assert change.moved_to.label == "第三条"


def approved(db: Session, question: QuestionRow, *, seen: str) -> None:
    editor = an_account(db, "approver", name="李编辑")
    staleness.approve(
        db,
        STATUTES,
        Approval(question.public_id, "期限与答案无关", seen),
        by=editor.id,
        now=LATER,
    )


def test_an_editor_brings_it_back_and_both_texts_are_kept(db: Session) -> None:
    a_library(db, OLD, now=EARLIER)
    question = a_cited(db, "第三条")
    a_library(db, NEW, now=LATER)

    approved(db, question, seen=staleness.seen_digest(stale(db)))

    row = db.scalars(select(ArticleReview)).one()
    assert stale(db) == []
    assert (row.old_text, row.new_text) == (OLD_FIVE, NEW_FIVE)
    assert (row.reason, row.at) == ("期限与答案无关", LATER)


def test_the_next_change_makes_an_approved_question_stale_again(db: Session) -> None:
    a_library(db, OLD, now=EARLIER)
    question = a_cited(db, "第三条")
    a_library(db, NEW, now=LATER)
    approved(db, question, seen=staleness.seen_digest(stale(db)))

    third = SECOND.replace("六十日", "九十日")
    a_library(db, ("评议法(2025-05-01).md", third), now=LATER)

    assert len(stale(db)) == 1


def test_a_text_that_the_editor_has_not_seen_is_not_approved(db: Session) -> None:
    a_library(db, OLD, now=EARLIER)
    question = a_cited(db, "第三条")
    a_library(db, NEW, now=LATER)

    with pytest.raises(NotStaleError):
        approved(db, question, seen="0" * 64)

    assert len(stale(db)) == 1


def test_publishing_leaves_stale_questions_out_and_says_so(db: Session) -> None:
    a_person(db, a_department(db), "HY00001")
    a_mixed_bank(db)
    a_library(db, OLD, now=EARLIER)
    question = a_cited(db, "第三条")
    a_library(db, NEW, now=NOW + timedelta(minutes=1))
    exam_id = planning.create(db, a_plan(), by=None, now=NOW)

    done = publishing.publish(db, exam_id, by=None, now=NOW)

    assert done.left_out == {"stale": 1}
    assert done.questions == 24
    assert question.retired_at is None
    assert len(readiness.check(db, exam_id, now=NOW).candidates) == 24


def test_the_editor_reads_both_texts_and_approves_on_the_page(
    app: Flask, db: Session, editor: ApiUser
) -> None:
    del app
    a_library(db, OLD, now=EARLIER)
    question = a_cited(db, "第三条")
    a_library(db, NEW, now=NOW + timedelta(minutes=1))
    db.commit()
    page = f"/bank/check/stale/{question.public_id}"

    shown = editor.client.get(page).text
    beside = editor.client.get(f"/bank/questions/{question.public_id}").text
    seen = staleness.seen_digest(stale(db))
    db.rollback()
    nothing_said = editor.submits_form(page, seen=seen, reason="")
    answer = editor.submits_form(page, seen=seen, reason="与期限无关")
    after = editor.client.get(f"/bank/questions/{question.public_id}").text

    assert OLD_FIVE in shown
    assert NEW_FIVE in shown
    assert "引用的法条已经修改" in beside
    assert nothing_said.status_code == 422
    assert answer.status_code == 303
    assert "引用的法条已经修改" not in after
    assert "王编辑 确认" in after
