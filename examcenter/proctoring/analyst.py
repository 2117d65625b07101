"""Looking at pictures of strangers without being hurt by one.

The decoder runs in a child process with limits on memory and time.  One child looks
at many pictures; when it dies or hangs, it is replaced, and the picture counts as
unreadable.  OpenCV is never loaded into the process that uses this module.
"""

import json
import os
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Self

from examcenter.proctoring import frames
from examcenter.proctoring.rules import (
    READABLE,
    Analysis,
    DetectorUnavailableError,
    Verdict,
    unreadable,
)

_START_SECONDS = 60.0  # a cold import of OpenCV on a slow disk
_STOP_SECONDS = 5.0
_LONGEST_ANSWER = 64 * 1024
# 4 megapixels are 12 MB as BGR, and several such while they are decoded.
_MEMORY_BYTES = 512 * 1024 * 1024
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR")


@dataclass(frozen=True, slots=True)
class _Child:
    process: subprocess.Popen[bytes]
    channel: socket.socket
    detector: str


class Analyst:
    """Looks at one picture at a time; to be closed, or used in a ``with``.

    *model* and *sha256* are the settings ``proctoring.face_model`` and
    ``face_model_sha256``; *seconds* is the longest look at one picture and
    *memory_bytes* what it may cost beyond the child at rest; *niceness* is how far it
    stands back for other processes, from 0 to 19.  Not for several threads at once.
    """

    def __init__(
        self,
        model: Path | None = None,
        sha256: str | None = None,
        *,
        seconds: float = 10.0,
        memory_bytes: int = _MEMORY_BYTES,
        niceness: int = 0,
    ) -> None:
        self._order = {
            "model": str(model) if model else None,
            "sha256": sha256,
            "memory_bytes": memory_bytes,
            "niceness": niceness,
        }
        self._seconds = seconds
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        self.detector()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def detector(self) -> str:
        """Return the name of the detector that runs, starting it if need be.

        Raises DetectorUnavailableError, with the cure, when none can run here.
        """
        return self._running().detector

    def process_id(self) -> int:
        """Return the id of the child process, starting it if need be."""
        return self._running().process.pid

    def analyse_safely(self, data: bytes) -> Analysis:
        """Return what the picture *data* shows, whatever it does to the decoder.

        A picture that takes too long is unreadable at once; one that ends the child
        is tried in a second child first, because the fault may have been the child's.
        Raises DetectorUnavailableError when no detector can run here any more.
        """
        began = perf_counter()
        if len(data) > READABLE.max_bytes:
            return unreadable(0.0)
        for _ in range(2):
            child = self._running()
            try:
                child.channel.settimeout(self._seconds)
                frames.send(child.channel, data)
                return _analysis(frames.receive(child.channel, most=_LONGEST_ANSWER))
            except TimeoutError:
                self.close()
                break
            except (EOFError, OSError, ValueError, TypeError):
                self.close()  # gone, or no longer itself
        return unreadable(round((perf_counter() - began) * 1000, 1))

    def close(self) -> None:
        """End the child; the next picture would start another."""
        child, self._child = self._child, None
        if child is not None:
            child.channel.close()
            _end(child.process)

    def _running(self) -> _Child:
        if self._child is None:
            self._child = self._start()
        return self._child

    def _start(self) -> _Child:
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-m", "examcenter.proctoring.child"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # libjpeg complains there, once a picture
                env=_environment(),
            )
        try:
            ours.settimeout(_START_SECONDS)
            frames.send(ours, json.dumps(self._order).encode())
            hello = json.loads(frames.receive(ours, most=_LONGEST_ANSWER))
            return _Child(process, ours, _detector_named(hello))
        except (EOFError, OSError) as error:
            _give_up(ours, process)
            raise DetectorUnavailableError(
                "the picture analysis did not start;"
                f" try: {sys.executable} -c 'import examcenter.proctoring.vision'"
            ) from error
        except DetectorUnavailableError:
            _give_up(ours, process)
            raise


def _detector_named(hello: dict[str, str]) -> str:
    if "unavailable" in hello:
        raise DetectorUnavailableError(hello["unavailable"])
    return hello["detector"]


def _analysis(answer: bytes) -> Analysis:
    values = json.loads(answer)
    return Analysis(**{**values, "verdict": Verdict(values["verdict"])})


def _environment() -> dict[str, str]:
    """Return what the child may know: where its modules are, and no setting of ours."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    modules = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
    return {**kept, "PYTHONPATH": modules, "OPENBLAS_NUM_THREADS": "1"}


def _give_up(channel: socket.socket, process: subprocess.Popen[bytes]) -> None:
    channel.close()
    _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    # It holds nothing that could be lost, so it is not asked first; a stopped process
    # would not hear a question either.
    with suppress(ProcessLookupError):
        process.kill()
    process.wait(timeout=_STOP_SECONDS)
