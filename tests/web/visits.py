"""What has already happened in the world when a test begins."""

import io

from sqlalchemy import select

from examcenter.attempts.act_models import AttemptRequest
from examcenter.proctoring.models import Snapshot
from tests.support.bank_factories import a_file, a_row
from tests.web.rows import A_PICTURE, CAMERA
from tests.web.world import ACTORS, NEWCOMER, OURS, OWNER, Stage


def begin(stage: Stage) -> None:
    """Sign everybody in; let the examinee sit, and staff leave files to confirm."""
    for name, actor in ACTORS.items():
        stage.signs_in(name, actor.login)
    stage.signs_in("a newcomer", NEWCOMER, stage.facts["newcomer_password"])
    stage.facts["attempt_id"] = _starts(stage, "exam_id")
    stage.facts["snapshot_id"] = _is_seen(stage)
    stage.facts["ended_attempt"] = _starts(stage, "ended_exam")
    handed_in = f"/api/v1/attempts/{stage.facts['ended_attempt']}/submission"
    answer = stage.asks("the examinee", "POST", handed_in, json={"lease": 1})
    assert answer.status_code == 200, answer.get_json()
    stage.facts |= {
        "bank_token": _brings(
            stage, "a bank editor", "/bank/import", a_file(a_row(), a_row(answer="F"))
        ),
        "departments_token": _brings(
            stage,
            "an officer",
            "/departments/import",
            f"单位代码,单位名称\n{OURS},甲局\n,没有代码\n".encode(),
        ),
        "request_id": _asks(stage),
        "rooms_token": _brings(
            stage,
            "an officer",
            "/rooms/import",
            "考场代码,考场名称,座位号\n303,三楼,1\n303,三楼,\n".encode(),
        ),
        "people_token": _brings(
            stage,
            "an officer",
            "/people/import",
            f"工号,姓名,单位代码\n{OWNER},改名,{OURS}\nX1,,无\n".encode(),
        ),
    }


def _is_seen(stage: Stage) -> str:
    """Send a picture of the examinee; return the id under which an officer finds it."""
    path = f"/api/v1/attempts/{stage.facts['attempt_id']}/snapshots"
    answer = stage.asks("the examinee", "POST", path, data=A_PICTURE, headers=CAMERA)
    assert answer.status_code == 202, answer.get_json()
    with stage.database.reading() as db:
        return db.scalars(select(Snapshot.public_id)).one()


def _starts(stage: Stage, exam: str) -> str:
    path = f"/api/v1/exams/{stage.facts[exam]}/attempts"
    listed = stage.asks("the examinee", "GET", "/api/v1/exams").get_json()["exams"]
    consent = {"consent_version": listed[0]["consent"]["version"]}
    answer = stage.asks("the examinee", "POST", path, json=consent)
    assert answer.status_code == 201, answer.get_json()
    return str(answer.get_json()["id"])


def _asks(stage: Stage) -> str:
    """Ask for a reset; return the request's id."""
    path = f"/exams/attempts/{stage.facts['attempt_id']}/requests/reset"
    answer = stage.asks("an officer", "POST", path, data={"reason": "机器故障"})
    assert answer.status_code == 303, answer.text
    with stage.database.reading() as db:
        return db.scalars(select(AttemptRequest.public_id)).one()


def _brings(stage: Stage, name: str, path: str, data: bytes) -> str:
    """Upload a file; return the token under which it waits to be confirmed."""
    form = {
        "file": (io.BytesIO(data), "file.csv"),
        "bank": "学法题库",
        "pool": "formal",
    }
    answer = stage.asks(name, "POST", path, data=form)
    assert answer.status_code == 303, answer.text
    return answer.location.split("?")[0].rsplit("/", 1)[1]
