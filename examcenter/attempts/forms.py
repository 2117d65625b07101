"""What a sitting page may say, as JSON; anything else is malformed.

And what an officer says about answers that came after the end, in forms of a page.
"""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import FileField, StringField
from wtforms.validators import InputRequired, Length

from examcenter.attempts.rules import AnswerGiven, Delivery, is_uuid
from examcenter.errors import MalformedError
from examcenter.web.forms import Form

_MOST_ANSWERS = 1_000
_HIGHEST = 2**31 - 1


def delivery(document: Any) -> Delivery:
    """Return the lease and the answers of a save or a hand-in."""
    given = _object(document)
    answers = given.get("answers", [])
    if not isinstance(answers, list) or len(answers) > _MOST_ANSWERS:
        raise MalformedError(f"answers must be a list of at most {_MOST_ANSWERS}")
    return Delivery(
        lease=_number(given, "lease"), answers=tuple(_answer(a) for a in answers)
    )


def consent_version(document: Any) -> str | None:
    """Return the version of the consent that was given, None where none was."""
    value = _object(document).get("consent_version")
    if value is not None and (not isinstance(value, str) or not 0 < len(value) <= 40):  # noqa: PLR2004 - the column's width
        raise MalformedError("consent_version must be a short text")
    return value


def _answer(given: Any) -> AnswerGiven:
    answer = _object(given)
    client_id, at = answer.get("id"), answer.get("at", "")
    if not isinstance(client_id, str) or not is_uuid(client_id):
        raise MalformedError("id must be a UUID")
    if not isinstance(at, str) or len(at) > 40 or "\0" in at:  # noqa: PLR2004
        raise MalformedError("at must be a time")
    return AnswerGiven(
        id=client_id.lower(),
        question=_number(answer, "question"),
        version=_number(answer, "version"),
        value=_labels(answer.get("value")),
        at=at,
    )


def _labels(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > 26:  # noqa: PLR2004 - A to Z
        raise MalformedError("value must be a list of option labels")
    if not all(isinstance(label, str) and len(label) <= 10 for label in value):  # noqa: PLR2004
        raise MalformedError("value must be a list of option labels")
    return tuple(sorted(value))


def _number(given: dict[str, Any], key: str) -> int:
    value = given.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise MalformedError(f"{key} must be a whole number")
    if not 1 <= value <= _HIGHEST:
        raise MalformedError(f"{key} is out of range")
    return value


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MalformedError("a JSON object is wanted")
    return value


class AnswerFileForm(Form):
    """Where an answer file is chosen."""

    file = FileField(_("答卷文件"), validators=[InputRequired(_("请选择文件。"))])


class DecisionForm(Form):
    """Why late answers are admitted or declined."""

    reason = StringField(
        _("理由"),
        description=_("写明理由；会随这份材料保存，考生在结果页可以看到。"),
        validators=[InputRequired(), Length(max=200)],
    )
