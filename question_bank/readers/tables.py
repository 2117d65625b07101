"""One door for table files: bytes in, sheets of rows of text out."""

from collections.abc import Callable, Sequence

from question_bank.readers.delimited import read_delimited
from question_bank.readers.formats import refuse_foreign
from question_bank.readers.grid import (
    DEFAULT_LIMITS,
    MEGABYTE,
    Cell,
    Limits,
    Row,
    Sheet,
    Tables,
    UnreadableFileError,
)
from question_bank.readers.workbook import read_workbook

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

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


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
    if len(data) > limits.file_size:
        raise UnreadableFileError(
            "file_too_large",
            f"文件有 {len(data) / MEGABYTE:.1f} MB，"
            f"最大允许 {limits.file_size // MEGABYTE} MB。请拆分成几个文件后分别导入。",
        )
    if data.startswith(_ZIP):
        return read_workbook(data, limits)
    refuse_foreign(data, name)
    return read_delimited(data, limits, expects)
