"""Pictures and signals through the delivery API, kind ones and hostile ones."""

import io
import shutil
import struct
import uuid
import zlib
from collections import namedtuple
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from examcenter.clock import FixedClock
from examcenter.config import Settings
from examcenter.proctoring.models import Signal, Snapshot
from tests.proctoring.scenes import grainy, jpeg, plain, png
from tests.support.actors import ApiUser, a_browser
from tests.support.halls import Hall, a_hall

AT = "2026-12-01T09:00:00.250+08:00"
GPS = b"GPS 26.8932N 112.5719E"


@pytest.fixture
def hall(db: Session) -> Hall:
    hall = a_hall(db)
    db.commit()
    return hall


@pytest.fixture
def examinee(app: Flask, hall: Hall) -> ApiUser:
    return a_browser(app, hall.people[0].staff_number)


@pytest.fixture
def attempt(examinee: ApiUser, hall: Hall) -> str:
    """An attempt whose examinee agreed to the camera."""
    (exam,) = examinee.gets("/exams").get_json()["exams"]
    version = {"consent_version": exam["consent"]["version"]}
    answer = examinee.posts(f"/exams/{hall.exam_id}/attempts", version)
    return str(answer.get_json()["id"])


@pytest.fixture
def folder(settings: Settings) -> Path:
    return settings.home / "evidence"


def sends(
    user: ApiUser, attempt: str, picture: bytes, client_id: str = "", **headers: str
) -> TestResponse:
    given = {
        "Content_Type": "image/jpeg",
        "X_Snapshot_Id": client_id or str(uuid.uuid4()),
        "X_Captured_At": AT,
    }
    return user.sends(f"/attempts/{attempt}/snapshots", picture, **(given | headers))


def files(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def a_signal(kind: str = "focus_lost", **overrides: Any) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "kind": kind, "at": AT} | overrides


def tells(user: ApiUser, attempt: str, *signals: Any) -> TestResponse:
    return user.posts(f"/attempts/{attempt}/signals", {"signals": list(signals)})


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def with_segment(picture: bytes, inserted: bytes) -> bytes:
    return picture[:2] + inserted + picture[2:]


