"""The process in which pictures of strangers are decoded.

It is started by ``analyst.py`` with a socket as its standard input, is told which
detector to load, limits itself, and then answers one picture after another.  It
ends when the socket does.
"""

import json
import os
import resource
import socket
from dataclasses import asdict
from pathlib import Path

from examcenter.proctoring import frames
from examcenter.proctoring.rules import READABLE, DetectorUnavailableError


def main() -> int:
    """Answer pictures until the other side is gone."""
    channel = socket.socket(fileno=0)
    try:
        return _serve(channel)
    except (EOFError, OSError):
        return 0


def _serve(channel: socket.socket) -> int:
    order = json.loads(frames.receive(channel, most=READABLE.max_bytes))
    try:
        # Here and not above: an OpenCV that cannot be loaded is an answer, too.
        from examcenter.proctoring import vision  # noqa: PLC0415

        model = order["model"]
        detector = vision.detector_from(model and Path(model), order["sha256"])
    except (DetectorUnavailableError, ImportError) as error:
        frames.send(channel, json.dumps({"unavailable": str(error)}).encode())
        return 3
    os.nice(order["niceness"])
    _limit_this_process(order["memory_bytes"])
    hello = {"detector": detector.calibration.detector}
    frames.send(channel, json.dumps(hello).encode())
    while True:
        picture = frames.receive(channel, most=READABLE.max_bytes)
        analysis = vision.analyse(picture, detector)
        frames.send(channel, json.dumps(asdict(analysis)).encode())


def _limit_this_process(memory_bytes: int) -> None:
    """Allow *memory_bytes* beyond what is mapped now; no core dump, no written file."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    raise SystemExit(main())
