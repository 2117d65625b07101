"""A power cut by record and replay: what a disk holds when nothing but syncs count.

`killed` processes prove nothing about syncs, because the system keeps what they wrote.
Here strace records a writer, and the files are built again from its calls: a write is
on the disk only after a later sync of its file, a new name only after a sync of its
folder.  In the crueller form a random half of the other writes is there too, some of
them torn in the middle, in any order.
"""

import os
import random  # noqa: TID251 - moments of faults, nothing drawn
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

CALLS = "openat,write,pwrite64,pwritev,writev,ftruncate,fallocate,fsync,fdatasync"
CALLS += ",rename,renameat2,unlink,unlinkat,sendfile,copy_file_range"
OPTIONS = ("-f", "-yy", "-xx", "-s", "70000", "-e", f"trace={CALLS}")

_SECTOR = 512
_UNFINISHED = re.compile(r"^(\d+) +(.*) <unfinished \.\.\.>$")
_RESUMED = re.compile(r"^(\d+) +<\.\.\. (\w+) resumed>(.*)$")
_CALL = re.compile(r"^(\d+) +(\w+)\((.*)\) += (-?\d+)(?:<([^>]*)>)?")
_FILE = re.compile(r"^(\d+)<([^>]*)>(?:\(deleted\))?(?:, )?(.*)$")


@dataclass(frozen=True, slots=True)
class Call:
    """A system call that succeeded; *begun* is the number of the line it began on."""

    name: str
    begun: int
    ended: int
    arguments: str
    result: int
    opened: str


def calls(lines: Iterator[str]) -> Iterator[Call]:
    """Yield the calls of a trace that succeeded, in the order in which they ended."""
    waiting: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(lines):
        whole, begun = line.rstrip("\n"), number
        if cut := _UNFINISHED.match(whole):
            waiting[cut[1]] = (number, cut[2])
            continue
        if rest := _RESUMED.match(whole):
            begun, head = waiting.pop(rest[1])
            whole = f"{rest[1]} {head}{rest[3]}"
        found = _CALL.match(whole)
        if found and int(found[4]) >= 0:
            opened = decoded(found[5] or "").decode()
            yield Call(found[2], begun, number, found[3], int(found[4]), opened)


def decoded(text: str) -> bytes:
    """Return the bytes of a string that strace wrote in hexadecimal."""
    text = text.partition("<")[0]  # a device is followed by its number
    return bytes.fromhex(text.replace("\\x", "")) if "\\x" in text else text.encode()


@dataclass(slots=True)
class _Write:
    at: int
    data: bytes | None  # None: cut the file here
    ended: int

    def onto(self, content: bytearray) -> None:
        if self.data is None:
            del content[self.at :]
            content.extend(bytes(self.at - len(content)))
            return
        if len(content) < self.at:
            content.extend(bytes(self.at - len(content)))
        content[self.at : self.at + len(self.data)] = self.data


@dataclass(slots=True)
class _File:
    safe: bytearray
    named: bool  # whether its name is on the disk
    removed: bool = False  # its name is still on the disk, for a while
    waiting: list[_Write] = field(default_factory=list)


class Disk:
    """The files of one folder, as far as they are on the disk."""

    def __init__(self, folder: Path) -> None:
        """Begin with what *folder* holds now, all of it on the disk."""
        self._folder = str(folder)
        self._files = {
            str(path): _File(bytearray(path.read_bytes()), named=True)
            for path in folder.iterdir()
            if path.is_file() and self._counts(str(path))
        }
        self.syncs = 0

    def _counts(self, path: str) -> bool:
        # The index of the log is memory only: it is built again after a crash.
        return os.path.dirname(path) == self._folder and not path.endswith("-shm")  # noqa: PTH120 - many calls

    def does(self, call: Call) -> None:
        """Take note of *call*; raises ValueError for one that is not modelled."""
        if call.name == "openat":
            if "O_CREAT" in call.arguments and self._counts(call.opened):
                file = self._files.setdefault(
                    call.opened, _File(bytearray(), named=False)
                )
                if file.removed:
                    raise ValueError("a removed file that comes back is not modelled")
            return
        found = _FILE.match(call.arguments)
        if found is None:  # unlink and rename name a path
            self._of_path(call)
            return
        path = decoded(found[2]).decode(errors="replace")
        if call.name in {"fsync", "fdatasync"} and path == self._folder:
            self._files = {p: f for p, f in self._files.items() if not f.removed}
            for file in self._files.values():
                file.named = True
        elif self._counts(path):
            self._of_file(self._files[path], call, found[3])

    def _of_path(self, call: Call) -> None:
        path = decoded(call.arguments.strip('"')).decode(errors="replace")
        if call.name == "unlink" and not self._counts(path):
            return
        if call.name == "unlink":
            self._files[path].removed = True
        elif self._folder in decoded_all(call.arguments):
            raise ValueError(f"{call.name} is not modelled")

    def _of_file(self, file: _File, call: Call, rest: str) -> None:
        if call.name in {"fsync", "fdatasync"}:
            self.syncs += 1
            safe = [w for w in file.waiting if w.ended < call.begun]
            for write in safe:
                write.onto(file.safe)
            file.waiting = [w for w in file.waiting if w.ended >= call.begun]
        elif call.name == "pwrite64":
            text, _, place = rest.rpartition('", ')
            data = decoded(text.removeprefix('"'))
            length, at = (int(n) for n in place.split(", "))
            if len(data) != length or call.result != length:
                raise ValueError("a write was recorded in part only")
            file.waiting.append(_Write(at, data, call.ended))
        elif call.name == "ftruncate":
            file.waiting.append(_Write(int(rest), None, call.ended))
        else:
            raise ValueError(f"{call.name} on a file of the database is not modelled")

    def after_a_cut(self, folder: Path, dice: random.Random | None = None) -> None:
        """Write into *folder* what a power cut would leave now.

        With *dice* a random half of what was not synced is there as well.
        """
        folder.mkdir()
        for path, file in self._files.items():
            content = bytearray(file.safe)
            if dice is not None:
                for write in dice.sample(file.waiting, len(file.waiting) // 2):
                    _torn(write, dice).onto(content)
            sure = file.named and not file.removed
            is_there = file.named if dice is None else sure or dice.random() < 0.5
            if is_there:
                (folder / Path(path).name).write_bytes(content)


def _torn(write: _Write, dice: random.Random) -> _Write:
    if write.data is None or dice.random() < 0.5:
        return write
    kept = dice.randrange(0, len(write.data) + 1, _SECTOR)
    return _Write(write.at, write.data[:kept], write.ended)


def decoded_all(arguments: str) -> str:
    """Return *arguments* with every hexadecimal string in it made readable."""
    return re.sub(
        r"(?:\\x[0-9a-f]{2})+",
        lambda found: decoded(found[0]).decode(errors="replace"),
        arguments,
    )


def is_line_to(call: Call, pipe: str) -> bytes | None:
    """Return what *call* wrote to its standard output, *pipe*; None for others."""
    if call.name != "write":
        return None
    found = _FILE.match(call.arguments)
    if found is None or found[1] != "1" or pipe not in decoded(found[2]).decode():
        return None
    return decoded(found[3].rpartition('", ')[0].removeprefix('"'))


def chosen(count: int, among: int, dice: random.Random) -> Sequence[int]:
    """Return *count* different numbers below *among*, in order."""
    return sorted(dice.sample(range(among), min(count, among)))
