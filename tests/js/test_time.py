"""The remaining time and the bell."""
# ruff: noqa: N802 - T, F and E numbers are those of the reliability plan

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.js.desk import Desk
from tests.js.hall import Hall
from tests.js.stub import Running

pytestmark = pytest.mark.browser


def shown(page: Page) -> int:
    """The remaining time on the screen, in seconds."""
    text = page.locator("[data-part=remaining]").inner_text()
    hours, minutes, seconds = map(int, text.split(":"))
    return hours * 3600 + minutes * 60 + seconds


def left(hall: Hall) -> float:
    return (hall.deadline - hall.now()).total_seconds()


@pytest.mark.parametrize("minutes", [30, 10, 5, 1])
def test_the_last_minutes_are_announced_in_words(
    sit: Callable[..., Desk], hall: Hall, minutes: int
) -> None:
    hall.deadline = hall.now() + timedelta(minutes=minutes, seconds=4)
    desk = sit()

    expect(desk.part("announcer")).to_have_text(f"距离考试结束还有 {minutes} 分钟")


@pytest.mark.parametrize("hours", [-24, 24], ids=["a day slow", "a day fast"])
def test_T01_the_clock_of_the_machine_has_no_effect(
    context: BrowserContext, sit: Callable[..., Desk], hall: Hall, hours: int
) -> None:
    context.add_init_script(
        f"""const Real = Date, shift = {hours} * 3600000;
        Date = class extends Real {{
          constructor(...given) {{
            super(...(given.length ? given : [Real.now() + shift]));
          }}
          static now() {{ return Real.now() + shift; }}
        }};"""
    )

    desk = sit()

    desk.page.wait_for_timeout(1500)
    before, seen, after = left(hall), shown(desk.page), left(hall)
    assert after - 1 <= seen <= before + 1


def test_T02_one_tick_after_ten_minutes_shows_the_right_time(
    context: BrowserContext, stub: Running
) -> None:
    page = context.new_page()
    page.clock.install()
    desk = Desk(page, stub.url)
    desk.open(heartbeat=600_000)
    before = shown(page)

    page.clock.fast_forward(10 * 60 * 1000)

    page.clock.run_for(300)
    assert before - shown(page) in (600, 601)


def test_T02_a_machine_that_slept_asks_the_server_at_once(
    context: BrowserContext, sit: Callable[..., Desk], hall: Hall
) -> None:
    # While a machine sleeps, performance.now() may stand still and Date goes on.
    context.add_init_script(
        """const real = Date.now.bind(Date);
        window.slept = 0;
        Date.now = () => real() + window.slept;"""
    )
    desk = sit(heartbeat=600)
    hall.deadline -= timedelta(minutes=20)  # what the page has not heard of
    beats = hall.heartbeats

    desk.page.evaluate("window.slept = 20 * 60 * 1000")

    desk.until(lambda: hall.heartbeats > beats, seconds=3)
    desk.until(lambda: abs(shown(desk.page) - left(hall)) <= 1, seconds=3)
    expect(desk.notices).not_to_contain_text("本机曾休眠")


def test_T02_without_the_server_a_jump_of_the_clock_is_told_and_takes_no_time(
    context: BrowserContext, sit: Callable[..., Desk], hall: Hall
) -> None:
    context.add_init_script(
        """const real = Date.now.bind(Date);
        window.slept = 0;
        Date.now = () => real() + window.slept;"""
    )
    desk = sit(heartbeat=600)
    context.set_offline(True)

    desk.page.evaluate("window.slept = 20 * 60 * 1000")

    expect(desk.notices).to_contain_text("正在与服务器核对剩余时间")
    assert abs(shown(desk.page) - left(hall)) <= 1


def test_T10_granted_minutes_reach_the_running_page(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit()

    hall.deadline += timedelta(minutes=7)

    desk.until(lambda: shown(desk.page) > 60 * 60, seconds=5)
    expect(desk.notices).to_contain_text("考试时间已延长 7 分钟")


def test_the_last_minutes_are_announced_once(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    hall.deadline = hall.now() + timedelta(minutes=5, seconds=4)
    desk = sit()

    expect(desk.part("announcer")).to_have_text("距离考试结束还有 5 分钟")
    expect(desk.part("remaining")).to_have_class(re.compile("is-urgent"))


def test_at_the_bell_the_page_hands_in_by_itself(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit()
    desk.choose("A")
    desk.until(lambda: hall.answer(1) == ["A"])

    hall.deadline = hall.now() + timedelta(seconds=2)

    expect(desk.part("receipt")).to_have_text("R-2026-0042")
    assert hall.submitted_at is not None
    assert hall.submitted_at - hall.deadline < timedelta(seconds=3)


def test_F20_minutes_granted_while_the_server_was_away_reopen_the_paper(
    context: BrowserContext, sit: Callable[..., Desk], hall: Hall
) -> None:
    hall.deadline = hall.now() + timedelta(seconds=4)
    desk = sit()
    context.set_offline(True)
    desk.choose("A")
    expect(desk.part("wait-title")).to_have_text("考试时间已到")
    expect(desk.part("wait-words")).to_contain_text("已封存在本机")
    expect(desk.part("withdraw")).to_be_hidden()

    hall.deadline += timedelta(minutes=10)
    context.set_offline(False)

    expect(desk.part("hand-in-dialog")).to_be_hidden()
    expect(desk.options.first).to_be_enabled()
    desk.until(lambda: hall.answer(1) == ["A"])
    assert hall.receipt is None


def test_an_attempt_that_the_officer_ended_leads_to_its_result(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit()
    desk.choose("A")
    desk.until(lambda: hall.answer(1) == ["A"])

    hall.collected = True

    expect(desk.part("closed-words")).to_have_text("考试已由服务器结束，答案都已收到。")
    desk.page.get_by_role("link", name="查看结果").click()
    expect(desk.page).to_have_url(re.compile("/result$"))
