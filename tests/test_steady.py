"""The centre's time does not jump, whatever the machine's clock does."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examcenter.steady import NAME, Machine, SteadyClock

NINE = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class FakeMachine:
    """A machine whose clocks are moved by hand."""

    wall: datetime = NINE
    uptime: float = 1_000.0
    start: str = "first"

    def passes(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.uptime += seconds

    def clock(self, home: Path) -> SteadyClock:
        return SteadyClock(
            home, Machine(lambda: self.wall, lambda: self.uptime, lambda: self.start)
        )


@pytest.fixture
def machine() -> FakeMachine:
    return FakeMachine()


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["forward", "back"])
def test_F13_a_jump_of_the_wall_clock_moves_no_time(  # noqa: N802 - the fault's number
    machine: FakeMachine, tmp_path: Path, jump: timedelta
) -> None:
    clock = machine.clock(tmp_path)
    clock.now()

    machine.wall += jump
    machine.passes(10)

    assert clock.now() == NINE + timedelta(seconds=10)
    assert clock.off() == jump


def test_a_process_that_starts_after_the_jump_tells_the_same_time(
    machine: FakeMachine, tmp_path: Path
) -> None:
    first = machine.clock(tmp_path)
    first.now()
    machine.wall += HOUR
    machine.passes(60)

    assert machine.clock(tmp_path).now() == first.now() == NINE + timedelta(minutes=1)


def test_what_one_process_adopts_all_tell_a_second_later(
    machine: FakeMachine, tmp_path: Path
) -> None:
    one, other = machine.clock(tmp_path), machine.clock(tmp_path)
    one.now(), other.now()
    machine.wall += HOUR

    moved = one.adopt()
    machine.passes(1)

    assert moved == HOUR
    assert one.now() == other.now() == NINE + HOUR + timedelta(seconds=1)
    assert one.off() == timedelta(0)


def test_after_the_machine_started_anew_its_clock_is_believed(
    machine: FakeMachine, tmp_path: Path
) -> None:
    machine.clock(tmp_path).now()

    machine.start, machine.uptime = "second", 5.0
    machine.wall += timedelta(days=1)

    assert machine.clock(tmp_path).now() == NINE + timedelta(days=1)


@pytest.mark.parametrize("said", ["", "{}", "[]", '{"start": "first", "moment": 1}'])
def test_a_file_that_says_nothing_is_replaced(
    machine: FakeMachine, tmp_path: Path, said: str
) -> None:
    (tmp_path / NAME).write_text(said)

    assert machine.clock(tmp_path).now() == NINE
    assert machine.clock(tmp_path).now() == NINE
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_where_nothing_can_be_written_time_goes_on(
    machine: FakeMachine, tmp_path: Path
) -> None:
    clock = machine.clock(tmp_path / "missing")
    clock.now()
    machine.wall += HOUR
    machine.passes(5)

    assert clock.now() == NINE + timedelta(seconds=5)


@dataclass
class _Course:
    seconds: float = 0.0
    told: list[datetime] = field(default_factory=list)


@settings(deadline=None)  # a file is read each time, on whatever disk
@given(
    st.lists(
        st.tuples(
            st.floats(min_value=0, max_value=600),
            st.integers(min_value=-86_400, max_value=86_400),
        ),
        max_size=20,
    )
)
def test_time_never_goes_back_and_counts_every_second(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[float, int]]
) -> None:
    machine, course = FakeMachine(), _Course()
    clock = machine.clock(tmp_path_factory.mktemp("clock"))
    clock.now()

    for passing, jump in steps:
        machine.passes(passing)
        machine.wall += timedelta(seconds=jump)
        course.seconds += passing
        course.told.append(clock.now())

    assert course.told == sorted(course.told)
    if steps:
        counted = (course.told[-1] - NINE).total_seconds()
        assert counted == pytest.approx(course.seconds, abs=0.001)
