"""Fifty people at once against real processes, one of them killed; on each engine."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import cv2
import pytest
import skimage.data
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examcenter.attempts.models import Answer, Attempt
from examcenter.db import Database
from examcenter.results.models import Result
from tests.support.postgres import a_server, why_not
from tests.system.centre import Centre, a_plan
from tests.system.examinee import Examinee

pytestmark = pytest.mark.system

PEOPLE = 50
CHANGES_EACH = 40


@pytest.fixture
def centre(engine: str, tmp_path: Path) -> Iterator[Centre]:
    with ExitStack() as stack:
        url = ""
        if engine == "postgres":
            missing = why_not()
            if missing:
                pytest.skip(missing)
            # One that syncs, as in service.
            url = stack.enter_context(a_server(durable=True)).makes("centre")
        centre = Centre(tmp_path, url)
        stack.callback(centre.stops)
        yield centre


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
    with stored_in(centre) as session:
        rows = session.execute(
            select(
                Attempt.public_id, Answer.question, Answer.version, Answer.value
            ).join(Attempt, Attempt.id == Answer.attempt_id)
        )
        stored = {(i, q): (version, value) for i, q, version, value in rows}
    return [
        f"{examinee.login} question {question}"
        for examinee in examinees
        for question, answer in examinee.acknowledged.items()
        if stored.get((examinee.attempt["id"], question)) != answer
    ]


def scores_in_database(centre: Centre) -> int:
    with stored_in(centre) as session:
        return session.execute(select(func.count(Result.attempt_id))).scalar_one()


@contextmanager
def stored_in(centre: Centre) -> Iterator[Session]:
    database = Database(centre.database_url)
    try:
        with database.reading() as session:
            yield session
    finally:
        database.dispose()
