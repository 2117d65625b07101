"""What lies on the machine: locked, at once, and gone when it is no longer needed."""
# ruff: noqa: N802 - T, F and E numbers are those of the reliability plan

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.js.desk import Desk
from tests.js.hall import KEY, Hall
from tests.js.stub import PASSWORD, Running

pytestmark = pytest.mark.browser


def test_nothing_readable_lies_in_the_browser_s_storage(
    context: BrowserContext, sit: Callable[..., Desk]
) -> None:
    desk = sit(heartbeat=60)
    context.set_offline(True)
    desk.choose("B")
    desk.press("m")
    desk.hand_in()
    desk.until(lambda: "packets" in desk.stored())

    stored = desk.stored()

    assert "answers" in stored
    for word in ('"B"', "value", "version", "marked", "handed_in", KEY, KEY[:16]):
        assert word not in stored


def test_E02_a_change_is_on_the_disk_within_half_a_second(
    context: BrowserContext, sit: Callable[..., Desk]
) -> None:
    desk = sit(heartbeat=60)
    context.set_offline(True)
    took = []

    for number in (1, 2, 3, 4, 5):
        desk.go_to(number)
        desk.choose("B")
        # The longer of two measures: what the test itself needs is counted too.
        took.append(desk.until(lambda n=number: len(desk.journal()) == n))  # type: ignore[misc]

    assert max(took) < 0.5


def test_a_copy_survives_a_reload_and_is_opened_again(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit(heartbeat=60)
    held = desk.hold_one_save()
    desk.choose("B")
    desk.until(lambda: bool(held) and len(desk.journal()) == 1)
    desk.page.once("dialog", lambda dialog: dialog.accept())

    desk.page.reload()

    desk.until(lambda: hall.answer(1) == ["B"])
    assert desk.chosen() == ["B"]


def test_without_a_key_nothing_is_stored_and_the_page_says_so(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    hall.hands_out_key = False
    desk = sit(heartbeat=60)

    desk.choose("A")

    expect(desk.notices).to_contain_text("本机浏览器不能存副本")
    desk.until(lambda: hall.answer(1) == ["A"])
    assert desk.journal() == []


def test_over_plain_http_the_paper_can_be_sat_and_the_page_is_honest(
    context: BrowserContext, hall: Hall, stub: Running
) -> None:
    url = stub.url.replace("127.0.0.1", "room.test")
    desk = Desk(context.new_page(), url)
    desk.open(heartbeat=60)

    expect(desk.notices).to_contain_text("本页地址不是 HTTPS，本机不存副本")
    held = desk.hold_one_save()
    desk.choose("A")
    desk.until(lambda: bool(held))
    expect(desk.saved).to_have_text("…正在保存…（请勿关闭本页）")
    held[0].continue_()

    desk.until(lambda: hall.answer(1) == ["A"])
    assert desk.journal() == []


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("", "本机可以保存加密的答案副本"),
        ("indexedDB.open = () => { throw new Error('private'); };", "可能是无痕窗口"),
        (
            "IDBObjectStore.prototype.put = () => { throw new DOMException('full'); };",
            "可能是无痕窗口",
        ),
        (
            "navigator.storage.estimate = async () => ({ quota: 1000, usage: 999 });",
            "存储已满",
        ),
    ],
    ids=["all is well", "a private window", "a full disk", "hardly any room"],
)
def test_F19_before_the_start_the_page_tells_whether_this_machine_can_keep_a_copy(
    context: BrowserContext, stub: Running, broken: str, words: str
) -> None:
    context.add_init_script(broken)
    page = context.new_page()

    page.goto(f"{stub.url}/notice")

    told = page.locator("[data-behaviour='attempts/storage_check']")
    expect(told).to_contain_text(words)
    expect(page.locator("[data-part=start]")).to_be_enabled()


def test_F19_storage_cleared_in_mid_exam_is_told_and_nothing_is_lost(
    context: BrowserContext, sit: Callable[..., Desk], hall: Hall, stub: Running
) -> None:
    desk = sit(heartbeat=60)
    desk.choose("A")
    desk.until(lambda: hall.answer(1) == ["A"])

    devtools = context.new_cdp_session(desk.page)
    clearing = {"origin": stub.url, "storageTypes": "indexeddb"}
    devtools.send("Storage.clearDataForOrigin", clearing)
    expect(desk.notices).to_contain_text("本机浏览器不能存副本")
    desk.go_to(2)
    desk.choose("B")

    desk.until(lambda: hall.answer(2) == ["B"])


def test_the_password_is_kept_nowhere(sit: Callable[..., Desk], hall: Hall) -> None:
    desk = sit(heartbeat=60)
    hall.sessions.clear()
    desk.choose("A")

    desk.sign_in_again()
    desk.until(lambda: hall.answer(1) == ["A"])

    assert PASSWORD not in desk.stored()
    assert desk.part("sign-in").locator("[name=password]").input_value() == ""
