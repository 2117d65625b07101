"""What the XML inside a workbook tells and a table reader does not.

Every XML part is unpacked once as a stream: its real size is counted, document types
and entities are refused, and hidden rows, hidden columns and cells whose value cannot
be trusted are noted.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from defusedxml import ElementTree

from question_bank.readers import archive
from question_bank.readers.grid import MEGABYTE, Limits, UnreadableFileError
from question_bank.readers.number_formats import special_formats

_CHUNK = MEGABYTE
_OVERLAP = 64
_FORBIDDEN = re.compile(rb"<!DOCTYPE|<!ENTITY")
_XML_NAMES = (".xml", ".rels", ".vml")
# No pattern may run past the next tag, or a crafted part would take quadratic time.
_ROW = re.compile(rb"<(?:\w+:)?row\b([^<>]*)>")
_ROW_NUMBER = re.compile(rb"""\br=["'](\d{1,7})["']""")
_HIDDEN = re.compile(rb"""\bhidden=["'](?:1|true)["']""")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^<>]*)>")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^<>]*)>(.*)", re.DOTALL)
_REFERENCE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_ERROR = re.compile(rb"""\bt=["']e["']""")
_STYLE = re.compile(rb"""\bs=["'](\d{1,6})["']""")
_TEXT = re.compile(rb"""\bt=["'](?!n["'])""")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^<>]*)?>[^<]")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MOST_TROUBLED_ROWS = 10_000
_STYLES = "xl/styles.xml"
_LARGEST_STYLES = 8 * MEGABYTE


@dataclass(slots=True)
class Marks:
    """Notes about one sheet.

    *troubles* is row number → column from 0 → trouble, *formats* likewise the format of
    a number that looks like another; *special* has the formats by the style's index.
    """

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: int = 0
    troubles: dict[int, dict[int, str]] = field(default_factory=dict)
    formats: dict[int, dict[int, str]] = field(default_factory=dict)
    special: dict[int, str] = field(default_factory=dict)

    def note(self, buffer: bytes) -> None:
        """Take in *buffer*, a piece of the sheet that splits no cell."""
        if b"hidden=" in buffer:
            self._note_hidden(buffer)
        styled = bool(self.special) and self._styled().search(buffer)
        if styled or _FORMULA.search(buffer) or _ERROR.search(buffer):
            for piece in re.split(rb"(?=<(?:\w+:)?c\s)", buffer):
                self._note_cell(piece)

    def _note_hidden(self, buffer: bytes) -> None:
        for row in _ROW.finditer(buffer):
            number = _ROW_NUMBER.search(row[1])
            if _HIDDEN.search(row[1]) and number:
                self.hidden_rows.add(int(number[1]))
        self.hidden_columns += sum(
            1 for column in _COLUMN.finditer(buffer) if _HIDDEN.search(column[1])
        )

    def _styled(self) -> re.Pattern[bytes]:
        numbers = "|".join(map(str, self.special))
        # The pattern is the same for every piece, and re keeps it.
        return re.compile(rf"""\bs=["'](?:{numbers})["']""".encode())

    def _note_cell(self, piece: bytes) -> None:
        cell = _CELL.match(piece)
        if cell is None:
            return
        if _ERROR.search(cell[1]):
            trouble = "error_cell"
        elif _FORMULA.search(cell[2]) and not _VALUE.search(cell[2]):
            trouble = "formula"
        else:
            self._note_format(cell[1])
            return
        if at := _REFERENCE.search(cell[1]):
            self.troubles.setdefault(int(at[2]), {})[_column(at[1])] = trouble
        if len(self.troubles) > _MOST_TROUBLED_ROWS:
            raise UnreadableFileError(
                "too_many_formulas",
                f"文件中有超过 {_MOST_TROUBLED_ROWS} 行含错误值或没有计算结果的公式。"
                "请全选、复制，再“选择性粘贴”为数值，保存后重新上传。",
            )

    def _note_format(self, attributes: bytes) -> None:
        style = _STYLE.search(attributes)
        at = _REFERENCE.search(attributes)
        code = self.special.get(int(style[1])) if style else None
        if code is not None and at and not _TEXT.search(attributes):
            self.formats.setdefault(int(at[2]), {})[_column(at[1])] = code


def scan(data: bytes, limits: Limits) -> dict[str, Marks]:
    """Return the marks of each sheet of the workbook *data*, by the sheet's name.

    Raises UnreadableFileError when a part is larger than it declares, does not unpack,
    or declares a document type or an entity.
    """
    found = archive.entries(data, limits)
    marks: dict[str, Marks] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as workbook:
            special = _special_formats(workbook, found)
            for info in found:
                if info.filename.lower().endswith(_XML_NAMES):
                    part = marks.setdefault(info.filename, Marks(special=special))
                    for buffer in _checked(workbook, info):
                        part.note(buffer)
            names = _sheet_names(workbook)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, OSError) as error:
        raise archive.damaged() from error
    except ElementTree.ParseError as error:
        raise archive.damaged() from error
    return {name: marks[path] for name, path in names.items() if path in marks}


def check(data: bytes, limits: Limits) -> list[zipfile.ZipInfo]:
    """Return the entries of *data*, every XML part of which was unpacked and looked at.

    Raises as `scan` does.
    """
    found = archive.entries(data, limits)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for info in found:
                if info.filename.lower().endswith(_XML_NAMES):
                    for _ in _checked(package, info):
                        pass
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise archive.damaged() from error
    return found


def _checked(workbook: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the part in pieces that begin with a tag, after looking into each."""
    tail = b""
    with workbook.open(info) as stream:
        while chunk := stream.read(_CHUNK):
            buffer = tail + chunk
            if _FORBIDDEN.search(buffer) or b"\0" in chunk:
                raise UnreadableFileError(
                    "xml_entities",
                    f"文件内部的“{info.filename}”含有 DTD 或实体声明，可能是恶意文件，"
                    "已拒绝打开。请把题目复制到新的工作簿后重新上传。",
                )
            cut = _cut(buffer)
            yield buffer[:cut]
            tail = buffer[cut:]
    yield tail


def _cut(buffer: bytes) -> int:
    for tag in (b"<c ", b"<row ", b"<"):
        at = buffer.rfind(tag)
        if at > 0:
            return at
    return max(0, len(buffer) - _OVERLAP)


def _special_formats(
    workbook: zipfile.ZipFile, found: list[zipfile.ZipInfo]
) -> dict[int, str]:
    """Return the formats that change how a number looks, by the style's index."""
    styles = [info for info in found if info.filename == _STYLES]
    if not styles or styles[0].file_size > _LARGEST_STYLES:
        return {}
    data = b"".join(_checked(workbook, styles[0]))
    try:
        return special_formats(ElementTree.fromstring(data))
    except ValueError:  # an index that is no number: the styles are not Excel's
        return {}


def _sheet_names(workbook: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of each sheet by the name that people see."""
    relations = ElementTree.fromstring(workbook.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    book = ElementTree.fromstring(workbook.read("xl/workbook.xml"))
    return {
        element.get("name", ""): _path(targets.get(element.get(_RELATION), ""))
        for element in book.iter()
        if element.tag.rpartition("}")[2] == "sheet"
    }


def _path(target: str) -> str:
    return target[1:] if target.startswith("/") else f"xl/{target}"


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
