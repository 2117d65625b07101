"""The one door: the bytes of any file of questions in, a reading out.

The format is told by the content.  Tables are read by ``sheets``, all else by
``documents`` in a child process.
"""

import json

from question_bank.readers import archive, formats, wire
from question_bank.readers.apart import run_apart
from question_bank.readers.delimited import has_header
from question_bank.readers.grid import (
    DEFAULT_LIMITS,
    Limits,
    UnreadableFileError,
    refuse_large,
)
from question_bank.readers.reading import Reading, Rejection
from question_bank.readers.sheets import read_sheets


def read_questions(data: bytes, name: str, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """Return what the file *data* holds; never raises for what is in it.

    A file that cannot be read as a whole gives one rejection whose place is *name*.
    """
    try:
        refuse_large(data, limits)
        if _is_table(data, name, limits):
            return read_sheets(data, name, limits)
        return _read_document(data, name, limits)
    except UnreadableFileError as error:
        rejection = Rejection(name, error.code, str(error), "", codes=(error.code,))
        return Reading(file=name, rejections=(rejection,))


def _is_table(data: bytes, name: str, limits: Limits) -> bool:
    if formats.is_archive(data):
        entries = {info.filename for info in archive.entries(data, limits)}
        return formats.package_kind(entries, data) in {"xlsx", "ods"}
    if formats.is_old_workbook(data, name):
        return True
    formats.refuse_foreign(data)
    return not formats.is_xml(data) and has_header(data)


def _read_document(data: bytes, name: str, limits: Limits) -> Reading:
    (line,) = run_apart("document", data, name, limits).splitlines() or [b"{}"]
    record = json.loads(line)
    if "refused" in record:
        raise UnreadableFileError(*record["refused"])
    if not record:
        raise archive.damaged()
    return wire.unpacked(record)
