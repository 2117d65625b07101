"""Fifty people at once against the real processes on SQLite, one worker killed."""

import json
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest
import skimage.data

from tests.system.centre import Centre, a_plan
from tests.system.examinee import Examinee

pytestmark = pytest.mark.system

PEOPLE = 50
CHANGES_EACH = 40


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    centre = Centre(tmp_path)
    yield centre
    centre.stops()


def a_picture() -> bytes:
    portrait = skimage.data.astronaut()  # type: ignore[no-untyped-call]
    return cv2.imencode(".jpg", portrait[::2, ::2, ::-1])[1].tobytes()


def test_no_acknowledged_answer_is_lost_when_a_web_worker_is_killed(
    centre: Centre,
) -> None:
    exam = centre.is_loaded(PEOPLE, a_plan())
    codes = centre.codes(exam)
    centre.starts("--workers", "2")
    examinees = [Examinee(centre.port, login, code) for login, code in codes.items()]
    picture = a_picture()

    threads = [threading.Thread(target=sits, args=(e, picture)) for e in examinees]
    for thread in threads:
        thread.start()
    killed = kill_a_worker_in_the_middle(centre, examinees)
    for thread in threads:
        thread.join(timeout=240)

    assert killed
    assert not any(thread.is_alive() for thread in threads)
    assert [error for e in examinees for error in e.errors] == []
    assert all(len(e.acknowledged) > 0 for e in examinees)
    assert lost(centre, examinees) == []
    assert scores_in_database(centre) == PEOPLE


def sits(examinee: Examinee, picture: bytes) -> None:
    """Sit the whole exam; whatever goes wrong is remembered as an error."""
    try:
        examinee.signs_in()
        examinee.starts()
        questions = examinee.attempt["questions"]
        for change in range(CHANGES_EACH):
            question = questions[change % len(questions)]
            labels = [o["label"] for o in question["options"]]
            chosen = labels[change % len(labels)]
            examinee.saves(question["number"], 1 + change // len(questions), [chosen])
        examinee.sends_picture(picture)
        examinee.hands_in()
    except Exception as error:  # noqa: BLE001 - a thread's failure must be seen
        examinee.errors.append(repr(error))


def kill_a_worker_in_the_middle(centre: Centre, examinees: list[Examinee]) -> bool:
    for _ in range(600):
        if sum(len(e.acknowledged) for e in examinees) > PEOPLE * 5:
            os.kill(centre.web_workers()[0], signal.SIGKILL)
            return True
        time.sleep(0.05)
    return False


def lost(centre: Centre, examinees: list[Examinee]) -> list[str]:
    """Return every acknowledged answer that the database does not hold."""
    database = sqlite3.connect(centre.home / "examcenter.sqlite3")
    rows = database.execute(
        "SELECT t.public_id, a.question, a.version, a.value "
        "FROM answer a JOIN attempt t ON t.id = a.attempt_id"
    )
    stored = {(i, q): (version, json.loads(v)) for i, q, version, v in rows}
    database.close()
    return [
        f"{examinee.login} question {question}"
        for examinee in examinees
        for question, answer in examinee.acknowledged.items()
        if stored.get((examinee.attempt["id"], question)) != answer
    ]


def scores_in_database(centre: Centre) -> int:
    database = sqlite3.connect(centre.home / "examcenter.sqlite3")
    count = database.execute("SELECT count(*) FROM result").fetchone()[0]
    database.close()
    return int(count)
