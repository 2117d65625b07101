"""Questions as our own JSON, the one format that holds all that they are.

``{"format": "examcenter.questions", "version": 1, "questions": […], "media": […]}``.  A
question has the fields of `model.Question`; the key of a blank is a list of
alternatives for each gap.  A picture has ``sha256``, ``type`` and ``data`` in base64.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from typing import Any

from question_bank.media import Media
from question_bank.model import Kind, Question
from question_bank.readers.own_json import FORMAT, VERSION


def write_own_json(questions: Iterable[Question], media: Mapping[str, Media]) -> bytes:
    """Return *questions* and those of *media* that they show, in UTF-8."""
    rows = list(questions)
    used = {mark for question in rows for mark in question.media}
    document = {
        "format": FORMAT,
        "version": VERSION,
        "questions": [_fields(question) for question in rows],
        "media": [
            {
                "sha256": mark,
                "type": media[mark].type,
                "data": base64.b64encode(media[mark].data).decode(),
            }
            for mark in sorted(used & media.keys())
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _fields(question: Question) -> dict[str, Any]:
    blanks = question.kind is Kind.BLANK
    return {
        "kind": question.kind.value,
        "stem": question.stem,
        "options": list(question.options),
        "key": [*map(list, question.blanks)] if blanks else list(question.key),
        "explanation": question.explanation,
        "category": question.category,
        "difficulty": question.difficulty,
        "citation": question.citation,
        "material": question.material,
        "rich": question.rich,
    }
