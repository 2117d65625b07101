"""Text tables (CSV) in the encodings and with the separators that offices use.

The encoding is decided by strict decoding in a fixed order, never by statistics, which
take short Chinese files for Korean.  A few bytes of GBK can be valid UTF-8 by accident,
so the caller's knowledge of its own headers has the last word.
"""

import codecs
import csv
import io
import itertools
import re
from collections.abc import Callable, Iterator, Sequence

from question_bank.headers import looks_like_header
from question_bank.readers.grid import (
    EMPTY,
    Cell,
    Limits,
    Meter,
    Row,
    Sheet,
    Tables,
    UnreadableFileError,
    trouble_in,
)

Expects = Callable[[Sequence[str]], bool]

HEADER_ROWS = 5
"""A header is looked for in so many first rows."""

_SEPARATORS = ",\t;"
_MANY = 10
_FEWEST_SEPARATORS = 2
_LAST = "\ue000end of file"
_MOST_SEPARATORS_IN_A_LINE = 20_000
_LOST_DIGITS = re.compile(r"[+-]?\d(\.\d+)?[eE]\+(1[5-9]|[2-9]\d)")
_QUOTE_MARK = re.compile(r"'[=+\-@\d][^']*")


def read_delimited(data: bytes, limits: Limits, expects: Expects | None) -> Tables:
    """Return the one sheet in *data*.

    Raises UnreadableFileError for bytes in no known encoding, binary content, a quote
    that is never closed, or more than *limits* allow.
    """
    encoding, text = _decoded(data, expects)
    separator = _separator(text, expects)
    rows = tuple(_rows(text, separator, limits))
    return Tables("csv", encoding, (Sheet("", rows),))


def has_header(data: bytes) -> bool:
    """Whether *data* is text that begins as a table of questions does."""
    return any(
        _finds(text, separator, looks_like_header)
        for _, text in _readings(data)
        for separator in _SEPARATORS
    )


def looks_separated(text: str) -> bool:
    """Whether the first lines of *text* have columns, equally many in each."""
    lines = [line for line in text[: 64 * 1024].splitlines() if line.strip()][:_MANY]
    return len(lines) > 1 and any(
        min(line.count(separator) for line in lines) >= _FEWEST_SEPARATORS
        for separator in _SEPARATORS
    )


def decoded_text(data: bytes) -> tuple[str, str]:
    """Return the encoding and the text of *data*, which is no table.

    Raises UnreadableFileError as `read_delimited` does.
    """
    return _decoded(data, None)


def _decoded(data: bytes, expects: Expects | None) -> tuple[str, str]:
    readings = list(_readings(data))
    if not readings:
        raise _encoding_unknown(data)
    for encoding, text in readings:
        if "\0" in text:
            raise UnreadableFileError(
                "format_not_supported",
                "文件含有二进制内容，不是文本文件。"
                "请用 Excel 或 WPS 打开后，“另存为”.xlsx，再重新上传。",
            )
        if expects is None or any(_finds(text, mark, expects) for mark in _SEPARATORS):
            return encoding, text
    return readings[0]


def _readings(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield the strict decodings of *data*, the likeliest first."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = [("utf-16", "utf-16")]
    elif data.startswith(codecs.BOM_UTF8):
        candidates = [("utf-8-sig", "utf-8-sig")]
    else:
        candidates = [("utf-8", "utf-8"), ("gb18030", "gb18030")]
    for name, codec in candidates:
        try:
            yield name, data.decode(codec)
        except UnicodeDecodeError:
            continue


def _encoding_unknown(data: bytes) -> UnreadableFileError:
    try:
        data.decode("gb18030")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    else:
        line = 1
    return UnreadableFileError(
        "encoding_unknown",
        f"第 {line} 行的文字既不是 UTF-8 也不是 GBK/GB18030 编码，无法读取。"
        "请用 Excel 或 WPS 打开后，“另存为”.xlsx，再重新上传。",
    )


def _first_rows(text: str, separator: str) -> list[list[str]]:
    # An unclosed quote would make one row of the whole file: look at its head only.
    head = text[: 64 * 1024]
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
    try:
        return list(itertools.islice(reader, HEADER_ROWS))
    except csv.Error:
        return []


def _finds(text: str, separator: str, expects: Expects) -> bool:
    return any(expects(row) for row in _first_rows(text, separator))


def _separator(text: str, expects: Expects | None) -> str:
    """Choose what makes a known header, else what makes the most columns."""
    if expects is not None:
        for separator in _SEPARATORS:
            if _finds(text, separator, expects):
                return separator
    widths = {
        separator: max(map(len, _first_rows(text, separator)), default=0)
        for separator in _SEPARATORS
    }
    return max(widths, key=lambda separator: widths[separator])


def _rows(text: str, separator: str, limits: Limits) -> Iterator[Row]:
    meter = Meter(limits)
    for number, texts in _records(text, separator):
        cells = _trimmed(texts)
        if not cells:
            continue
        meter.take(f"第 {number} 行", [cell.text for cell in cells])
        yield Row(number, cells)


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield row number and fields; a quote left open is found by an end mark."""
    _refuse_endless_lines(text, separator)
    marked = itertools.chain(io.StringIO(text, newline=""), ["\n", _LAST])
    reader = csv.reader(marked, delimiter=separator)
    record: list[str] = []
    number = line = 0
    try:
        for number, record in enumerate(reader, start=1):
            if record == [_LAST]:
                return
            yield number, record
            line = reader.line_num
    except csv.Error as error:
        raise _broken_row(number + 1, line + 1) from error
    raise _broken_row(number, line + 1)


def _refuse_endless_lines(text: str, separator: str) -> None:
    """Stop before millions of separators become a list of millions of fields."""
    for number, line in enumerate(io.StringIO(text, newline=""), start=1):
        if line.count(separator) > _MOST_SEPARATORS_IN_A_LINE:
            raise UnreadableFileError(
                "too_many_columns",
                f"第 {number} 行的列数过多。请删除右侧多余的列后重新上传。",
            )


def _broken_row(number: int, line: int) -> UnreadableFileError:
    return UnreadableFileError(
        "unclosed_quote",
        f"第 {number} 行（文本第 {line} 行起）的双引号没有配对，后面的内容无法分列。"
        "请补上引号，或用 Excel 另存为 .xlsx 后重新上传。",
    )


def _trimmed(texts: Sequence[str]) -> tuple[Cell, ...]:
    end = len(texts)
    while end and not texts[end - 1].strip():
        end -= 1
    return tuple(map(_cell, texts[:end]))


def _cell(text: str) -> Cell:
    if not text:
        return EMPTY
    # Spreadsheet programs type this apostrophe before what is to stay text.
    if _QUOTE_MARK.fullmatch(text):
        text = text[1:]
    if _LOST_DIGITS.fullmatch(text):
        return Cell(text, "number_too_long")
    return Cell(text, trouble_in(text))
