"""Measure everything, or what is named: python -m bench [NAME …]."""

import signal
import sys
import time
from importlib import import_module
from pathlib import Path

from bench.table import Line, brief, machine, show, write

NAMES = (
    *("save", "bursts", "snapshots", "drawing", "scoring"),
    *("importing", "reporting"),
)
RESULTS = Path(__file__).with_name("results.json")


def main(asked: list[str]) -> None:
    if unknown := sorted(set(asked) - set(NAMES)):
        sys.exit(
            f"nothing is called {', '.join(unknown)}; there are {', '.join(NAMES)}"
        )
    # Told to stop, end the servers that were started too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    about = machine()
    print("; ".join(f"{key} {value}" for key, value in about.items()), "\n")
    found: dict[str, list[Line]] = {}
    for name in asked or NAMES:
        begun = time.monotonic()
        found[name] = []
        for line in import_module(f"bench.{name}").measure():
            found[name].append(line)
            print(brief(line), file=sys.stderr)
        show(f"{name} ({time.monotonic() - begun:.0f} s)", found[name])
    write(RESULTS, about, found)
    print(f"written to {RESULTS}")


if __name__ == "__main__":
    main(sys.argv[1:])
