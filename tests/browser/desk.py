"""What a member of staff does at their desk, in the words on the pages."""

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.seat import PATIENCE, SCREEN, fits

PASSWORD = "Clear-Rule-2026"


@dataclass
class Desk:
    """One member of staff at one browser; every page they open must fit the screen."""

    page: Page
    url: str
    pictures: Path

    def sees(self, heading: str) -> None:
        """Wait for the page of this heading, and look at it."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        self.looks(heading)

    def looks(self, name: str) -> None:
        """Keep a picture of the page, which must not need scrolling sideways."""
        self.page.screenshot(path=self.pictures / f"{name}.png", full_page=True)
        assert fits(self.page), f"{name} is wider than the screen"

    def signs_in(self, login: str, password: str) -> None:
        """Sign in by keyboard; a first password is changed at once."""
        self.page.goto(f"{self.url}/sign-in")
        self.sees("登录")
        self.page.get_by_label("工号").focus()
        self.types(login, password)
        self.page.wait_for_load_state()
        if self.page.url.endswith("/password"):
            self.sees("设置密码")
            self.page.get_by_label("新密码").focus()
            self.types(PASSWORD, PASSWORD)

    def types(self, *words: str) -> None:
        """Type into one field after the other, and send the form."""
        for place, text in enumerate(words):
            if place:
                self.page.keyboard.press("Tab")
            self.page.keyboard.type(text)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def follows(self, name: str) -> None:
        """Follow a link by keyboard."""
        link = self.page.get_by_role("link", name=name, exact=True).first
        link.focus()
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def presses(self, name: str) -> None:
        """Press a button by keyboard."""
        button = self.page.get_by_role("button", name=name).last
        button.focus()
        with self.page.expect_navigation(timeout=60_000):
            self.page.keyboard.press("Enter")

    def downloads(self, name: str) -> tuple[str, bytes]:
        """Follow a link to a file; return the file's name and content."""
        with self.page.expect_download() as waiting:
            self.page.get_by_role("link", name=name).first.click()
        file = waiting.value
        return file.suggested_filename, Path(file.path()).read_bytes()


def a_desk(browser: Browser, url: str, pictures: Path) -> Desk:
    page = browser.new_context(viewport=SCREEN, accept_downloads=True).new_page()
    page.set_default_timeout(PATIENCE)
    return Desk(page, url, pictures)
