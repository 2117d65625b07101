"""Run the whole suite in three parts and say at the end what was skipped, and why.

Browsers and whole servers get parts of their own, because they wait where unit tests
compute.  Every part runs, and the exit code counts those that failed.
"""

import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

PARTS = (
    ("unit and database", ["-n", "2", "-m", "not browser and not system"]),
    ("browser", ["-n", "2", "--dist", "loadfile", "-m", "browser"]),
    ("system", ["-m", "system and not browser", "-p", "no:randomly"]),
)

NOTHING_COLLECTED = 5


def main() -> int:
    """Return 0 when every part passed, else the number of parts that did not."""
    skipped: Counter[str] = Counter()
    tests = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, options in PARTS:
            report = Path(folder) / "report.xml"
            sys.stdout.write(f"\n== {name}\n")
            sys.stdout.flush()
            code = subprocess.call(  # noqa: S603 - our own interpreter and options
                [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *options]
            )
            failed += code not in {0, NOTHING_COLLECTED}
            tests += _count(report, skipped)
    _summary(tests, skipped, failed)
    return failed


def _count(report: Path, skipped: Counter[str]) -> int:
    if not report.exists():
        return 0
    cases = list(ET.parse(report).iter("testcase"))  # noqa: S314 - pytest wrote it
    for case in cases:
        for skip in case.iter("skipped"):
            skipped[skip.get("message", "no reason given")] += 1
    return len(cases)


def _summary(tests: int, skipped: Counter[str], failed: int) -> None:
    total = sum(skipped.values())
    sys.stdout.write(f"\n{tests} tests, {total} skipped, {failed} parts failed\n")
    for reason, count in skipped.most_common():
        sys.stdout.write(f"  skipped {count}: {reason}\n")


if __name__ == "__main__":
    sys.exit(main())
