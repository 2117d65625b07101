"""The queue in front of SQLite's one writer, for the threads of all processes.

SQLite lets one writer in at a time and makes the others sleep for times of its own
choosing, which starves some of them for seconds.  Here they queue: first among the
threads of their process, then among processes, on a lock of the operating system that
a dying process gives back.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from examcenter.errors import UnavailableError

try:
    import fcntl
except ImportError:  # Windows serves with one process: its threads' lock is enough
    fcntl = None  # type: ignore[assignment]


class Turn:
    """Whose turn it is to write; safe to share between threads, and to fork."""

    def __init__(self, file: Path | None, *, patience: float) -> None:
        """Queue at *file*, made when it is first needed; none: only among threads.

        *patience* is how long a thread waits for the others of its process, in seconds.
        """
        self._file = file
        self._patience = patience
        self._threads = threading.Lock()
        self._handle = -1
        self._owner = 0

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn and keep it; raises UnavailableError after too long."""
        if not self._threads.acquire(timeout=self._patience):
            raise UnavailableError("the queue of writers is too long")
        try:
            self._lock_out_processes()
            try:
                yield
            finally:
                self._let_processes_in()
        finally:
            self._threads.release()

    def _lock_out_processes(self) -> None:
        if self._file is None or fcntl is None:
            return
        if self._owner != os.getpid():
            # A lock belongs to the open file, which a fork would share.
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            self._handle = os.open(self._file, flags, 0o600)
            self._owner = os.getpid()
        fcntl.flock(self._handle, fcntl.LOCK_EX)

    def _let_processes_in(self) -> None:
        if self._file is not None and fcntl is not None:
            fcntl.flock(self._handle, fcntl.LOCK_UN)
