"""One page writes: tabs, machines, reloads and browsers that die."""
# ruff: noqa: N802 - T, F and E numbers are those of the reliability plan

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.js.conftest import FLAGS
from tests.js.desk import Desk
from tests.js.hall import Hall
from tests.js.stub import Running

pytestmark = pytest.mark.browser

ELSEWHERE = "本页已转为只读：答卷已在另一台机器打开"
OTHER_TAB = "本页已转为只读：答卷已在另一个标签页打开"


def test_T05_a_second_tab_is_read_only_and_says_so(sit: Callable[..., Desk]) -> None:
    sit()

    second = sit(ready=False)

    expect(second.notices).to_contain_text(OTHER_TAB)
    expect(second.saved).to_contain_text(OTHER_TAB)
    expect(second.options.first).to_be_disabled()
    expect(second.part("hand-in")).to_be_disabled()


def test_T05_taking_over_can_be_thought_better_of(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    first = sit()
    second = sit(ready=False)

    second.notices.get_by_role("button", name="在本页继续作答").click()
    expect(second.notices).to_contain_text("另一个标签页立即转为只读")
    expect(second.notices.get_by_role("button", name="不，保持只读")).to_be_focused()
    second.press("Enter")

    expect(second.notices).to_contain_text(OTHER_TAB)
    expect(first.options.first).to_be_enabled()
    assert hall.lease == 1


def test_T05_a_second_tab_takes_over_and_the_first_turns_read_only(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    first = sit()
    first.choose("A")
    first.until(lambda: hall.answer(1) == ["A"])
    second = sit(ready=False)

    second.takes_over("在本页继续作答")
    expect(second.options.first).to_be_enabled()
    second.choose("B")

    second.until(lambda: hall.answer(1) == ["B"])
    expect(first.notices).to_contain_text(OTHER_TAB)
    expect(first.options.first).to_be_disabled()


def test_T06_a_page_taken_over_by_another_machine_turns_read_only(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit()

    hall.lease, hall.holder = 2, "another-machine"

    expect(desk.notices).to_contain_text(ELSEWHERE)
    expect(desk.options.first).to_be_disabled()


def test_T06_taking_over_brings_the_answers_given_elsewhere(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit()
    desk.choose("A")
    desk.until(lambda: hall.answer(1) == ["A"])
    hall.lease, hall.holder = 2, "another-machine"
    expect(desk.notices).to_contain_text(ELSEWHERE)
    hall.save([{"id": "x", "question": 1, "version": 2, "value": ["B"]}])

    desk.takes_over("在本机继续作答")

    expect(desk.options.first).to_be_enabled()
    assert desk.chosen() == ["B"]
    assert hall.lease == 3


def test_a_page_opened_under_another_sign_in_asks_before_it_writes(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    hall.lease, hall.holder = 2, "another-machine"

    desk = sit(ready=False)

    expect(desk.notices).to_contain_text("本页为只读：答卷由另一次登录打开")
    assert hall.lease == 2


def test_a_tab_without_web_locks_takes_the_lease_from_the_older_one(
    context: BrowserContext, sit: Callable[..., Desk]
) -> None:
    context.add_init_script("delete Navigator.prototype.locks")
    first = sit()

    second = sit()

    expect(second.options.first).to_be_enabled()
    expect(first.notices).to_contain_text(ELSEWHERE)


def test_a_reload_shows_the_same_question_the_answers_and_the_marks(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit()
    desk.go_to(6)
    desk.choose("B", "D")
    desk.press("m")
    desk.until(lambda: hall.answer(6) == ["B", "D"])

    desk.open()

    assert (desk.number(), desk.chosen()) == (6, ["B", "D"])
    expect(desk.part("counts")).to_contain_text("标记 1")


def test_a_reload_with_something_unsent_sends_it(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit(heartbeat=60)
    held = desk.hold_one_save()
    desk.choose("A")
    desk.until(lambda: bool(held))
    desk.page.on("dialog", lambda dialog: dialog.accept())

    desk.open()

    desk.until(lambda: hall.answer(1) == ["A"])
    assert desk.chosen() == ["A"]


def test_F15_a_killed_browser_comes_back_with_everything_older_than_half_a_second(
    chromium: str, profile: Path, stub: Running, hall: Hall, browser: Browser
) -> None:
    with a_browser(browser, chromium, profile) as (context, kill):
        desk = Desk(context.new_page(), stub.url)
        desk.open()
        context.set_offline(True)
        desk.choose("B")
        desk.go_to(6)
        desk.choose("A", "C")
        desk.page.wait_for_timeout(500)
        kill()
    assert hall.stored == {}

    with a_browser(browser, chromium, profile) as (context, _):
        desk = Desk(context.new_page(), stub.url)
        desk.open()

        desk.until(lambda: (hall.answer(1), hall.answer(6)) == (["B"], ["A", "C"]))
        assert desk.number() == 6


@contextmanager
def a_browser(
    browser: Browser, chromium: str, profile: Path
) -> Iterator[tuple[BrowserContext, Callable[[], None]]]:
    """Start a browser of its own process group, which can be killed at once."""
    command = [chromium, *FLAGS, "--headless", "--remote-debugging-port=0"]
    process = subprocess.Popen(  # noqa: S603 - the browser found on this machine
        [*command, f"--user-data-dir={profile}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )

    def kill() -> None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    port = profile / "DevToolsActivePort"
    try:
        for _ in range(200):
            if port.is_file() and port.read_text().count("\n"):
                break
            sleep(0.05)
        address = f"http://127.0.0.1:{port.read_text().splitlines()[0]}"
        yield browser.browser_type.connect_over_cdp(address).contexts[0], kill
    finally:
        if process.poll() is None:
            kill()
        port.unlink(missing_ok=True)
