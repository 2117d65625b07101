"""Runs a reader in a process of its own, which may die without hurting this one."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import question_bank
from question_bank.readers import archive
from question_bank.readers.grid import Limits

_HOME = Path(question_bank.__file__).resolve().parent.parent
_LONGEST_NAME = 255


def run_apart(job: str, data: bytes, name: str, limits: Limits) -> bytes:
    """Return what the child prints for *data*, the file *name*; see ``child.py``.

    Raises UnreadableFileError when the child needs more memory or time than *limits*
    allow, or ends in a way of its own.
    """
    bounds = json.dumps(dataclasses.asdict(limits))
    command = [sys.executable, "-m", "question_bank.readers.child", job]
    try:
        child = subprocess.run(  # noqa: S603 - our own module, and data over a pipe
            [*command, name.replace("\0", "")[-_LONGEST_NAME:], bounds],
            input=data,
            capture_output=True,
            timeout=limits.wall_seconds,
            check=False,
            cwd=_HOME,
            # Nothing of the server's environment, in which secrets may stand.
            env={
                "PYTHONPATH": str(_HOME),
                "PYTHONIOENCODING": "utf-8",
                "PYTHONUTF8": "1",
            },
        )
    except subprocess.TimeoutExpired as error:
        raise archive.too_demanding() from error
    if child.returncode < 0:
        raise archive.too_demanding()
    if child.returncode:
        raise archive.damaged()
    return child.stdout
