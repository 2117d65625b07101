"""Laws in the library: loaded once, versions in order, texts never changed."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from examcenter.accounts.rules import Role
from examcenter.errors import NotFoundError
from examcenter.laws import finding, service
from examcenter.wishes import Wish
from tests.support.actors import a_browser
from tests.support.factories import NOW, an_account
from tests.support.law_factories import FIRST, NEW_FIVE, OLD_FIVE, SECOND, a_library

OLD = ("评议法(2019-03-01).md", FIRST)
NEW = ("评议法(2024-05-01).md", SECOND)


def test_loading_again_changes_nothing(db: Session) -> None:
    first = a_library(db, OLD, now=NOW)

    again = a_library(db, OLD, now=NOW + timedelta(days=1))

    assert (first.laws, first.versions, first.articles) == (1, 1, 3)
    assert (again.laws, again.versions, again.unchanged) == (0, 0, 1)


def test_a_second_version_belongs_to_the_same_law(db: Session) -> None:
    a_library(db, OLD, now=NOW)

    loaded = a_library(db, NEW, now=NOW)

    assert (loaded.laws, loaded.versions) == (0, 1)
    assert loaded.newer_versions == ("中华人民共和国评议法（2024-05-01）",)


def test_a_stored_version_is_not_overwritten(db: Session) -> None:
    a_library(db, OLD, now=NOW)

    loaded = a_library(db, (OLD[0], SECOND), now=NOW)

    (remark,) = loaded.rejected
    law = service.library(db, {"评议法"}).laws["评议法"]
    assert remark.code == "version_changed"
    assert OLD_FIVE in law.versions[0].texts.values()


def test_the_version_in_force_is_shown(db: Session) -> None:
    a_library(db, OLD, NEW, now=NOW)
    ((line,), total) = finding.find_laws(db, Wish(text="评议"), now=NOW)

    law = finding.law(db, line.public_id, now=NOW)

    assert (total, line.versions, line.adopted) == (1, 2, date(2024, 5, 1))
    assert law.articles[2].text == NEW_FIVE
    assert [one.until for one in law.versions] == [None, date(2024, 5, 1)]


def test_two_versions_stand_side_by_side(db: Session) -> None:
    a_library(db, OLD, NEW, now=NOW)
    ((line,), _) = finding.find_laws(db, Wish(), now=NOW)
    new, old = finding.law(db, line.public_id, now=NOW).versions

    compared = finding.compared(db, line.public_id, old.id, new.id)

    assert compared.changed == 1
    assert (compared.pairs[2].old, compared.pairs[2].new) == (OLD_FIVE, NEW_FIVE)


def test_a_law_that_is_not_there_is_not_found(db: Session) -> None:
    with pytest.raises(NotFoundError):
        finding.law(db, "0" * 32, now=NOW)


@pytest.mark.parametrize("role", [Role.BANK_EDITOR, Role.EXAM_OFFICER])
def test_editors_and_officers_read_the_law(app: Flask, db: Session, role: Role) -> None:
    a_library(db, OLD, NEW, now=NOW)
    ((line,), _) = finding.find_laws(db, Wish(), now=NOW)
    new, old = finding.law(db, line.public_id, now=NOW).versions
    an_account(db, "reader", role)
    db.commit()
    reader = a_browser(app, "reader").client

    index = reader.get("/laws").text
    law = reader.get(f"/laws/{line.public_id}").text
    compared = reader.get(f"/laws/{line.public_id}/compare?old={old.id}&new={new.id}")

    assert "评议法" in index
    assert NEW_FIVE in law
    assert OLD_FIVE in compared.text
    assert NEW_FIVE in compared.text
    assert "评议应当公开" not in compared.text
