"""What somebody does at a machine of the exam room, and sees there."""

import os
import signal
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from tests.system.centre import command_of, descendants

SCREEN: ViewportSize = {"width": 1366, "height": 768}
PATIENCE = 20_000


def fits(page: Page) -> bool:
    """Whether the page needs no scrolling sideways on the smallest screen of a room."""
    return bool(
        page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    )


@dataclass
class Seat:
    """One examinee at one page; *chosen* is what they chose, by stem, in words."""

    page: Page
    url: str
    login: str
    code: str
    pictures: Path
    attempt: str = ""
    questions: list[dict[str, Any]] = field(default_factory=list)
    chosen: dict[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)

    def sees(self, name: str) -> None:
        """Keep a picture of the page; it must fit the screen."""
        self.page.screenshot(path=self.pictures / f"{self.login}-{name}.png")
        assert fits(self.page), f"{name} is wider than the screen"

    def part(self, name: str) -> Any:
        return self.page.locator(f"[data-part={name}]")

    def signs_in(self) -> None:
        self.page.goto(f"{self.url}/sign-in?next=/my/exams")
        self.page.get_by_label("工号").fill(self.login)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(self.code)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(f"{self.url}/my/exams")

    def starts(self) -> None:
        """Read the notice, agree to the camera, start; remember the paper."""
        self.page.get_by_role("link", name="阅读须知并开始").click()
        self.sees("notice")
        self.part("consent").check()
        expect(self.page.locator("[data-tone=good]").first).to_be_visible()
        self.part("start").click()
        self.reaches_the_paper()

    def resumes(self) -> None:
        """Go on where another sign-in left off: the page asks before it takes over."""
        self.page.get_by_role("link", name="继续作答").click()
        self.page.get_by_role("button", name="在本机继续作答").click()
        self.page.get_by_role("button", name="确认继续作答").click()
        self.reaches_the_paper()

    def reaches_the_paper(self) -> None:
        self.page.wait_for_url("**/my/attempts/*")
        self.attempt = self.page.url.rsplit("/", 1)[1]
        expect(self.page.locator(".option-input").first).to_be_enabled()
        self.questions = self.asks(f"/attempts/{self.attempt}")["questions"]

    def asks(self, path: str) -> Any:
        """Return what the API answers this browser."""
        return self.page.evaluate(
            "async (path) => (await fetch('/api/v1' + path)).json()", path
        )

    def number(self) -> int:
        """Return the number of the question on the page."""
        return int(self.page.locator(".question-number").inner_text().rstrip("."))

    def chooses(self, number: int, words: Iterable[str], *, by: str) -> None:
        """Choose the options with these words in question *number*."""
        question = self.questions[number - 1]
        wanted = frozenset(words)
        labels = [o["label"] for o in question["options"] if o["text"] in wanted]
        assert self.number() == number
        for label in labels:
            if by == "keyboard":
                self.page.keyboard.press(label.lower())
            else:
                self.page.locator(f".option:has(input[value={label}])").click()
        self.chosen[question["stem"]] = wanted

    def turns(self, *, by: str) -> None:
        if by == "keyboard":
            self.page.keyboard.press("ArrowRight")
        else:
            self.part("next").click()

    def goes_to(self, number: int) -> None:
        self.page.locator(".paper-card .card-number").nth(number - 1).click()

    def ticked(self) -> frozenset[str]:
        """Return the labels that are chosen on the page."""
        boxes = self.page.locator(".option-input:checked").all()
        return frozenset(box.get_attribute("value") or "" for box in boxes)

    def waits_until_saved(self) -> None:
        """Wait until the page says so; then the server is asked, not believed."""
        expect(self.part("saved")).to_contain_text("已保存")
        self.waits_until_held()

    def waits_until_held(self) -> None:
        """Wait until the server has an answer to everything that was chosen."""
        began = perf_counter()
        while len(self.asks(f"/attempts/{self.attempt}")["answers"]) < len(self.chosen):
            assert perf_counter() - began < 20, "the answers never arrived"
            self.page.wait_for_timeout(200)

    def hands_in(self) -> str:
        """Go through both steps of handing in; return the receipt that is shown."""
        self.part("hand-in").click()
        self.part("to-confirm").click()
        self.part("confirm").click()
        expect(self.part("receipt")).not_to_be_empty()
        receipt: str = self.part("receipt").inner_text()
        self.page.get_by_role("link", name="查看结果").first.click()
        self.page.wait_for_url("**/result")
        return receipt


def a_page(context: BrowserContext) -> Page:
    """Return the first page of a browser."""
    return context.pages[0] if context.pages else context.new_page()


def loses_power(profile: Path) -> None:
    """Kill the browser of *profile* with -9, and everything that belongs to it."""
    started = [
        pid
        for pid in descendants(os.getpid())
        if any(str(profile) in word for word in command_of(pid))
    ]
    assert started, "no browser uses this profile"
    for pid in started:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
