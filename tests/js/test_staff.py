"""What staff do to a running attempt, as its examinee sees it within five seconds."""
# ruff: noqa: N802 - T and F numbers are those of the reliability plan

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.js.desk import Desk
from tests.js.hall import Hall
from tests.js.test_time import left, shown

pytestmark = pytest.mark.browser


def test_T10_a_pause_covers_the_paper_and_the_time_stands(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit(heartbeat=4)

    hall.pauses("消防演练")

    expect(desk.part("cover")).to_be_visible(timeout=5_000)
    expect(desk.part("cover-reason")).to_have_text("消防演练")
    expect(desk.part("body")).to_be_hidden()
    expect(desk.saved).to_have_text("✓考试已暂停，答案都已保存")
    before = shown(desk.page)
    desk.page.wait_for_timeout(2500)
    assert shown(desk.page) == before


def test_T10_after_a_pause_the_paper_comes_back_with_its_time(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit()
    hall.pauses()
    expect(desk.part("cover")).to_be_visible()
    expect(desk.part("cover-reason")).to_be_hidden()

    hall.resumes(timedelta(minutes=2))

    expect(desk.part("body")).to_be_visible()
    expect(desk.notices).to_contain_text("考试已恢复，继续计时")
    expect(desk.options.first).to_be_enabled()
    assert abs(shown(desk.page) - left(hall)) <= 1


def test_an_answer_given_as_the_pause_began_is_kept_and_sent_afterwards(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit(heartbeat=2)
    hall.pauses()
    desk.choose("A")
    expect(desk.part("cover")).to_be_visible()
    expect(desk.saved).to_have_text("!考试已暂停，答案已存本机；恢复后自动上传")
    assert hall.answer(1) is None

    hall.resumes()

    desk.until(lambda: hall.answer(1) == ["A"])
    expect(desk.saved).to_contain_text("已保存")


def test_a_page_opened_during_a_pause_is_covered(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    hall.pauses("停电")

    desk = sit(ready=False)

    expect(desk.part("cover")).to_be_visible()
    expect(desk.part("cover-reason")).to_have_text("停电")


def test_T10_granted_minutes_are_told_once_with_their_reason(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit(heartbeat=4)

    hall.deadline += timedelta(minutes=8)
    hall.tells("time_granted", minutes=8, reason="停电 10:03–10:11")

    expect(desk.notices).to_contain_text("监考员为你增加了 8 分钟", timeout=5_000)
    expect(desk.notices).to_contain_text("停电 10:03–10:11")
    expect(desk.notices).not_to_contain_text("考试时间已延长")
    assert abs(shown(desk.page) - left(hall)) <= 1
    desk.notices.get_by_role("button", name="知道了").click()
    desk.page.wait_for_timeout(4500)
    expect(desk.notices).not_to_contain_text("增加了")


def test_a_kind_of_notice_that_the_page_does_not_know_is_left_alone(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit()

    hall.tells("dance", reason="?")
    hall.tells("time_granted", minutes=1)

    expect(desk.notices).to_contain_text("增加了 1 分钟")
    expect(desk.notices).not_to_contain_text("dance")
