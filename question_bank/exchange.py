"""What our questions know and an exchange format has no place for, as tags.

Tags are the one thing that all programs carry along unread.  Material stands before the
stem as well, so that another program shows it.
"""

import base64
import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import quote, unquote

from question_bank.media import Media, picture
from question_bank.model import MEDIA, Kind, Question

_PREFIX = "examcenter:"
_CARRIED = ("difficulty", "citation", "category")
_ADDRESS = re.compile(re.escape(MEDIA) + "([0-9a-f]{64})")
_DATA = re.compile(r"data:image/[\w.+-]+;base64,([A-Za-z0-9+/=\s]*)")
_MATERIAL_TAG = "material"


def tags_of(question: Question) -> list[str]:
    """Return as tags what of *question* exchange formats have no place for."""
    told = {name: getattr(question, name) for name in _CARRIED}
    told["kind"] = question.kind.value
    told[_MATERIAL_TAG] = question.material
    safe = "，。、《》（）" + "=/"
    return [
        f"{_PREFIX}{name}={quote(text, safe=safe)}"
        for name, text in told.items()
        if text
    ]


def with_tags(question: Question, tags: Iterable[str]) -> Question:
    """Return *question* with what `tags_of` told; foreign tags say nothing here.

    A kind is believed only where the question can be of it.
    """
    told: dict[str, str] = {}
    for tag in tags:
        name, _, text = tag.strip().removeprefix(_PREFIX).partition("=")
        if tag.strip().startswith(_PREFIX):
            told[name] = unquote(text)
    question = dataclasses.replace(
        question,
        difficulty=told.get("difficulty", question.difficulty),
        citation=told.get("citation", question.citation),
        category=told.get("category", question.category),
    )
    kind = told.get("kind", "")
    if kind in _MAY_BECOME.get(question.kind, ()):
        question = dataclasses.replace(question, kind=Kind(kind))
    return _with_material(question, told.get(_MATERIAL_TAG, ""))


_MAY_BECOME = {
    Kind.SINGLE: (Kind.MULTIPLE, Kind.INDETERMINATE),
    Kind.MULTIPLE: (Kind.INDETERMINATE,),
}


def stem_with_material(question: Question) -> str:
    """Return the stem with the material before it, for programs that know no cases."""
    if not question.material:
        return question.stem
    return f"{question.material}{_between(question)}{question.stem}"


def _between(question: Question) -> str:
    return "<br><br>" if question.rich else "\n\n"


def _with_material(question: Question, material: str) -> Question:
    lead = f"{material}{_between(question)}"
    if not material or not question.stem.startswith(lead):
        return question
    return dataclasses.replace(
        question, material=material, stem=question.stem[len(lead) :]
    )


def with_addresses(text: str, address: Callable[[str], str]) -> str:
    """Return the markup *text* with *address* of each picture's digest in its place."""
    return _ADDRESS.sub(lambda mark: address(mark[1]), text)


def data_addresses(media: Mapping[str, Media]) -> Callable[[str], str]:
    """Return what gives a picture as an address that holds the picture itself."""

    def address(mark: str) -> str:
        one = media.get(mark)
        if one is None:
            return MEDIA + mark
        return f"data:{one.type};base64,{base64.b64encode(one.data).decode()}"

    return address


def picture_in_address(address: str) -> Media | None:
    """Return the picture that the address holds, None where it holds none.

    Raises UnusablePictureError for a picture that cannot be kept.
    """
    mark = _DATA.fullmatch(address.strip())
    return picture(base64.b64decode(mark[1])) if mark else None
