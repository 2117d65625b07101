"""Word documents: paragraphs with their automatic numbers, tables, pictures, formulas.

A table with a header of our kind is read as a table; any other is text.  The parts are
read here and not by a library for documents, because those give neither the automatic
numbers nor pictures and formulas in their places, and parse before anyone has looked
for traps.
"""

import zipfile
from collections.abc import Sequence
from io import BytesIO
from posixpath import normpath
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from question_bank.headers import looks_like_header
from question_bank.readers import archive, parts
from question_bank.readers.docx_numbering import W, read_numbering
from question_bank.readers.docx_text import Document, Paragraphs
from question_bank.readers.gathering import Gathering
from question_bank.readers.grid import Cell, Limits, Row, Sheet
from question_bank.readers.plain_text import refuse_many_lines
from question_bank.readers.prose import Places, require_questions, take_prose
from question_bank.readers.prose_marks import Line
from question_bank.readers.reading import Reading
from question_bank.readers.sheets import take_sheets

_MAIN = "word/document.xml"
_HEADER_ROWS = 5
_NUMBERS = frozenset({"题号", "题目", "序号", "题次"})
_ANSWERS = frozenset({"答案", "正确答案", "参考答案"})
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


def read_docx(data: bytes, name: str, limits: Limits) -> Reading:
    """Return what the Word document *data* called *name* holds.

    Raises UnreadableFileError for damage, traps, and a document without questions.
    """
    known = {info.filename for info in parts.check(data, limits)}
    found = Gathering()
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            document = _document(package, known, found)
            body = _root(package, _MAIN, known)
            if body is None:
                raise archive.damaged()
            reader = _Body(Paragraphs(document))
            reader.take(body.find(f"{W}body") or body)
    except (ElementTree.ParseError, zipfile.BadZipFile, KeyError) as error:
        raise archive.damaged() from error
    refuse_many_lines(len(reader.lines), limits)
    take_sheets(reader.sheets, found, name)
    if any(line.text.strip() for line in reader.lines):
        take_prose(reader.lines, found, Places("P", "段"))
    document.inline.restore_all(found)
    document.tell(found, name)
    require_questions(found)
    return found.reading(name, "docx")


def _document(package: zipfile.ZipFile, known: set[str], found: Gathering) -> Document:
    numbering = read_numbering(
        _root(package, "word/numbering.xml", known),
        _root(package, "word/styles.xml", known),
    )
    relations = _root(package, "word/_rels/document.xml.rels", known)
    targets = {}
    for relation in relations.iter(_RELATION) if relations is not None else ():
        if relation.get("TargetMode") != "External":
            target = relation.get("Target", "")
            path = target[1:] if target.startswith("/") else f"word/{target}"
            targets[relation.get("Id", "")] = normpath(path)
    return Document(package, known, targets, numbering, found)


def _root(package: zipfile.ZipFile, path: str, known: set[str]) -> Element | None:
    if path not in known:
        return None
    root: Element = ElementTree.fromstring(package.read(path), forbid_dtd=True)
    return root


class _Body:
    """Walks through the blocks of a document and numbers its paragraphs."""

    def __init__(self, paragraphs: Paragraphs) -> None:
        self.paragraphs = paragraphs
        self.lines: list[Line] = []
        self.sheets: list[Sheet] = []
        self.number = 0

    def take(self, container: Element) -> None:
        for block in container:
            if block.tag == f"{W}p":
                self._paragraph(block)
            elif block.tag == f"{W}tbl":
                self._table(block)
            elif block.tag in {f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"}:
                self.take(block)

    def _paragraph(self, paragraph: Element) -> None:
        self.number += 1
        text = self.paragraphs.text(paragraph)
        self.lines += [Line(self.number, line) for line in text.split("\n")]

    def _table(self, table: Element) -> None:
        rows = [self._cells(row) for row in table.iter(f"{W}tr")]
        if any(looks_like_header(row) for row in rows[:_HEADER_ROWS]):
            name = f"表格{len(self.sheets) + 1}"
            numbered = enumerate(rows, start=1)
            filled = [
                Row(number, tuple(map(Cell, cells)))
                for number, cells in numbered
                if any(cells)
            ]
            self.sheets.append(Sheet(name, tuple(filled)))
            self.number += 1
            return
        self._as_text(rows)

    def _as_text(self, rows: Sequence[Sequence[str]]) -> None:
        self.number += 1
        at = 0
        while at < len(rows):
            row = rows[at]
            below = rows[at + 1] if at + 1 < len(rows) else ()
            if _is(row, _NUMBERS) and _is(below, _ANSWERS):
                pairs = zip(row[1:], below[1:], strict=False)
                text = "  ".join(f"{n}.{answer}" for n, answer in pairs if n or answer)
                at += 1
            else:
                text = "  ".join(filter(None, row))
            self.lines += [Line(self.number, line) for line in text.split("\n")]
            at += 1

    def _cells(self, row: Element) -> list[str]:
        cells: list[str] = []
        for cell in row.findall(f"{W}tc"):
            texts = [
                self.paragraphs.text(paragraph) for paragraph in cell.iter(f"{W}p")
            ]
            cells.append("\n".join(filter(None, texts)))
            span = cell.find(f"{W}tcPr/{W}gridSpan")
            wide = "1" if span is None else span.get(f"{W}val", "1")
            cells += [""] * (min(int(wide), 60) - 1 if wide.isdigit() else 0)
        return cells


def _is(row: Sequence[str], names: frozenset[str]) -> bool:
    return bool(row) and "".join(row[0].split()) in names
