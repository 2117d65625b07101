"""A room whose network dies before the bell: what was answered reaches the officer."""
# ruff: noqa: N802 - T and F numbers are those of the reliability plan

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.desk import Desk, a_desk
from tests.browser.seat import SCREEN, Seat, a_page
from tests.system.centre import Centre, a_plan

pytestmark = [pytest.mark.browser, pytest.mark.system]

LOGIN = "YX00001"
OVER = 90_000
"""Milliseconds: an exam of a minute, its grace, and a busy machine."""


@dataclass(frozen=True, slots=True)
class Room:
    centre: Centre
    exam: str
    code: str
    admin: str


@pytest.fixture(scope="module")
def room(folder: Path) -> Iterator[Room]:
    centre = Centre(folder)
    plan = a_plan(duration_minutes=1, closes_in=timedelta(hours=1))
    printed = centre.does("init", "--admin", "admin")
    exam = centre.is_loaded(1, plan)
    password = re.search(r"一次性密码：(\S+)", printed)
    assert password is not None, printed
    code = centre.codes(exam)[LOGIN]
    centre.starts("--workers", "1")
    yield Room(centre, exam, code, password[1])
    centre.stops()


@pytest.fixture(scope="module")
def cut_off(room: Room, browser: Browser) -> Seat:
    """Two answers saved, then the network is gone; two more, the last one changed."""
    context = browser.new_context(viewport=SCREEN, permissions=["camera"])
    url, folder = room.centre.url, room.centre.folder
    seat = Seat(a_page(context), url, LOGIN, room.code, folder)
    seat.signs_in()
    seat.starts()
    for number in (1, 2):
        seat.chooses(
            number, [seat.questions[number - 1]["options"][0]["text"]], by="mouse"
        )
        seat.turns(by="mouse")
    seat.waits_until_saved()
    context.set_offline(True)
    for number in (3, 4):
        seat.chooses(
            number, [seat.questions[number - 1]["options"][0]["text"]], by="mouse"
        )
        seat.turns(by="mouse")
    expect(seat.part("saved")).to_contain_text("网络中断")
    seat.sees("offline")
    return seat


@pytest.fixture(scope="module")
def late(cut_off: Seat) -> Seat:
    """The bell rang without network; the server collected; then the network is back."""
    expect(cut_off.part("wait-words")).to_contain_text("已封存在本机", timeout=OVER)
    cut_off.sees("sealed")
    cut_off.page.wait_for_timeout(15_000)
    cut_off.page.context.set_offline(False)
    expect(cut_off.part("closed-words")).to_contain_text(
        "没有赶上的 2 题已作为迟到材料保存", timeout=OVER
    )
    cut_off.sees("late-kept")
    return cut_off


@pytest.fixture(scope="module")
def officer(room: Room, browser: Browser, late: Seat) -> Desk:
    """An officer whose account the administrator has just made."""
    assert late.chosen
    centre = room.centre
    admin = a_desk(browser, centre.url, centre.folder)
    admin.signs_in("admin", room.admin)
    admin.page.goto(f"{centre.url}/staff/new")
    admin.page.get_by_label("登录名").fill("officer")
    admin.page.get_by_label("姓名").fill("工作人员")
    admin.page.get_by_label("角色").select_option(label="考务管理员")
    admin.presses("新建并生成初始密码")
    password = admin.page.locator("code").first.inner_text()
    desk = a_desk(browser, centre.url, centre.folder)
    desk.signs_in("officer", password)
    return desk


def test_F20_late_answers_reach_the_officer_and_count_once_admitted(
    room: Room, officer: Desk, late: Seat
) -> None:
    page, url = officer.page, room.centre.url
    late.page.goto(f"{url}/my/attempts/{late.attempt}/result")
    expect(late.page.locator("main")).to_contain_text("由考务人员决定是否采用")
    expect(late.page.locator("main")).to_contain_text("已答 2 题")
    page.goto(f"{url}/exams/{room.exam}/board")
    page.get_by_role("link", name="迟到材料（1 份待决定）").click()
    officer.looks("late-list")
    page.locator("table a").first.click()
    expect(page.locator("main")).to_contain_text("有效：属于这份答卷")
    officer.looks("late-delivery")

    page.get_by_label("理由").fill("机房断网属实，监考员在场")
    page.get_by_role("button", name="采用 2 题并重新评分").click()

    expect(page.locator("main")).to_contain_text("采用后")
    officer.looks("late-admitted")
    late.page.reload()
    expect(late.page.locator("main")).to_contain_text("已采用 2 题的答案")
    expect(late.page.locator("main")).to_contain_text("机房断网属实，监考员在场")
    expect(late.page.locator("main")).to_contain_text("已答 4 题")
    late.sees("result-admitted")
    with late.page.expect_response("**/sign-out") as leaving:
        late.page.get_by_role("button", name="退出登录").click()
    assert leaving.value.all_headers()["clear-site-data"] == '"storage"'
