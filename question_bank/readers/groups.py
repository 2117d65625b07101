"""Rows that make one question together, and questions that share one material.

Some programs give every option a row of its own, and put stem and answer beside the
first; some repeat the stem.  A case is told by its number: its material stands beside
any one of its questions, wherever in the table they are.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence

from question_bank.checks import Problem
from question_bank.headers import Field, Header
from question_bank.model import LABELS
from question_bank.normalise import plain, tidy, truth
from question_bank.readers.grid import Row
from question_bank.readers.options import split_options, without_labels
from question_bank.readers.rows import Said, cell_at, said_in

_SAME = frozenset({"同上", "同前", "〃", "″"})


def joined(rows: Iterable[Row], header: Header) -> Iterator[list[Row]]:
    """Yield *rows* in groups: a question, and the rows that hold its further options.

    Only a table with one column for options can be of that shape.
    """
    if not header.of(Field.OPTIONS) or header.of(Field.OPTION):
        yield from ([row] for row in rows)
        return
    group: list[Row] = []
    for row in rows:
        if group and _carries_on(group, row, header):
            group.append(row)
            continue
        if group:
            yield group
        group = [row]
    if group:
        yield group


def said_in_rows(rows: Sequence[Row], header: Header) -> Said:
    """Return what *rows*, one group, say together."""
    said = said_in(rows[0], header)
    rights = [_text(row, header, Field.RIGHT) for row in rows]
    if len(rows) == 1:
        return said
    options = [_text(row, header, Field.OPTIONS) for row in rows]
    answers = [_text(row, header, Field.ANSWER) for row in rows]
    if not any(rights) and all(truth(answer) is not None for answer in answers):
        rights, answers = answers, []
    flagged = (
        label for label, right in zip(LABELS, rights, strict=False) if truth(right)
    )
    return dataclasses.replace(
        said,
        options=without_labels(tuple(options[: len(LABELS)])),
        together="",
        answers=tuple(dict.fromkeys(filter(None, answers))),
        flagged=tuple(flagged),
    )


def case_materials(rows: Iterable[Row], header: Header) -> Mapping[str, set[str]]:
    """Return for each number of a case the materials that stand beside it."""
    found: dict[str, set[str]] = {}
    if not header.of(Field.CASE) or not header.of(Field.MATERIAL):
        return found
    for row in rows:
        case = plain(_text(row, header, Field.CASE))
        material = _text(row, header, Field.MATERIAL)
        if case and material and material not in _SAME:
            found.setdefault(case, set()).add(material)
    return found


def with_material(
    said: Said, materials: Mapping[str, set[str]]
) -> tuple[Said, tuple[Problem, ...]]:
    """Return *said* with the material of its case, or what is unclear about that."""
    if said.material and said.material not in _SAME:
        return said, ()
    found = materials.get(plain(said.case), set()) if said.case else set()
    if len(found) == 1:
        (material,) = found
        return dataclasses.replace(said, material=material), ()
    if said.material in _SAME or (said.case and materials):
        problem = Problem(
            "material_unclear",
            f"编号“{said.case}”的材料找不到，或有几种不同的写法。"
            "请在这一行写出材料全文，或改正材料编号。",
        )
        return said, (problem,)
    return said, ()


def _carries_on(group: Sequence[Row], row: Row, header: Header) -> bool:
    option = _text(row, header, Field.OPTIONS)
    several = map(split_options, (option, _text(group[0], header, Field.OPTIONS)))
    if not option or any(several):
        return False
    stem = _text(row, header, Field.STEM)
    if not stem:
        return row.number == group[-1].number + 1
    first = _text(group[0], header, Field.STEM)
    is_marked = bool(header.of(Field.RIGHT) or header.of(Field.LABEL))
    return is_marked and stem == first


def _text(row: Row, header: Header, field: Field) -> str:
    columns = header.of(field)
    return tidy(cell_at(row, columns[0]).text) if columns else ""
