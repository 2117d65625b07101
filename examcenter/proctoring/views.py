"""The officer's page of one attempt, and its pictures."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from examcenter.accounts.rules import Role
from examcenter.csv_text import csv_bytes
from examcenter.organisation.service import scope_of
from examcenter.proctoring import timeline, wiring
from examcenter.proctoring.timeline import Entry, EntryKind, Sitting
from examcenter.proctoring.wording import (
    KIND_NAMES,
    SIGNAL_NAMES,
    SUBMITTED_BY,
    TONES,
    UNREADABLE,
    VERDICT_NAMES,
    WAITING,
)
from examcenter.web import lists
from examcenter.web.context import now, reading, settings
from examcenter.web.signin import allow, me
from examcenter.wishes import Wish

bp = Blueprint("proctoring", __name__, url_prefix="/exams/attempts/<attempt_id>")

log = structlog.get_logger()


@bp.get("")
@allow(Role.EXAM_OFFICER)
def attempt(attempt_id: str) -> ResponseReturnValue:
    asked = _wish()
    with reading() as db:
        scope = scope_of(db, me().id, Role.EXAM_OFFICER)
        sitting = timeline.sitting(db, attempt_id, scope=scope)
        found = timeline.entries(db, sitting, asked)

    def export_url(state: dict[str, object]) -> str:
        values: dict[str, Any] = state
        return url_for(".export", attempt_id=attempt_id, **values)

    return render_template(
        "proctoring/attempt.html",
        sitting=sitting,
        listing=lists.listing(asked, found, filters=_filters(), export=export_url),
        tiles=_tiles(sitting),
        submitted_by=SUBMITTED_BY,
        what=_what,
        second=_second,
        tone=_tone,
        kind_names=KIND_NAMES,
    )


@bp.get("/timeline.csv")
@allow(Role.EXAM_OFFICER)
def export(attempt_id: str) -> ResponseReturnValue:
    asked = _wish()
    with reading() as db:
        scope = scope_of(db, me().id, Role.EXAM_OFFICER)
        sitting = timeline.sitting(db, attempt_id, scope=scope)
        found = timeline.every_entry(db, sitting, asked)
    log.info("timeline.exported", by=me().id, attempt=attempt_id, entries=len(found))
    answer = Response(csv_bytes(_rows(sitting, asked, found)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="timeline.csv"'
    return answer


@bp.get("/snapshots/<snapshot_id>.jpg")
@allow(Role.EXAM_OFFICER)
def picture(attempt_id: str, snapshot_id: str) -> ResponseReturnValue:
    with reading() as db:
        scope = scope_of(db, me().id, Role.EXAM_OFFICER)
        found = timeline.picture(
            db, attempt_id, snapshot_id, wiring.evidence(), scope=scope
        )
    log.info("evidence.viewed", by=me().id, attempt=attempt_id, snapshot=snapshot_id)
    return Response(
        found.data, mimetype="image/jpeg", headers={"Cache-Control": "no-store"}
    )


def _wish() -> Wish:
    return lists.wish(filters=timeline.FILTERS, sorts=timeline.SORTS)


def _filters() -> Sequence[lists.Filter]:
    verdicts = [*VERDICT_NAMES.items(), (timeline.WAITING, WAITING)]
    return (
        lists.Filter("kind", _("类别"), _plain(KIND_NAMES.items())),
        lists.Filter("verdict", _("照片识别结果"), _plain(verdicts)),
    )


def _plain(choices: Any) -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in choices]


def _tiles(sitting: Sitting) -> list[dict[str, object]]:
    """Return the counts by verdict."""
    names = {**VERDICT_NAMES, timeline.WAITING: WAITING}
    return [
        {
            "label": names[verdict],
            "value": f"{sitting.verdicts.get(verdict, 0):,}",
            "unit": _("张"),
        }
        for verdict in names
    ]


def _what(entry: Entry) -> str:
    """Return what *entry* tells, in words."""
    if entry.kind is EntryKind.ANSWER:
        return str(
            _(
                "第 %(number)s 题，第 %(version)s 版",
                number=entry.question,
                version=entry.version,
            )
        )
    if entry.kind is EntryKind.SIGNAL:
        return str(SIGNAL_NAMES[entry.what or ""])
    if entry.what is None:
        return str(WAITING)
    return str(UNREADABLE if entry.faces is None else VERDICT_NAMES[entry.what])


def _tone(entry: Entry) -> str:
    return TONES.get(entry.what or "", "quiet")


def _second(moment: datetime) -> str:
    zone = ZoneInfo(settings().locale.timezone)
    return f"{moment.astimezone(zone):%H:%M:%S}"


def _rows(
    sitting: Sitting, asked: Wish, found: Sequence[Entry]
) -> list[Sequence[object]]:
    head = (
        _("监考记录：%(exam)s", exam=sitting.exam_title),
        _("%(name)s（%(number)s）", name=sitting.name, number=sitting.staff_number),
        _("条件：%(conditions)s", conditions=_conditions(asked)),
        _("导出时间：%(at)s　导出人：%(name)s", at=_local(now()), name=me().name),
    )
    columns = (
        _("到达时间"),
        _("页面时钟"),
        _("类别"),
        _("内容"),
        _("人脸（个）"),
        _("置信度"),
        _("检测器"),
    )
    return [head, columns, *(_row(entry) for entry in found)]


def _row(entry: Entry) -> Sequence[object]:
    return (
        _local(entry.at),
        entry.told_at,
        KIND_NAMES[entry.kind],
        _what(entry),
        entry.faces,
        entry.confidence,
        entry.detector,
    )


def _conditions(asked: Wish) -> str:
    chosen = [
        f"{one.label}：{label}"
        for one in _filters()
        for value, label in one.choices
        if asked.filters.get(one.name) == value
    ]
    return "；".join(chosen) or _("全部")


def _local(moment: datetime) -> str:
    zone = ZoneInfo(settings().locale.timezone)
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"
