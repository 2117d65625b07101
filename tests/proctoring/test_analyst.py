"""The analyst outlives every picture and every death of its child."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from examcenter.proctoring.analyst import Analyst
from examcenter.proctoring.rules import DetectorUnavailableError, Verdict
from tests.proctoring.conftest import ModelFile
from tests.proctoring.scenes import jpeg, photograph, plain, png

PERSON = jpeg(photograph("astronaut"))
BLANK = png(plain(128))


@pytest.fixture
def analyst() -> Iterator[Analyst]:
    with Analyst(seconds=20) as analyst:
        yield analyst


def is_alive(process_id: int) -> bool:
    return Path(f"/proc/{process_id}").exists()


def test_one_child_looks_at_many_pictures(analyst: Analyst) -> None:
    first = analyst.process_id()

    told = [analyst.analyse_safely(data).verdict for data in (PERSON, b"", BLANK)]

    assert told == [Verdict.ONE_FACE, Verdict.UNDECIDED, Verdict.COVERED]
    assert analyst.process_id() == first
    assert "cascade" in analyst.detector()


def test_a_child_that_died_is_replaced_and_the_picture_is_still_seen(
    analyst: Analyst,
) -> None:
    first = analyst.process_id()
    os.kill(first, signal.SIGKILL)

    seen = analyst.analyse_safely(PERSON)

    assert seen.verdict is Verdict.ONE_FACE
    assert analyst.process_id() != first


def test_a_child_that_hangs_is_replaced_and_the_picture_is_unreadable() -> None:
    with Analyst(seconds=0.3) as analyst:
        first = analyst.process_id()
        os.kill(first, signal.SIGSTOP)

        seen = analyst.analyse_safely(PERSON * 20)  # more than the channel holds

        assert (seen.readable, seen.verdict) == (False, Verdict.UNDECIDED)
        assert 250 < seen.milliseconds < 3_000
        assert not is_alive(first)
        assert analyst.process_id() != first


def test_a_picture_that_needs_too_much_memory_is_unreadable() -> None:
    large = png(photograph("astronaut").repeat(3, axis=0).repeat(3, axis=1))
    with Analyst(seconds=20, memory_bytes=1 << 20) as analyst:
        seen = analyst.analyse_safely(large)

        assert (seen.readable, seen.verdict) == (False, Verdict.UNDECIDED)
        assert analyst.detector()

    with Analyst(seconds=20) as roomier:
        assert roomier.analyse_safely(large).readable


def test_a_file_beyond_every_limit_is_not_even_sent(analyst: Analyst) -> None:
    child = analyst.process_id()

    seen = analyst.analyse_safely(bytes(17 * 1024 * 1024))

    assert not seen.readable
    assert analyst.process_id() == child


def test_nothing_is_left_running_after_the_last_picture() -> None:
    with Analyst() as analyst:
        child = analyst.process_id()

    assert not is_alive(child)


def test_the_child_learns_no_setting_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("EXAMCENTER_DATABASE__URL", "postgresql://secret@host/x")
    with Analyst() as analyst:
        environment = Path(f"/proc/{analyst.process_id()}/environ").read_bytes()

    assert b"OPENBLAS" in environment
    assert b"secret" not in environment


def test_a_configured_model_is_what_runs(yunet_file: ModelFile) -> None:
    with Analyst(yunet_file.path, yunet_file.sha256) as analyst:
        assert analyst.detector().startswith("yunet")
        assert analyst.analyse_safely(PERSON).verdict is Verdict.ONE_FACE


def test_a_model_that_cannot_be_used_is_told_before_the_first_picture(
    tmp_path: Path,
) -> None:
    with (
        pytest.raises(DetectorUnavailableError, match="cannot be read"),
        Analyst(tmp_path / "model.onnx", "0" * 64),
    ):
        pass
