"""What an examinee's page does, by way of the delivery API."""

import uuid
from typing import Any

from tests.support.actors import ApiUser
from tests.support.halls import Hall


def started(examinee: ApiUser, hall: Hall) -> dict[str, Any]:
    answer = examinee.posts(f"/exams/{hall.exam_id}/attempts")
    assert answer.status_code == 201, answer.get_json()
    document: dict[str, Any] = answer.get_json()
    return document


def a_change(question: int = 1, version: int = 1, *value: str) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "question": question,
        "version": version,
        "value": list(value or ("A",)),
        "at": "2026-12-01T09:00:00+08:00",
    }


def saves(examinee: ApiUser, attempt: dict[str, Any], *changes: dict[str, Any]) -> Any:
    return examinee.puts(
        f"/attempts/{attempt['id']}/answers",
        {"lease": attempt["lease"], "answers": list(changes)},
    )


def hands_in(examinee: ApiUser, attempt: dict[str, Any], *changes: Any) -> Any:
    return examinee.posts(
        f"/attempts/{attempt['id']}/submission",
        {"lease": attempt["lease"], "answers": list(changes)},
    )
