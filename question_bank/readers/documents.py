"""Files that are no tables: which reader one is for; runs in the child process."""

from question_bank.readers import archive, formats
from question_bank.readers.aiken import is_aiken, read_aiken
from question_bank.readers.delimited import decoded_text
from question_bank.readers.docx import read_docx
from question_bank.readers.gift import is_gift, read_gift
from question_bank.readers.grid import Limits
from question_bank.readers.moodle_xml import read_moodle_xml
from question_bank.readers.own_json import is_json, read_own_json
from question_bank.readers.plain_text import read_plain_text
from question_bank.readers.qti import read_qti_item, read_qti_package
from question_bank.readers.reading import Reading


def read_document(data: bytes, name: str, limits: Limits) -> Reading:
    """Return what the file *data* called *name* holds.

    Raises UnreadableFileError when it cannot be read as a whole.
    """
    if formats.is_archive(data):
        entries = {info.filename for info in archive.entries(data, limits)}
        is_word = formats.package_kind(entries, data) == "docx"
        return (read_docx if is_word else read_qti_package)(data, name, limits)
    formats.refuse_foreign(data)
    if formats.is_xml(data):
        is_quiz = formats.xml_kind(data) == "moodle_xml"
        return (read_moodle_xml if is_quiz else read_qti_item)(data, name)
    encoding, text = decoded_text(data)
    return _read_text(text, name, encoding, limits)


def _read_text(text: str, name: str, encoding: str, limits: Limits) -> Reading:
    if is_json(text):
        return read_own_json(text, name, encoding, limits)
    if is_aiken(text):
        return read_aiken(text, name, encoding)
    if is_gift(text):
        return read_gift(text, name, encoding)
    return read_plain_text(text, name, encoding, limits)
