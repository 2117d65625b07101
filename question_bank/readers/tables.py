"""One door for table files: bytes in, sheets of rows of text out."""

from collections.abc import Callable, Sequence

from question_bank.readers import formats
from question_bank.readers.delimited import read_delimited
from question_bank.readers.grid import (
    DEFAULT_LIMITS,
    Cell,
    Limits,
    Row,
    Sheet,
    Tables,
    UnreadableFileError,
    refuse_large,
)
from question_bank.readers.workbook import read_old_workbook, read_workbook

__all__ = [
    "DEFAULT_LIMITS",
    "Cell",
    "Limits",
    "Row",
    "Sheet",
    "Tables",
    "UnreadableFileError",
    "read_tables",
]


def read_tables(
    data: bytes,
    name: str,
    *,
    expects: Callable[[Sequence[str]], bool] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Tables:
    """Return every sheet of the table file *data*, rows numbered as people see them.

    The format is told by content; *name* only words refusals.  *expects* answers
    whether a row looks like a header that the caller knows: it decides between
    encodings and separators of text files.

    Raises UnreadableFileError with a code and a Chinese message that names the way out:
    another format, damage, a password, an unknown encoding, or more than *limits*.
    """
    refuse_large(data, limits)
    if formats.is_archive(data):
        return read_workbook(data, limits)
    if formats.is_old_workbook(data, name):
        return read_old_workbook(data, limits)
    formats.refuse_foreign(data)
    formats.refuse_xml(data)
    return read_delimited(data, limits, expects)
