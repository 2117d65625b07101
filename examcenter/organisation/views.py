"""Pages of the people on the roster."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from examcenter.accounts import signing
from examcenter.accounts.rules import Role
from examcenter.csv_text import csv_bytes
from examcenter.errors import InvalidFormError
from examcenter.organisation import first_passwords, service
from examcenter.organisation import people as listing
from examcenter.organisation.forms import PasswordsForm, ReasonForm
from examcenter.organisation.rules import Status
from examcenter.organisation.wording import PASSWORD_STATES
from examcenter.web import lists
from examcenter.web.context import now, reading, settings, unit_of_work
from examcenter.web.signin import allow, me
from examcenter.wishes import Wish

bp = Blueprint("people", __name__, url_prefix="/people")

READERS = (Role.EXAM_OFFICER, Role.HR)

log = structlog.get_logger()


@bp.get("")
@allow(*READERS)
def index() -> ResponseReturnValue:
    asked = _wish()
    with reading() as db:
        scope = service.scope_of(db, me().id, *READERS)
        found = listing.people(db, asked, scope=scope)
        filters = _filters(db, scope, asked)
    page = lists.listing(asked, found, filters=filters, export=_export_url)
    return render_template(
        "organisation/people.html", listing=page, may_change=_may_change()
    )


@bp.get("/export.csv")
@allow(*READERS)
def export() -> ResponseReturnValue:
    asked = _wish()
    with reading() as db:
        scope = service.scope_of(db, me().id, *READERS)
        lines = listing.all_people(db, asked, scope=scope)
        filters = _filters(db, scope, asked)
    head = (
        _("人员名册，共 %(count)s 人", count=len(lines)),
        _("条件：%(conditions)s", conditions=_conditions(asked, filters)),
        _("导出时间：%(at)s　导出人：%(name)s", at=_local(now()), name=me().name),
    )
    log.info("people.exported", by=me().id, people=len(lines))
    rows = listing.export_rows(lines)
    return _csv([head, listing.EXPORT_HEAD, *rows], "people.csv")


@bp.get("/<public_id>")
@allow(*READERS)
def person(public_id: str) -> ResponseReturnValue:
    return _person_page(public_id, ReasonForm())


@bp.post("/<public_id>/first-password")
@allow(Role.EXAM_OFFICER)
def person_password(public_id: str) -> ResponseReturnValue:
    form = ReasonForm(request.form)
    if not form.validate():
        return _person_page(public_id, form), 422
    moment = now()
    with unit_of_work() as db:
        scope = service.scope_of(db, me().id, Role.EXAM_OFFICER)
        slip = first_passwords.reissue(
            db, public_id, scope=scope, policy=signing.policy(), now=moment
        )
    _noted(form, [slip])
    return _slips_page([slip], moment)


@bp.get("/passwords")
@allow(Role.EXAM_OFFICER)
def passwords() -> ResponseReturnValue:
    form = PasswordsForm(department=request.args.get("department", ""))
    return _passwords_page(form)


@bp.post("/passwords")
@allow(Role.EXAM_OFFICER)
def issue() -> ResponseReturnValue:
    moment = now()
    form = PasswordsForm(request.form)
    try:
        slips = _issued(form, moment)
    except InvalidFormError:
        return _passwords_page(form), 422
    _noted(form, slips)
    if request.form.get("as") == "csv":
        return _csv(first_passwords.rows_of(slips), "passwords.csv")
    return _slips_page(slips, moment)


def _issued(form: PasswordsForm, moment: datetime) -> Sequence[first_passwords.Slip]:
    with unit_of_work() as db:
        scope = service.scope_of(db, me().id, Role.EXAM_OFFICER)
        form.offer(service.choices(db, scope=scope, chosen=form.department.data or ""))
        return first_passwords.issue(
            db, form.wanted(), scope=scope, policy=signing.policy(), now=moment
        )


def _noted(form: ReasonForm, slips: Sequence[first_passwords.Slip]) -> None:
    log.info(
        "first_passwords.issued",
        by=me().id,
        people=len(slips),
        reason=form.reason.data,
    )


def _passwords_page(form: PasswordsForm) -> str:
    with reading() as db:
        scope = service.scope_of(db, me().id, Role.EXAM_OFFICER)
        chosen = form.department.data or ""
        form.offer(service.choices(db, scope=scope, chosen=chosen))
    return render_template("organisation/passwords.html", form=form)


def _person_page(public_id: str, form: ReasonForm) -> str:
    with reading() as db:
        scope = service.scope_of(db, me().id, *READERS)
        found = listing.person(db, public_id, scope=scope, now=now())
    return render_template(
        "organisation/person.html",
        person=found,
        form=form,
        password_states=PASSWORD_STATES,
        may_change=_may_change(),
    )


def _slips_page(slips: Sequence[first_passwords.Slip], moment: datetime) -> str:
    return render_template(
        "organisation/slips.html",
        slips=slips,
        printed_at=moment,
        days=settings().accounts.first_password_days,
    )


def _may_change() -> bool:
    return Role.EXAM_OFFICER in me().roles


def _wish() -> Wish:
    return lists.wish(filters=listing.FILTERS, sorts=listing.SORTS)


def _filters(db: Session, scope: service.Scope, asked: Wish) -> Sequence[lists.Filter]:
    chosen = asked.filters.get("department", "")
    return (
        lists.Filter(
            "department",
            _("单位（含下级）"),
            service.choices(db, scope=scope, chosen=chosen),
        ),
        lists.Filter("status", _("在职状态"), [(str(s), str(s)) for s in Status]),
        lists.Filter("exempt", _("免考"), [("yes", _("免考")), ("no", _("不免考"))]),
    )


def _conditions(asked: Wish, filters: Sequence[lists.Filter]) -> str:
    words = [f"「{asked.text}」"] if asked.text else []
    for one in filters:
        value = asked.filters.get(one.name, "")
        words += [f"{one.label}：{label}" for v, label in one.choices if v == value]
    return "；".join(words) or _("全部")


def _export_url(state: dict[str, object]) -> str:
    values: dict[str, Any] = state
    return url_for(".export", **values)


def _local(moment: datetime) -> str:
    zone = ZoneInfo(settings().locale.timezone)
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def _csv(rows: Sequence[Sequence[object]], name: str) -> Response:
    answer = Response(csv_bytes(rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
