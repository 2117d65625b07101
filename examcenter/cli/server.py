"""``run``, ``serve`` and ``work``: the processes of a centre."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import structlog

from examcenter.cli.context import Cli, note, pass_cli
from examcenter.config import Settings
from examcenter.errors import EnvironmentUnfitError
from examcenter.steady import SteadyClock
from examcenter.web import logs

log = structlog.get_logger()

_HOST = click.option("--host", help="Address to listen on.")
_PORT = click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.")
_WORKERS = click.option(
    "--workers", type=click.IntRange(1, 64), help="Number of web processes."
)


@click.command(help="Run web server and background worker together, on one machine.")
@_HOST
@_PORT
@_WORKERS
@pass_cli
def run(cli: Cli, host: str | None, port: int | None, workers: int | None) -> None:
    _check_fit(cli)
    logs.configure()
    serve_command = [*_self(cli), "serve"]
    for option, value in (("--host", host), ("--port", port), ("--workers", workers)):
        if value is not None:
            serve_command += [option, str(value)]
    server = cli.settings.server
    address = f"http://{host or server.host}:{port or server.port}"
    note(f"请用浏览器打开 {address} ，按 Ctrl+C 停止。")
    Supervisor([serve_command, [*_self(cli), "work"]]).run()


@click.command(help="Run the web server alone.")
@_HOST
@_PORT
@_WORKERS
@pass_cli
def serve(cli: Cli, host: str | None, port: int | None, workers: int | None) -> None:
    _check_fit(cli)
    _serve(cli.settings, host, port, workers)


@click.command(help="Run the background worker alone.")
@pass_cli
def work(cli: Cli) -> None:
    from examcenter import jobs  # noqa: PLC0415 - only this command needs it all
    from examcenter.clock_guard import ClockGuard  # noqa: PLC0415
    from examcenter.proctoring.analyst import Analyst  # noqa: PLC0415
    from examcenter.proctoring.evidence import Evidence  # noqa: PLC0415

    _check_fit(cli)
    logs.configure()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    os.nice(5)  # the bell rings on time, and pages are answered first
    settings = cli.settings
    steady = SteadyClock(settings.home)
    with Analyst(
        settings.proctoring.face_model,
        settings.proctoring.face_model_sha256,
        seconds=settings.proctoring.analysis_seconds,
        niceness=14,  # pictures wait for answers, never the other way round
    ) as analyst:
        centre = jobs.Centre(
            settings=settings,
            database=cli.database,
            clock=steady,
            evidence=Evidence(settings.home),
            analyst=analyst,
            guard=ClockGuard(steady, cli.database),
        )
        jobs.run(centre)


def _check_fit(cli: Cli) -> None:
    from examcenter import schema  # noqa: PLC0415 - migrations take time to import

    _ = cli.secret
    if not schema.is_current(cli.database):
        home = cli.settings.home
        raise EnvironmentUnfitError(
            f"the database is not up to date: run `examcenter --home {home} init`"
        )
    cli.database.dispose()


def _self(cli: Cli) -> list[str]:
    command = [sys.executable, "-m", "examcenter", "--home", str(cli.settings.home)]
    if cli.config_file:
        command += ["--config", str(cli.config_file)]
    return command


def _serve(
    settings: Settings, host: str | None, port: int | None, workers: int | None
) -> None:
    def application() -> Any:
        from examcenter.app import create_app  # noqa: PLC0415 - in each worker

        logs.configure()
        return create_app(settings)

    server = settings.server
    bind = f"{host or server.host}:{port or server.port}"
    serve_application(
        application, listening(bind, workers or server.workers, server.threads)
    )


def listening(bind: str, workers: int, threads: int) -> dict[str, Any]:
    """Return how the web server is run; measurements use the same."""
    from examcenter.cli.gathering import GatheringWorker  # noqa: PLC0415 - gunicorn

    return {
        "bind": bind,
        "workers": workers,
        "worker_class": GatheringWorker,
        "threads": threads,
        "timeout": 60,
        "graceful_timeout": 20,
        "keepalive": 30,
        "worker_tmp_dir": _memory_folder(),
        "proc_name": "examcenter",
        "control_socket_disable": True,
    }


def serve_application(
    application: Callable[[], Any], options: Mapping[str, Any]
) -> None:
    """Serve what *application* returns in each worker, until told to stop."""
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415 - only to serve

    class Server(BaseApplication):  # type: ignore[misc]  # the library is untyped
        def load_config(self) -> None:
            for key, value in options.items():
                if key in self.cfg.settings:
                    self.cfg.set(key, value)

        def load(self) -> Any:
            return application()

    Server().run()


def _memory_folder() -> str | None:
    # The workers' heartbeat file: on a slow disk it would look like a hung worker.
    folder = Path("/dev/shm")  # noqa: S108 - Linux's memory file system
    return str(folder) if folder.is_dir() else None


class Supervisor:
    """Keeps processes running: starts again what dies, ends all when told to stop.

    A child that dies at once again and again is started ever more slowly, up to once
    in 10 seconds.
    """

    _PATIENCE = 10.0

    def __init__(self, commands: Sequence[Sequence[str]]) -> None:
        self._commands = commands
        self._children: list[subprocess.Popen[bytes]] = []
        self._stopping = False
        # Never set: an end of the wait inside a signal could wait for itself.
        self._pause = threading.Event()

    def run(self) -> None:
        """Run until SIGTERM or SIGINT; raises EnvironmentUnfitError if none starts."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        self._children = [_child(command) for command in self._commands]
        waits = [0.5] * len(self._children)
        while not self._stopping:
            self._pause.wait(0.2)
            for index, child in enumerate(self._children):
                if child.poll() is not None and not self._stopping:
                    log.error("process.died", code=child.returncode, again=waits[index])
                    self._pause.wait(waits[index])
                    waits[index] = min(waits[index] * 2, self._PATIENCE)
                    self._children[index] = _child(self._commands[index])
        self._end()

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _end(self) -> None:
        for child in self._children:
            if child.poll() is None:
                child.terminate()
        for child in self._children:
            try:
                child.wait(timeout=25)
            except subprocess.TimeoutExpired:
                child.kill()


def _child(command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, preexec_fn=_die_with_parent())  # noqa: S603, PLW1509 - our own command; one thread


def _die_with_parent() -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)

    def ask() -> None:
        libc.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG: nobody is left orphaned

    return ask
