"""The examinee's pages."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from examcenter.clock import FixedClock
from examcenter.exams.rules import Review
from tests.support.actors import ApiUser, a_browser
from tests.support.halls import KEY_CANARY, Hall, a_hall


@pytest.fixture
def hall(db: Session) -> Hall:
    hall = a_hall(db)
    db.commit()
    return hall


@pytest.fixture
def examinee(app: Flask, hall: Hall) -> ApiUser:
    return a_browser(app, hall.people[0].staff_number)


def test_my_exams_offers_the_notice_of_an_open_exam(
    examinee: ApiUser, hall: Hall
) -> None:
    page = examinee.client.get("/my/exams")

    assert page.status_code == 200
    assert f"/my/exams/{hall.exam_id}" in page.text
    assert "2026年12月1日 09:00" in page.text


def test_the_notice_asks_for_consent_with_an_unticked_box(
    examinee: ApiUser, hall: Hall
) -> None:
    page = examinee.client.get(f"/my/exams/{hall.exam_id}").text

    assert 'name="consent_version"' in page
    assert "checked" not in page
    assert "不同意也可以考试" in page


def test_starting_leads_to_the_paper_and_back_to_it(
    examinee: ApiUser, hall: Hall
) -> None:
    first = examinee.submits_form(f"/my/exams/{hall.exam_id}/start")
    again = examinee.client.get(f"/my/exams/{hall.exam_id}")

    assert first.status_code == again.status_code == 303
    assert first.location == again.location
    assert "data-attempt" in examinee.client.get(first.location).text


def test_after_the_hand_in_the_paper_leads_to_the_receipt(
    examinee: ApiUser, hall: Hall
) -> None:
    paper = examinee.submits_form(f"/my/exams/{hall.exam_id}/start").location
    attempt = paper.rsplit("/", 1)[1]
    answer = examinee.posts(f"/attempts/{attempt}/submission", {"lease": 1})

    page = examinee.client.get(paper, follow_redirects=True).text

    assert answer.get_json()["receipt"] in page
    assert "本人交卷" in page
    assert "再考一次" in page


def test_an_exam_that_is_not_mine_is_not_there(examinee: ApiUser) -> None:
    assert examinee.client.get("/my/exams/nothing").status_code == 404
    assert examinee.client.get("/my/attempts/nothing").status_code == 404


@pytest.mark.parametrize(
    ("review", "shown"), [(Review.NONE, False), (Review.AFTER_CLOSE, True)], ids=str
)
def test_keys_are_shown_after_the_exam_only_where_the_plan_says_so(
    app: Flask, db: Session, clock: FixedClock, review: Review, shown: bool
) -> None:
    hall = a_hall(db, review=review)
    db.commit()
    examinee = a_browser(app, hall.people[0].staff_number)
    paper = examinee.submits_form(f"/my/exams/{hall.exam_id}/start").location
    examinee.posts(f"/attempts/{paper.rsplit('/', 1)[1]}/submission", {"lease": 1})

    during = examinee.client.get(paper, follow_redirects=True).text
    clock.advance(timedelta(hours=3))
    after = examinee.client.get(paper, follow_redirects=True).text

    assert KEY_CANARY not in during
    assert (KEY_CANARY in after) is shown
