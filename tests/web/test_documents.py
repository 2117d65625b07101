"""JSON that comes in: what is hostile is malformed, and is no failure of ours."""

import io

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from examcenter.web.wire import LARGEST_DOCUMENT
from tests.support.actors import ApiUser, a_browser
from tests.support.halls import a_hall


@pytest.fixture
def examinee(app: Flask, db: Session) -> ApiUser:
    hall = a_hall(db)
    db.commit()
    return a_browser(app, hall.people[0].staff_number)


ANSWER = (
    '{"lease": 1, "answers": [{"id": "5f0f4ab4-44d1-4a4f-8df6-0f3c9f3f6b11",'
    ' "question": 1, "version": 1, "value": [%s], "at": %s}]}'
)


@pytest.mark.parametrize(
    ("document", "status"),
    [
        pytest.param("[" * 50_000 + "]" * 50_000, 400, id="nested beyond all use"),
        pytest.param('{"a":' * 50_000 + "1" + "}" * 50_000, 400, id="objects too"),
        pytest.param(ANSWER % ('"A"', '"\\ud800"'), 400, id="half a character"),
        pytest.param(ANSWER % ('"\\uDFFF"', '""'), 400, id="half of another"),
        pytest.param('{"lease": NaN, "answers": []}', 400, id="no number"),
        pytest.param('{"lease": 1e400, "answers": []}', 400, id="beyond numbers"),
        pytest.param('{"lease": 1, "x": ' + "9" * 6_000 + "}", 400, id="long number"),
        pytest.param("{", 400, id="half a document"),
        pytest.param("[]", 400, id="a list"),
        pytest.param(ANSWER % ('"A"', '"\\ud83d\\ude00"'), 404, id="a whole character"),
        pytest.param(
            '{"x": "' + "a" * LARGEST_DOCUMENT + '"}', 413, id="larger than any paper"
        ),
    ],
)
def test_a_hostile_document_is_refused_by_its_kind(
    examinee: ApiUser, document: str, status: int
) -> None:
    answer = examinee.client.put(
        "/api/v1/attempts/nobodys/answers",
        data=document,
        content_type="application/json",
        headers={"X-CSRF-Token": examinee.token},
    )

    assert answer.status_code == status
    assert set(answer.get_json()) == {"code", "message", "request_id"}


def test_what_is_too_large_is_read_over_so_that_its_sender_hears_of_it(
    examinee: ApiUser,
) -> None:
    body = io.BytesIO(b'"' + b"a" * (LARGEST_DOCUMENT + 100_000) + b'"')

    answer = examinee.client.put(
        "/api/v1/attempts/nobodys/answers",
        input_stream=body,
        content_length=len(body.getbuffer()),
        content_type="application/json",
        headers={"X-CSRF-Token": examinee.token},
    )

    assert answer.status_code == 413
    assert body.read() == b""
