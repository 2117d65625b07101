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
    Field.ALSO_ANSWER,
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
    the labels whose own column says that they are right, *unclear_flags* those whose
    column says neither; *also_answered* are the cells of further answer columns.
    *words_unread* tells that columns which nobody could read hold words too.
    """

    kind: str
    stem: str
    options: tuple[str, ...]
    together: str
    answers: tuple[str, ...]
    flagged: tuple[str, ...]
    unclear_flags: tuple[str, ...]
    also_answered: tuple[str, ...]
    words_unread: bool
    explanation: str
    category: str
    difficulty: str
    citation: str
    material: str


def uncovered(row: Row, header: Header) -> Row:
    """Return *row* with what merged cells above say of it in words that describe.

    One kind or chapter is often merged over many rows.  Stem, options and key belong
    to the first of them alone.
    """
    cells = list(row.cells)
    for column, cell in _cells(row, header, _DESCRIBE_IT):
        if cell.covering and not cell.text:
            cells[column.at] = Cell(cell.covering, cell.trouble)
    return Row(row.number, tuple(cells))


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
        return tidy(_cell(row, columns[0]).text) if columns else ""

    def texts(field: Field) -> tuple[str, ...]:
        cells = (tidy(cell.text) for _, cell in _cells(row, header, (field,)))
        return tuple(filter(None, cells))

    flags = {
        column.label: truth(cell.text)
        for column, cell in _cells(row, header, (Field.FLAG,))
        if tidy(cell.text)
    }
    citation = text(Field.CITATION)
    return Said(
        kind=text(Field.KIND),
        stem=text(Field.STEM),
        options=_options(row, header),
        together=text(Field.OPTIONS),
        answers=texts(Field.ANSWER),
        flagged=tuple(label for label, right in flags.items() if right),
        unclear_flags=tuple(label for label, right in flags.items() if right is None),
        also_answered=texts(Field.ALSO_ANSWER),
        words_unread=unread_text(row, header),
        explanation=text(Field.EXPLANATION),
        category=citation if _law_is_category(header) else text(Field.CATEGORY),
        difficulty=text(Field.DIFFICULTY),
        citation=citation,
        material=text(Field.MATERIAL),
    )


def spoilt_cells(row: Row, header: Header) -> Iterator[Problem]:
    """Yield a problem for each cell in use whose text cannot be trusted."""
    for column, cell in _cells(row, header, _MAKE_A_QUESTION + _DESCRIBE_IT):
        if cell.trouble:
            title = " ".join(column.title.split())
            name = f"{_letters(column.at)}{row.number}"
            yield cell_trouble(cell.trouble, title, name, cell.text)


def unread_text(row: Row, header: Header) -> bool:
    """Whether *row* has words, and not just a number, in columns not in use."""
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
            yield column, _cell(row, column)


def _cell(row: Row, column: Column) -> Cell:
    return row.cells[column.at] if column.at < len(row.cells) else EMPTY


def _options(row: Row, header: Header) -> tuple[str, ...]:
    texts = [""] * len(LABELS)
    for column, cell in _cells(row, header, (Field.OPTION,)):
        texts[LABELS.index(column.label)] = tidy(cell.text)
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)


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
