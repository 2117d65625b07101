# ruff: noqa: INP001 - found by its name on the path, never imported
"""Lets a process sleep under libfaketime, which refuses Python's own way of it.

Python sleeps until a moment of the monotonic clock; with that clock left alone and the
wall faked, the library answers such a call with "invalid argument".
"""

import select
import time


def _sleep(seconds: float) -> None:
    select.select([], [], [], max(0.0, seconds))


time.sleep = _sleep  # type: ignore[assignment]  # the same to whoever calls it
