"""Pages of the reports: the exams, the table by department, the people behind it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import structlog
from flask import Blueprint, Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from examcenter.accounts.rules import Role
from examcenter.csv_text import csv_bytes
from examcenter.errors import NotFoundError
from examcenter.organisation.service import Scope, scope_of
from examcenter.reports import listing, service, tables
from examcenter.reports import people as people_lists
from examcenter.reports.people import PeopleList
from examcenter.reports.service import Report
from examcenter.reports.wording import LISTS, NOBODY
from examcenter.web import lists
from examcenter.web.context import now, reading, settings
from examcenter.web.signin import allow, me
from examcenter.wishes import Wish

bp = Blueprint("reports", __name__, url_prefix="/reports")

log = structlog.get_logger()

READERS = (Role.HR, Role.EXAM_OFFICER)

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("")
@allow(*READERS)
def index() -> ResponseReturnValue:
    asked = lists.wish(sorts=("opens_at", "title"))
    if "sort" not in request.args:
        asked = replace(asked, descending=True)  # the newest exam first
    with reading() as db:
        scope = scope_of(db, me().id, *READERS)
        found = service.exams_reported(db, asked, scope=scope, now=now())
    return render_template("reports/index.html", listing=lists.listing(asked, found))


@bp.get("/<exam_id>")
@allow(*READERS)
def departments(exam_id: str) -> ResponseReturnValue:
    asked = lists.wish(filters=listing.FILTERS, sorts=listing.SORTS)
    asked = replace(asked, size=listing.PAGE_SIZE)
    report = _report(exam_id)
    page = lists.listing(
        asked, listing.rows_wished(report, asked), filters=_filters(report)
    )
    depth = asked.filters.get("depth", "")
    return render_template(
        "reports/departments.html",
        report=report,
        listing=page,
        terms=tables.terms(report, _zone()),
        depth=depth if listing.is_depth(depth) else None,
        people_lists=LISTS,
    )


@bp.get("/<exam_id>/download/<form>")
@allow(*READERS)
def download(exam_id: str, form: str) -> ResponseReturnValue:
    depth = request.args.get("depth", "")
    report = _report(exam_id, int(depth) if listing.is_depth(depth) else None)
    if form == "json":
        answer = jsonify(report)
    elif form == "csv":
        answer = Response(tables.csv_of(report), mimetype="text/csv")
    elif form == "xlsx":
        answer = Response(tables.xlsx_of(report, _zone()), mimetype=_XLSX)
    elif form == "html":
        answer = Response(tables.html_of(report, _zone()), mimetype="text/html")
    else:
        raise NotFoundError
    log.info("report.downloaded", exam=exam_id, form=form, by=me().id)
    return _attached(answer, f"{_('单位统计表')}-{report.exam.title}.{form}")


@bp.get("/<exam_id>/people/<kind>")
@allow(*READERS)
def people(exam_id: str, kind: str) -> ResponseReturnValue:
    chosen = _kind(kind)
    asked = _people_wish()
    with reading() as db:
        page = people_lists.people(db, exam_id, chosen, asked, scope=_scope(db))
    log.info("report.people_shown", exam=exam_id, kind=chosen.value, by=me().id)
    return render_template(
        "reports/people.html",
        exam_id=exam_id,
        title=LISTS[chosen],
        kind=chosen.value,
        exam_title=page.title,
        nobody=NOBODY[chosen],
        listing=lists.listing(
            asked,
            (page.lines, page.total),
            filters=[lists.Filter("department", _("单位（含下级）"), page.choices)],
            export=lambda state: _people_csv_url(exam_id, kind, state),
        ),
    )


@bp.get("/<exam_id>/people/<kind>.csv")
@allow(*READERS)
def people_csv(exam_id: str, kind: str) -> ResponseReturnValue:
    chosen = _kind(kind)
    asked = _people_wish()
    with reading() as db:
        page = people_lists.all_people(db, exam_id, chosen, asked, scope=_scope(db))
    log.info(
        "report.people_exported", exam=exam_id, kind=kind, by=me().id, people=page.total
    )
    name = f"{page.title} {LISTS[chosen]}"
    head = (
        _("%(name)s，共 %(count)s 人", name=name, count=page.total),
        _("条件：%(conditions)s", conditions=_conditions(asked, page.choices)),
        _("导出时间：%(at)s　导出人：%(name)s", at=_local(now()), name=me().name),
    )
    rows = people_lists.export_rows(page.lines)
    table = csv_bytes([head, people_lists.EXPORT_HEAD, *rows])
    return _attached(Response(table, mimetype="text/csv"), f"{name}.csv")


def _zone() -> ZoneInfo:
    return ZoneInfo(settings().locale.timezone)


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(_zone()):%Y-%m-%d %H:%M}"


def _scope(db: Session) -> Scope:
    return scope_of(db, me().id, *READERS)


def _report(exam_id: str, depth: int | None = None) -> Report:
    with reading() as db:
        return service.departments(
            db, exam_id, scope=_scope(db), depth=depth, now=now()
        )


def _filters(report: Report) -> Sequence[lists.Filter]:
    groups = [(group, group) for group in listing.groups(report)]
    levels = [
        (str(level), _("到第 %(level)s 级", level=level))
        for level in listing.levels(report)
    ]
    return (
        lists.Filter("group", _("分组"), groups),
        lists.Filter("depth", _("层级"), levels),
    )


def _kind(text: str) -> PeopleList:
    try:
        return PeopleList(text)
    except ValueError:
        raise NotFoundError from None


def _people_wish() -> Wish:
    return lists.wish(filters=people_lists.FILTERS, sorts=people_lists.SORTS)


def _people_csv_url(exam_id: str, kind: str, state: dict[str, object]) -> str:
    values: dict[str, Any] = state
    return url_for(".people_csv", exam_id=exam_id, kind=kind, **values)


def _conditions(asked: Wish, choices: Sequence[tuple[str, str]]) -> str:
    words = [f"「{asked.text}」"] if asked.text else []
    if code := asked.filters.get("department"):
        name = dict(choices).get(code, code)
        words.append(_("单位（含下级）：%(name)s", name=name))
    return "；".join(words) or _("全部")


def _attached(answer: Response, name: str) -> Response:
    # Header lines are Latin-1: the name is sent a second time, spelt out in UTF-8.
    plain = f"report.{name.rsplit('.', 1)[-1]}"
    answer.headers["Content-Disposition"] = (
        f"attachment; filename={plain}; filename*=UTF-8''{quote(name, safe='')}"
    )
    return answer
