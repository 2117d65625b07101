"""An exam from the roster to the report, by people at real browsers.

One sits and hands in, one loses the machine in the middle and goes on, one runs out of
time with the browser shut, and one never comes.
"""

import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.browser.marking import Key, as_printed, keys_of, score
from tests.browser.seat import SCREEN, Seat, a_page, loses_power
from tests.system.centre import Centre, a_plan, a_question_file

pytestmark = [pytest.mark.browser, pytest.mark.system]

FIRST, SECOND, THIRD, FOURTH = (f"YX{n:05}" for n in range(1, 5))
ANSWERED_BEFORE_THE_POWER_CUT = 7
KEYS = keys_of(a_question_file())


@dataclass(frozen=True, slots=True)
class Room:
    """A running centre with two exams: one of an hour, and one of a minute."""

    centre: Centre
    exam: str
    codes: dict[str, str]
    short_exam: str
    short_codes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of somebody: what they chose, and what their result page said."""

    seat: Seat
    receipt: str
    result: str

    @property
    def marks(self) -> Decimal:
        return score(KEYS, self.seat.chosen)


@pytest.fixture(scope="module")
def room(folder: Path) -> Iterator[Room]:
    centre = Centre(folder)
    exam = centre.is_loaded(4, a_plan())
    short_plan = a_plan(duration_minutes=1, closes_in=timedelta(hours=1))
    created = centre.answers("exam", "create", centre.writes("short.toml", short_plan))
    short = str(created["exam"])
    centre.answers("exam", "publish", short)
    codes, short_codes = centre.codes(exam), centre.codes(short)
    centre.starts("--workers", "1")
    yield Room(centre, exam, codes, short, short_codes)
    centre.stops()


def a_seat(room: Room, browser: Browser, login: str, code: str) -> Seat:
    context = browser.new_context(viewport=SCREEN, permissions=["camera"])
    folder = room.centre.folder
    seat = Seat(a_page(context), room.centre.url, login, code, folder)
    seat.signs_in()
    return seat


@pytest.fixture(scope="module")
def hurried(room: Room, browser: Browser) -> Outcome:
    """The third: two answers in an exam of one minute, then the browser is shut."""
    seat = a_seat(room, browser, THIRD, room.short_codes[THIRD])
    seat.starts()
    for number in (1, 2):
        seat.chooses(number, right(seat, number), by="keyboard")
        seat.turns(by="keyboard")
    seat.waits_until_saved()
    seat.page.context.close()
    return Outcome(seat, "", "")


@pytest.fixture(scope="module")
def first(room: Room, browser: Browser, hurried: Outcome) -> Outcome:
    """The first: every question, by keyboard and by mouse in turn; then handed in."""
    assert hurried.seat.chosen  # their minute runs while the others sit
    seat = a_seat(room, browser, FIRST, room.codes[FIRST])
    seat.sees("my-exams")
    seat.starts()
    seat.sees("paper")
    last = len(seat.questions)
    for number in range(1, last + 1):
        by = "keyboard" if number % 2 else "mouse"
        seat.chooses(number, what_the_first_thinks(seat, number), by=by)
        if number < last:
            seat.turns(by=by)
    seat.waits_until_saved()
    waits_for_a_snapshot(room.centre, seat.attempt)
    receipt = seat.hands_in()
    seat.sees("result")
    return Outcome(seat, receipt, seat.page.locator("main").inner_text())


@pytest.fixture(scope="module")
def second(  # the machine's own folder, and all that a browser needs to start on it
    room: Room, playwright: Playwright, chromium: str, flags: list[str]
) -> Outcome:
    """The second: the machine dies after some answers; they go on and hand in."""
    profile = room.centre.folder / "profile"
    machine: dict[str, Any] = {
        "executable_path": chromium,
        "args": flags,
        "viewport": SCREEN,
        "permissions": ["camera"],
    }
    context = playwright.chromium.launch_persistent_context(profile, **machine)
    given = (room.centre.url, SECOND, room.codes[SECOND], room.centre.folder)
    before = Seat(a_page(context), *given)
    before.signs_in()
    before.starts()
    for number in range(1, ANSWERED_BEFORE_THE_POWER_CUT + 1):
        before.chooses(number, right(before, number), by="mouse")
        before.turns(by="keyboard")
    before.page.wait_for_timeout(600)  # the half second that a power cut may cost
    loses_power(profile)

    context = playwright.chromium.launch_persistent_context(profile, **machine)
    after = Seat(a_page(context), *given, chosen=dict(before.chosen))
    after.signs_in()
    after.resumes()
    after.waits_until_held()
    assert after.attempt == before.attempt
    shown = [ticked_in(after, n + 1) for n in range(ANSWERED_BEFORE_THE_POWER_CUT + 1)]
    assert shown == [*before.chosen.values(), frozenset()]
    receipt = after.hands_in()
    outcome = Outcome(after, receipt, after.page.locator("main").inner_text())
    context.close()
    return outcome


def ticked_in(seat: Seat, number: int) -> frozenset[str]:
    """Return in words what is chosen in question *number*."""
    seat.goes_to(number)
    texts = {o["label"]: o["text"] for o in seat.questions[number - 1]["options"]}
    return frozenset(texts[label] for label in seat.ticked())


@pytest.fixture(scope="module")
def third(room: Room, browser: Browser, hurried: Outcome) -> Outcome:
    """The third again, after the server collected and marked the paper."""
    waits_until_marked(room.centre, hurried.seat.attempt)
    seat = a_seat(room, browser, THIRD, room.short_codes[THIRD])
    seat.page.goto(f"{room.centre.url}/my/attempts/{hurried.seat.attempt}/result")
    expect(seat.page.locator(".result-figure")).to_be_visible()
    receipt = seat.page.locator(".receipt").first.inner_text()
    return Outcome(hurried.seat, receipt, seat.page.locator("main").inner_text())


def right(seat: Seat, number: int) -> frozenset[str]:
    return key(seat, number).right


def key(seat: Seat, number: int) -> Key:
    return KEYS[seat.questions[number - 1]["stem"]]


def what_the_first_thinks(seat: Seat, number: int) -> frozenset[str]:
    """Return the right answer, but for one wrong and one that is half of it."""
    options = [o["text"] for o in seat.questions[number - 1]["options"]]
    if number == 3:
        return frozenset(set(options) - right(seat, number))
    if number == 25:
        return frozenset(sorted(right(seat, number))[:1])
    return right(seat, number)


def rows(centre: Centre, statement: str, *values: str) -> list[Any]:
    database = sqlite3.connect(centre.home / "examcenter.sqlite3", timeout=20)
    try:
        return database.execute(statement, values).fetchall()
    finally:
        database.close()


def waits_until(
    centre: Centre, statement: str, value: str, seconds: float
) -> list[Any]:
    """Ask the database until *statement* finds something; return it."""
    began = perf_counter()
    while not (found := rows(centre, statement, value)):
        assert perf_counter() - began < seconds, statement
        sleep(0.3)
    return found


def waits_for_a_snapshot(centre: Centre, attempt: str) -> list[Any]:
    return waits_until(
        centre,
        "SELECT s.id FROM snapshot s JOIN attempt a ON a.id = s.attempt_id "
        "WHERE a.public_id = ?",
        attempt,
        30,
    )


def waits_until_marked(centre: Centre, attempt: str) -> list[Any]:
    return waits_until(
        centre,
        "SELECT r.score FROM result r JOIN attempt a ON a.id = r.attempt_id "
        "WHERE a.public_id = ?",
        attempt,
        100,
    )


def test_two_examinees_get_different_papers(first: Outcome, second: Outcome) -> None:
    papers = [[q["stem"] for q in o.seat.questions] for o in (first, second)]

    assert len(papers[0]) == len(papers[1]) == 30
    assert set(papers[0]) != set(papers[1])


def test_the_first_gets_a_receipt_and_the_marks_that_the_file_gives(
    first: Outcome,
) -> None:
    marks = first.marks

    assert marks == Decimal("95.5")  # one wrong of two marks, one half of five
    assert first.receipt in first.result
    assert as_printed(marks) in first.result.split()
    assert "本人交卷" in first.result
    assert "已答 30 题，共 30 题" in first.result


def test_a_killed_browser_costs_the_second_no_answer(second: Outcome) -> None:
    marks = second.marks

    assert len(second.seat.chosen) == ANSWERED_BEFORE_THE_POWER_CUT
    assert marks == Decimal(14)  # seven questions of two marks
    assert second.receipt in second.result
    assert as_printed(marks) in second.result.split()


def test_the_server_hands_in_for_the_third_whose_browser_is_shut(
    room: Room, third: Outcome
) -> None:
    ((by, seconds),) = rows(
        room.centre,
        "SELECT submitted_by, (julianday(submitted_at) - julianday(deadline)) * 86400 "
        "FROM attempt WHERE public_id = ?",
        third.seat.attempt,
    )

    assert by == "server"
    assert 0 <= seconds < 15
    assert third.receipt in third.result
    assert as_printed(third.marks) in third.result.split()
    assert "已答 2 题，共 30 题" in third.result
    assert "系统自动交卷" in third.result


def test_the_report_adds_up_with_what_happened(
    room: Room, first: Outcome, second: Outcome, third: Outcome
) -> None:
    report = a_report(room.centre, room.exam)
    short = a_report(room.centre, room.short_exam)

    marks = [first.marks, second.marks]
    total = report["total"]
    assert [total[k] for k in ("enrolled", "sat", "passed", "absent")] == [4, 2, 1, 2]
    assert (total["participation_rate"], total["pass_rate"]) == ("50.00%", "50.00%")
    assert total["average"] == as_printed(sum(marks, Decimal(0)) / 2)
    assert [total["highest"], total["lowest"]] == [as_printed(m) for m in marks]
    assert third.marks < 60
    assert [short["total"][k] for k in ("sat", "passed", "absent")] == [1, 0, 3]
    rows_by_code = {row["code"]: row for row in report["rows"]}
    assert rows_by_code["900001"]["sat"] == rows_by_code["900000"]["sat"] == 2
    assert rows_by_code["900002"]["enrolled"] == 0


def a_report(centre: Centre, exam: str) -> Any:
    text = centre.does("report", "departments", "--exam", exam, "--format", "json")
    return json.loads(text)


def test_the_camera_saw_one_face_and_the_worker_said_so(
    room: Room, first: Outcome
) -> None:
    found = waits_until(
        room.centre,
        "SELECT s.verdict, s.faces, s.file FROM snapshot s "
        "JOIN attempt a ON a.id = s.attempt_id "
        "WHERE a.public_id = ? AND s.verdict IS NOT NULL",
        first.seat.attempt,
        60,
    )

    assert {(verdict, faces) for verdict, faces, _file in found} == {("one_face", 1)}
    evidence = room.centre.home / "evidence"
    kept = {path.stem for path in evidence.rglob("*") if path.is_file()}
    assert {Path(file).stem for *_, file in found} <= kept
    told = re.search(r"(\d+)\s*张", first.result)
    assert told is not None
    assert int(told[1]) == len(found)


def test_who_never_came_has_no_attempt(room: Room, first: Outcome) -> None:
    del first
    found = rows(
        room.centre,
        "SELECT 1 FROM attempt a JOIN person p ON p.id = a.person_id "
        "WHERE p.staff_number = ?",
        FOURTH,
    )

    assert found == []
