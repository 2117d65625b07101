"""Handing in: looking over, confirming twice, the receipt."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from tests.js.desk import Desk
from tests.js.hall import Hall, Refusal

pytestmark = pytest.mark.browser


def test_the_unanswered_and_marked_are_counted_and_listed(
    sit: Callable[..., Desk],
) -> None:
    desk = sit()
    desk.choose("A")
    desk.go_to(3)
    desk.press("m")

    desk.part("hand-in").click()

    expect(desk.part("review-words")).to_have_text(
        "共 8 题，已答 1 题，未答 7 题，标记 1 题。"
    )
    unanswered = desk.part("unanswered-list").locator("button")
    assert unanswered.all_inner_texts() == ["2", "3", "4", "5", "6", "7", "8"]
    assert desk.part("marked-list").locator("button").all_inner_texts() == ["3"]


def test_a_listed_question_can_be_gone_to(sit: Callable[..., Desk]) -> None:
    desk = sit()
    desk.part("hand-in").click()

    desk.part("unanswered-list").get_by_role("button", name="转到第 5 题").click()

    expect(desk.part("hand-in-dialog")).to_be_hidden()
    assert desk.number() == 5


def test_the_safe_choice_has_the_focus_and_nothing_is_handed_in(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit()
    desk.part("hand-in").click()
    desk.part("to-confirm").click()
    expect(desk.part("confirm")).to_have_text("交卷：已答 0 题，未答 8 题")

    expect(desk.part("not-yet")).to_be_focused()
    desk.press("Enter")

    expect(desk.part("hand-in-dialog")).to_be_hidden()
    expect(desk.part("hand-in")).to_be_focused()
    assert hall.receipt is None


def test_a_confirmed_hand_in_shows_the_receipt_and_clears_the_machine(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit()
    desk.choose("A")
    desk.until(lambda: hall.answer(1) == ["A"])

    desk.hand_in()

    expect(desk.part("receipt")).to_have_text("R-2026-0042")
    expect(desk.part("result-words")).to_have_text("得分 88，满分 100，合格。良好")
    assert desk.journal() == []
    desk.page.get_by_role("link", name="查看结果").click()
    expect(desk.page).to_have_url(re.compile("/result$"))


def test_an_answer_of_the_last_moment_is_handed_in_too(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit(heartbeat=60)
    held = desk.hold_one_save()
    desk.choose("A")
    desk.until(lambda: bool(held))
    desk.go_to(2)
    desk.choose("B")

    desk.hand_in()
    held[0].continue_()

    expect(desk.part("receipt")).to_be_visible()
    assert (hall.answer(1), hall.answer(2)) == (["A"], ["B"])


def test_a_hand_in_waits_for_the_server_and_can_be_taken_back(
    context: BrowserContext, sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit()
    context.set_offline(True)
    desk.hand_in()
    expect(desk.part("wait-words")).to_contain_text("正在重试")

    desk.part("withdraw").click()
    context.set_offline(False)

    expect(desk.saved).to_contain_text("已连接")
    expect(desk.options.first).to_be_enabled()
    assert hall.receipt is None


def test_a_hand_in_that_the_server_cannot_take_now_is_sent_again(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit()
    hall.refuse("submission", Refusal(503, "unavailable", {"Retry-After": "1"}))

    desk.hand_in()

    expect(desk.part("receipt")).to_have_text("R-2026-0042")


def test_a_hand_in_whose_reply_was_lost_gives_the_same_receipt(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit()
    lost: list[str | None] = []

    def lose_the_reply(route: Route) -> None:
        route.fetch()
        lost.append(hall.receipt)
        route.abort()

    desk.page.route("**/submission", lose_the_reply, times=1)
    desk.hand_in()

    expect(desk.part("receipt")).to_have_text("R-2026-0042")
    assert lost == ["R-2026-0042"]


def test_a_page_opened_after_the_end_goes_to_the_result(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    hall.collected = True

    desk = sit(ready=False)

    expect(desk.page).to_have_url(re.compile("/result$"))
