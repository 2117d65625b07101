"""Our own JSON, which holds all that a question is; see ``writers/own_json``."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from question_bank import checks
from question_bank.markup import clean, visible
from question_bank.media import Media, UnusablePictureError, picture
from question_bank.model import ALTERNATIVE, Kind, Question
from question_bank.normalise import tidy
from question_bank.readers.answers import UnclearError
from question_bank.readers.gathering import (
    FORM_HEAD,
    Gathering,
    form_source,
    nothing_said,
    said_by,
)
from question_bank.readers.grid import Limits, UnreadableFileError
from question_bank.readers.prose import require_questions
from question_bank.readers.reading import Reading
from question_bank.readers.understanding import Outcome

FORMAT = "examcenter.questions"
VERSION = 1
_TEXTS = ("stem", "explanation", "category", "difficulty", "citation", "material")


def is_json(text: str) -> bool:
    """Whether *text* can only be JSON: it begins with a brace and a name."""
    head = text.lstrip("\ufeff \t\r\n")[:200]
    return head.startswith("{") and head[1:].lstrip()[:1] == '"'


def read_own_json(text: str, name: str, encoding: str, limits: Limits) -> Reading:
    """Return what our JSON *text*, the file *name*, holds.

    Raises UnreadableFileError for other JSON and for what is none.
    """
    document = _document(text)
    if len(document["questions"]) > limits.rows:
        raise UnreadableFileError(
            "too_many_rows",
            f"文件超过 {limits.rows} 道题的上限。请拆分成几个文件后分别导入。",
        )
    found = Gathering(heads=[FORM_HEAD])
    media = _media(document.get("media", []))
    for row, given in enumerate(document["questions"], start=1):
        _take(row, given, media, found)
    require_questions(found)
    return found.reading(name, "json", encoding)


def _document(text: str) -> Any:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(
            "json_malformed", "文件不是完整的 JSON，无法读取。请重新导出。"
        ) from error
    known = isinstance(document, dict) and document.get("format") == FORMAT
    if not known or not isinstance(document.get("questions"), list):
        raise UnreadableFileError(
            "format_not_supported",
            "这是其他程序的 JSON 文件，不能直接导入。请导出为 Excel 或 GIFT 后上传。",
        )
    if document.get("version") != VERSION:
        raise UnreadableFileError(
            "format_not_supported",
            f"JSON 题库的版本是 {document.get('version')}，"
            f"本系统能读取版本 {VERSION}。",
        )
    return document


def _media(given: Any) -> Mapping[str, Media | UnusablePictureError]:
    """Return the pictures by the digest that the file claims for them."""
    found: dict[str, Media | UnusablePictureError] = {}
    for one in given if isinstance(given, list) else ():
        if not isinstance(one, dict) or not isinstance(one.get("data"), str):
            continue
        try:
            media = picture(base64.b64decode(one["data"], validate=True))
        except UnusablePictureError as error:
            found[str(one.get("sha256"))] = error
        except binascii.Error:
            continue
        else:
            found[media.sha256] = media
    return found


def _take(
    row: int,
    given: Any,
    media: Mapping[str, Media | UnusablePictureError],
    found: Gathering,
) -> None:
    place, where = f"questions[{row - 1}]", f"第 {row} 题："
    try:
        question = _question(given)
        _keep_pictures(question, media, found)
    except UnclearError as error:
        stem = given.get("stem") if isinstance(given, dict) else ""
        said = nothing_said(stem if isinstance(stem, str) else "")
        source = form_source(place, row, said, None)
        outcome = Outcome(None, None, (error.problem,))
        found.settle(source, outcome, said.stem, where)
        return
    source = form_source(place, row, said_by(question), question.kind)
    outcome = Outcome(
        question.kind, question, checks.check(question), checks.cautions(question)
    )
    found.settle(source, outcome, visible(question, question.stem), where)


def _question(given: Any) -> Question:
    if not isinstance(given, dict) or given.get("kind") not in set(Kind):
        raise UnclearError("kind_unknown", "没有题型，或题型不认识。请重新导出。")
    kind = Kind(given["kind"])
    rich = given.get("rich", False)
    texts = {name: given.get(name, "") for name in _TEXTS}
    options = given.get("options", [])
    if not (
        isinstance(rich, bool)
        and all(isinstance(text, str) for text in texts.values())
        and _is_texts(options)
    ):
        raise UnclearError("field_invalid", "有的内容不是文字。请重新导出。")
    mend = clean if rich else tidy
    for name in ("stem", "explanation", "material"):
        texts[name] = mend(texts[name])
    return Question(
        kind=kind,
        options=tuple(map(mend, options)),
        key=_key(kind, given.get("key", [])),
        rich=rich,
        **texts,
    )


def _key(kind: Kind, given: Any) -> tuple[str, ...]:
    if kind is Kind.BLANK and isinstance(given, list) and all(map(_is_texts, given)):
        return tuple(ALTERNATIVE.join(map(tidy, blank)) for blank in given)
    if kind is not Kind.BLANK and _is_texts(given):
        return tuple(sorted(set(given))) if kind.is_chosen else tuple(given[:1])
    raise UnclearError("field_invalid", "答案的写法不对。请重新导出。")


def _is_texts(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(one, str) for one in given)


def _keep_pictures(
    question: Question,
    media: Mapping[str, Media | UnusablePictureError],
    found: Gathering,
) -> None:
    for mark in question.media:
        one = media.get(mark)
        if isinstance(one, UnusablePictureError):
            raise UnclearError(one.code, str(one))
        if one is None:
            raise UnclearError(
                "picture_missing", "题目中的图片不在文件中。请重新导出。"
            )
        found.keep(one)
