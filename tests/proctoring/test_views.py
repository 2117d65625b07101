"""The officer's page of an attempt: who may look, and what it tells."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from examcenter.accounts.models import Grant
from examcenter.accounts.rules import Role
from examcenter.config import Settings
from examcenter.organisation.models import Department
from examcenter.proctoring import service
from examcenter.proctoring.admission import SignalKind
from examcenter.proctoring.evidence import Evidence
from examcenter.proctoring.models import Snapshot
from examcenter.proctoring.rules import Analysis, Verdict
from tests.proctoring.scenes import jpeg, plain
from tests.support.actors import a_browser
from tests.support.factories import NOW, a_department, an_account
from tests.support.proctoring_factories import (
    Seat,
    a_seat,
    a_signal,
    a_snapshot,
    an_answer,
)

PICTURE = jpeg(plain(90))


@pytest.fixture
def evidence(settings: Settings) -> Evidence:
    return Evidence(settings.home)


@pytest.fixture
def seat(db: Session) -> Seat:
    seat = a_seat(db)
    db.commit()
    return seat


@pytest.fixture
def snapshot(db: Session, seat: Seat, evidence: Evidence) -> Snapshot:
    snapshot = a_snapshot(db, seat.attempt, evidence, PICTURE)
    db.commit()
    return snapshot


@pytest.fixture
def officer(app: Flask, db: Session) -> FlaskClient:
    account = an_account(db, "officer", Role.EXAM_OFFICER)
    db.commit()
    return a_browser(app, account.login).client


def page_of(seat: Seat) -> str:
    return f"/exams/attempts/{seat.attempt.public_id}"


def picture_of(seat: Seat, snapshot: Snapshot) -> str:
    return f"{page_of(seat)}/snapshots/{snapshot.public_id}.jpg"


def seen(db: Session, snapshot: Snapshot, verdict: Verdict, faces: int | None) -> None:
    analysis = Analysis(
        readable=faces is not None,
        faces=faces,
        verdict=verdict,
        confidence=0.83,
        milliseconds=20.0,
    )
    service.record(db, snapshot.id, analysis, detector="cascade, OpenCV", now=NOW)


def an_officer_of(app: Flask, db: Session, department: Department) -> FlaskClient:
    account = an_account(db, f"officer{department.code}")
    db.add(
        Grant(
            account_id=account.id,
            role=Role.EXAM_OFFICER,
            department_id=department.id,
            granted_at=NOW,
        )
    )
    db.commit()
    return a_browser(app, account.login).client


def test_the_page_tells_who_sat_what_and_when(
    officer: FlaskClient, db: Session, seat: Seat, snapshot: Snapshot
) -> None:
    seen(db, snapshot, Verdict.NO_FACE, 0)
    a_signal(db, seat.attempt, SignalKind.CAMERA_LOST, NOW + timedelta(minutes=1))
    an_answer(db, seat.attempt, 3, NOW + timedelta(minutes=2))
    db.commit()

    page = officer.get(page_of(seat)).text

    for words in (
        seat.person.name,
        seat.person.staff_number,
        "2026年度学法考试",
        "2026年12月1日 09:00",
        "尚未交卷",
        "已同意拍照",
        "没有人脸",
        "0.83",
        "cascade, OpenCV",
        "摄像头断开",
        "第 3 题，第 1 版",
        "不决定任何事",
        picture_of(seat, snapshot),
    ):
        assert words in page


def test_everything_stands_in_the_order_of_its_arrival(
    officer: FlaskClient, db: Session, seat: Seat, evidence: Evidence
) -> None:
    an_answer(db, seat.attempt, 1, NOW + timedelta(minutes=3))
    a_signal(db, seat.attempt, SignalKind.OFFLINE, NOW + timedelta(minutes=1))
    a_snapshot(db, seat.attempt, evidence, PICTURE, NOW + timedelta(minutes=2))
    db.commit()

    risen = officer.get(page_of(seat)).text
    fallen = officer.get(f"{page_of(seat)}?sort=at&direction=desc").text

    def order(page: str) -> list[str]:
        times = ("09:01:00", "09:02:00", "09:03:00")
        return sorted(times, key=lambda time: page.index(f">{time}<"))

    assert order(risen) == ["09:01:00", "09:02:00", "09:03:00"]
    assert order(fallen) == ["09:03:00", "09:02:00", "09:01:00"]


FILTERED = {
    "kind=signal": ("网络中断</td>", "09:00:00 的照片"),
    "kind=snapshot": ("09:00:00 的照片", "网络中断</td>"),
    "kind=answer": ("第 1 题", "网络中断</td>"),
    "verdict=no_face": ("09:00:00 的照片", "09:00:30 的照片"),
    "verdict=waiting": ("09:00:30 的照片", "09:00:00 的照片"),
}


@pytest.mark.parametrize("query", FILTERED)
def test_the_timeline_is_filtered_by_kind_and_by_verdict(
    officer: FlaskClient, db: Session, seat: Seat, evidence: Evidence, query: str
) -> None:
    empty = a_snapshot(db, seat.attempt, evidence, PICTURE)
    seen(db, empty, Verdict.NO_FACE, 0)
    a_snapshot(db, seat.attempt, evidence, PICTURE, NOW + timedelta(seconds=30))
    a_signal(db, seat.attempt, SignalKind.OFFLINE)
    an_answer(db, seat.attempt, 1)
    db.commit()

    page = officer.get(f"{page_of(seat)}?{query}").text

    shown, hidden = FILTERED[query]
    assert shown in page
    assert hidden not in page


@pytest.mark.parametrize("query", ["kind=nonsense", "verdict=nonsense", "page=99"])
def test_a_filter_that_finds_nothing_says_so(
    officer: FlaskClient, seat: Seat, snapshot: Snapshot, query: str
) -> None:
    page = officer.get(f"{page_of(seat)}?{query}")

    assert page.status_code == 200
    assert f"{snapshot.public_id}.jpg" not in page.text


def test_a_long_timeline_is_paged(
    officer: FlaskClient, db: Session, seat: Seat
) -> None:
    for second in range(120):
        a_signal(db, seat.attempt, SignalKind.OFFLINE, NOW + timedelta(seconds=second))
    db.commit()

    last = officer.get(f"{page_of(seat)}?page=3").text

    assert "第 101–120 条，共 120 条" in last
    assert ">09:01:59<" in last


def test_a_picture_that_could_not_be_read_is_not_given_a_number(
    officer: FlaskClient, db: Session, seat: Seat, snapshot: Snapshot
) -> None:
    seen(db, snapshot, Verdict.UNDECIDED, None)
    db.commit()

    page = officer.get(page_of(seat)).text

    assert "无法读取" in page
    assert "0.83" not in page


def test_an_attempt_without_any_record_says_so(
    officer: FlaskClient, db: Session
) -> None:
    seat = a_seat(db, consents=False)
    db.commit()

    page = officer.get(page_of(seat)).text

    assert "还没有任何记录" in page
    assert "没有同意拍照" in page


def test_the_export_holds_what_the_filter_shows(
    officer: FlaskClient, db: Session, seat: Seat, snapshot: Snapshot
) -> None:
    del snapshot
    for second in range(60):
        a_signal(db, seat.attempt, SignalKind.OFFLINE, NOW + timedelta(seconds=second))
    db.commit()

    answer = officer.get(f"{page_of(seat)}/timeline.csv?kind=signal")

    head, columns, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert "条件：类别：页面事件" in head
    assert columns[:4] == ["到达时间", "页面时钟", "类别", "内容"]
    assert len(rows) == 60
    assert rows[1][:1] + rows[1][2:4] == ["2026-12-01 09:00:01", "页面事件", "网络中断"]


def test_a_picture_is_shown_uncached_and_the_look_is_logged(
    officer: FlaskClient, seat: Seat, snapshot: Snapshot
) -> None:
    with capture_logs() as events:
        answer = officer.get(picture_of(seat, snapshot))

    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.data == PICTURE
    assert answer.headers["Cache-Control"] == "no-store"
    (looked,) = [event for event in events if event["event"] == "evidence.viewed"]
    assert looked["snapshot"] == snapshot.public_id
    assert isinstance(looked["by"], int)


WHO_SEES = {
    "anonymous": 303,
    "the examinee": 403,
    "a neighbour": 403,
    "bank_editor": 403,
    "hr": 403,
    "system": 403,
    "exam_officer": 200,
}


def somebody(app: Flask, db: Session, seat: Seat, who: str) -> FlaskClient:
    people = {"the examinee": 0, "a neighbour": 1}
    if who == "anonymous":
        return app.test_client()
    if who in people:
        return a_browser(app, seat.hall.people[people[who]].staff_number).client
    account = an_account(db, who, Role(who))
    db.commit()
    return a_browser(app, account.login).client


@pytest.mark.parametrize("who", WHO_SEES)
def test_only_an_exam_officer_sees_what_was_recorded(
    app: Flask, db: Session, seat: Seat, snapshot: Snapshot, who: str
) -> None:
    client = somebody(app, db, seat, who)
    pages = [page_of(seat), f"{page_of(seat)}/timeline.csv", picture_of(seat, snapshot)]

    answers = [client.get(page).status_code for page in pages]

    assert answers == [WHO_SEES[who]] * 3


def test_beyond_the_officers_departments_nothing_exists(
    app: Flask, db: Session, seat: Seat, snapshot: Snapshot
) -> None:
    own = db.get_one(Department, seat.person.department_id)
    here = an_officer_of(app, db, own)
    elsewhere = an_officer_of(app, db, a_department(db, "430500"))
    pages = [page_of(seat), f"{page_of(seat)}/timeline.csv", picture_of(seat, snapshot)]

    assert [here.get(page).status_code for page in pages] == [200] * 3
    assert [elsewhere.get(page).status_code for page in pages] == [404] * 3


def test_a_picture_belongs_to_its_attempt_alone(
    officer: FlaskClient, seat: Seat, snapshot: Snapshot
) -> None:
    other = f"/exams/attempts/nothing/snapshots/{snapshot.public_id}.jpg"

    assert officer.get(other).status_code == 404
    assert officer.get(f"{page_of(seat)}/snapshots/nothing.jpg").status_code == 404
    assert officer.get("/exams/attempts/nothing").status_code == 404


def test_a_picture_whose_file_is_gone_or_changed_is_not_shown(
    officer: FlaskClient, settings: Settings, seat: Seat, snapshot: Snapshot
) -> None:
    (file,) = Path(settings.home / "evidence").rglob(snapshot.file)
    file.write_bytes(jpeg(plain(200)))
    changed = officer.get(picture_of(seat, snapshot))
    file.unlink()
    gone = officer.get(picture_of(seat, snapshot))

    assert (changed.status_code, gone.status_code) == (409, 404)
    assert "摘要不一致" in changed.text
