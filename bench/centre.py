"""A whole centre for a measurement: loaded by the commands, served by processes."""

import csv
import io
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.processes import cpu_of, family

WORKERS = 2
_READY_WITHIN = 90.0
_BANK = "题库"
_CHILDREN = 20  # departments below the root


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Centre:
    """A data directory and the commands on it; *url* empty stands for SQLite.

    *preload* is a library for the server processes, *database_pid* the database
    server's process, whose work counts as the centre's.
    """

    folder: Path
    url: str = ""
    database_pid: int | None = None
    preload: Path | None = None
    port: int = field(default_factory=free_port)
    _server: subprocess.Popen[bytes] | None = None

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def does(self, *arguments: str) -> str:
        """Run one command; return what it printed.  A command that fails ends all."""
        done = subprocess.run(  # noqa: S603 - our own program
            [*self._program(), *arguments],
            stdout=subprocess.PIPE,
            text=True,
            check=False,
            timeout=600,
            env=self._environment(),
        )
        if done.returncode:
            raise SystemExit(f"{arguments} exited with {done.returncode}")
        return done.stdout

    def answers(self, *arguments: str) -> Any:
        """Run one command with ``--json``; return its document."""
        return json.loads(self.does(*arguments, "--json"))

    def is_loaded(self, people: int) -> str:
        """Load departments, *people* and questions, publish; return the exam."""
        self.does("init")
        self.does("departments", "import", self._writes("units.csv", departments()))
        self.does("roster", "import", self._writes("people.csv", roster(people)))
        return self.has_exam()

    def has_exam(self) -> str:
        """Load questions and publish an exam for everybody; return its id."""
        questions = self._writes("questions.csv", question_file())
        self.does("bank", "import", questions, "--bank", _BANK)
        plan = self._writes("plan.toml", _plan())
        exam = str(self.answers("exam", "create", plan)["exam"])
        self.answers("exam", "publish", exam)
        return exam

    def codes(self, exam: str) -> dict[str, str]:
        """Issue sign-in codes; return them by staff number."""
        path = self.folder / "codes.csv"
        self.does("exam", "codes", exam, "--output", str(path))
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {row["staff_number"]: row["code"] for row in csv.DictReader(file)}

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Run the web server alone, as ``examcenter serve`` does."""
        command = [*self._program(), "serve", "--port", str(self.port)]
        command += ["--workers", str(WORKERS)]
        environment = self._environment()
        if self.preload:
            environment["LD_PRELOAD"] = str(self.preload)
        with served(command, self.address + "/readyz", self.folder, environment) as one:
            self._server = one
            try:
                yield
            finally:
                self._server = None

    def cpu_seconds(self) -> float:
        """Return the processor time of server and database processes up to now."""
        roots = [self._server.pid if self._server else None, self.database_pid]
        return sum(cpu_of(family(root)) for root in roots if root)

    def _writes(self, name: str, text: str) -> str:
        self.folder.mkdir(exist_ok=True)
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def _program(self) -> Sequence[str]:
        return [sys.executable, "-m", "examcenter", "--home", str(self.home)]

    def _environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("EXAMCENTER_")}
        return kept | ({"EXAMCENTER_DATABASE__URL": self.url} if self.url else {})


@contextmanager
def served(
    command: Sequence[str], ready: str, folder: Path, environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends; nothing of it is left running."""
    folder.mkdir(exist_ok=True)
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program
            command, stdout=log, stderr=log, env=environment
        )
        try:
            _wait_until_ready(ready, folder)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(url: str, folder: Path) -> None:
    until = time.monotonic() + _READY_WITHIN
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - loopback
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SystemExit((folder / "server.log").read_text()[-2000:])


def departments() -> str:
    lines = ["单位代码,单位名称,上级单位代码,层级,分组", "900000,云溪市,,市,"]
    lines += [f"9{n:05},第{n}局,900000,市直,市直" for n in range(1, _CHILDREN + 1)]
    return "\n".join(lines) + "\n"


def roster(people: int) -> str:
    lines = ["工号,姓名,单位代码"]
    lines += [f"YX{n:06},考生{n},9{n % _CHILDREN + 1:05}" for n in range(1, people + 1)]
    return "\n".join(lines) + "\n"


def question_file(each_kind: int = 320) -> str:
    """Return a bank file of about a thousand questions."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["题型", "题干", *(f"选项{c}" for c in "ABCD"), "答案", "知识点"])
    for n in range(each_kind):
        category = ("宪法", "民法典", "刑法")[n % 3]
        options = [f"第{n}题的选项{word}，写得与真题一样长" for word in "甲乙丙丁"]
        yes_or_no = ["正确" if n % 3 else "错误", category]
        writer.writerow(["判断题", f"第{n}条的说法正确吗", "", "", "", "", *yes_or_no])
        single, several = "ABCD"[n % 4], ("AB", "ACD", "BD")[n % 3]
        writer.writerow(["单选题", f"第{n}条规定的期限是", *options, single, category])
        writer.writerow(["多选题", f"第{n}条列举的情形有", *options, several, category])
    return out.getvalue()


def _plan() -> str:
    now = datetime.now(UTC)  # noqa: TID251 - the centre that is measured runs by the real clock
    closes = now + timedelta(hours=3)
    sections = "".join(
        f'[[sections]]\ntitle = "{title}"\nkind = "{kind}"\ncount = {count}\n'
        f"marks = {marks}\n"
        for title, kind, count, marks in (
            ("判断题", "true_false", 30, 1),
            ("单项选择题", "single", 50, 1),
            ("多项选择题", "multiple", 20, 1),
        )
    )
    return f"""title = "测量"
opens_at = {(now - timedelta(minutes=1)).isoformat(timespec="seconds")}
closes_at = {closes.isoformat(timespec="seconds")}
duration_minutes = 120
late_entry_minutes = 120
attempts = 1
bank = "{_BANK}"
departments = ["900000"]
{sections}
[proctoring]
camera = "required"
"""
