"""Take the README's pictures from a running demonstration.

    examcenter --home demo init --demo
    examcenter --home demo run --port 8765 &
    python docs/take_pictures.py demo http://127.0.0.1:8765

Needs Chromium and a Chinese font.
"""

import json
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

PICTURES = Path(__file__).parent / "pictures"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]

FAULTY = """题型,题干,选项A,选项B,选项C,选项D,答案,知识点
单选题,宪法规定的国家根本制度是,社会主义制度,人民代表大会制度,民族区域自治制度,基层群众自治制度,A,宪法
单选题,试用期公务员的试用期限为,三个月,六个月,一年,两年,E,公务员法
判断题,公民有劳动的权利和义务。,,,,,对,宪法
多选题,行政处罚的种类包括,警告,罚款,行政拘留,赔礼道歉,ABC,行政处罚法
单选题,监察机关依法行使监察权,甲,甲,乙,丙,AB,监察法
"""


def main(home: Path, url: str) -> None:
    accounts = json.loads((home / "demo-accounts.json").read_text())
    passwords = {account["login"]: account["password"] for account in accounts}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        _examinee(_signed_in(browser, url, "YX00003", passwords["YX00003"]), url)
        _officer(_signed_in(browser, url, "officer", passwords["officer"]), url)
        _editor(_signed_in(browser, url, "editor", passwords["editor"]), url)
        _hr(_signed_in(browser, url, "hr", passwords["hr"]), url)
        browser.close()


def _signed_in(browser: Browser, url: str, login: str, password: str) -> Page:
    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.goto(f"{url}/sign-in")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{url}/")
    return page


def _take(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"{name}.png")


def _examinee(page: Page, url: str) -> None:
    page.goto(f"{url}/my/exams")
    page.click("text=阅读须知并开始")
    page.check("[name=consent_version]")
    page.wait_for_timeout(2500)
    page.locator("[name=consent_version]").scroll_into_view_if_needed()
    _take(page, "notice")
    page.click("[data-part=start]")
    page.wait_for_timeout(2500)
    for key in ("a", "ArrowRight", "b", "ArrowRight", "a", "m"):
        page.keyboard.press(key)
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("c")
    page.wait_for_timeout(2500)
    _take(page, "paper")


def _officer(page: Page, url: str) -> None:
    page.goto(f"{url}/exams")
    page.get_by_role("link", name="第一批").click()
    page.get_by_role("link", name="考试进度").click()
    _take(page, "board")


def _editor(page: Page, url: str) -> None:
    page.goto(f"{url}/bank/import")
    file = {
        "name": "题库.csv",
        "mimeType": "text/csv",
        "buffer": FAULTY.encode("gb18030"),
    }
    page.set_input_files("input[type=file]", file)  # type: ignore[arg-type]
    page.locator("main button[type=submit]").first.click()
    page.wait_for_load_state("networkidle")
    _take(page, "import")


def _hr(page: Page, url: str) -> None:
    page.goto(f"{url}/reports")
    page.get_by_role("link", name="第一批").click()
    _take(page, "report")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
