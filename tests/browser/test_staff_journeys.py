"""A centre set up through its pages alone: accounts, questions, an exam, its report."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.desk import PASSWORD, Desk, a_desk
from tests.system.centre import DEPARTMENTS, Centre, a_question_file, a_roster

pytestmark = [pytest.mark.browser, pytest.mark.system]

TITLE = "网页上新建的考试"
BAD_ROWS = (
    "单选题,答案不在选项之中的一道题,甲,乙,丙,丁,F,宪法\n"
    "判断题,没有答案的一道题,,,,,,宪法\n"
)
STAFF = {"editor": "题库管理员", "officer": "考务管理员", "hr": "人事（考核办）"}


@pytest.fixture(scope="module")
def centre(folder: Path) -> Iterator[Centre]:
    centre = Centre(folder)
    yield centre
    centre.stops()


@pytest.fixture(scope="module")
def first_password(centre: Centre) -> str:
    """The one that was printed when the centre, now running, was set up."""
    printed = centre.does("init", "--admin", "admin")
    centre.does("departments", "import", centre.writes("units.csv", DEPARTMENTS))
    centre.does("roster", "import", centre.writes("people.csv", a_roster(3)))
    centre.starts("--workers", "1")
    password = re.search(r"一次性密码：(\S+)", printed)
    assert password is not None, printed
    return password[1]


@pytest.fixture(scope="module")
def staff(centre: Centre, browser: Browser, first_password: str) -> Mapping[str, str]:
    """The first passwords that a system administrator was shown, by login."""
    desk = a_desk(browser, centre.url, centre.folder)
    desk.signs_in("admin", first_password)
    given = {}
    for login, role in STAFF.items():
        desk.follows("工作人员账号")
        desk.sees("工作人员账号")
        desk.page.goto(f"{centre.url}/staff/new")
        desk.page.get_by_label("登录名").fill(login)
        desk.page.get_by_label("姓名").fill(f"工作人员{login}")
        desk.page.get_by_label("角色").select_option(label=role)
        desk.sees("新建工作人员账号")
        desk.presses("新建并生成初始密码")
        desk.sees("初始密码")
        given[login] = desk.page.locator("code").first.inner_text()
    return given


@pytest.fixture(scope="module")
def at_desk(
    centre: Centre, browser: Browser, staff: Mapping[str, str]
) -> Mapping[str, Desk]:
    """Everybody at their own browser, their first passwords changed."""
    desks = {}
    for login, password in staff.items():
        desks[login] = a_desk(browser, centre.url, centre.folder)
        desks[login].signs_in(login, password)
        desks[login].sees(f"工作人员{login}，您好")
    return desks


@pytest.fixture(scope="module")
def editor(at_desk: Mapping[str, Desk], centre: Centre) -> Desk:
    """The editor, after a file with errors went in without them."""
    desk = at_desk["editor"]
    desk.follows("题库")
    desk.sees("题库")
    desk.page.goto(f"{centre.url}/bank/import")
    desk.sees("导入题库文件")
    path = centre.writes("with-errors.csv", a_question_file() + BAD_ROWS)
    desk.page.get_by_label("题库文件").set_input_files(path)
    desk.presses("上传并检查")
    return desk


@pytest.fixture(scope="module")
def imported(editor: Desk) -> Mapping[str, object]:
    """What the editor was told: before saying yes, in the workbook, and afterwards."""
    before = editor.page.locator("main").inner_text()
    editor.looks("preview")
    name, workbook = editor.downloads("下载")
    editor.presses("只导入正确的 120 道题，跳过 2 行")
    editor.sees("导入结果")
    after = editor.page.locator("main").inner_text()
    return {"before": before, "name": name, "workbook": workbook, "after": after}


@pytest.fixture(scope="module")
def officer(
    at_desk: Mapping[str, Desk], centre: Centre, imported: Mapping[str, object]
) -> Desk:
    """The officer, looking at the draft of an exam that is open now."""
    assert imported
    desk = at_desk["officer"]
    desk.follows("考试")
    desk.sees("考试")
    desk.page.goto(f"{centre.url}/exams/new")
    fills_in_the_plan(desk)
    desk.presses("存成草稿")
    desk.sees(TITLE)
    return desk


def fills_in_the_plan(desk: Desk) -> None:
    """Change of the usual plan only what this exam needs."""
    zone = ZoneInfo("Asia/Shanghai")
    now = datetime.now(UTC).astimezone(zone)  # noqa: TID251 - the centre runs by the real clock
    opens, closes = now - timedelta(minutes=5), now + timedelta(hours=2)
    page = desk.page
    page.get_by_label("考试名称").fill(TITLE)
    page.get_by_label("开始时间").fill(f"{opens:%Y-%m-%dT%H:%M}")
    page.get_by_label("结束时间").fill(f"{closes:%Y-%m-%dT%H:%M}")
    page.get_by_label("云溪市").check()
    page.get_by_label("摄像头").select_option("off")
    desk.looks("plan")


@pytest.fixture(scope="module")
def published(officer: Desk) -> str:
    """The id of the exam, which the officer checked and published."""
    officer.follows("检查并发布")
    officer.looks("publish")
    officer.presses("发布：3 人，6 份试卷")
    expect(officer.page.locator(".messages")).to_contain_text("已发布")
    return officer.page.url.rsplit("/", 1)[1]


def test_an_administrator_makes_accounts_whose_passwords_are_shown_once(
    at_desk: Mapping[str, Desk], staff: Mapping[str, str]
) -> None:
    assert set(staff) == set(STAFF)
    assert len(set(staff.values())) == 3
    assert PASSWORD not in staff.values()
    assert all("/password" not in desk.page.url for desk in at_desk.values())


def test_a_file_with_errors_goes_in_without_them(
    imported: Mapping[str, object],
) -> None:
    before, after = str(imported["before"]), str(imported["after"])

    assert "没有答案的一道题" in before
    assert "答案不在选项之中的一道题" in before
    assert "现在还没有写入任何题目" in before
    assert "120 道" in after


def test_the_rows_to_mend_come_as_a_workbook(imported: Mapping[str, object]) -> None:
    data = imported["workbook"]
    assert isinstance(data, bytes)

    with ZipFile(io.BytesIO(data)) as workbook:
        words = "".join(
            workbook.read(name).decode("utf-8", "replace")
            for name in workbook.namelist()
        )

    assert str(imported["name"]).endswith(".xlsx")
    assert "没有答案的一道题" in words


def test_a_published_exam_shows_on_its_board_who_is_missing(
    officer: Desk, published: str, centre: Centre
) -> None:
    officer.page.goto(f"{centre.url}/exams/{published}/board")

    officer.looks("board")
    board = officer.page.locator("#board").inner_text()
    assert board.count("未进入") >= 3
    assert "YX00001" in board
    assert "应考" in board


def test_hr_reads_the_report_and_takes_it_away(
    at_desk: Mapping[str, Desk], published: str, centre: Centre
) -> None:
    desk = at_desk["hr"]
    desk.page.goto(f"{centre.url}/reports")
    desk.sees("参考率与合格率")

    desk.follows(TITLE)
    desk.looks("report")
    files = {kind: desk.downloads(f"下载 {kind}") for kind in ("JSON", "CSV", "XLSX")}

    document = json.loads(files["JSON"][1])
    rows = list(csv.reader(io.StringIO(files["CSV"][1].decode("utf-8-sig"))))
    assert document["exam"]["id"] == published
    assert document["total"]["enrolled"] == 3
    assert document["total"]["sat"] == 0
    assert rows[0][0] == "单位代码"
    assert [row[0] for row in rows[1:4]] == ["900000", "900001", "900002"]
    assert files["XLSX"][1].startswith(b"PK")


@pytest.mark.parametrize("login", STAFF)
def test_every_place_that_the_navigation_offers_fits_the_screen(
    at_desk: Mapping[str, Desk], centre: Centre, login: str
) -> None:
    desk = at_desk[login]
    desk.page.goto(centre.url)
    links = desk.page.locator(".site-nav a")
    paths = [link.get_attribute("href") or "" for link in links.all()]

    for path in paths:
        desk.page.goto(centre.url + path)
        desk.looks(f"{login}{path.replace('/', '-')}")

    assert len(paths) > 1
