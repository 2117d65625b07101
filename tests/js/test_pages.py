"""The pages around the paper: my exams, the notice, the camera check, the result."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.js.conftest import new_page
from tests.js.desk import Desk
from tests.js.hall import Hall
from tests.js.stub import Running

pytestmark = pytest.mark.browser

INSECURE = "浏览器只在 HTTPS 或本机地址下开放它"


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return new_page(context)


def part(page: Page, name: str) -> Locator:
    return page.locator(f"[data-part={name}]")


def test_an_examinee_without_exams_is_told_whom_to_ask(
    page: Page, stub: Running
) -> None:
    page.goto(f"{stub.url}/mine?none=1")

    expect(page.locator("main")).to_contain_text("现在没有您的考试")
    expect(page.locator("main")).to_contain_text("请找本单位考务联络人核对名册")


def test_each_exam_offers_what_can_be_done_with_it_now(
    page: Page, stub: Running
) -> None:
    page.goto(f"{stub.url}/mine")

    offered = [
        exam.locator("a.btn").all_inner_texts() for exam in page.locator(".exam").all()
    ]

    assert offered == [["阅读须知并开始"], ["继续作答"], ["阅读考试须知"], []]
    expect(page.locator(".exam-results")).to_contain_text("88 分，合格")


@pytest.mark.parametrize("hall", [Hall(camera="required")], ids=["camera required"])
def test_consent_is_not_ticked_and_not_needed_to_start(
    page: Page, stub: Running
) -> None:
    page.goto(f"{stub.url}/notice")

    expect(part(page, "consent")).not_to_be_checked()
    expect(part(page, "start")).to_have_text("开始考试（不拍照，由监考员现场核对）")
    part(page, "start").click()

    expect(page.locator("body")).not_to_contain_text("consent_version")


@pytest.mark.parametrize("hall", [Hall(camera="required")], ids=["camera required"])
def test_who_consents_sees_themselves_before_the_start(
    page: Page, stub: Running
) -> None:
    page.goto(f"{stub.url}/notice")

    part(page, "consent").check()

    expect(part(page, "words")).to_contain_text("摄像头正常")
    expect(part(page, "video")).to_be_visible()
    part(page, "start").click()
    expect(page.locator("body")).to_contain_text("camera-1")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("NotFoundError", "没有找到摄像头"),
        ("NotAllowedError", "没有得到使用摄像头的许可"),
        ("NotReadableError", "可能正被另一个程序使用"),
    ],
    ids=["none", "refused", "in use"],
)
@pytest.mark.parametrize("hall", [Hall(camera="required")], ids=["camera required"])
def test_a_missing_camera_is_named_and_the_start_waits(
    context: BrowserContext, page: Page, stub: Running, error: str, words: str
) -> None:
    context.add_init_script(
        "navigator.mediaDevices.getUserMedia = () =>"
        f" Promise.reject(new DOMException('', '{error}'));"
    )
    page.goto(f"{stub.url}/notice")

    part(page, "consent").check()

    expect(part(page, "words")).to_contain_text(words)
    expect(part(page, "start")).to_be_disabled()
    expect(part(page, "again")).to_be_visible()


@pytest.mark.parametrize("hall", [Hall(camera="optional")], ids=["camera optional"])
def test_an_optional_camera_does_not_hold_up_the_start(
    context: BrowserContext, page: Page, stub: Running
) -> None:
    context.add_init_script("delete Navigator.prototype.mediaDevices;")
    page.goto(f"{stub.url}/notice")

    part(page, "consent").check()

    expect(part(page, "words")).to_contain_text("没有摄像头也可以开始考试")
    expect(part(page, "start")).to_be_enabled()


@pytest.mark.parametrize("hall", [Hall(camera="required")], ids=["camera required"])
def test_plain_http_is_named_as_the_reason_for_no_camera(
    page: Page, stub: Running
) -> None:
    page.goto(f"{stub.url}/notice".replace("127.0.0.1", "room.test"))

    part(page, "consent").check()

    expect(part(page, "words")).to_contain_text(INSECURE)


@pytest.mark.parametrize("hall", [Hall(camera="required")], ids=["camera required"])
def test_over_plain_http_the_paper_is_answered_without_a_camera(
    page: Page, stub: Running, hall: Hall
) -> None:
    desk = Desk(page, stub.url.replace("127.0.0.1", "room.test"))
    desk.open()

    desk.choose("A")

    desk.until(lambda: hall.answer(1) == ["A"])
    expect(desk.notices).to_contain_text(INSECURE)
    expect(desk.saved).to_contain_text("已保存")


def test_the_result_page_shows_the_score_the_receipt_and_the_records(
    sit: Callable[..., Desk],
) -> None:
    desk = sit()
    desk.hand_in()

    desk.page.get_by_role("link", name="查看结果").click()

    main = desk.page.locator("main")
    for words in ("88", "合格", "等次：良好", "R-2026-0042", "96", "成绩确定后 180 天"):
        expect(main).to_contain_text(words)


def test_the_result_page_clears_the_machine_when_nothing_is_unsent(
    sit: Callable[..., Desk], hall: Hall
) -> None:
    desk = sit(heartbeat=60)
    desk.choose("A")
    desk.until(lambda: hall.answer(1) == ["A"])
    expect(desk.saved).to_contain_text("已保存")
    assert len(desk.journal()) == 1

    desk.page.goto(f"{desk.url}/result")

    desk.until(lambda: desk.journal() == [])


def test_the_result_page_keeps_and_names_what_never_arrived(
    sit: Callable[..., Desk],
) -> None:
    desk = sit(heartbeat=60)
    held = desk.hold_one_save()
    desk.choose("A")
    desk.until(lambda: bool(held))
    desk.page.on("dialog", lambda dialog: dialog.accept())

    desk.page.goto(f"{desk.url}/result")

    expect(desk.page.locator("main")).to_contain_text("有 1 题的最后改动没有赶上")
    assert len(desk.journal()) == 1


@pytest.mark.parametrize("path", ["mine", "notice", "result", "paper"])
@pytest.mark.parametrize("width", [320, 683], ids=["320 px", "200 % zoom"])
def test_nothing_is_lost_sideways_on_a_narrow_page(
    page: Page, stub: Running, path: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 640})

    page.goto(f"{stub.url}/{path}")

    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.scrollingElement.scrollWidth") == width
