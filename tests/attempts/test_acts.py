"""What staff do about sitting, as the examinee's page and the results see it."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.accounts.rules import Role
from examcenter.attempts import granting, service
from examcenter.attempts.act_models import AttemptAct, AttemptRequest
from examcenter.attempts.act_rules import Act, Grant, GrantRefusedError, Target
from examcenter.attempts.models import Attempt
from examcenter.clock import FixedClock
from examcenter.db import Database
from examcenter.exams import further
from examcenter.exams import service as exams
from examcenter.organisation.service import EVERYTHING
from examcenter.reports import service as reports
from examcenter.results import service as results
from examcenter.results.models import Result
from tests.support.actors import ApiUser, a_browser
from tests.support.factories import NOW, an_account
from tests.support.halls import Hall, a_hall
from tests.support.rooms import a_room, an_invigilator, seated

GRACE = timedelta(seconds=3)


@pytest.fixture
def hall(db: Session) -> Hall:
    hall = a_hall(db, people=3)
    an_account(db, "officer", Role.EXAM_OFFICER)
    an_account(db, "second", Role.EXAM_OFFICER)
    room = a_room(db)
    seated(db, exams.find(db, hall.exam_id).id, room, hall.people[:2])
    an_invigilator(db, "watch", room)
    an_invigilator(db, "elsewhere", a_room(db, "202"))
    db.commit()
    return hall


@pytest.fixture
def examinee(app: Flask, hall: Hall) -> ApiUser:
    return a_browser(app, hall.people[0].staff_number)


@pytest.fixture
def officer(app: Flask, hall: Hall) -> ApiUser:
    assert hall.people
    return a_browser(app, "officer")


@pytest.fixture
def attempt(examinee: ApiUser, hall: Hall) -> dict[str, Any]:
    document: dict[str, Any] = examinee.posts(
        f"/exams/{hall.exam_id}/attempts"
    ).get_json()
    return document


def saves(
    examinee: ApiUser, attempt: dict[str, Any], *changes: Any, seen: int = 0
) -> Any:
    return examinee.puts(
        f"/attempts/{attempt['id']}/answers",
        {"lease": attempt["lease"], "answers": list(changes), "seen": seen},
    )


def a_change(version: int = 1, value: str = "A") -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "question": 1,
        "version": version,
        "value": [value],
        "at": "",
    }


def does(officer: ApiUser, attempt: dict[str, Any], act: str, **fields: Any) -> Any:
    path = f"/exams/attempts/{attempt['id']}/acts/{act}"
    return officer.submits_form(path, **{"reason": "机器故障", **fields})


def grants(officer: ApiUser, hall: Hall, query: str = "", **fields: Any) -> Any:
    path = f"/exams/{hall.exam_id}/acts/grant?{query}"
    return officer.submits_form(path, **{"reason": "三楼停电", **fields})


def collected(database: Database, clock: FixedClock) -> int:
    with database.unit_of_work() as db:
        return service.close_overdue(db, grace=GRACE, now=clock.now())


def scored(database: Database, clock: FixedClock) -> None:
    with database.unit_of_work() as db:
        results.score_submitted(db, now=clock.now())


def test_T10_the_next_pulse_tells_a_page_of_its_minutes(  # noqa: N802 - the threat's number
    examinee: ApiUser, officer: ApiUser, attempt: dict[str, Any], hall: Hall
) -> None:
    before = saves(examinee, attempt).get_json()

    grants(officer, hall, minutes="8")

    after = saves(examinee, attempt).get_json()
    (notice,) = after["notices"]
    assert (before["state"], before["notices"]) == ("running", [])
    assert after["deadline"] > before["deadline"]
    assert (notice["kind"], notice["minutes"]) == ("time_granted", 8)
    assert notice["reason"] == "三楼停电"
    assert saves(examinee, attempt, seen=1).get_json()["notices"] == []


def test_a_paused_attempt_takes_nothing_and_gets_its_minutes_back(
    examinee: ApiUser, officer: ApiUser, attempt: dict[str, Any], clock: FixedClock
) -> None:
    saved = saves(examinee, attempt, a_change()).get_json()
    does(officer, attempt, "pause")
    clock.advance(timedelta(minutes=10))

    refused = saves(examinee, attempt, a_change(2))
    told = saves(examinee, attempt).get_json()
    does(officer, attempt, "resume", reason="证件已核对")
    after = saves(examinee, attempt, a_change(2)).get_json()

    assert (refused.status_code, refused.get_json()["code"]) == (409, "attempt_paused")
    assert (told["state"], told["notices"][0]["kind"]) == ("paused", "paused")
    assert after["saved"] == {"1": 2}
    assert [n["kind"] for n in after["notices"]] == ["paused", "resumed"]
    assert after["notices"][1]["minutes"] == 10
    assert saved["deadline"][:16] == "2026-12-01T10:00"
    assert after["deadline"][:16] == "2026-12-01T10:10"


def test_an_answer_on_its_way_when_the_pause_began_counts(
    examinee: ApiUser, officer: ApiUser, attempt: dict[str, Any], clock: FixedClock
) -> None:
    does(officer, attempt, "pause")
    clock.advance(timedelta(seconds=2))

    assert saves(examinee, attempt, a_change()).status_code == 200


def test_no_deadline_passes_during_a_pause(
    officer: ApiUser, attempt: dict[str, Any], database: Database, clock: FixedClock
) -> None:
    does(officer, attempt, "pause")
    clock.advance(timedelta(hours=2))

    assert collected(database, clock) == 0


def test_F3_a_power_cut_across_the_end_reopens_what_the_server_collected(  # noqa: N802, PLR0913, PLR0917 - the fault's number; fixtures
    app: Flask,
    examinee: ApiUser,
    attempt: dict[str, Any],
    hall: Hall,
    database: Database,
    clock: FixedClock,
) -> None:
    clock.advance(timedelta(minutes=61))
    assert collected(database, clock) == 1
    scored(database, clock)
    clock.advance(timedelta(minutes=4))

    grants(a_browser(app, "officer"), hall, since="09:56", until="10:05")

    told = saves(examinee, attempt, a_change()).get_json()
    assert told["deadline"][:16] == "2026-12-01T10:09"
    assert [n["kind"] for n in told["notices"]] == ["reopened", "time_granted"]
    with database.reading() as db:
        assert db.scalars(select(Result)).all() == []
    clock.advance(timedelta(minutes=5))
    assert collected(database, clock) == 1
    scored(database, clock)
    with database.reading() as db:
        assert len(db.scalars(select(Result)).all()) == 1


def test_a_hand_in_of_the_examinees_own_is_final(
    examinee: ApiUser, officer: ApiUser, attempt: dict[str, Any], hall: Hall
) -> None:
    examinee.posts(f"/attempts/{attempt['id']}/submission", {"lease": 1})

    answer = grants(officer, hall, minutes="8")

    assert answer.status_code == 422
    assert "没有可以补时的答卷" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"since": "08:50", "until": "09:05"}, "请恢复后再补时"),
        ({"minutes": "5", "since": "08:50", "until": "08:55"}, "只填"),
        ({"since": "08:50"}, "只填"),
        ({"minutes": "0"}, "补时应为"),
        ({"minutes": "999"}, "补时应为"),
        ({"minutes": "五"}, "补时应为"),
        ({"since": "8点", "until": "09:00"}, "10:03 的样子"),
        ({"minutes": "5", "reason": " "}, "还不能提交"),
    ],
    ids=["future", "both", "half", "none", "too long", "words", "clock", "no reason"],
)
@pytest.mark.usefixtures("attempt")
def test_a_grant_that_cannot_be_is_refused_in_words(
    officer: ApiUser, hall: Hall, fields: dict[str, str], words: str
) -> None:
    answer = grants(officer, hall, **fields)

    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)


def test_more_time_for_special_needs_waits_for_the_start(
    officer: ApiUser, examinee: ApiUser, hall: Hall
) -> None:
    number = hall.people[0].staff_number
    grants(officer, hall, f"person={number}", minutes="30", standing="y")

    document = examinee.posts(f"/exams/{hall.exam_id}/attempts").get_json()

    assert document["deadline"][:16] == "2026-12-01T10:30"


def test_an_invigilator_reaches_the_people_of_their_room_alone(
    app: Flask, hall: Hall, db: Session, attempt: dict[str, Any]
) -> None:
    mine, other = a_browser(app, "watch"), a_browser(app, "elsewhere")
    outside = a_browser(app, hall.people[2].staff_number)
    far = outside.posts(f"/exams/{hall.exam_id}/attempts").get_json()

    assert does(other, attempt, "pause").status_code == 404
    assert does(mine, far, "pause").status_code == 404
    assert does(mine, attempt, "pause").status_code == 303
    assert grants(mine, hall, minutes="5").status_code == 404
    assert db.scalars(select(AttemptAct.kind)).all() == ["paused"]


def test_a_reset_needs_a_second_person_and_gives_a_new_paper(  # noqa: PLR0913, PLR0917 - fixtures
    app: Flask,
    examinee: ApiUser,
    attempt: dict[str, Any],
    hall: Hall,
    database: Database,
    clock: FixedClock,
) -> None:
    clock.advance(timedelta(minutes=45))  # late entry has closed: no matter
    officer, second = a_browser(app, "officer"), a_browser(app, "second")
    path = f"/exams/attempts/{attempt['id']}/requests/reset"
    officer.submits_form(path, reason="主板烧毁")
    with database.reading() as db:
        request = db.scalars(select(AttemptRequest.public_id)).one()
    approval = f"/exams/requests/{request}/approve"

    alone = officer.submits_form(approval, reason="自己同意")
    done = second.submits_form(approval, reason="情况属实")
    again = second.submits_form(approval, reason="再点一次")
    anew = examinee.posts(f"/exams/{hall.exam_id}/attempts")

    assert (alone.status_code, done.status_code, again.status_code) == (409, 303, 409)
    assert anew.status_code == 201
    assert anew.get_json()["questions"] != attempt["questions"]
    listed = examinee.gets("/exams").get_json()["exams"][0]
    assert listed["attempts_left"] == 1


def test_papers_beyond_the_plan_follow_from_the_seed(db: Session, hall: Hall) -> None:
    exam_id = exams.find(db, hall.exam_id).id
    person = hall.people[1].id
    further.provide(db, exam_id, person, 3)

    third = exams.paper(db, exam_id, person, 3)

    assert further.is_as_drawn(db, exam_id, person, 3)
    for number in (1, 2):
        shared = set(third.questions) & set(
            exams.paper(db, exam_id, person, number).questions
        )
        assert not shared


def test_a_voided_result_stays_among_those_who_sat(  # noqa: PLR0913, PLR0917 - fixtures
    app: Flask,
    officer: ApiUser,
    examinee: ApiUser,
    attempt: dict[str, Any],
    hall: Hall,
    database: Database,
    clock: FixedClock,
) -> None:
    examinee.posts(f"/attempts/{attempt['id']}/submission", {"lease": 1})

    def total() -> Any:
        with database.reading() as db:
            report = reports.departments(
                db, hall.exam_id, scope=EVERYTHING, now=clock.now()
            )
        assert not any("尚未评分" in note for note in report.footnotes)
        return report.total.sat, report.total.voided, report.total.average

    def decides(act: str) -> None:
        path = f"/exams/attempts/{attempt['id']}/requests/{act}"
        officer.submits_form(path, reason="替考")
        with database.reading() as db:
            request = db.scalars(
                select(AttemptRequest.public_id).order_by(AttemptRequest.id.desc())
            ).first()
        a_browser(app, "second").submits_form(
            f"/exams/requests/{request}/approve", reason="属实"
        )

    before = total()
    decides("void")
    voided = total()
    refused = examinee.gets(f"/attempts/{attempt['id']}/result")
    decides("reinstate")

    assert before == (1, 0, before[2])
    assert voided == (1, 1, "—")
    assert refused.get_json()["code"] == "result_voided"
    assert total() == before
    assert examinee.gets("/exams").get_json()["exams"][0]["attempts_left"] == 1


def test_late_entry_is_by_exception_and_on_record(
    app: Flask, hall: Hall, db: Session, clock: FixedClock
) -> None:
    late = hall.people[1].staff_number
    clock.advance(timedelta(minutes=40))
    refused = a_browser(app, late).posts(f"/exams/{hall.exam_id}/attempts")
    officer = a_browser(app, "officer")
    path = f"/exams/{hall.exam_id}/acts/late-entry?person={late}"
    beyond = officer.submits_form(path, until="11:30", reason="道路塌方")
    officer.submits_form(path, until="09:50", reason="道路塌方")

    begun = a_browser(app, late).posts(f"/exams/{hall.exam_id}/attempts")

    assert refused.get_json()["code"] == "too_late"
    assert beyond.status_code == 422
    assert begun.status_code == 201
    (act,) = db.scalars(select(AttemptAct)).all()
    assert (act.kind, act.reason) == ("late_entry", "道路塌方")


def test_who_is_made_to_hand_in_is_told_why(
    officer: ApiUser, examinee: ApiUser, attempt: dict[str, Any]
) -> None:
    does(officer, attempt, "force-submit", reason="多次传递纸条")

    refused = saves(examinee, attempt, a_change())
    page = examinee.client.get(f"/my/attempts/{attempt['id']}/result").text

    assert refused.get_json()["code"] == "attempt_closed"
    assert "多次传递纸条" in page
    assert "由工作人员收卷" in page


def test_a_collected_attempt_goes_on_while_there_is_time(
    officer: ApiUser, examinee: ApiUser, attempt: dict[str, Any], db: Session
) -> None:
    does(officer, attempt, "force-submit")

    does(officer, attempt, "resume", reason="点错了座位")

    assert saves(examinee, attempt, a_change()).status_code == 200
    assert db.scalars(select(Result)).all() == []


def test_closing_collects_paused_attempts_too(
    officer: ApiUser, attempt: dict[str, Any], hall: Hall, db: Session
) -> None:
    does(officer, attempt, "pause")

    officer.submits_form(f"/exams/{hall.exam_id}/close", reason="全部结束")

    assert does(officer, attempt, "resume").status_code == 409
    row = db.scalars(select(Attempt)).one()
    assert (row.paused_at, row.submitted_by) == (None, "officer")


def test_keys_stay_hidden_while_somebody_has_granted_time(
    officer: ApiUser,
    attempt: dict[str, Any],
    hall: Hall,
    db: Session,
    clock: FixedClock,
) -> None:
    del attempt
    grants(officer, hall, minutes="120")
    clock.advance(timedelta(minutes=125))
    other = Attempt(
        exam_id=exams.find(db, hall.exam_id).id,
        person_id=hall.people[1].id,
        number=1,
        started_at=NOW,
        deadline=NOW + timedelta(hours=1),
        lease_sign_in_id=1,
        submitted_at=NOW + timedelta(minutes=50),
        submitted_by="examinee",
        receipt="X",
    )
    db.add(other)
    db.commit()

    found = results.submission(db, other.public_id, now=clock.now())

    assert found is not None
    assert found.times.state == "open"


def test_a_swap_moves_the_seat_gives_minutes_and_is_on_record(
    app: Flask, hall: Hall, attempt: dict[str, Any], examinee: ApiUser
) -> None:
    watch = a_browser(app, "watch")
    path = f"/rooms/{_room_of(watch)}/exams/{hall.exam_id}"
    page = watch.client.get(path).text
    number = hall.people[0].staff_number
    swapping = f"{path}/swap?person={number}"
    free = watch.client.get(swapping).text

    answer = watch.submits_form(swapping, seat="3", minutes="4", reason="黑屏")

    assert number in page
    assert 'value="3"' in free
    assert answer.status_code == 303, answer.text
    told = saves(examinee, attempt).get_json()
    assert [n["kind"] for n in told["notices"]] == ["time_granted"]
    record = watch.client.get(f"/exams/attempts/{attempt['id']}/acts").text
    assert "座位 1（—）换到 3（PC101-3）" in record


def _room_of(watch: ApiUser) -> str:
    page: str = watch.client.get("/rooms").text
    return page.split('href="/rooms/')[1].split('"', maxsplit=1)[0]


def test_a_lease_that_is_taken_over_is_on_record_with_its_address(
    examinee: ApiUser, attempt: dict[str, Any], db: Session
) -> None:
    examinee.posts(f"/attempts/{attempt['id']}/lease")

    (act,) = db.scalars(select(AttemptAct)).all()

    assert act.kind == "lease_taken"
    assert act.facts == {"lease": 2, "address": "127.0.0.1"}
    assert not act.is_notice


def test_nothing_is_granted_in_an_exam_that_was_ended(
    officer: ApiUser, hall: Hall
) -> None:
    officer.submits_form(f"/exams/{hall.exam_id}/close", reason="全部结束")

    assert grants(officer, hall, minutes="5").status_code == 409


def test_a_grant_for_nobody_leaves_no_trace(db: Session, hall: Hall) -> None:
    exam_id = exams.find(db, hall.exam_id).id

    with pytest.raises(GrantRefusedError) as refused:
        granting.grant(
            db,
            exam_id,
            Grant(Target(), seconds=60),
            Act(None, NOW, "无"),
            unmark=results.unmark,
        )

    assert refused.value.code == "grant_touches_nobody"
