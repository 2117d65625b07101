"""After the end: sealed hand-ins, late evidence, and the file that is left."""
# ruff: noqa: N802 - T and F numbers are those of the reliability plan

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from examcenter.attempts import sealing
from examcenter.attempts.late_rules import AnswerFile
from tests.js.desk import Desk
from tests.js.hall import ATTEMPT, KEY, Hall, Refusal
from tests.js.stub import Running

pytestmark = pytest.mark.browser


def misses_the_bell(context: BrowserContext, desk: Desk, hall: Hall) -> None:
    """Answer question 1 without network, until the server has collected."""
    context.set_offline(True)
    desk.choose("A")
    expect(desk.part("wait-title")).to_have_text("考试时间已到", timeout=15_000)
    hall.collected = True


def test_F20_what_missed_the_bell_becomes_late_evidence_and_the_page_says_so(
    context: BrowserContext, sit: Callable[..., Desk], hall: Hall
) -> None:
    hall.deadline = hall.now() + timedelta(seconds=4)
    desk = sit()
    misses_the_bell(context, desk, hall)

    context.set_offline(False)

    expect(desk.part("closed-words")).to_contain_text("已作为迟到材料保存")
    (packet,) = hall.late
    assert packet["sealed"]
    assert packet["attempt"] == ATTEMPT
    assert packet["uninterrupted"]
    assert [(a["question"], a["value"]) for a in packet["answers"]] == [(1, ["A"])]
    assert desk.journal() == []


def test_F20_a_hand_in_without_network_is_sealed_and_sent_when_it_returns(
    context: BrowserContext, sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit()
    context.set_offline(True)
    desk.choose("A")

    desk.hand_in()
    expect(desk.part("wait-title")).to_have_text("已封存，尚未交到服务器")
    expect(desk.part("wait-words")).to_contain_text("恢复后自动交卷")
    expect(desk.saved).to_have_text("!已封存在本机，尚未交到服务器；恢复后自动交卷")
    assert hall.receipt is None
    context.set_offline(False)

    expect(desk.part("receipt")).to_have_text("R-2026-0042")
    assert hall.answer(1) == ["A"]
    assert hall.late == []


def test_F15_a_sealed_hand_in_survives_the_page(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit(heartbeat=60)
    hall.refuse("answers", Refusal(503, "unavailable", {"Retry-After": "60"}), times=9)
    desk.choose("A")
    desk.hand_in()
    expect(desk.part("wait-words")).to_contain_text("恢复后自动交卷")
    hall.refusals.clear()
    desk.page.once("dialog", lambda dialog: dialog.accept())

    desk.page.reload()

    expect(desk.part("receipt")).to_have_text("R-2026-0042")
    assert hall.answer(1) == ["A"]


def test_the_result_page_brings_what_a_closed_browser_had_kept(
    context: BrowserContext, sit: Callable[..., Desk], hall: Hall, stub: Running
) -> None:
    desk = sit(heartbeat=60)
    hall.refuse("answers", Refusal(503, "unavailable", {"Retry-After": "60"}), times=9)
    desk.choose("A")
    desk.until(lambda: len(desk.journal()) == 1)
    desk.page.close()
    hall.collected = True

    page = context.new_page()
    page.goto(f"{stub.url}/result")

    words = page.locator("[data-behaviour='attempts/forget']")
    expect(words).to_contain_text("已作为迟到材料保存")
    (packet,) = hall.late
    assert (packet["sealed"], packet["uninterrupted"]) == (True, False)
    assert packet["answers"][0]["value"] == ["A"]


def test_late_evidence_is_sent_until_the_server_has_it(
    context: BrowserContext, sit: Callable[..., Desk], hall: Hall
) -> None:
    hall.deadline = hall.now() + timedelta(seconds=4)
    desk = sit()
    misses_the_bell(context, desk, hall)
    hall.refuse("late", Refusal(503, "unavailable"), times=2)

    context.set_offline(False)

    expect(desk.part("closed-words")).to_contain_text("仍存在本机，正在上传")
    expect(desk.part("closed-words")).to_contain_text("已作为迟到材料保存")
    assert len(hall.late) == 1


def test_what_the_server_refuses_for_good_stays_and_a_file_is_offered(
    context: BrowserContext, sit: Callable[..., Desk], hall: Hall
) -> None:
    hall.deadline = hall.now() + timedelta(seconds=4)
    desk = sit()
    misses_the_bell(context, desk, hall)
    hall.refuse("late", Refusal(422, "late_full"))

    context.set_offline(False)

    expect(desk.part("closed-words")).to_contain_text("没有被服务器接受")
    expect(desk.part("file").last).to_be_visible()
    assert len(desk.journal()) == 1


def test_after_a_minute_without_server_a_file_is_offered_that_only_the_centre_opens(
    context: BrowserContext, stub: Running, tmp_path: Path
) -> None:
    page = context.new_page()
    page.clock.install()
    desk = Desk(page, stub.url)
    desk.open(heartbeat=4)
    context.set_offline(True)
    desk.choose("B")
    page.clock.run_for(50_000)
    expect(desk.notices).not_to_contain_text("最后的办法")
    page.clock.run_for(60_000)

    with page.expect_download() as downloading:
        desk.notices.get_by_role("button", name="下载答卷文件").click()
    downloading.value.save_as(tmp_path / "file")

    text = (tmp_path / "file").read_text()
    document = json.loads(text)
    assert re.fullmatch(
        r"attempt--\d{14}\.answers", downloading.value.suggested_filename
    )
    assert (document["format"], document["version"]) == ("examcenter-answers", 1)
    assert document["attempt"] == ATTEMPT
    assert '"B"' not in text
    nonce, locked = (sealing.to_bytes(document[k]) for k in ("nonce", "locked"))
    opened = sealing.open_file(
        sealing.to_bytes(KEY), AnswerFile(ATTEMPT, nonce, locked)
    )
    assert json.loads(opened)["answers"][0]["value"] == ["B"]


def test_no_file_is_offered_while_everything_is_saved(
    context: BrowserContext, stub: Running
) -> None:
    page = context.new_page()
    page.clock.install()
    desk = Desk(page, stub.url)
    desk.open(heartbeat=4)
    context.set_offline(True)

    page.clock.run_for(120_000)

    expect(desk.saved).to_contain_text("网络中断")
    expect(desk.notices).not_to_contain_text("最后的办法")
