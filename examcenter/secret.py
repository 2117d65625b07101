"""The centre's secret key: made once, kept in the data directory, never in the code."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from examcenter.errors import EnvironmentUnfitError

_BYTES = 32


def create(home: Path) -> bytes:
    """Return the key of *home*, making it first where there is none.

    A new directory and the file are readable by their owner alone.  Two processes
    that start at once agree on one key, because only one of them can create the file.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = _path(home)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read(home)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(_BYTES))
        file.flush()
        os.fsync(file.fileno())
    return read(home)


def read(home: Path) -> bytes:
    """Return the key; raises EnvironmentUnfitError when there is none."""
    try:
        key = _path(home).read_bytes()
    except FileNotFoundError as error:
        raise EnvironmentUnfitError(
            f"no secret key in {home}: run `examcenter --home {home} init` first"
        ) from error
    if len(key) != _BYTES:
        raise EnvironmentUnfitError(f"the secret key in {home} is damaged")
    return key


def digest(key: bytes, purpose: str, text: str) -> str:
    """Return the keyed SHA-256 of *text* for one *purpose*, 64 hex digits.

    For random credentials of 50 bits and more, which need no slow hash: without the
    key they cannot be guessed from the database.
    """
    return hmac.new(key, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


def _path(home: Path) -> Path:
    return home / "secret.key"
