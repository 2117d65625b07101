"""One row below a header: which cell says what, before any of it is understood."""

from collections.abc import Iterator
from dataclasses import dataclass

from question_bank.checks import Problem, cell_trouble
from question_bank.headers import Column, Field, Header
from question_bank.model import LABELS
from question_bank.normalise import plain, tidy, truth
from question_bank.readers.grid import EMPTY, Cell, Row

_MAKE_A_QUESTION = (
    Field.STEM,
    Field.OPTION,
    Field.OPTIONS,
    Field.ANSWER,
    Field.FLAG,
    Field.RIGHT,
    Field.EXPLANATION,
)
_DESCRIBE_IT = (
    Field.KIND,
    Field.DIFFICULTY,
    Field.CATEGORY,
    Field.CITATION,
    Field.MATERIAL,
)


@dataclass(frozen=True, slots=True)
class Said:
    """What the cells of one row say, as tidy texts; empty where they say nothing.

    *options* run from A to the last one filled, gaps included; *together* is the cell
    that holds all options, *answers* are the answer cells that are filled, *flagged*
    the labels whose own column says that they are right; *case* names the material.
    """

    kind: str
    stem: str
    options: tuple[str, ...]
    together: str
    answers: tuple[str, ...]
    flagged: tuple[str, ...]
    explanation: str
    category: str
    difficulty: str
    citation: str
    material: str
    case: str = ""


def is_blank(row: Row, header: Header) -> bool:
    """Whether *row* holds nothing that a question is made of."""
    return not any(
        cell.trouble or cell.text.strip()
        for _, cell in _cells(row, header, _MAKE_A_QUESTION)
    )


def said_in(row: Row, header: Header) -> Said:
    """Return what *row* says in the columns of *header*."""

    def text(field: Field) -> str:
        columns = header.of(field)
        return tidy(cell_at(row, columns[0]).text) if columns else ""

    answers = (tidy(cell.text) for _, cell in _cells(row, header, (Field.ANSWER,)))
    flags = _cells(row, header, (Field.FLAG,))
    citation = text(Field.CITATION)
    return Said(
        kind=text(Field.KIND),
        stem=text(Field.STEM),
        options=_options(row, header),
        together=text(Field.OPTIONS),
        answers=tuple(filter(None, answers)),
        flagged=tuple(column.label for column, cell in flags if truth(cell.text)),
        explanation=text(Field.EXPLANATION),
        category=citation if _law_is_category(header) else text(Field.CATEGORY),
        difficulty=text(Field.DIFFICULTY),
        citation=citation,
        material=text(Field.MATERIAL),
        case=text(Field.CASE),
    )


def spoilt_cells(row: Row, header: Header) -> Iterator[Problem]:
    """Yield a problem for each cell in use whose text cannot be trusted."""
    for column, cell in _cells(row, header, _MAKE_A_QUESTION + _DESCRIBE_IT):
        if cell.trouble:
            title = " ".join(column.title.split())
            name = f"{_letters(column.at)}{row.number}"
            yield cell_trouble(cell.trouble, title, name, cell.text)


def unread_text(row: Row, header: Header) -> bool:
    """Whether a blank *row* has words, and not just a number, in columns not in use."""
    used = {
        column.at for column, _ in _cells(row, header, _MAKE_A_QUESTION + _DESCRIBE_IT)
    }
    return any(
        cell.text.strip() and not plain(cell.text).isdigit()
        for at, cell in enumerate(row.cells)
        if at not in used
    )


def _cells(
    row: Row, header: Header, fields: tuple[Field, ...]
) -> Iterator[tuple[Column, Cell]]:
    for field in fields:
        for column in header.of(field):
            yield column, cell_at(row, column)


def cell_at(row: Row, column: Column) -> Cell:
    return row.cells[column.at] if column.at < len(row.cells) else EMPTY


def _options(row: Row, header: Header) -> tuple[str, ...]:
    found = {
        LABELS.index(column.label): text
        for column, cell in _cells(row, header, (Field.OPTION,))
        if (text := tidy(cell.text))
    }
    return tuple(found.get(at, "") for at in range(max(found, default=-1) + 1))


def _law_is_category(header: Header) -> bool:
    """Whether the law stands in for a category, as offices do it with 所属法规."""
    laws = header.of(Field.CITATION)
    return bool(laws) and not header.of(Field.CATEGORY) and "所属法规" in laws[0].title


def _letters(at: int) -> str:
    name = ""
    number = at + 1
    while number:
        number, letter = divmod(number - 1, 26)
        name = LABELS[letter] + name
    return name
