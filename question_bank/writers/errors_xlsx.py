"""The rows that were not taken, as a workbook to mend and load again."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import xlsxwriter

from question_bank.checks import KIND_NAMES
from question_bank.headers import Field, read_header
from question_bank.intake import Intake
from question_bank.readers.reading import SheetHead, Source

SPOILT = "#N/A"
"""Stands where a cell could not be trusted; readers refuse it until it is mended."""

ROW_TITLE = "原行号"
REASON_TITLE = "错误说明"
KIND_TITLE = "题型"
_WHOLE_FILE = "文件错误"
_LONGEST_NAME = 31
_LONGEST_CELL = 32_767
_OWN_COLUMNS = 2
_OPTIONS = (Field.OPTION, Field.OPTIONS)
_FAULTY: dict[str, tuple[Field, ...]] = {
    "stem_empty": (Field.STEM,),
    "stem_too_long": (Field.STEM,),
    "stem_holds_options": (Field.STEM,),
    "kind_unknown": (Field.KIND,),
    "single_with_several_answers": (Field.KIND, Field.ANSWER),
    "explanation_too_long": (Field.EXPLANATION,),
    "material_too_long": (Field.MATERIAL,),
    "material_unclear": (Field.MATERIAL, Field.CASE),
    "category_too_long": (Field.CATEGORY,),
    "citation_too_long": (Field.CITATION,),
    "difficulty_too_long": (Field.DIFFICULTY,),
    "blanks_do_not_match": (Field.STEM, Field.ANSWER),
    **dict.fromkeys(
        (
            "options_unclear",
            "options_repeat",
            "option_gap",
            "option_too_long",
            "too_few_options",
            "too_many_options",
            "true_false_options_unclear",
            "options_not_expected",
        ),
        _OPTIONS,
    ),
    **dict.fromkeys(
        (
            "answer_missing",
            "answer_unreadable",
            "answer_not_an_option",
            "answer_ambiguous",
            "answer_contradicts_option",
            "answers_disagree",
            "answer_too_long",
            "answer_table_mismatch",
            "answer_table_unclear",
            "partial_credit",
        ),
        (Field.ANSWER,),
    ),
}
"""In which columns faults are to be mended; spoilt cells mark themselves."""

_WIDTHS = (8, 60, 24)
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]|^'|'$")


@dataclass(frozen=True, slots=True)
class _Page:
    """One sheet to write; the first line is its header.

    *marked* has for each line the columns, from 0, in which something is wrong.
    """

    name: str
    lines: list[list[str]]
    marked: list[frozenset[int]] = field(default_factory=list)


def write_errors(intake: Intake) -> bytes:
    """Return an XLSX workbook with every row of *intake* that has to be mended.

    Each sheet of the file that has such rows comes back with its own header and the
    rows' own cells, behind the number that the row had and all reasons; where the kind
    stood in a heading or in the sheet's name, a column tells it now.  The cells that
    are at fault are coloured, and every cell is text.  What concerns the file as a
    whole stands in a sheet 文件错误.
    """
    target = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, {"in_memory": True, **options}) as book:
        names: set[str] = set()
        for page in _pages(intake):
            _write(book, page, _free_name(page.name, names))
    return target.getvalue()


def _pages(intake: Intake) -> Iterator[_Page]:
    whole = [[one.message] for one in intake.rejected if one.source is None]
    if whole:
        yield _Page(_WHOLE_FILE, [[REASON_TITLE], *whole])
    bad = sorted(_bad_rows(intake), key=lambda row: row.source.row)
    for head in intake.reading.heads:
        here = [row for row in bad if row.source.sheet == head.sheet]
        if here:
            lines = [_line(head, row.source, row.reason) for row in here]
            marked = [frozenset[int](), *(_marked(head, row) for row in here)]
            yield _Page(head.sheet, [_header(head), *lines], marked)


@dataclass(frozen=True, slots=True)
class _Bad:
    """A row to mend, why, and in which columns the faults are."""

    source: Source
    reason: str
    fields: frozenset[Field]


def _bad_rows(intake: Intake) -> Iterator[_Bad]:
    for rejection in intake.rejected:
        if rejection.source is not None:
            fields = (_FAULTY.get(code, ()) for code in rejection.codes)
            yield _Bad(rejection.source, rejection.message, frozenset(chain(*fields)))
    for conflict in intake.conflicts:
        source = conflict.candidate.source
        yield _Bad(source, conflict.message, frozenset({Field.ANSWER}))


def _header(head: SheetHead) -> list[str]:
    told = [] if head.tells_kind else [KIND_TITLE]
    return [ROW_TITLE, REASON_TITLE, *told, *head.titles]


def _line(head: SheetHead, source: Source, reason: str) -> list[str]:
    name = KIND_NAMES[source.kind] if source.kind else ""
    told = [] if head.tells_kind else [name]
    cells = [SPOILT if cell.trouble else cell.text for cell in source.cells]
    return [str(source.row), reason, *told, *cells]


def _marked(head: SheetHead, row: _Bad) -> frozenset[int]:
    """Return the columns, as `_line` lays them out, that *row* is faulty in."""
    header = read_header(head.titles)
    before = _OWN_COLUMNS + (not head.tells_kind)
    columns = {before + column.at for one in row.fields for column in header.of(one)}
    if Field.KIND in row.fields and not head.tells_kind:
        columns.add(_OWN_COLUMNS)
    return frozenset(columns)


def _free_name(wanted: str, names: set[str]) -> str:
    """Return a sheet name that the format allows; names differ in more than case."""
    name = _NOT_IN_NAMES.sub(" ", wanted).strip()[:_LONGEST_NAME]
    if not name or name.casefold() in names:
        name = f"Sheet{len(names) + 1}"
    names.add(name.casefold())
    return name


def _write(book: Any, page: _Page, name: str) -> None:
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "num_format": "@"})
    text = book.add_format({"num_format": "@", "text_wrap": True})
    spoilt = book.add_format(
        {"num_format": "@", "text_wrap": True, "bg_color": "#F7D9D5"}
    )
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width, text)
    # Cells that are still empty are text too, so that 3-5 typed there stays 3-5.
    sheet.set_column(len(_WIDTHS), max(map(len, page.lines)), _WIDTHS[-1], text)
    sheet.freeze_panes(1, 0)
    for at, line in enumerate(page.lines):
        marked = page.marked[at] if page.marked else frozenset()
        for column in sorted({*range(len(line)), *marked}):
            cell = line[column] if column < len(line) else ""
            faulty = cell == SPOILT or column in marked
            style = head if at == 0 else spoilt if faulty else text
            if cell:
                sheet.write_string(at, column, cell[:_LONGEST_CELL], style)
            elif faulty:
                sheet.write_blank(at, column, None, style)
