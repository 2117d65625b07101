"""Lists of questions: searched, filtered, sorted, page by page or all of them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select
from sqlalchemy.orm import Session

from examcenter.bank.models import Bank, QuestionRow, Revision
from examcenter.bank.rules import QuestionLine
from examcenter.bank.service import in_chunks, is_present, questions
from examcenter.wishes import Wish, contains, page_of
from question_bank.markup import words_of
from question_bank.model import Kind, Question

LARGEST_NUMBER = 2**31 - 1
"""No question and no import has a larger one: PostgreSQL's integers end here."""

IN_USE = "in_use"
RETIRED = "retired"

FILTERS = ("bank", "kind", "category", "difficulty", "state", "import")
"""*state* is `IN_USE` or `RETIRED`; *import* is the number of an import."""

_SORTED_BY: Mapping[str, Any] = {
    "number": QuestionRow.id,
    "kind": Revision.kind,
    "category": Revision.category,
    "difficulty": Revision.difficulty,
}
SORTS = tuple(_SORTED_BY)

_WORDS: Mapping[str, Any] = {
    "category": Revision.category,
    "difficulty": Revision.difficulty,
}
_EXACT: Mapping[str, Any] = {"bank": Bank.name, "kind": Revision.kind, **_WORDS}


def find_questions(session: Session, asked: Wish) -> tuple[Sequence[QuestionLine], int]:
    """Return one page of the questions that *asked* describes, and the count of all.

    The text is looked for in stem, explanation and citation; digits alone are a
    question's number too.  *asked* may have any of `FILTERS` and one of `SORTS`.
    """
    statement = _sorted(
        _wished(
            asked,
            QuestionRow.id,
            QuestionRow.public_id,
            Bank.name.label("bank"),
            Revision.kind,
            Revision.stem,
            Revision.rich,
            Revision.category,
            Revision.difficulty,
            QuestionRow.retired_at,
        ),
        asked,
    )
    rows, total = page_of(session, statement, asked)
    return [_line(row) for row in rows], total


def _line(row: Row[Any]) -> QuestionLine:
    return QuestionLine(
        number=row.id,
        public_id=row.public_id,
        bank=row.bank,
        kind=Kind(row.kind),
        stem=words_of(row.stem) if row.rich else row.stem,
        category=row.category,
        difficulty=row.difficulty,
        retired=row.retired_at is not None,
    )


def every_question(session: Session, asked: Wish) -> Iterator[Question]:
    """Yield all questions that *asked* describes, keys and all, in its order."""
    ids = session.scalars(_sorted(_wished(asked, Revision.id), asked)).all()
    for part in in_chunks(ids):
        found = questions(session, part)
        yield from (found[number] for number in part)


def choices(session: Session) -> Mapping[str, Sequence[str]]:
    """Return the categories and difficulties that present revisions have, sorted."""
    return {
        name: session.scalars(
            select(column)
            .join(QuestionRow, is_present())
            .where(column != "")
            .distinct()
            .order_by(column)
        ).all()
        for name, column in _WORDS.items()
    }


def _wished(asked: Wish, *columns: Any) -> Select[Any]:
    statement = (
        select(*columns)
        .select_from(QuestionRow)
        .join(Revision, is_present())
        .join(Bank, Bank.id == QuestionRow.bank_id)
    )
    if asked.text:
        statement = statement.where(or_(*_says(asked.text)))
    for name in _EXACT.keys() & asked.filters.keys():
        statement = statement.where(_EXACT[name] == asked.filters[name])
    return statement.where(*_narrowed(asked.filters))


def _says(text: str) -> Iterator[ColumnElement[bool]]:
    for column in (Revision.stem, Revision.explanation, Revision.citation):
        yield contains(column.expression, text)
    if number := _number(text):
        yield QuestionRow.id == number


def _narrowed(filters: Mapping[str, str]) -> Iterator[ColumnElement[bool]]:
    if filters.get("state") == IN_USE:
        yield QuestionRow.retired_at.is_(None)
    if filters.get("state") == RETIRED:
        yield QuestionRow.retired_at.is_not(None)
    if "import" in filters:
        yield Revision.import_id == _number(filters["import"])


def _number(text: str) -> int:
    """Return the number that *text* is, or 0 where no row can have it."""
    if not text.isascii() or not text.isdigit() or len(text) > len(str(LARGEST_NUMBER)):
        return 0
    return min(int(text), LARGEST_NUMBER)


def _sorted(statement: Select[Any], asked: Wish) -> Select[Any]:
    column = _SORTED_BY.get(asked.sort, QuestionRow.id)
    first = column.desc() if asked.descending else column.asc()
    return statement.order_by(first, QuestionRow.id)
