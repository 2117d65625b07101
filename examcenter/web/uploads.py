"""Uploaded files between an import's preview and its confirmation.

    token = uploads.keep(request.files["file"], me().id)    # TooLargeError
    name, data = uploads.take(token, me().id)               # NotFoundError
    uploads.drop(token)                                     # when it has been used

A file waits in ``uploads`` of the data directory under a random name, belongs to the
person who brought it and to nobody else, and is deleted after use or after an hour.
"""

import json
import os
import re
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from werkzeug.datastructures import FileStorage

from examcenter.errors import NotFoundError, TooLargeError
from examcenter.web.context import now, settings

KEPT_FOR = timedelta(hours=1)

_TOKEN = re.compile(r"[0-9a-f]{32}")
_LONGEST_NAME = 200
_MEGABYTE = 1024 * 1024


def keep(file: FileStorage, owner_id: int) -> str:
    """Keep *file* for *owner_id* and return the token that takes it out again.

    Raises TooLargeError beyond the size that the settings allow for an import.
    """
    folder = _folder()
    folder.mkdir(mode=0o700, exist_ok=True)
    sweep(folder, now=now())
    most = settings().imports.max_file_mb * _MEGABYTE
    data = file.stream.read(most + 1)
    if len(data) > most:
        raise TooLargeError
    token = secrets.token_hex(16)
    about = {
        "owner": owner_id,
        "name": _plain_name(file.filename or ""),
        "kept_at": now().isoformat(),
    }
    _write(folder / token, data)
    # The note comes last: a file without one cannot be taken.
    _write(_note(folder / token), json.dumps(about).encode())
    return token


def take(token: str, owner_id: int) -> tuple[str, bytes]:
    """Return the name and bytes of what *owner_id* kept; it stays until dropped.

    Raises NotFoundError when it is gone, too old or somebody else's.
    """
    path = _path(token)
    try:
        about = json.loads(_note(path).read_bytes())
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise NotFoundError from error
    if about["owner"] != owner_id or _is_old(about["kept_at"], now()):
        raise NotFoundError
    return str(about["name"]), data


def drop(token: str) -> None:
    """Delete what was kept under *token*; doing so twice does no harm."""
    path = _path(token)
    _note(path).unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def _folder() -> Path:
    return settings().home / "uploads"


def _path(token: str) -> Path:
    if not _TOKEN.fullmatch(token):
        raise NotFoundError
    return _folder() / token


def _note(path: Path) -> Path:
    return path.with_suffix(".json")


def _plain_name(name: str) -> str:
    """Return the last part of a client's file name, fit to be shown to people."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(c for c in last if c.isprintable())[:_LONGEST_NAME] or "file"


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def sweep(folder: Path, *, now: datetime) -> None:
    """Delete what nobody used in time from the *folder* of a centre's uploads."""
    for note in folder.glob("*.json"):
        try:
            old = _is_old(json.loads(note.read_bytes())["kept_at"], now)
        except (FileNotFoundError, ValueError, KeyError):
            continue  # another request deleted it, or is just writing it
        if old:
            note.unlink(missing_ok=True)
            note.with_suffix("").unlink(missing_ok=True)


def _is_old(kept_at: str, moment: datetime) -> bool:
    return datetime.fromisoformat(kept_at) + KEPT_FOR <= moment
