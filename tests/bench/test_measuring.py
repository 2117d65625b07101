"""What measurements rest on: processor time, a slow disk, the table, the names."""

import json
import os
import shutil
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import pytest

from bench import slow_disk
from bench.__main__ import NAMES, main
from bench.processes import cpu_of, family
from bench.table import Figure, Line, Skipped, brief, middle, show, write

SYNC = (
    "import os, time; f = os.open('x', os.O_CREAT | os.O_WRONLY); b = time.monotonic();"
    "[os.{call}(f) for _ in range(10)]; print((time.monotonic() - b) / 10)"
)


@pytest.mark.parametrize("name", NAMES)
def test_every_measurement_has_its_script(name: str) -> None:
    assert callable(import_module(f"bench.{name}").measure)


def test_a_measurement_that_does_not_exist_is_said_so() -> None:
    with pytest.raises(SystemExit, match="nothing is called dancing"):
        main(["dancing"])


def test_processor_time_of_a_family_counts_its_children() -> None:
    busy = (
        "import time; end = time.process_time() + 0.3\n"
        "while time.process_time() < end: pass\n"
        "input()"
    )
    command = [sys.executable, "-c", busy]
    child = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - our own
    try:
        assert child.pid in family(os.getpid())
        for _ in range(500):
            if cpu_of([child.pid]) >= 0.3:
                break
            time.sleep(0.02)

        assert cpu_of(family(os.getpid())) >= cpu_of([child.pid]) >= 0.3
    finally:
        child.communicate(b"\n", timeout=10)


def test_a_process_that_is_gone_has_no_processor_time() -> None:
    assert cpu_of([2**22 + 1]) == 0


@pytest.mark.skipif(shutil.which("gcc") is None, reason="no gcc: apt-get install gcc")
@pytest.mark.parametrize("call", ["fsync", "fdatasync"])
def test_the_slow_disk_delays_every_sync(tmp_path: Path, call: str) -> None:
    library = slow_disk.library(tmp_path)

    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", SYNC.format(call=call)],
        cwd=tmp_path,
        env={**os.environ, "LD_PRELOAD": str(library)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert float(done.stdout) * 1000 >= slow_disk.MILLISECONDS


def test_figures_are_printed_and_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines: list[Line] = [
        Figure("save", "16 connections", 1234.5, "1/s", "SQLite", 0.5, "empty"),
        Skipped("PostgreSQL", "no driver"),
    ]

    show("title", lines)
    write(tmp_path / "results.json", {"cores": "2"}, {"save": lines})

    printed = capsys.readouterr().out
    assert "1,234" in printed
    assert "no driver" in printed
    document = json.loads((tmp_path / "results.json").read_text())
    assert document["figures"]["save"][0]["ratio"] == 0.5
    assert [brief(line) for line in lines] == [
        "save (SQLite, 16 connections): 1,234 1/s",
        "PostgreSQL: skipped, no driver",
    ]


def test_the_middle_is_not_moved_by_one_disturbed_round() -> None:
    assert middle([1.0, 900.0, 2.0]) == 2
