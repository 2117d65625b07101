"""A reading as JSON and back, for the way out of the child process.

Not a pickle: what a hostile file made of its reader must not run in this process.
"""

import base64
import dataclasses
from typing import Any

from question_bank.media import Media
from question_bank.model import Kind, Question
from question_bank.readers.grid import Cell
from question_bank.readers.reading import (
    Candidate,
    Caution,
    Reading,
    Rejection,
    SheetHead,
    Source,
)


def packed(reading: Reading) -> dict[str, Any]:
    """Return *reading* as values that JSON can hold."""
    return {
        **{name: getattr(reading, name) for name in _SIMPLE},
        "candidates": [
            [_source(one.source), _fields(one.question)] for one in reading.candidates
        ],
        "rejections": [
            {**_fields(one), "source": one.source and _source(one.source)}
            for one in reading.rejections
        ],
        "cautions": [_fields(one) for one in reading.cautions],
        "heads": [_fields(one) for one in reading.heads],
        "media": [
            [one.sha256, one.type, base64.b64encode(one.data).decode()]
            for one in reading.media
        ],
    }


def unpacked(record: dict[str, Any]) -> Reading:
    """Return the reading that `packed` made *record* from."""
    return Reading(
        **{name: record[name] for name in _SIMPLE if name != "ignored_columns"},
        ignored_columns=tuple(record["ignored_columns"]),
        candidates=tuple(
            Candidate(_as_source(source), _as_question(question))
            for source, question in record["candidates"]
        ),
        rejections=tuple(_as_rejection(one) for one in record["rejections"]),
        cautions=tuple(Caution(**one) for one in record["cautions"]),
        heads=tuple(
            SheetHead(**{**one, "titles": tuple(one["titles"])})
            for one in record["heads"]
        ),
        media=tuple(
            Media(mark, kind, base64.b64decode(data))
            for mark, kind, data in record["media"]
        ),
    )


_SIMPLE = (
    "file",
    "format",
    "encoding",
    "ignored_columns",
    "blank_rows",
    "heading_rows",
    "joined_rows",
)


def _fields(one: Any) -> dict[str, Any]:
    return {part.name: getattr(one, part.name) for part in dataclasses.fields(one)}


def _source(source: Source) -> dict[str, Any]:
    cells = [[cell.text, cell.trouble] for cell in source.cells]
    return {**_fields(source), "cells": cells}


def _as_source(given: dict[str, Any]) -> Source:
    cells = tuple(Cell(text, trouble) for text, trouble in given["cells"])
    kind = Kind(given["kind"]) if given["kind"] else None
    return Source(**{**given, "cells": cells, "kind": kind})


def _as_question(given: dict[str, Any]) -> Question:
    lists = {name: tuple(given[name]) for name in ("options", "key")}
    return Question(**{**given, **lists, "kind": Kind(given["kind"])})


def _as_rejection(given: dict[str, Any]) -> Rejection:
    source = given["source"] and _as_source(given["source"])
    return Rejection(**{**given, "source": source, "codes": tuple(given["codes"])})
