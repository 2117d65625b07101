"""Pages that load departments or people: choose a file, see what is in it, say yes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from examcenter.accounts.rules import Role
from examcenter.errors import NotFoundError
from examcenter.organisation import departments, roster
from examcenter.organisation.columns import Table
from examcenter.organisation.errors_sheet import errors_sheet
from examcenter.organisation.forms import ImportForm
from examcenter.organisation.imports import ImportReport, limits_of
from examcenter.web import uploads
from examcenter.web.context import now, reading, settings, unit_of_work
from examcenter.web.signin import allow, me

bp = Blueprint("organisation_import", __name__)

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of table: how it is read and kept, and where it is shown afterwards."""

    name: str
    read: Callable[..., Table]
    preview: Callable[[Session, Any, int], ImportReport]
    take_in: Callable[[Session, Any, int, datetime], ImportReport]
    list_page: str


_DEPARTMENTS = _Kind(
    "departments",
    departments.read,
    lambda db, table, by: departments.preview(db, table, by=by),
    lambda db, table, by, _now: departments.take_in(db, table, by=by),
    "departments.index",
)
_PEOPLE = _Kind(
    "people",
    roster.read,
    lambda db, table, by: roster.preview(db, table, by=by),
    lambda db, table, by, at: roster.take_in(db, table, by=by, now=at),
    "people.index",
)


@bp.get("/departments/import")
@allow(Role.EXAM_OFFICER, Role.SYSTEM)
def departments_choose() -> ResponseReturnValue:
    return _choose_page(_DEPARTMENTS, ImportForm())


@bp.post("/departments/import")
@allow(Role.EXAM_OFFICER, Role.SYSTEM)
def departments_keep() -> ResponseReturnValue:
    return _keep(_DEPARTMENTS)


@bp.get("/departments/import/<token>")
@allow(Role.EXAM_OFFICER, Role.SYSTEM)
def departments_preview(token: str) -> ResponseReturnValue:
    return _preview(_DEPARTMENTS, token)


@bp.get("/departments/import/<token>/errors.xlsx")
@allow(Role.EXAM_OFFICER, Role.SYSTEM)
def departments_errors(token: str) -> ResponseReturnValue:
    return _errors(_DEPARTMENTS, token)


@bp.post("/departments/import/<token>")
@allow(Role.EXAM_OFFICER, Role.SYSTEM)
def departments_confirm(token: str) -> ResponseReturnValue:
    return _confirm(_DEPARTMENTS, token)


@bp.get("/people/import")
@allow(Role.EXAM_OFFICER)
def people_choose() -> ResponseReturnValue:
    return _choose_page(_PEOPLE, ImportForm())


@bp.post("/people/import")
@allow(Role.EXAM_OFFICER)
def people_keep() -> ResponseReturnValue:
    return _keep(_PEOPLE)


@bp.get("/people/import/<token>")
@allow(Role.EXAM_OFFICER)
def people_preview(token: str) -> ResponseReturnValue:
    return _preview(_PEOPLE, token)


@bp.get("/people/import/<token>/errors.xlsx")
@allow(Role.EXAM_OFFICER)
def people_errors(token: str) -> ResponseReturnValue:
    return _errors(_PEOPLE, token)


@bp.post("/people/import/<token>")
@allow(Role.EXAM_OFFICER)
def people_confirm(token: str) -> ResponseReturnValue:
    return _confirm(_PEOPLE, token)


def _url(kind: _Kind, step: str, **values: Any) -> str:
    return url_for(f".{kind.name}_{step}", **values)


def _choose_page(kind: _Kind, form: ImportForm) -> str:
    return render_template(
        f"organisation/{kind.name}_choose.html", form=form, most=settings().imports
    )


def _keep(kind: _Kind) -> ResponseReturnValue:
    form = ImportForm(request.files)
    if not form.validate():
        return _choose_page(kind, form), 422
    token = uploads.keep(request.files["file"], me().id)
    return redirect(_url(kind, "preview", token=token), 303)


def _preview(kind: _Kind, token: str) -> ResponseReturnValue:
    try:
        table, report = _checked(kind, token)
    except NotFoundError:
        return _gone(kind)
    return render_template(
        f"organisation/{kind.name}_preview.html",
        report=report,
        mendable=bool(table.entries),
        token=token,
    )


def _errors(kind: _Kind, token: str) -> ResponseReturnValue:
    table, report = _checked(kind, token)
    answer = Response(errors_sheet(table, report.rejected), mimetype=_XLSX)
    answer.headers["Content-Disposition"] = 'attachment; filename="errors.xlsx"'
    return answer


def _confirm(kind: _Kind, token: str) -> ResponseReturnValue:
    moment = now()
    try:
        table, report = _checked(kind, token)
    except NotFoundError:
        return _gone(kind)
    if report.is_to_be_written:
        with unit_of_work() as db:
            report = kind.take_in(db, table, me().id, moment)
    if report.rejected:  # or something changed since the preview, which tells it now
        return redirect(_url(kind, "preview", token=token), 303)
    uploads.drop(token)
    sentence = _(
        "已导入：新增 %(created)s，变更 %(changed)s，不变 %(unchanged)s。",
        created=f"{report.created:,}",
        changed=f"{report.changed:,}",
        unchanged=f"{report.unchanged:,}",
    )
    flash(sentence, "good")
    return redirect(url_for(kind.list_page), 303)


def _checked(kind: _Kind, token: str) -> tuple[Table, ImportReport]:
    name, data = uploads.take(token, me().id)
    table = kind.read(data, name, limits=limits_of(settings().imports))
    with reading() as db:
        return table, kind.preview(db, table, me().id)


def _gone(kind: _Kind) -> ResponseReturnValue:
    flash(_("上传的文件已经导入，或已超过一小时而删除。请重新选择文件。"), "warn")
    return redirect(_url(kind, "choose"), 303)
