"""The pictures' own folder, outside of everything that the web server shows.

A file has a random name and nothing else: whose picture it is stands in the database.
The file comes first and its row second, so that a row never lacks its file; a file
whose row never came is deleted by `Evidence.sweep`.
"""

import os
import re
import secrets
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from examcenter.errors import (
    ConflictError,
    EnvironmentUnfitError,
    NotFoundError,
    UnavailableError,
)

_NAME = re.compile(r"[0-9a-f]{32}")
_PART = ".part"
# A crash leaves as many as there were threads, a database that fails for an hour more.
_SUSPICIOUS = 1_000


class EvidenceMissingError(NotFoundError):
    """There is no file of that name."""

    code = "evidence_missing"


class EvidenceDamagedError(ConflictError):
    """The file is not the one that was stored."""

    code = "evidence_damaged"


class ForeignEvidenceError(EnvironmentUnfitError):
    """Most pictures have no row: this may be another centre's database."""

    code = "foreign_evidence"


class EvidenceUnavailableError(UnavailableError):
    """The disk did not take or give a file; nothing was stored."""

    code = "evidence_unavailable"
    retry_after = 30


def free_percent(folder: Path) -> float:
    """Return the free share, 0 to 100, of the disk that *folder* lies on."""
    disk = shutil.disk_usage(folder)
    return 100 * disk.free / disk.total


class Evidence:
    """The folder ``evidence`` of the data directory *home*; safe between threads.

    *free* tells the free share of a folder's disk.
    """

    def __init__(
        self, home: Path, *, free: Callable[[Path], float] = free_percent
    ) -> None:
        self._root = home / "evidence"
        self._free = free
        self._durable: set[Path] = set()

    def free_percent(self) -> float:
        """Return the free share of the disk, 0 to 100."""
        return self._free(self._root.parent)

    def store(self, data: bytes) -> str:
        """Put *data* on the disk and return the name under which `read` gives it.

        When this returns, the file survives a power cut.  Raises
        EvidenceUnavailableError; nothing is stored then.
        """
        name = secrets.token_hex(16)
        path = self._path(name)
        try:
            self._make(path.parent)
            _write(path, data)
        except OSError as error:
            # Should a folder have been moved away, the next picture makes it again.
            self._durable.clear()
            raise EvidenceUnavailableError(error.strerror or "") from error
        return name

    def read(self, name: str) -> bytes:
        """Return what was stored as *name*.

        Raises EvidenceMissingError, also for what was never a name of ours, and
        EvidenceUnavailableError.
        """
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError as error:
            raise EvidenceMissingError from error
        except OSError as error:
            raise EvidenceUnavailableError(error.strerror or "") from error

    def delete(self, name: str) -> None:
        """Delete *name*; doing so twice does no harm."""
        self._path(name).unlink(missing_ok=True)

    def sweep(
        self,
        known: Callable[[Collection[str]], Collection[str]],
        *,
        before: datetime,
    ) -> int:
        """Delete files last written *before* that no row names; return how many.

        *known* is asked one folder at a time and returns those names that have a row.
        What is not of our making is left alone.  Raises ForeignEvidenceError when
        most files have no row.
        """
        orphans: list[Path] = []
        kept = 0
        for folder in self._leaves():
            old = [f for f in _files(folder) if _written(f) < before.timestamp()]
            named = {f.name for f in old if _NAME.fullmatch(f.name)}
            rows = set(known(named)) if named else set()
            kept += len(rows)
            orphans += [f for f in old if f.name in named - rows or _is_part(f)]
        if len(orphans) > max(kept, _SUSPICIOUS):
            raise ForeignEvidenceError(
                f"{len(orphans)} files without a row, {kept} with"
            )
        for file in orphans:
            file.unlink(missing_ok=True)
        return len(orphans)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise EvidenceMissingError
        # 16 × 256 folders: 20 million pictures are 5,000 in each.
        return self._root / name[0] / name[1:3] / name

    def _make(self, folder: Path) -> None:
        for wanted in (folder.parent.parent, folder.parent, folder):
            if wanted not in self._durable:
                wanted.mkdir(mode=0o700, exist_ok=True)
                # Whoever made it: before this its name may be lost in a power cut.
                _sync_folder(wanted.parent)
                self._durable.add(wanted)

    def _leaves(self) -> Iterator[Path]:
        if self._root.is_dir():
            yield from sorted(p for p in self._root.glob("?/??") if p.is_dir())


def _write(path: Path, data: bytes) -> None:
    part = path.with_suffix(_PART)
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
        _sync_folder(path.parent)
    except OSError:
        for leftover in (part, path):
            with suppress(OSError):
                leftover.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file()]


def _is_part(file: Path) -> bool:
    return file.suffix == _PART and _NAME.fullmatch(file.stem) is not None


def _written(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:  # its picture was refused in this moment
        return float("inf")
