"""What a sitting page may say, as JSON, and what staff may say about an attempt."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length

from examcenter.attempts.act_rules import (
    MOST_CAUSE,
    MOST_REASON,
    Grant,
    GrantRefusedError,
    Target,
)
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
        lease=_number(given, "lease"),
        answers=tuple(_answer(a) for a in answers),
        seen=_number(given, "seen", least=0) if "seen" in given else 0,
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


def _number(given: dict[str, Any], key: str, *, least: int = 1) -> int:
    value = given.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise MalformedError(f"{key} must be a whole number")
    if not least <= value <= _HIGHEST:
        raise MalformedError(f"{key} is out of range")
    return value


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MalformedError("a JSON object is wanted")
    return value


_NUMERIC = {"inputmode": "numeric", "autocomplete": "off"}
_CLOCK = {"placeholder": "10:03", "autocomplete": "off"}
_WIDEST = 8


class ReasonForm(Form):
    reason = StringField(
        _("原因"),
        description=_("会记入作答记录；暂停、补时、强制交卷的原因考生也会看到。"),
        validators=[InputRequired(), Length(max=MOST_REASON)],
    )


class GrantForm(ReasonForm):
    minutes = StringField(
        _("补时（分钟）"),
        description=_("直接补多少分钟；按停电、断网起止补时的，这里空着。"),
        validators=[Length(max=_WIDEST)],
        render_kw=_NUMERIC,
    )
    since = StringField(
        _("故障从几点"),
        description=_("今天的时刻，例如 10:03。与“到几点”一起填。"),
        validators=[Length(max=_WIDEST)],
        render_kw=_CLOCK,
    )
    until = StringField(
        _("到几点"),
        description=_("恢复作答的时刻，不能晚于现在；重叠的时间只补一次。"),
        validators=[Length(max=_WIDEST)],
        render_kw=_CLOCK,
    )
    cause = StringField(
        _("同一起因"),
        description=_(
            "例如：三楼停电。起因相同的补时分钟只算最多的一次；空着则各算各的。"
        ),
        validators=[Length(max=MOST_CAUSE)],
    )

    def grant(self, target: Target, now: datetime, zone: ZoneInfo) -> Grant:
        """Return what was asked for; raises GrantRefusedError."""
        minutes = (self.minutes.data or "").strip()
        since, until = (_moment(f.data, now, zone) for f in (self.since, self.until))
        if minutes and not (minutes.isascii() and minutes.isdigit()):
            raise GrantRefusedError("grant_out_of_range")
        return Grant(
            target,
            seconds=int(minutes) * 60 if minutes else None,
            since=since,
            until=until,
            cause=(self.cause.data or "").strip(),
            standing=self.is_standing,
        )

    @property
    def is_standing(self) -> bool:
        return False


class PersonGrantForm(GrantForm):
    """A grant to one person, who may need more time in every attempt."""

    standing = BooleanField(_("长期有效：本场考试中此人的每次作答都补（如特殊需要）"))

    @property
    def is_standing(self) -> bool:
        return bool(self.standing.data)


class LateEntryForm(ReasonForm):
    until = StringField(
        _("最晚几点进入"),
        description=_("今天的时刻，例如 10:05；不能晚于考试结束。"),
        validators=[InputRequired(), Length(max=_WIDEST)],
        render_kw=_CLOCK,
    )

    def moment(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Return until when; one that cannot be read is in the past."""
        try:
            return _moment(self.until.data, now, zone) or now
        except GrantRefusedError:
            return now


class SwapForm(ReasonForm):
    seat = SelectField(_("换到座位"))
    minutes = StringField(
        _("补时（分钟）"),
        description=_("从举手到恢复作答的时间；不补的填 0。"),
        validators=[InputRequired(), Length(max=_WIDEST)],
        render_kw=_NUMERIC,
    )

    def offer(self, seats: Sequence[tuple[int, str]]) -> None:
        """Set the free seats to choose from."""
        self.seat.choices = [SelectChoice(str(one), words) for one, words in seats]

    def seconds(self) -> int:
        """Return the time to grant; raises GrantRefusedError."""
        minutes = (self.minutes.data or "").strip()
        if not (minutes.isascii() and minutes.isdigit()):
            raise GrantRefusedError("grant_out_of_range")
        return int(minutes) * 60


def _moment(text: str | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return today's moment at ``10:03`` or ``10:03:30``, None where nothing stands."""
    plain = (text or "").strip().replace("：", ":")
    if not plain:
        return None
    try:
        at = time.fromisoformat(plain.zfill(5))
    except ValueError as error:
        raise GrantRefusedError("grant_clock") from error
    today: date = now.astimezone(zone).date()
    moment = datetime.combine(today, at.replace(tzinfo=None), zone)
    # A little after midnight a power cut before it was yesterday's.
    is_yesterday = moment - now > timedelta(hours=12)
    return moment - timedelta(days=1) if is_yesterday else moment
