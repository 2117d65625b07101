"""The steps of loading a table on pages: choose a file, see what is in it, say yes.

A feature with a table of its own gives a `Kind` and one view for each step; its views
are called after the kind's name and the step: ``people_choose``, ``people_keep`` …
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import (
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

from examcenter.errors import NotFoundError
from examcenter.organisation.columns import Table
from examcenter.organisation.errors_sheet import errors_sheet
from examcenter.organisation.forms import ImportForm
from examcenter.organisation.imports import ImportReport, limits_of
from examcenter.web import uploads
from examcenter.web.context import now, reading, settings, unit_of_work
from examcenter.web.signin import me

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of table: how it is read and kept, and where it is shown afterwards.

    Its pages are ``<folder>/<name>_choose.html`` and ``<folder>/<name>_preview.html``.
    """

    folder: str
    name: str
    read: Callable[..., Table]
    preview: Callable[[Session, Any, int], ImportReport]
    take_in: Callable[[Session, Any, int, datetime], ImportReport]
    list_page: str


def _url(kind: Kind, step: str, **values: Any) -> str:
    return url_for(f".{kind.name}_{step}", **values)


def choose(kind: Kind) -> str:
    """Ask for a file."""
    return _choose_page(kind, ImportForm())


def _choose_page(kind: Kind, form: ImportForm) -> str:
    return render_template(
        f"{kind.folder}/{kind.name}_choose.html", form=form, most=settings().imports
    )


def keep(kind: Kind) -> ResponseReturnValue:
    """Keep the uploaded file and go on to what is in it."""
    form = ImportForm(request.files)
    if not form.validate():
        return _choose_page(kind, form), 422
    token = uploads.keep(request.files["file"], me().id)
    return redirect(_url(kind, "preview", token=token), 303)


def preview(kind: Kind, token: str) -> ResponseReturnValue:
    """Show what the file would do, or what is wrong with it."""
    try:
        table, report = _checked(kind, token)
    except NotFoundError:
        return _gone(kind)
    return render_template(
        f"{kind.folder}/{kind.name}_preview.html",
        report=report,
        mendable=bool(table.entries),
        token=token,
    )


def errors(kind: Kind, token: str) -> ResponseReturnValue:
    """Answer with the rows to mend."""
    table, report = _checked(kind, token)
    answer = Response(errors_sheet(table, report.rejected), mimetype=_XLSX)
    answer.headers["Content-Disposition"] = 'attachment; filename="errors.xlsx"'
    return answer


def confirm(kind: Kind, token: str) -> ResponseReturnValue:
    """Write the file."""
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


def _checked(kind: Kind, token: str) -> tuple[Table, ImportReport]:
    name, data = uploads.take(token, me().id)
    table = kind.read(data, name, limits=limits_of(settings().imports))
    with reading() as db:
        return table, kind.preview(db, table, me().id)


def _gone(kind: Kind) -> ResponseReturnValue:
    flash(_("上传的文件已经导入，或已超过一小时而删除。请重新选择文件。"), "warn")
    return redirect(_url(kind, "choose"), 303)
