"""A whole centre as processes: data loaded by the commands, served by ``run``."""

import csv
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

DEPARTMENTS = """单位代码,单位名称,上级单位代码,层级,分组
900000,云溪市,,市,
900001,市司法局,900000,市直,市直
900002,市财政局,900000,市直,市直
"""

BANK = "学法题库"


def a_roster(people: int, department: str = "900001") -> str:
    """Return a roster file of *people*, ``YX00001`` onwards."""
    lines = ["工号,姓名,单位代码"]
    lines += [f"YX{n:05},考生{n},{department}" for n in range(1, people + 1)]
    return "\n".join(lines) + "\n"


def a_question_file(each_kind: int = 40) -> str:
    """Return a bank file with *each_kind* questions of every kind."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["题型", "题干", "选项A", "选项B", "选项C", "选项D", "答案", "知识点"]
    )
    for n in range(each_kind):
        category = "宪法" if n % 2 else "民法典"
        options = [f"第{n}题的选项{word}" for word in "甲乙丙丁"]
        writer.writerow(
            [
                *("判断题", f"关于第{n}条的说法是正确的吗", "", "", "", ""),
                *("正确" if n % 3 else "错误", category),
            ]
        )
        writer.writerow(
            ["单选题", f"第{n}条规定的期限是", *options, "ABCD"[n % 4], category]
        )
        writer.writerow(
            [
                *("多选题", f"第{n}条列举的情形有", *options),
                *(("AB", "ACD", "BD")[n % 3], category),
            ]
        )
    return out.getvalue()


def a_plan(
    *,
    duration_minutes: float = 60,
    opens_in: timedelta = timedelta(minutes=-1),
    closes_in: timedelta = timedelta(hours=2),
    camera: str = "optional",
    extra: str = "",
) -> str:
    """Return a plan file whose window holds the present moment."""
    now = datetime.now(UTC)  # noqa: TID251 - the centre under test runs by the real clock
    return f"""title = "系统测试考试"
opens_at = {(now + opens_in).isoformat(timespec="seconds")}
closes_at = {(now + closes_in).isoformat(timespec="seconds")}
duration_minutes = {duration_minutes}
late_entry_minutes = 60
attempts = 1
bank = "{BANK}"
departments = ["900000"]
{extra}

[[sections]]
title = "判断题"
kind = "true_false"
count = 10
marks = 2

[[sections]]
title = "单项选择题"
kind = "single"
count = 10
marks = 3

[[sections]]
title = "多项选择题"
kind = "multiple"
count = 10
marks = 5
scoring = "half_if_incomplete"

[proctoring]
camera = "{camera}"
snapshot_seconds = [5, 6]
"""


class Centre:
    """A data directory of its own and the commands on it.

    Its database is the SQLite file in there, or the empty one at *database_url*.
    """

    def __init__(self, folder: Path, database_url: str = "") -> None:
        self.folder = folder
        self.home = folder / "home"
        own = f"sqlite:///{self.home / 'examcenter.sqlite3'}"
        self.database_url = database_url or own
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def does(self, *arguments: str, code: int = 0) -> str:
        """Run one command; return what it printed."""
        done = subprocess.run(  # noqa: S603 - our own program
            [*self.program(), *arguments],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=self._environment(),
        )
        assert done.returncode == code, f"{arguments}: {done.stderr}{done.stdout}"
        return done.stdout

    def answers(self, *arguments: str) -> Any:
        """Run one command with ``--json``; return the document it printed."""
        return json.loads(self.does(*arguments, "--json"))

    def writes(self, name: str, text: str) -> str:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def is_loaded(self, people: int, plan: str) -> str:
        """Load departments, people and questions, publish *plan*; return the exam."""
        self.does("init")
        self.does("departments", "import", self.writes("units.csv", DEPARTMENTS))
        self.does("roster", "import", self.writes("people.csv", a_roster(people)))
        questions = self.writes("questions.csv", a_question_file())
        self.does("bank", "import", questions, "--bank", BANK)
        created = self.answers("exam", "create", self.writes("plan.toml", plan))
        self.answers("exam", "publish", created["exam"])
        return str(created["exam"])

    def codes(self, exam: str) -> dict[str, str]:
        """Issue sign-in codes; return them by staff number."""
        path = self.folder / "codes.csv"
        self.does("exam", "codes", exam, "--output", str(path))
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {r["staff_number"]: r["code"] for r in csv.DictReader(file)}

    def starts(self, *options: str) -> None:
        """Start ``examcenter run`` and wait until it is ready."""
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [*self.program(), "run", "--port", str(self.port), *options],
                stdout=log,
                stderr=log,
                env=self._environment(),
            )
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        for _ in range(900):
            try:
                with urllib.request.urlopen(self.url + "/readyz", timeout=2):  # noqa: S310 - loopback
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError((self.folder / "server.log").read_text()[-3000:])

    @property
    def is_running(self) -> bool:
        return self._process is not None

    def workers_of_pictures(self) -> list[int]:
        """Return the process ids of the background worker and of what it started."""
        assert self._process is not None
        workers = [p for p in children(self._process.pid) if "work" in command_of(p)]
        return [pid for worker in workers for pid in [worker, *descendants(worker)]]

    def dies(self) -> None:
        """Kill every process of the centre with -9, as a power cut would."""
        assert self._process is not None
        for pid in [*descendants(self._process.pid), self._process.pid]:
            _kill(pid)
        self._process.wait(timeout=10)
        self._process = None

    def stops(self) -> None:
        """End it as an operator would; nothing of it is left running."""
        if self._process is None:
            return
        family = descendants(self._process.pid)
        self._process.terminate()
        try:
            self._process.wait(timeout=40)
        finally:
            for pid in family:
                _kill(pid)
            self._process = None

    def web_workers(self) -> list[int]:
        """Return the process ids of the web workers."""
        assert self._process is not None
        servers = [p for p in children(self._process.pid) if "serve" in command_of(p)]
        return [pid for server in servers for pid in children(server)]

    def program(self) -> Sequence[str]:
        return [sys.executable, "-m", "examcenter", "--home", str(self.home)]

    def _environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("EXAMCENTER_")}
        return {**kept, "EXAMCENTER_DATABASE__URL": self.database_url}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def children(pid: int) -> list[int]:
    """Return the process ids of the children of *pid* (Linux)."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        return [int(child) for child in path.read_text().split()]
    except FileNotFoundError:
        return []


def descendants(pid: int) -> list[int]:
    """Return every process below *pid*, the deepest first."""
    found: list[int] = []
    for child in children(pid):
        found = [*descendants(child), child, *found]
    return found


def command_of(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except FileNotFoundError:
        return []
