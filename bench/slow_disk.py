"""A disk that takes four milliseconds longer to sync, as many real ones do.

A small library put before the C library: tracing every call would slow down far more
than the syncs.
"""

import shutil
import subprocess
from pathlib import Path

from bench.table import Skipped

MILLISECONDS = 4

_SOURCE = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static int later(const char *name, int fd) {
    int (*real)(int) = (int (*)(int)) dlsym(RTLD_NEXT, name);
    struct timespec wait = {0, %d * 1000000L};
    nanosleep(&wait, 0);
    return real(fd);
}

int fsync(int fd) { return later("fsync", fd); }
int fdatasync(int fd) { return later("fdatasync", fd); }
"""


def missing() -> Skipped | None:
    """Say why a slow disk cannot be had here, None when it can."""
    if shutil.which("gcc") is None:
        return Skipped("slow disk", "no C compiler: apt-get install gcc")
    return None


def library(folder: Path) -> Path:
    """Compile the library in *folder* and return its path."""
    source, target = folder / "slow.c", folder / "slow.so"
    source.write_text(_SOURCE % MILLISECONDS)
    command = ["gcc", "-shared", "-fPIC", "-O2", "-o", str(target), str(source)]
    subprocess.run([*command, "-ldl"], check=True)  # noqa: S603 - our own source
    folder.chmod(0o755)  # the database's account reads it too
    return target