def png_bomb() -> bytes:
    """Return a small PNG that would unfold into 2.5 gigabytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 50_000, 50_000, 8, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(bytes(400_000_000 // 100), 9))
    return b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b"")


def a_wide_jpeg() -> bytes:
    """Return a small JPEG that declares 65,000 × 65,000 pixels."""
    picture = bytearray(jpeg(plain(90)))
    frame = picture.index(b"\xff\xc0")
    picture[frame + 5 : frame + 9] = struct.pack(">HH", 65_000, 65_000)
    return bytes(picture)


def test_a_picture_is_acknowledged_with_the_moment_it_was_received(
    examinee: ApiUser, attempt: str, folder: Path
) -> None:
    picture = jpeg(plain(90))

    answer = sends(examinee, attempt, picture)

    assert answer.status_code == 202
    assert answer.get_json() == {"received_at": "2026-12-01T09:00:00.000+08:00"}
    assert files(folder) == [picture]


def test_the_same_id_again_is_answered_as_the_first_time(
    examinee: ApiUser, attempt: str, folder: Path, clock: FixedClock
) -> None:
    client_id, picture = str(uuid.uuid4()), jpeg(plain(90))

    first = sends(examinee, attempt, picture, client_id)
    clock.advance(timedelta(seconds=20))
    again = sends(examinee, attempt, picture, client_id.upper())
    other = sends(examinee, attempt, jpeg(plain(120)), client_id)

    assert (first.status_code, again.status_code) == (202, 202)
    assert again.get_json() == first.get_json()
    assert (other.status_code, other.get_json()["code"]) == (409, "snapshot_conflict")
    assert files(folder) == [picture]


HOSTILE: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "nothing at all": (lambda: b"", 422, "picture_broken"),
    "a PNG of 400 kB": (
        lambda: png(grainy(plain(120), 60))[:400_000],
        415,
        "picture_not_jpeg",
    ),
    "a PNG bomb": (png_bomb, 415, "picture_not_jpeg"),
    "an SVG": (lambda: b"<svg onload='alert(1)'/>", 415, "picture_not_jpeg"),
    "a JPEG cut short": (lambda: jpeg(plain(90))[:-200], 422, "picture_broken"),
    "only a beginning": (lambda: b"\xff\xd8\xff", 422, "picture_broken"),
    "4,225 megapixels": (a_wide_jpeg, 422, "picture_dimensions"),
    "10 MB": (lambda: jpeg(plain(90)) + bytes(10 << 20), 413, "picture_too_large"),
    "one byte too many": (
        lambda: jpeg(plain(90)).ljust(512 * 1024 + 1, b"\0"),
        413,
        "picture_too_large",
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_upload_is_refused_with_its_reason_and_not_kept(
    examinee: ApiUser, attempt: str, folder: Path, what: str
) -> None:
    make, status, code = HOSTILE[what]

    answer = sends(examinee, attempt, make())

    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert files(folder) == []


def test_a_length_beyond_the_limit_is_refused_and_never_held_as_a_whole(
    examinee: ApiUser, attempt: str
) -> None:
    asked: list[int | None] = []

    class Passing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            asked.append(size)
            return b"a" * (size or 0)

    answer = examinee.client.post(
        f"/api/v1/attempts/{attempt}/snapshots",
        content_type="image/jpeg",
        headers=examinee._headers,  # noqa: SLF001 - actors send bodies that are there
        environ_overrides={"wsgi.input": Passing(), "CONTENT_LENGTH": str(3 << 20)},
    )

    assert answer.status_code == 413
    assert sum(size or 0 for size in asked) == 3 << 20
    assert set(asked) == {64 << 10}


@pytest.mark.parametrize("hidden", ["EXIF", "a comment", "behind the end"])
def test_what_is_hidden_in_a_picture_is_not_kept(
    examinee: ApiUser, attempt: str, folder: Path, hidden: str
) -> None:
    plain_picture = jpeg(plain(90))
    page = b"<html><script>alert(1)</script>" + GPS
    picture = {
        "EXIF": with_segment(plain_picture, segment(0xE1, b"Exif\0\0" + GPS)),
        "a comment": with_segment(plain_picture, segment(0xFE, page)),
        "behind the end": plain_picture + page,
    }[hidden]

    answer = sends(examinee, attempt, picture)

    assert answer.status_code == 202
    assert files(folder) == [plain_picture]


@pytest.mark.parametrize("kind", ["image/png", "multipart/form-data", "text/plain", ""])
def test_only_a_jpeg_may_be_announced(
    examinee: ApiUser, attempt: str, kind: str
) -> None:
    answer = sends(examinee, attempt, jpeg(plain(90)), Content_Type=kind)

    assert answer.status_code == 415


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Snapshot_Id": "1"},
        {"X_Snapshot_Id": "../../../../etc/passwd"},
        {"X_Captured_At": ""},
        {"X_Captured_At": "yesterday"},
        {"X_Captured_At": "2026-13-01T09:00:00Z"},
        {"X_Captured_At": "2026-12-01 09:00:00"},
    ],
    ids=["no uuid", "a path", "no time", "no number", "month 13", "no offset"],
)
def test_headers_that_say_nothing_usable_are_malformed(
    examinee: ApiUser, attempt: str, folder: Path, headers: dict[str, str]
) -> None:
    answer = sends(examinee, attempt, jpeg(plain(90)), **headers)

    assert (answer.status_code, answer.get_json()["code"]) == (400, "malformed")
    assert files(folder) == []


def test_the_attempt_of_a_neighbour_does_not_exist(
    app: Flask, hall: Hall, attempt: str, folder: Path
) -> None:
    neighbour = a_browser(app, hall.people[1].staff_number)

    answers = [
        sends(neighbour, attempt, jpeg(plain(90))),
        sends(neighbour, "nothing", jpeg(plain(90))),
        tells(neighbour, attempt, a_signal()),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert files(folder) == []


def test_who_is_not_signed_in_sends_nothing(app: Flask, attempt: str) -> None:
    stranger = ApiUser(app)

    assert sends(stranger, attempt, jpeg(plain(90))).status_code == 401
    assert tells(stranger, attempt, a_signal()).status_code == 401


def test_a_picture_without_a_token_is_refused(
    examinee: ApiUser, attempt: str, folder: Path
) -> None:
    answer = sends(examinee, attempt, jpeg(plain(90)), X_CSRF_Token="none")

    assert (answer.status_code, answer.get_json()["code"]) == (403, "csrf")
    assert files(folder) == []


def test_after_the_hand_in_nothing_more_is_recorded_and_repeats_are_still_answered(
    examinee: ApiUser, attempt: str, folder: Path
) -> None:
    client_id, picture, signal = str(uuid.uuid4()), jpeg(plain(90)), a_signal()
    sends(examinee, attempt, picture, client_id)
    tells(examinee, attempt, signal)
    examinee.posts(f"/attempts/{attempt}/submission", {"lease": 1, "answers": []})

    late = [
        sends(examinee, attempt, jpeg(plain(120))),
        tells(examinee, attempt, a_signal()),
    ]
    repeated = [
        sends(examinee, attempt, picture, client_id),
        tells(examinee, attempt, signal),
    ]

    assert [answer.get_json()["code"] for answer in late] == ["attempt_closed"] * 2
    assert [answer.status_code for answer in late] == [409] * 2
    assert [answer.status_code for answer in repeated] == [202] * 2
    assert files(folder) == [picture]


@pytest.mark.parametrize(("seconds", "status"), [(2, 202), (3, 409)])
def test_a_picture_on_its_way_at_the_bell_still_counts(
    examinee: ApiUser, attempt: str, clock: FixedClock, seconds: int, status: int
) -> None:
    clock.advance(timedelta(hours=1, seconds=seconds))

    assert sends(examinee, attempt, jpeg(plain(90))).status_code == status


def test_without_consent_there_is_no_picture_and_answers_go_on(
    examinee: ApiUser, hall: Hall, folder: Path
) -> None:
    attempt = examinee.posts(f"/exams/{hall.exam_id}/attempts").get_json()["id"]

    refused = sends(examinee, attempt, jpeg(plain(90)))

    assert (refused.status_code, refused.get_json()["code"]) == (409, "no_consent")
    assert files(folder) == []
    assert tells(examinee, attempt, a_signal()).status_code == 202


def test_a_nearly_full_disk_refuses_pictures_and_keeps_answers(
    examinee: ApiUser, attempt: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = namedtuple("disk", "total used free")  # noqa: PYI024 - as the library has it
    monkeypatch.setattr(shutil, "disk_usage", lambda _: disk(1000, 901, 99))
    change = {"id": str(uuid.uuid4()), "question": 1, "version": 1, "value": ["A"]}
    delivery = {"lease": 1, "answers": [change | {"at": AT}]}

    refused = sends(examinee, attempt, jpeg(plain(90)))
    saved = examinee.puts(f"/attempts/{attempt}/answers", delivery)

    assert (refused.status_code, refused.get_json()["code"]) == (
        503,
        "disk_nearly_full",
    )
    assert int(refused.headers["Retry-After"]) > 0
    assert files(folder) == []
    assert saved.get_json()["saved"] == {"1": 1}


def test_a_flood_of_pictures_is_told_when_to_come_back(
    examinee: ApiUser, attempt: str, folder: Path, clock: FixedClock
) -> None:
    taken = [sends(examinee, attempt, jpeg(plain(n))).status_code for n in range(15)]

    refused = sends(examinee, attempt, jpeg(plain(99)))
    clock.advance(timedelta(seconds=int(refused.headers["Retry-After"])))
    again = sends(examinee, attempt, jpeg(plain(99)))

    assert taken == [202] * 15
    assert (refused.status_code, again.status_code) == (429, 202)
    assert len(files(folder)) == 16


def test_signals_are_kept_once_however_often_they_are_told(
    examinee: ApiUser, attempt: str, db: Session
) -> None:
    lost, gained = a_signal("focus_lost"), a_signal("focus_gained")

    answers = [
        tells(examinee, attempt, lost),
        tells(examinee, attempt, lost, gained, gained),
        tells(examinee, attempt),
    ]

    kinds = db.scalars(select(Signal.kind).order_by(Signal.id)).all()
    assert [answer.status_code for answer in answers] == [202] * 3
    assert kinds == ["focus_lost", "focus_gained"]


@pytest.mark.parametrize(
    "kind",
    [
        "focus_lost",
        "focus_gained",
        "fullscreen_left",
        "camera_lost",
        "camera_back",
        "offline",
        "online",
        "paste_blocked",
    ],
)
def test_every_kind_of_signal_is_recorded(
    examinee: ApiUser, attempt: str, kind: str
) -> None:
    assert tells(examinee, attempt, a_signal(kind)).status_code == 202


WRONG: dict[str, tuple[Any, int, str]] = {
    "an unknown kind": (a_signal("cheated"), 422, "unknown_signal"),
    "no uuid": (a_signal(id="7"), 400, "malformed"),
    "no time": (a_signal(at="soon"), 400, "malformed"),
    "a number for a kind": ({**a_signal(), "kind": 7}, 400, "malformed"),
    "no object": ("focus_lost", 400, "malformed"),
}


@pytest.mark.parametrize("what", WRONG)
def test_one_wrong_signal_keeps_none_of_the_request(
    examinee: ApiUser, attempt: str, db: Session, what: str
) -> None:
    wrong, status, code = WRONG[what]

    answer = tells(examinee, attempt, a_signal(), wrong)

    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert db.execute(select(func.count()).select_from(Signal)).scalar_one() == 0


@pytest.mark.parametrize("document", [[], "x", {"signals": {}}, {"other": []}])
def test_a_request_without_a_list_of_signals_is_malformed(
    examinee: ApiUser, attempt: str, document: Any
) -> None:
    answer = examinee.client.post(
        f"/api/v1/attempts/{attempt}/signals",
        json=document,
        headers=examinee._headers,  # noqa: SLF001 - actors send objects alone
    )

    assert answer.status_code == 400


def test_a_hundred_signals_fit_into_one_request_and_no_more(
    examinee: ApiUser, attempt: str
) -> None:
    full = tells(examinee, attempt, *(a_signal() for _ in range(100)))
    overfull = tells(examinee, attempt, *(a_signal() for _ in range(101)))

    assert full.status_code == 202
    assert (overfull.status_code, overfull.get_json()["code"]) == (
        422,
        "too_many_signals",
    )
    assert "100" in overfull.get_json()["message"]


def test_a_flood_of_signals_is_told_when_to_come_back(
    examinee: ApiUser, attempt: str, clock: FixedClock
) -> None:
    for _ in range(6):
        tells(examinee, attempt, *(a_signal() for _ in range(100)))

    refused = tells(examinee, attempt, a_signal())
    clock.advance(timedelta(seconds=int(refused.headers["Retry-After"])))

    assert refused.status_code == 429
    assert tells(examinee, attempt, a_signal()).status_code == 202


def test_a_picture_waits_for_its_verdict(
    examinee: ApiUser, attempt: str, db: Session
) -> None:
    sends(examinee, attempt, jpeg(plain(90)))

    row = db.scalars(select(Snapshot)).one()
    assert (row.verdict, row.analysed_at) == (None, None)


def test_pictures_come_from_where_the_answers_come_from(
    app: Flask, hall: Hall, examinee: ApiUser, attempt: str
) -> None:
    elsewhere = a_browser(app, hall.people[0].staff_number)

    before = sends(elsewhere, attempt, jpeg(plain(128)))
    elsewhere.posts(f"/attempts/{attempt}/lease")
    after = sends(elsewhere, attempt, jpeg(plain(128)))
    left = sends(examinee, attempt, jpeg(plain(128)))

    assert (before.status_code, before.get_json()["code"]) == (409, "lease_lost")
    assert after.status_code == 202
    assert left.get_json()["code"] == "lease_lost"
