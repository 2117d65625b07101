"""The databases a centre is measured on: SQLite, and a private PostgreSQL server."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.centre import Centre, free_port
from bench.table import Skipped

_ROLE = "examcenter"
_SETTINGS = ("max_connections=100", "shared_buffers=128MB")  # syncs as in service


@contextmanager
def folder() -> Iterator[Path]:
    """Give a folder that is gone afterwards, on a disk: syncs in memory are free."""
    with tempfile.TemporaryDirectory(prefix="examcenter-bench-", dir="/var/tmp") as one:
        yield Path(one)


def postgres_is_missing() -> Skipped | None:
    """Say why PostgreSQL cannot be measured here, None when it can."""
    if _binaries() is None:
        return Skipped("PostgreSQL", "no initdb: apt-get install postgresql")
    if find_spec("psycopg") is None:
        return Skipped("PostgreSQL", "no driver: pip install psycopg[binary]")
    return None


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    every = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return every[-1].parent if every else None


@contextmanager
def on_sqlite(preload: Path | None = None) -> Iterator[Centre]:
    with folder() as place:
        yield Centre(place, preload=preload)


@contextmanager
def on_postgres(preload: Path | None = None) -> Iterator[Centre]:
    """Give a centre whose database is a server of its own, made and removed here."""
    with folder() as place, _server(place, preload) as (url, pid):
        # A slow disk is the database's: the web server hardly syncs anything.
        yield Centre(place / "centre", url=url, database_pid=pid)


@contextmanager
def _server(place: Path, preload: Path | None) -> Iterator[tuple[str, int]]:
    programs = _binaries()
    if programs is None:
        raise SystemExit("PostgreSQL is not installed")
    user = _unprivileged()
    data = _made(programs, place, user)
    port = free_port()
    command = [str(programs / "postgres"), "-D", str(data)]
    asked = ("listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories=")
    for setting in (*_SETTINGS, *asked):
        command += ["-c", setting]
    environment = dict(os.environ) | ({"LD_PRELOAD": str(preload)} if preload else {})
    with (place / "postgres.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - the server's own program
            command, stdout=log, stderr=log, env=environment, **user
        )
    try:
        make = [str(programs / "createdb"), "-h", "127.0.0.1", "-p", str(port)]
        _wait(lambda: _run([*make, "-U", _ROLE, "centre"], {}, check=False) == 0)
        yield f"postgresql+psycopg://{_ROLE}@127.0.0.1:{port}/centre", process.pid
    finally:
        process.terminate()
        process.wait(timeout=60)


def _made(programs: Path, place: Path, user: dict[str, Any]) -> Path:
    """Make an empty cluster below *place* and return its folder."""
    place.chmod(0o755)
    data = place / "data"
    data.mkdir(mode=0o700)
    if user:
        shutil.chown(data, user["user"], user["group"])
    options = ["-U", _ROLE, "--encoding=UTF8", "--locale=C", "--auth=trust"]
    _run([str(programs / "initdb"), "-D", str(data), *options], user)
    return data


def _unprivileged() -> dict[str, Any]:
    # The server refuses to run as root.
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _run(command: Sequence[str], user: dict[str, Any], *, check: bool = True) -> int:
    quiet = subprocess.DEVNULL
    done = subprocess.run(command, stdout=quiet, stderr=quiet, check=check, **user)  # noqa: S603 - PostgreSQL's own programs
    return done.returncode


def _wait(is_there: Any) -> None:
    until = time.monotonic() + 60
    while not is_there():
        if time.monotonic() > until:
            raise SystemExit("PostgreSQL did not start")
        time.sleep(0.2)
