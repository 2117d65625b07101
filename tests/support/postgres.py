"""A private PostgreSQL server: made for the tests, gone with the process that asked."""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from examcenter import schema

_ROLE = "examcenter"
# What a test database may forget in a power cut makes it five times as fast.
_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_ALWAYS = ("max_connections=200", "shared_buffers=64MB", "autovacuum_naptime=10s")


def binaries() -> Path | None:
    """Return the folder of ``initdb`` and ``postgres``, the newest; None without."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: float(path.parts[-3]), default=None)
    return newest.parent if newest else None


class Server:
    """One cluster in a folder of its own, on a socket and a free loopback port.

    A *durable* one syncs as in service; faults and figures are only true with it.
    """

    def __init__(self, folder: Path, bin_folder: Path, *, durable: bool) -> None:
        self.port = _free_port()
        self._folder = folder
        self._bin = bin_folder
        self._settings = _ALWAYS if durable else (*_ALWAYS, *_FORGETFUL)
        self._process: subprocess.Popen[bytes] | None = None

    def is_made(self) -> None:
        """Initialise the cluster; its collation compares code points, as SQLite."""
        command = [str(self._bin / "initdb"), "-D", str(self._data), "-U", _ROLE]
        command += ["--encoding=UTF8", "--locale=C", "--auth=trust", "--no-sync"]
        done = subprocess.run(  # noqa: S603 - the server's own program
            command, capture_output=True, check=False, **_unprivileged()
        )
        assert done.returncode == 0, done.stderr.decode()

    def starts(self) -> None:
        """Start it and wait until it takes connections."""
        command = [str(self._bin / "postgres"), "-D", str(self._data)]
        options = (
            *self._settings,
            f"unix_socket_directories={self._folder}",
            "listen_addresses=127.0.0.1",
            f"port={self.port}",
        )
        for option in options:
            command += ["-c", option]
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - its own program
                command,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_parent(),  # noqa: PLW1509 - the child only says when to die
                **_unprivileged(),
            )
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        for _ in range(600):
            try:
                self.administer("SELECT 1")
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError((self._folder / "server.log").read_text()[-3000:])

    def dies(self) -> None:
        """Stop at once without a checkpoint, as after a crash."""
        self._ends(signal.SIGQUIT)

    def stops(self) -> None:
        """Stop in order, ending every session."""
        self._ends(signal.SIGINT)

    def _ends(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(number)
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=10)
        self._process = None

    def url(self, database: str) -> str:
        """Return the address of *database* as our settings write it."""
        return (
            f"postgresql+psycopg://{_ROLE}@/{database}"
            f"?host={self._folder}&port={self.port}"
        )

    def administer(self, *statements: str | sql.Composed) -> None:
        """Run *statements* outside any transaction."""
        with psycopg.connect(
            host=str(self._folder),
            port=self.port,
            user=_ROLE,
            dbname="postgres",
            autocommit=True,
        ) as connection:
            for statement in statements:
                connection.execute(
                    sql.SQL(statement) if isinstance(statement, str) else statement
                )

    def makes(self, database: str, template: str = "template0") -> str:
        """Create *database* as a copy of *template*; return its address."""
        self.administer(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(database), sql.Identifier(template)
            )
        )
        return self.url(database)

    def drops(self, database: str) -> None:
        self.administer(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                sql.Identifier(database)
            )
        )

    @property
    def _data(self) -> Path:
        return self._folder / "data"


@contextmanager
def a_server(*, durable: bool = False) -> Iterator[Server]:
    """Give a running server; it and its folder are gone at the end."""
    bin_folder = binaries()
    assert bin_folder is not None
    # Not below pytest's own folder, which only its owner may enter; and a socket's
    # path must stay short.
    folder = Path(tempfile.mkdtemp(prefix="examcenter-pg-"))
    try:
        user = _other_user()
        if user:
            os.chown(folder, user.pw_uid, user.pw_gid)
        server = Server(folder, bin_folder, durable=durable)
        server.is_made()
        server.starts()
        try:
            yield server
        finally:
            server.dies() if not durable else server.stops()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def empty(url: str) -> None:
    """Delete every row of a migrated database and count from one again.

    Whoever is still connected, a thread of the test before for instance, is cut off.
    """
    tables = ", ".join(f'"{table.name}"' for table in schema.METADATA.sorted_tables)
    place = make_url(url).set(drivername="postgresql")
    with psycopg.connect(place.render_as_string(), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        # History that refuses to be deleted gives way to tests alone.
        connection.execute("SET session_replication_role = replica")
        connection.execute(f"TRUNCATE {tables} RESTART IDENTITY")


def why_not() -> str | None:
    """Return what a server of our own lacks here, with the cure; None if nothing."""
    if binaries() is None:
        return "no PostgreSQL on this machine: apt-get install postgresql"
    if os.geteuid() == 0 and _other_user() is None:
        return "PostgreSQL refuses to run as root: adduser --system postgres"
    return None


def _other_user() -> pwd.struct_passwd | None:
    """Return the user that the server runs as in place of root, which it refuses."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return None


def _unprivileged() -> dict[str, Any]:
    user = _other_user()
    if user is None:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": "/"}


def _die_with_parent() -> Callable[[], None]:
    libc = ctypes.CDLL(None)

    def ask() -> None:
        libc.prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG: no server is left orphaned

    return ask


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
