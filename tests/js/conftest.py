"""A browser with a false camera, a hall, and a page in which somebody sits."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.js.desk import Desk
from tests.js.hall import Hall
from tests.js.stub import Running, serve

FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    # A name that is not this machine's own: to the browser, a page over plain HTTP.
    "--host-resolver-rules=MAP room.test 127.0.0.1",
)


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def hall() -> Hall:
    return Hall()


@pytest.fixture
def stub(hall: Hall) -> Iterator[Running]:
    running = serve(hall)
    yield running
    running.stop()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": 1366, "height": 768}, permissions=["camera"]
    )
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def sit(context: BrowserContext, stub: Running) -> Callable[..., Desk]:
    """Open the paper in a new tab and wait until it can be answered."""

    def opened(*, heartbeat: float = 1, ready: bool = True) -> Desk:
        desk = Desk(new_page(context), stub.url)
        desk.open(heartbeat=heartbeat, ready=ready)
        return desk

    return opened


def new_page(context: BrowserContext) -> Page:
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    return page


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """A browser profile of our own, for browsers that are killed."""
    return tmp_path / "profile"
