"""F4, F5, F6, F9: disks that are full, broken or slow, and readers that never end."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from examcenter.db import WAL_BYTES, Database
from tests.faults.extent import DONE, EXTENT, Extent, allowed, rounds
from tests.faults.heard import ROOT, a_ledger, acknowledged, environment, writer, wrong
from tests.faults.pages import Crowd
from tests.faults.school import School
from tests.faults.seats import Seats

pytestmark = [pytest.mark.faults, pytest.mark.system]

SWEEPS = {
    "sync": ("fdatasync,fsync", "EIO"),
    "write": ("pwrite64", "EIO"),
    "full": ("pwrite64", "ENOSPC"),
    "cut": ("ftruncate", "EIO"),
}


@pytest.fixture
def engine() -> str:
    """Files are SQLite's; PostgreSQL keeps its own and panics on a failed sync."""
    return "sqlite"


@pytest.mark.parametrize("kind", SWEEPS)
def test_F5_no_call_that_fails_costs_an_acknowledged_answer(  # noqa: N802 - the fault's number
    seats: Seats, strace: str, tmp_path: Path, kind: str
) -> None:
    calls, error = SWEEPS[kind]
    ledger, first = a_ledger([]), 1

    # On some runs every call from the n-th on fails for a while: nothing heals it.
    for number in range(1, rounds(3, 7, 40)):
        trace = tmp_path / f"trace-{number}"
        inject = f"inject={calls}:error={error}:when={number}..{number + number % 3}"
        done = subprocess.run(  # noqa: S603 - our own program
            [
                *(strace, "-f", "-o", str(trace), "-e", f"trace={calls}"),
                *("-P", str(tmp_path / "home" / "examcenter.sqlite3")),
                *("-P", str(tmp_path / "home" / "examcenter.sqlite3-wal")),
                *("-e", inject, *writer(seats, "--saves", "6", "--first", str(first))),
            ],
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            timeout=120,
            check=False,
        )
        said = done.stdout.splitlines(keepends=True)
        for answer in acknowledged(said):
            ledger.heard(answer)
        first = seats.versions() + 1
        DONE["I/O errors injected"] += trace.read_text().count("(INJECTED)")
        DONE["points of the error sweep"] += 1
        DONE["saves acknowledged by writers"] += len(said)
        assert done.returncode == 0, done.stderr.decode()[-2000:]
        assert len(said) == 6

    assert wrong(seats.url, ledger) == []


def test_F9_a_reader_that_never_ends_locks_nobody_out_and_the_log_shrinks_again(  # noqa: N802 - the fault's number
    database: Database, tmp_path: Path
) -> None:
    log = tmp_path / "home" / "examcenter.sqlite3-wal"
    with database.unit_of_work() as db:
        db.execute(text("CREATE TABLE filler (content BLOB)"))

    with database.reading() as reader:
        reader.execute(text("SELECT count(*) FROM filler")).all()
        while log.stat().st_size < WAL_BYTES * 1.1:
            with database.unit_of_work() as db:
                db.execute(text("INSERT INTO filler VALUES (zeroblob(4000000))"))
        seen = reader.execute(text("SELECT count(*) FROM filler")).scalar_one()
    for _ in range(3):  # the first after the reader starts the log anew
        with database.unit_of_work() as db:
            db.execute(text("INSERT INTO filler VALUES (zeroblob(10))"))

    assert seen == 0
    assert log.stat().st_size <= WAL_BYTES


@pytest.mark.skipif(EXTENT is Extent.SHORT, reason="takes a minute: make faults")
def test_F6_a_disk_that_takes_half_a_second_to_sync_times_nobody_out(  # noqa: N802 - the fault's number
    hall: School, strace: str
) -> None:
    pages = hall.pages(6)
    slow = ("-e", "inject=fdatasync,fsync:delay_enter=500000")

    with Crowd(pages) as crowd:
        crowd.goes_on(within=allowed(10), saves=6)
        with attached(strace, hall.centre.web_workers(), *slow):
            for page in pages:
                page.slowest = 0
            crowd.goes_on(within=allowed(30), saves=rounds(6, 30, 200))
            slowest = max(page.slowest for page in pages)
        crowd.goes_on(within=allowed(10), saves=6)

    assert crowd.errors == []
    assert 0.5 <= slowest < allowed(10)
    assert 503 not in set().union(*(page.statuses for page in pages))
    assert hall.wrong(crowd.ledger()) == []


@pytest.mark.skipif(EXTENT is Extent.SHORT, reason="takes a minute: make faults")
def test_F5_a_disk_that_fails_for_seconds_is_never_said_to_have_saved(  # noqa: N802 - the fault's number
    hall: School, strace: str
) -> None:
    pages = hall.pages(6)
    broken = ("-e", "inject=fdatasync,fsync:error=EIO")

    with Crowd(pages) as crowd:
        for _ in range(rounds(1, 2, 10)):
            crowd.goes_on(within=allowed(10), saves=6)
            with attached(strace, hall.centre.web_workers(), *broken):
                time.sleep(1)
                before = crowd.count
                time.sleep(2)
                assert crowd.count == before
            crowd.goes_on(within=allowed(10), saves=6)
            DONE["seconds with a broken disk"] += 3

    assert crowd.errors == []
    assert hall.wrong(crowd.ledger()) == []


@contextmanager
def attached(strace: str, pids: list[int], *inject: str) -> Iterator[None]:
    """Let strace interfere with running processes, threads and all, for a while."""
    command = [strace, "-f", "-o", os.devnull, *inject]
    for pid in pids:
        command += ["-p", str(pid)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:  # noqa: S603 - strace
        assert process.stderr is not None
        for _ in pids:
            line = process.stderr.readline().decode()
            assert "attached" in line, line
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.stderr.read()
            process.wait(timeout=20)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MB; where none can be mounted the test skips by name."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)]
    if mount is None or subprocess.run(command, check=False).returncode:  # noqa: S603 - ours
        pytest.skip("no right to mount a small disk")
    yield place
    subprocess.run([str(shutil.which("umount")), "-l", str(place)], check=True)  # noqa: S603 - ours


def test_F4_a_full_disk_acknowledges_nothing_and_goes_on_once_there_is_room(  # noqa: N802 - the fault's number
    seats: Seats, small_disk: Path
) -> None:
    home = Path(seats.url.removeprefix("sqlite:///")).parent
    shutil.copytree(home, small_disk, dirs_exist_ok=True)
    moved = replace(seats, url=f"sqlite:///{small_disk / 'examcenter.sqlite3'}")
    ballast = small_disk / "ballast"
    ledger = a_ledger([])

    with subprocess.Popen(  # noqa: S603 - our own program
        writer(moved, "--threads", "4", "--tries", "10000"),
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        said = [process.stdout.readline()]
        for _ in range(rounds(2, 6, 50)):
            fill(ballast)
            readable = Database(moved.url)
            with readable.reading() as db:
                db.execute(text("SELECT count(*) FROM answer")).scalar_one()
            readable.dispose()
            time.sleep(0.3)
            assert process.poll() is None
            ballast.unlink()
            said += [process.stdout.readline() for _ in range(30)]
            DONE["times that the disk was full"] += 1
        process.kill()
        said += process.stdout.readlines()

    for answer in acknowledged(said):
        ledger.heard(answer)
    assert wrong(moved.url, ledger) == []


def fill(ballast: Path) -> None:
    """Write to *ballast* until nothing more fits on its disk."""
    with ballast.open("wb", buffering=0) as file:
        for piece in (1 << 20, 1 << 12):
            try:
                while True:
                    file.write(bytes(piece))
            except OSError:
                continue
