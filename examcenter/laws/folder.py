"""Statutes out of a folder and all below it."""

from collections.abc import Iterator
from pathlib import Path

from examcenter.laws.rules import LARGEST_FILE

_ENCODINGS = ("utf-8-sig", "gb18030")


def files_in(folder: Path) -> Iterator[tuple[str, str | None]]:
    """Yield the path below *folder* and the text of every Markdown file, in order.

    The text is None where the file is too large or in no known encoding.
    """
    for path in sorted(folder.rglob("*.md")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), _text(path)


def _text(path: Path) -> str | None:
    with path.open("rb") as source:
        data = source.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        return None
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
