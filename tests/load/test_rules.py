"""Where a load run may go, and how its times are summed up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examcenter.errors import RefusedError
from examcenter.load.rules import Address, Phase, Spread, loopback, spread


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://127.0.0.1:8000", Address("127.0.0.1", 8000)),
        ("http://localhost:81/", Address("localhost", 81)),
        ("http://[::1]:8000", Address("::1", 8000)),
        ("http://127.9.9.9", Address("127.9.9.9", 80)),
    ],
)
def test_a_run_goes_to_this_machine(url: str, address: Address) -> None:
    assert loopback(url) == address


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1:8000",
        "http://exam.example.cn",
        "http://0.0.0.0:8000",
        "http://127.0.0.1.example.cn",
        "http://localhost@10.0.0.1",
        "https://127.0.0.1:8000",
        "http://127.0.0.1:99999",
        "127.0.0.1:8000",
        "",
    ],
)
def test_a_run_goes_nowhere_else(url: str) -> None:
    with pytest.raises(RefusedError):
        loopback(url)


def test_percentiles_are_times_that_somebody_waited() -> None:
    seconds = [n / 1000 for n in range(1, 201)]

    assert spread(seconds) == Spread(200, p50_ms=100, p99_ms=198, max_ms=200)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        ([], Spread(0, 0, 0, 0)),
        ([0.5], Spread(1, 500, 500, 500)),
        ([3, 1, 2], Spread(3, 2000, 3000, 3000)),
    ],
    ids=["nobody", "one", "out of order"],
)
def test_few_times_are_summed_up_too(seconds: list[float], expected: Spread) -> None:
    assert spread(seconds) == expected


@given(st.lists(st.floats(0, 100), min_size=1))
def test_the_longest_is_never_hidden(seconds: list[float]) -> None:
    found = spread(seconds)

    assert found.p50_ms <= found.p99_ms <= found.max_ms
    assert found.max_ms == round(max(seconds) * 1000, 2)


def test_a_phase_tells_how_many_were_answered_per_second() -> None:
    assert Phase(4.0, spread([0.1] * 10)).per_second == 2.5
    assert Phase(0.0, spread([])).per_second == 0
