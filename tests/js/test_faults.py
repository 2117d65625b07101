"""What goes wrong around the page, and what of it the examinee loses: nothing."""
# ruff: noqa: N802 - T and F numbers are those of the reliability plan

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from tests.js.desk import Desk
from tests.js.hall import Hall, Refusal, Stored
from tests.js.stub import ANOTHER

pytestmark = pytest.mark.browser


def test_answers_given_offline_arrive_when_the_network_returns(
    context: BrowserContext, sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit()
    context.set_offline(True)

    for number in (1, 2, 3):
        desk.go_to(number)
        desk.choose("B")
    expect(desk.saved).to_have_text("!网络中断，可继续作答；恢复后自动上传")
    desk.page.wait_for_timeout(1500)
    expect(desk.saved).to_have_text("!网络中断，可继续作答；恢复后自动上传")
    assert hall.stored == {}
    context.set_offline(False)

    desk.until(lambda: [hall.answer(n) for n in (1, 2, 3)] == [["B"]] * 3)
    expect(desk.saved).to_contain_text("已保存")


def test_an_answer_whose_reply_was_lost_is_stored_once(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit(heartbeat=60)
    lost = []

    def lose_the_reply(route: Route) -> None:
        route.fetch()
        lost.append(route)
        route.abort()

    desk.page.route("**/answers", lose_the_reply, times=1)
    desk.choose("A")

    desk.until(lambda: len(hall.saves) == 2)
    expect(desk.saved).to_contain_text("已保存")
    assert len(lost) == 1
    assert hall.saves[0] == hall.saves[1]
    assert hall.stored[1].version == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again_and_called_busy(
    sit: Callable[..., Desk], hall: Hall, status: int
) -> None:
    desk = sit(heartbeat=60)
    hall.refuse("answers", Refusal(status, "unavailable"))

    desk.choose("A")

    expect(desk.saved).to_have_text("!服务器忙，可继续作答；稍后自动上传")
    desk.until(lambda: hall.answer(1) == ["A"])
    expect(desk.saved).to_contain_text("已保存")


def test_retry_after_is_honoured(sit: Callable[..., Desk], hall: Hall) -> None:
    desk = sit(heartbeat=60)
    hall.refuse("answers", Refusal(503, "unavailable", {"Retry-After": "3"}))

    desk.choose("A")
    seconds = desk.until(lambda: hall.answer(1) == ["A"])

    assert seconds >= 3


def test_one_request_is_in_flight_and_later_answers_travel_together(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit(heartbeat=60)
    held = desk.hold_one_save()
    desk.choose("A")
    desk.until(lambda: bool(held))

    for number in (2, 3, 4):
        desk.go_to(number)
        desk.choose("B")
    desk.page.wait_for_timeout(600)
    arrived_meanwhile = len(hall.saves)
    held[0].continue_()

    desk.until(lambda: hall.answer(4) == ["B"])
    assert arrived_meanwhile == 0
    assert [len(batch) for batch in hall.saves] == [1, 3]


def test_one_answer_that_is_refused_does_not_hold_up_the_others(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit(heartbeat=60)
    held = desk.hold_one_save()
    desk.choose("A")
    desk.until(lambda: bool(held))
    for number in (2, 3):
        desk.go_to(number)
        desk.choose("B")
    hall.refuse("answers", Refusal(422, "no_such_option"), times=2)

    held[0].continue_()

    desk.until(lambda: len(hall.stored) == 2)
    expect(desk.notices).to_contain_text("的答案没有被服务器接受")


def test_a_version_conflict_ends_with_what_stands_on_the_screen(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit(heartbeat=60)
    hall.stored[1] = Stored(1, ["B"])  # an older request that arrived after the reload

    desk.choose("A")

    desk.until(lambda: hall.answer(1) == ["A"])
    assert hall.stored[1].version == 2
    assert desk.chosen() == ["A"]


def test_a_server_that_holds_a_higher_version_gets_a_higher_one(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit(heartbeat=60)
    hall.stored[1] = Stored(9, ["B"])

    desk.choose("A")

    desk.until(lambda: hall.answer(1) == ["A"])
    assert hall.stored[1].version == 10


def test_a_stale_token_is_renewed_without_a_word(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit(heartbeat=60)
    hall.token = "another-token"

    desk.choose("A")

    desk.until(lambda: hall.answer(1) == ["A"])
    expect(desk.part("sign-in")).to_be_hidden()


def test_an_ended_session_is_renewed_in_place(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit(heartbeat=60)
    hall.sessions.clear()

    desk.choose("A")
    expect(desk.part("sign-in")).to_be_visible()
    desk.sign_in_again()

    desk.until(lambda: hall.answer(1) == ["A"])
    expect(desk.part("sign-in")).to_be_hidden()
    expect(desk.saved).to_contain_text("已保存")
    assert hall.holder.startswith("again")


def test_signing_in_can_be_put_off_while_answering_goes_on(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit(heartbeat=60)
    hall.sessions.clear()
    desk.choose("A")
    desk.part("sign-in").locator("[data-close]").click()

    desk.go_to(2)
    desk.choose("B")
    expect(desk.saved).to_have_text("!尚未上传：请重新登录（答案已存本机）")
    desk.notices.get_by_role("button", name="重新登录").click()
    desk.sign_in_again()

    desk.until(lambda: (hall.answer(1), hall.answer(2)) == (["A"], ["B"]))


def test_a_wrong_password_is_told_and_may_be_tried_again(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit(heartbeat=60)
    hall.sessions.clear()
    desk.choose("A")

    desk.sign_in_again(password="wrong")
    expect(desk.part("sign-in-error")).to_have_text("没有登录成功。请核对工号和密码。")
    desk.sign_in_again()

    desk.until(lambda: hall.answer(1) == ["A"])


def test_leaving_with_something_unsent_warns(
    context: BrowserContext, sit: Callable[..., Desk]
) -> None:
    desk = sit()
    context.set_offline(True)
    desk.choose("A")

    warned = desk.leave()

    assert warned == ["beforeunload"]


@pytest.mark.parametrize(
    "broken",
    [
        "indexedDB.open = () => { throw new Error('private window'); };",
        "indexedDB.open = () => ({});",
        "IDBObjectStore.prototype.put = () => { throw new DOMException('full'); };",
    ],
    ids=["storage is forbidden", "storage never answers", "storage is full"],
)
def test_without_a_journal_answers_go_straight_to_the_server_and_the_page_says_so(
    context: BrowserContext, sit: Callable[..., Desk], hall: Hall, broken: str
) -> None:
    context.add_init_script(broken)
    desk = sit(heartbeat=60)
    expect(desk.notices).to_contain_text("本机浏览器不能存副本")
    held = desk.hold_one_save()

    desk.choose("A")
    desk.until(lambda: bool(held))

    expect(desk.saved).to_have_text("…正在保存…（请勿关闭本页）")
    held[0].continue_()
    desk.until(lambda: hall.answer(1) == ["A"])
    expect(desk.saved).to_contain_text("已保存")


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (200, "text/html", "<title>请登录校园网</title>"),
        (401, "text/html", "<title>Proxy</title>"),
        (403, "text/html", "<title>禁止访问</title>"),
        (404, "text/html", "<title>Not found</title>"),
        (409, "application/json", "[]"),
        (200, "application/json", "null"),
        (200, "application/json", "[]"),
        (200, "application/json", "{}"),
        (200, "application/json", '{"saved": {"1": 1}}'),
        (200, "application/json", '{"saved": {"1": 1}, "saved_at": "soon"}'),
        (204, "text/plain", ""),
    ],
)
def test_F11_an_answer_of_something_between_is_no_answer(
    sit: Callable[..., Desk], hall: Hall, status: int, kind: str, body: str
) -> None:
    desk = sit(heartbeat=60)
    asked = []

    def answer_instead(route: Route) -> None:
        asked.append(route)
        route.fulfill(status=status, content_type=kind, body=body)

    desk.page.route("**/answers", answer_instead, times=1)
    desk.choose("A")

    expect(desk.saved).to_have_text("!网络中断，可继续作答；恢复后自动上传")
    expect(desk.part("sign-in")).to_be_hidden()
    desk.until(lambda: hall.answer(1) == ["A"])
    expect(desk.saved).to_contain_text("已保存")
    assert len(asked) == 1


def test_F11_a_receipt_without_a_receipt_is_none(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit(heartbeat=60)
    desk.page.route(
        "**/submission",
        lambda route: route.fulfill(json={"state": "submitted"}),
        times=1,
    )

    desk.hand_in()

    expect(desk.part("receipt")).to_have_text("R-2026-0042")
    assert hall.receipt == "R-2026-0042"


def test_a_proxy_that_finds_a_batch_too_large_gets_it_in_parts(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit(heartbeat=60)
    held = desk.hold_one_save()
    desk.choose("A")
    desk.until(lambda: bool(held))
    for number in (2, 3):
        desk.go_to(number)
        desk.choose("B")
    held[0].continue_()
    desk.page.route(
        "**/answers",
        lambda route: route.fulfill(
            status=413, content_type="text/html", body="<h1>413</h1>"
        ),
        times=1,
    )

    desk.until(lambda: len(hall.stored) == 3)
    assert max(len(batch) for batch in hall.saves) == 1


def test_F11_an_answer_that_stops_in_the_middle_is_given_up_and_sent_again(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit(heartbeat=60)
    hall.stalls = 1

    desk.choose("A")

    took = desk.until(lambda: len(hall.saves) == 2, seconds=20)
    expect(desk.saved).to_contain_text("已保存")
    assert 9 < took < 14
    assert hall.saves[0] == hall.saves[1]
    assert hall.stored[1].version == 1


def test_F16_another_person_who_signs_in_is_refused_and_signed_out_again(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit(heartbeat=60)
    hall.sessions.clear()
    desk.choose("A")

    desk.sign_in_again(login=ANOTHER)
    expect(desk.part("sign-in-error")).to_contain_text("没有这份答卷")
    desk.until(lambda: hall.sessions == set())
    assert hall.answer(1) is None
    desk.sign_in_again()

    desk.until(lambda: hall.answer(1) == ["A"])
    expect(desk.part("sign-in")).to_be_hidden()


def test_signing_in_again_after_the_end_leads_to_the_end(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit(heartbeat=60)
    hall.sessions.clear()
    desk.choose("A")
    expect(desk.part("sign-in")).to_be_visible()
    hall.collected = True

    desk.sign_in_again()

    expect(desk.part("closed-words")).to_contain_text("已作为迟到材料保存")
    assert hall.late[0]["answers"][0]["value"] == ["A"]


def test_F08_five_hundred_pages_come_back_within_a_minute_and_not_as_a_herd(
    context: BrowserContext, sit: Callable[..., Desk]
) -> None:
    sit(heartbeat=60)
    page = context.pages[0].context.new_page()
    page.clock.install()
    page.goto(context.pages[0].url.replace("/paper", "/sign-in"))

    arrived = page.evaluate_handle(
        """async () => {
          const { Outbox } = await import("/static/js/attempts/outbox.js");
          const { Unreachable } = await import("/static/js/lib/api.js");
          const began = performance.now();
          const back = 5 * 60 * 1000;
          const arrived = [];
          const tell = new Proxy({}, { get: () => () => {} });
          for (let n = 0; n < 500; n += 1) {
            let unsent = [1];
            const save = async () => {
              const at = performance.now() - began;
              if (at < back) { throw new Unreachable("cable"); }
              if (unsent.length > 0) { arrived.push(at - back); }
              unsent = [];
              return { savedAt: "x", moved: 0, paused: false, notices: [] };
            };
            const desk = { sheet: { unsent: () => unsent }, clock: {} };
            new Outbox({ desk, save, batch: [] }, tell, 4).run();
          }
          return arrived;
        }"""
    )
    page.clock.run_for(6 * 60 * 1000)

    seconds = [ms / 1000 for ms in arrived.json_value()]
    busiest = max(
        sum(1 for one in seconds if second <= one < second + 1) for second in range(60)
    )
    assert len(seconds) == 500
    assert max(seconds) < 60
    assert busiest <= 75  # 500 within 10 to 20 s would be 25 to 50 a second on average
