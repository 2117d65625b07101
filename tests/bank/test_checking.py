"""Keys in conflict, and what a check of a bank finds."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.bank import checking, rulings
from examcenter.bank.checking import Finding
from examcenter.bank.models import KeyRuling, QuestionRow
from examcenter.bank.rulings import NotInConflictError, Ruling, Verdict
from examcenter.cli import cli
from examcenter.cli.context import Cli
from examcenter.config import Settings
from examcenter.exams.readiness import STATUTES
from question_bank.model import Question
from tests.support.actors import ApiUser
from tests.support.bank_factories import a_question, a_stored_question
from tests.support.factories import NOW, an_account
from tests.support.law_factories import FIRST, a_library

STEM = "行政机关作出责令停产停业的行政处罚决定之前，应当告知当事人什么（　　）。"


def plain(key: str, stem: str = STEM) -> Question:
    """Return a question that cites nothing."""
    return replace(a_question(stem, key), citation="")


def two_keys(db: Session) -> tuple[QuestionRow, QuestionRow]:
    """Store the same question in two banks, with different keys."""
    return (
        a_stored_question(db, plain("A"), "甲库"),
        a_stored_question(db, plain("B"), "乙库"),
    )


def ruled(db: Session, pair: tuple[QuestionRow, QuestionRow], what: Verdict) -> None:
    editor = an_account(db, name="李编辑")
    ruling = Ruling(pair[0].public_id, pair[1].public_id, what, "核对过原文")
    rulings.rule(db, ruling, by=editor.id, now=NOW)


def codes(db: Session, bank: str | None = None) -> list[Finding]:
    return [one.code for one in checking.check(db, STATUTES, bank=bank, now=NOW).facts]


def test_neither_of_two_keys_is_drawn_before_somebody_has_ruled(db: Session) -> None:
    two_keys(db)

    assert len(rulings.contested(db, "甲库")) == 1
    assert len(rulings.contested(db, "乙库")) == 1
    assert codes(db) == [Finding.KEY_CONFLICT, Finding.KEY_CONFLICT]


def test_the_one_that_is_kept_is_drawn_and_the_other_retired(db: Session) -> None:
    pair = two_keys(db)

    ruled(db, pair, Verdict.SECOND)

    row = db.scalars(select(KeyRuling)).one()
    assert (pair[0].retired_at, pair[1].retired_at) == (NOW, None)
    assert (row.kept_id, row.reason) == (pair[1].id, "核对过原文")
    assert codes(db) == []


def test_a_retired_loser_that_returns_is_in_conflict_again(db: Session) -> None:
    pair = two_keys(db)
    ruled(db, pair, Verdict.SECOND)

    pair[0].retired_at = None
    db.flush()

    assert len(rulings.conflicts(db)) == 1


def test_both_may_stay_and_the_ruling_is_kept(db: Session) -> None:
    pair = two_keys(db)

    ruled(db, pair, Verdict.BOTH)

    assert rulings.conflicts(db) == []
    assert rulings.contested(db, "甲库") == frozenset()


def test_what_is_not_in_conflict_cannot_be_ruled(db: Session) -> None:
    pair = two_keys(db)
    ruled(db, pair, Verdict.BOTH)

    with pytest.raises(NotInConflictError):
        ruled(db, pair, Verdict.FIRST)


def test_near_duplicates_are_told_apart_by_their_keys(db: Session) -> None:
    a_stored_question(db, plain("A"))
    a_stored_question(db, plain("A", STEM.replace("应当", "必须")))
    a_stored_question(db, plain("B", STEM.replace("决定", "决议")))

    found = codes(db)

    assert set(found) == {Finding.SIMILAR, Finding.SIMILAR_OTHER_KEY}


@pytest.mark.parametrize(
    ("citation", "code"),
    [
        ("《评议法》第九条", Finding.UNKNOWN_ARTICLE),
        ("《没有的法》第一条", Finding.UNKNOWN_LAW),
        ("《评议法》第一条第四款", Finding.UNKNOWN_PART),
        ("《评议法》（2001年修正）第一条", Finding.SUPERSEDED_VERSION),
        ("《旧评议法》第一条", Finding.REPEALED_LAW),
    ],
)
def test_doubtful_citations_are_found(
    db: Session, citation: str, code: Finding
) -> None:
    ends = "\n第四条 本法自公布之日起施行。《旧评议法》同时废止。"
    a_library(db, ("评议法(2019-03-01).md", FIRST + ends), now=NOW)
    question = replace(a_question(STEM), citation=citation, explanation="")
    a_stored_question(db, question)

    (fact,) = checking.check(db, STATUTES, now=NOW).facts

    assert fact.code is code


def test_a_good_citation_is_no_finding(db: Session) -> None:
    a_library(db, ("评议法(2019-03-01).md", FIRST), now=NOW)
    question = replace(a_question(STEM), citation="评议法第2条", explanation="")
    a_stored_question(db, question)

    assert codes(db) == []


def test_the_command_prints_one_document(db: Session, settings: Settings) -> None:
    two_keys(db)
    db.commit()

    done = CliRunner().invoke(
        cli, ["bank", "check", "--bank", "甲库", "--json"], obj=Cli(home=settings.home)
    )

    document = json.loads(done.stdout)
    assert done.exit_code == 0
    assert document["counts"] == {"key_conflict": 1}
    assert document["findings"][0]["other_bank"] == "乙库"


def test_the_editor_rules_on_the_page(db: Session, editor: ApiUser) -> None:
    first, second = two_keys(db)
    db.commit()

    shown = editor.client.get("/bank/check").text
    listed = editor.client.get("/bank/check/conflicts").text
    answer = editor.submits_form(
        "/bank/check/conflicts",
        first=first.public_id,
        second=second.public_id,
        verdict="first",
        reason="核对过原文",
    )

    assert "答案不同" in shown
    assert "都留下" in listed
    assert answer.status_code == 303
    db.expire_all()
    assert db.get_one(QuestionRow, second.id).retired_at is not None
