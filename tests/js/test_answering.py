"""Answering: choosing, changing, clearing, turning, marking, by mouse and by key."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.js.desk import Desk
from tests.js.hall import Hall

pytestmark = pytest.mark.browser


def test_a_choice_reaches_the_server_within_two_seconds(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit()

    desk.choose("A")
    seconds = desk.until(lambda: hall.answer(1) == ["A"])

    assert seconds < 2


def test_saved_is_shown_only_after_the_server_has_answered(
    sit: Callable[..., Desk],
) -> None:
    desk = sit(heartbeat=60)
    held = desk.hold_one_save()

    desk.choose("A")
    desk.until(lambda: bool(held))

    expect(desk.saved).to_have_text("…正在保存…（答案已存本机）")
    held[0].continue_()
    expect(desk.saved).to_contain_text("已保存")


def test_the_saved_time_is_the_servers_in_the_zone_of_the_exam(
    sit: Callable[..., Desk],
) -> None:
    desk = sit(heartbeat=60)

    with desk.page.expect_response("**/answers") as answered:
        desk.choose("A")

    moment = answered.value.json()["saved_at"]
    hour = (int(moment[11:13]) + 8) % 24
    expect(desk.saved).to_have_text(f"✓已保存 {hour:02}{moment[13:19]}")


def test_a_multiple_choice_is_toggled(sit: Callable[..., Desk], hall: Hall) -> None:
    desk = sit()
    desk.go_to(6)

    desk.choose("D", "B", "A", "D")

    desk.until(lambda: hall.answer(6) == ["A", "B"])
    assert desk.chosen() == ["A", "B"]


def test_an_answer_can_be_cleared(sit: Callable[..., Desk], hall: Hall) -> None:
    desk = sit()
    desk.choose("B")
    desk.until(lambda: hall.answer(1) == ["B"])

    desk.part("clear").click()

    desk.until(lambda: hall.answer(1) == [])
    assert desk.chosen() == []
    expect(desk.part("counts")).to_contain_text("未答 8")


@pytest.mark.parametrize(
    ("number", "keys", "labels"),
    [
        (1, ["b"], ["B"]),
        (3, ["4"], ["D"]),
        (3, ["A", "c"], ["C"]),
        (6, ["a", "3"], ["A", "C"]),
        (6, ["a", "1"], []),
        (3, ["f", "9"], []),
    ],
    ids=[
        "a letter",
        "a digit",
        "another letter changes a single choice",
        "two keys choose two options",
        "the same option twice is chosen and taken back",
        "keys beyond the options do nothing",
    ],
)
def test_keys_choose(
    sit: Callable[..., Desk], number: int, keys: list[str], labels: list[str]
) -> None:
    desk = sit()
    desk.go_to(number)

    for key in keys:
        desk.press(key)

    assert desk.chosen() == labels


def test_arrows_turn_the_page_and_never_change_a_choice(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit()
    desk.choose("A")
    desk.until(lambda: hall.answer(1) == ["A"])

    desk.press("ArrowRight")
    there = desk.number()
    desk.press("ArrowLeft")

    assert (there, desk.number()) == (2, 1)
    assert desk.chosen() == ["A"]
    assert len(hall.saves) == 1


def test_m_marks_and_the_card_says_so_in_words(sit: Callable[..., Desk]) -> None:
    desk = sit()
    desk.choose("A")

    desk.press("m")

    first = desk.page.locator(".paper-card .card-number").first
    expect(first).to_have_attribute("aria-label", "第 1 题，已答，已标记")
    expect(first).to_have_text("1✓?")
    expect(desk.part("counts")).to_have_text("已答 1 · 未答 7 · 标记 1")


def test_the_list_of_keys_opens_and_gives_the_focus_back(
    sit: Callable[..., Desk],
) -> None:
    desk = sit()
    desk.part("next").focus()

    desk.press("?")
    expect(desk.part("keys-dialog")).to_be_visible()
    desk.press("m")
    desk.press("Escape")

    expect(desk.part("keys-dialog")).to_be_hidden()
    expect(desk.part("next")).to_be_focused()
    expect(desk.part("counts")).to_contain_text("标记 0")


def test_single_keys_can_be_switched_off_and_stay_off_after_a_reload(
    sit: Callable[..., Desk],
) -> None:
    desk = sit()
    desk.press("?")
    desk.part("single-keys").uncheck()
    desk.press("Escape")
    desk.page.wait_for_timeout(200)

    desk.open()
    desk.press("b")
    desk.press("ArrowRight")

    assert desk.number() == 2
    expect(desk.part("counts")).to_contain_text("已答 0")


def test_the_whole_row_of_an_option_is_pressable_and_high_enough(
    sit: Callable[..., Desk],
) -> None:
    desk = sit()
    desk.go_to(3)
    row = desk.page.locator(".option").nth(1)
    box = row.bounding_box()
    assert box is not None

    desk.page.mouse.click(box["x"] + box["width"] - 4, box["y"] + 3)

    assert box["height"] >= 44
    assert desk.chosen() == ["B"]


@pytest.mark.parametrize(
    ("width", "height"),
    [(1366, 768), (1093, 614)],
    ids=["a lab monitor", "a lab monitor at 125 %"],
)
def test_a_question_with_its_options_needs_no_scrolling(
    sit: Callable[..., Desk], width: int, height: int
) -> None:
    desk = sit()
    desk.page.set_viewport_size({"width": width, "height": height})

    desk.go_to(6)

    for part in (".option >> nth=3", "[data-part=next]", "[data-part=hand-in]"):
        box = desk.page.locator(part).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= height
    page, sheet = desk.page.evaluate(
        """() => [document.scrollingElement, document.querySelector(".paper-question")]
        .map((e) => e.scrollHeight - e.clientHeight)"""
    )
    assert (page, sheet) == (0, 0)


def test_nothing_is_lost_sideways_at_320_pixels(sit: Callable[..., Desk]) -> None:
    desk = sit()

    desk.page.set_viewport_size({"width": 320, "height": 640})

    width = desk.page.evaluate("document.scrollingElement.scrollWidth")
    assert width == 320


def test_the_page_breaks_no_security_policy(sit: Callable[..., Desk]) -> None:
    desk = sit()

    desk.choose("A")
    desk.press("?")
    desk.press("Escape")

    assert desk.errors == []


def test_a_tab_that_was_closed_with_everything_sent_does_not_warn(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit()
    desk.choose("A")
    desk.until(lambda: hall.answer(1) == ["A"])
    expect(desk.saved).to_contain_text("已保存")

    warned = desk.leave()

    assert warned == []
