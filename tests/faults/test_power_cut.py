"""F3: a power cut takes everything that was not synced, and no acknowledged answer."""

import random  # noqa: TID251 - moments of faults, nothing drawn
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.extent import DONE, rounds
from tests.faults.heard import ROOT, a_ledger, acknowledged, environment, writer, wrong
from tests.faults.seats import Seats
from tests.faults.trace import OPTIONS, Disk, calls, chosen, is_line_to

pytestmark = [pytest.mark.faults, pytest.mark.system]

SAVES = rounds(40, 150, 500)
POINTS = rounds(5, 30, 200)


@pytest.fixture
def engine() -> str:
    """Files are SQLite's; what PostgreSQL promises of a power cut are its settings."""
    return "sqlite"


@dataclass(frozen=True, slots=True)
class Record:
    """A writer's run: the folder as it was before, and what it did then."""

    before: Path
    trace: Path
    folder: Path


def recorded(seats: Seats, strace: str, folder: Path, *options: str) -> Record:
    """Let a writer save, one thread after another, and record it."""
    home = folder / "home"
    before, trace = folder / "before", folder / "trace"
    shutil.copytree(home, before)
    with (folder / "said").open("wb") as said:
        subprocess.run(  # noqa: S603 - our own program
            [strace, "-o", str(trace), *OPTIONS, *writer(seats, *options)],
            cwd=ROOT,
            env=environment(),
            stdout=said,
            timeout=300,
            check=True,
        )
    return Record(before, trace, home)


def cuts(record: Record, points: int, seed: int) -> Iterator[tuple[Path, list[bytes]]]:
    """Yield what is left of the folder at random moments, with what was said so far."""
    dice = random.Random(seed)  # noqa: S311 - a repeatable choice
    # What is replayed is named as in the trace, so the folder takes its old place.
    kept = record.folder.with_name("after")
    record.folder.rename(kept)
    shutil.copytree(record.before, record.folder)
    disk = Disk(record.folder)
    total = record.trace.read_text().count("write(1<")
    said: list[bytes] = []
    wanted = set(chosen(points, total, dice))
    with record.trace.open() as lines:
        for call in calls(lines):
            line = is_line_to(call, "/said")
            if line is None:
                disk.does(call)
                continue
            said.append(line)
            if len(said) - 1 in wanted:
                for place, cruel in enumerate((None, dice)):
                    left = record.trace.with_name(f"left-{len(said)}-{place}")
                    disk.after_a_cut(left, cruel)
                    yield left, said
                    shutil.rmtree(left)
    assert disk.syncs > 0


def lost(record: Record, points: int, seed: int) -> list[object]:
    found: list[object] = []
    for left, said in cuts(record, points, seed):
        DONE["power cuts replayed"] += 1
        url = f"sqlite:///{left / 'examcenter.sqlite3'}"
        found += wrong(url, a_ledger(acknowledged(said)))
    return found


def test_F3_a_power_cut_at_any_moment_loses_no_acknowledged_answer(  # noqa: N802 - the fault's number
    seats: Seats, strace: str, tmp_path: Path
) -> None:
    record = recorded(seats, strace, tmp_path, "--saves", str(SAVES), "--threads", "2")

    assert lost(record, POINTS, seed=1) == []


def test_F3_the_replay_notices_a_database_that_does_not_sync(  # noqa: N802 - the fault's number
    seats: Seats, strace: str, tmp_path: Path
) -> None:
    options = ("--saves", str(SAVES), "--forgetful")
    record = recorded(seats, strace, tmp_path, *options)

    assert lost(record, 3, seed=2) != []


def test_F3_there_are_at_least_as_many_syncs_as_acknowledged_saves(  # noqa: N802 - the fault's number
    seats: Seats, strace: str, tmp_path: Path
) -> None:
    trace = tmp_path / "syncs"
    done = subprocess.run(  # noqa: S603 - our own program
        [
            *(strace, "-f", "-o", str(trace), "-e", "trace=fsync,fdatasync"),
            *writer(seats, "--saves", "50"),
        ],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        timeout=120,
        check=True,
    )

    syncs = sum(1 for line in trace.read_text().splitlines() if line.endswith("= 0"))
    assert len(done.stdout.splitlines()) == 50
    assert syncs >= 50
