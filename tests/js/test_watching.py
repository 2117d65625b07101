"""The camera and the signals, and that neither ever costs an answer."""
# ruff: noqa: N802 - T, F and E numbers are those of the reliability plan

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.js.desk import Desk
from tests.js.hall import Hall, Refusal

pytestmark = pytest.mark.browser

LOST = "摄像头已断开，答案保存不受影响；请举手示意"


@pytest.fixture
def hall() -> Hall:
    return Hall(camera="required", snapshot_seconds=(0.3, 0.6))


def test_the_examinee_sees_themselves_and_pictures_arrive(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit()

    expect(desk.part("camera-words")).to_have_text("正在拍照监考")
    desk.until(lambda: len(hall.snapshots) >= 2)
    assert all(picture.startswith(b"\xff\xd8\xff") for picture in hall.snapshots)
    size = desk.part("video").evaluate("v => [v.videoWidth, v.videoHeight]")
    assert size == [640, 480]


def test_T52_a_dead_camera_is_told_and_answers_go_on(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit()
    desk.until(lambda: len(hall.snapshots) >= 1)
    desk.page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = () =>"
        " Promise.reject(new DOMException('', 'NotFoundError')); }"
    )

    desk.part("video").evaluate("v => v.srcObject.getTracks()[0].stop()")
    expect(desk.notices).to_contain_text(LOST)
    taken = len(hall.snapshots)
    desk.choose("A")

    desk.until(lambda: hall.answer(1) == ["A"])
    desk.until(lambda: "camera_lost" in hall.signals)
    desk.page.wait_for_timeout(1200)
    assert len(hall.snapshots) <= taken + 1  # one may have been on its way


def test_T52_a_camera_that_returns_is_told_too(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit()
    desk.until(lambda: len(hall.snapshots) >= 1)

    desk.part("video").evaluate("v => v.srcObject.getTracks()[0].stop()")
    expect(desk.notices).to_contain_text(LOST)

    expect(desk.notices).not_to_contain_text(LOST)
    desk.until(lambda: hall.signals[-1:] == ["camera_back"])


def test_E6_a_server_that_takes_no_pictures_takes_answers(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    hall.snapshot_refusal = Refusal(503, "unavailable", {"Retry-After": "60"})
    desk = sit()
    desk.page.wait_for_timeout(1500)

    desk.choose("A")
    seconds = desk.until(lambda: hall.answer(1) == ["A"])

    assert seconds < 2
    expect(desk.saved).to_contain_text("已保存")


def test_going_offline_and_back_is_noted(sit: Callable[..., Desk], hall: Hall) -> None:
    desk = sit()

    desk.page.context.set_offline(True)
    desk.page.wait_for_timeout(300)
    desk.page.context.set_offline(False)

    desk.until(lambda: hall.signals.count("offline") == 1)
    desk.until(lambda: "online" in hall.signals)


def test_after_the_hand_in_the_camera_is_off(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit()
    desk.until(lambda: len(hall.snapshots) >= 1)

    desk.hand_in()

    expect(desk.part("receipt")).to_be_visible()
    expect(desk.part("self-view")).to_be_hidden()
    assert desk.part("video").evaluate("v => v.srcObject") is None
