"""What an examinee does at the page and sees on it, in the words of the exam."""

from collections.abc import Callable
from time import perf_counter

from playwright.sync_api import Dialog, Locator, Page, Route, expect

from tests.js.stub import LOGIN, PASSWORD


class Desk:
    """One tab with one paper."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.errors: list[str] = []
        page.on("console", self._hear)

    def _hear(self, message: object) -> None:
        text = str(getattr(message, "text", ""))
        if "Content Security Policy" in text or "Content-Security-Policy" in text:
            self.errors.append(text)

    def open(self, *, heartbeat: float = 1, ready: bool = True) -> None:
        self.page.goto(f"{self.url}/paper?heartbeat={heartbeat}")
        if ready:
            expect(self.saved).to_contain_text("已")
            expect(self.options.first).to_be_enabled()

    def part(self, name: str) -> Locator:
        return self.page.locator(f"[data-part={name}]")

    @property
    def saved(self) -> Locator:
        return self.part("saved")

    @property
    def options(self) -> Locator:
        return self.page.locator(".option-input")

    @property
    def notices(self) -> Locator:
        return self.part("notices")

    def choose(self, *labels: str) -> None:
        for label in labels:
            self.page.locator(f".option:has(input[value={label}])").click()

    def chosen(self) -> list[str]:
        checked = self.page.locator(".option-input:checked")
        return [box.get_attribute("value") or "" for box in checked.all()]

    def go_to(self, number: int) -> None:
        self.page.locator(".paper-card .card-number").nth(number - 1).click()

    def number(self) -> int:
        """The number of the question shown."""
        words = self.page.locator(".question-number").inner_text()
        return int(words.rstrip("."))

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def hand_in(self) -> None:
        """Go through both steps of handing in."""
        self.part("hand-in").click()
        self.part("to-confirm").click()
        self.part("confirm").click()

    def sign_in_again(self, login: str = LOGIN, password: str = PASSWORD) -> None:
        form = self.part("sign-in")
        form.locator("[name=login]").fill(login)
        form.locator("[name=password]").fill(password)
        form.locator("[type=submit]").click()

    def takes_over(self, words: str) -> None:
        """Press the button that says *words*, and confirm."""
        self.notices.get_by_role("button", name=words).click()
        self.notices.get_by_role("button", name="确认继续作答").click()

    def hold_one_save(self) -> list[Route]:
        """Let the next request with answers hang; return the list it comes to."""
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        self.page.route("**/answers", hold, times=1)
        return held

    def leave(self) -> list[str]:
        """Close the tab; return the kinds of warnings that came up, unheeded."""
        warned: list[str] = []

        def heard(dialog: Dialog) -> None:
            warned.append(dialog.type)
            dialog.accept()

        context = self.page.context
        self.page.on("dialog", heard)
        self.page.close(run_before_unload=True)
        context.new_page().wait_for_timeout(500)
        return warned

    def stored(self) -> str:
        """Everything that lies in the browser's storage, as text to be searched."""
        return str(
            self.page.evaluate(
                """async () => {
                  const opening = indexedDB.open("examcenter");
                  await new Promise((done) => { opening.onsuccess = done; });
                  const found = [JSON.stringify(localStorage), document.cookie];
                  for (const name of opening.result.objectStoreNames) {
                    const all = opening.result.transaction(name)
                      .objectStore(name).getAll();
                    await new Promise((done) => { all.onsuccess = done; });
                    for (const row of all.result) {
                      const text = Object.values(row).map((v) =>
                        v instanceof Uint8Array ? new TextDecoder().decode(v)
                          : JSON.stringify(v));
                      found.push(name, ...text);
                    }
                  }
                  opening.result.close();
                  return found.join(" ");
                }"""
            )
        )

    def journal(self) -> list[object]:
        """The answers that this browser keeps on its disk."""
        rows = self.page.evaluate(
            """() => new Promise((resolve, reject) => {
              const opening = indexedDB.open("examcenter");
              opening.onerror = () => reject(opening.error);
              opening.onsuccess = () => {
                const all = opening.result.transaction("answers")
                  .objectStore("answers").getAll();
                all.onsuccess = () => { opening.result.close(); resolve(all.result); };
              };
            })"""
        )
        return list(rows)

    def until(self, holds: Callable[[], bool], seconds: float = 8) -> float:
        """Wait until *holds*; return how many seconds that took."""
        began = perf_counter()
        while not holds():
            assert perf_counter() - began < seconds, "it never came true"
            self.page.wait_for_timeout(20)
        return perf_counter() - began
