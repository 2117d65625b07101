"""The yardstick: a Flask endpoint that does nothing, served as the centre is served.

Run: python -m bench.empty PORT
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from bench.centre import WORKERS, free_port, served
from examcenter.cli.server import listening, serve_application
from examcenter.config import Server


def application() -> Flask:
    """Return an application with one endpoint, which reads nothing and says little."""
    app = Flask(__name__)

    @app.route("/", methods=["GET", "PUT", "POST"])
    def nothing() -> dict[str, bool]:
        return {"ok": True}

    return app


@contextmanager
def serving(folder: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Serve it under the centre's own options; give its port and its process."""
    port = free_port()
    command = [sys.executable, "-m", "bench.empty", str(port)]
    ready = f"http://127.0.0.1:{port}/"
    with served(command, ready, folder, dict(os.environ)) as process:
        yield port, process


def main() -> None:
    bind = f"127.0.0.1:{sys.argv[1]}"
    serve_application(application, listening(bind, WORKERS, Server().threads))


if __name__ == "__main__":
    main()
