"""Pages for the accounts of those who run the centre."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import structlog
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

from examcenter.accounts import signing, staff
from examcenter.accounts.forms import ReasonForm, RoleForm, StaffForm
from examcenter.accounts.rules import Role
from examcenter.accounts.service import Authority, LoginTakenError
from examcenter.accounts.wording import ROLE_NAMES
from examcenter.csv_text import csv_bytes
from examcenter.errors import RefusedError
from examcenter.web import lists, wording
from examcenter.web.context import now, reading, settings, unit_of_work
from examcenter.web.errors import status_of
from examcenter.web.signin import allow, me
from examcenter.wishes import Wish

bp = Blueprint("staff", __name__, url_prefix="/staff")

log = structlog.get_logger()


class Hooks:
    """What staff accounts need from features above them; handed in by ``features.py``.

    *department_named* turns a code into an id or None, *department_names* ids into
    names, and *on_roster* is the condition that an account's owner is on the roster.
    *room_named* and *room_names* do for rooms what the first two do for departments.
    """

    department_named: Callable[[Session, str], int | None]
    department_names: Callable[[Session, Collection[int]], Mapping[int, str]]
    on_roster: staff.OnRoster
    room_named: Callable[[Session, str], int | None]
    room_names: Callable[[Session, Collection[int]], Mapping[int, str]]


hooks = Hooks()


@bp.get("")
@allow(Role.SYSTEM)
def index() -> ResponseReturnValue:
    asked = _wish()
    with reading() as db:
        found = staff.staff(db, asked, on_roster=hooks.on_roster)
        names = _department_names(db, found[0])
    page = lists.listing(asked, found, filters=_filters(), export=_export_url)
    return render_template(
        "accounts/staff.html", listing=page, roles=ROLE_NAMES, departments=names
    )


@bp.get("/export.csv")
@allow(Role.SYSTEM)
def export() -> ResponseReturnValue:
    with reading() as db:
        lines = staff.all_staff(db, _wish(), on_roster=hooks.on_roster)
        names = _department_names(db, lines)
    zone = ZoneInfo(settings().locale.timezone)
    at = f"{now().astimezone(zone):%Y-%m-%d %H:%M}"
    rows: list[Sequence[object]] = [
        (_("工作人员账号，共 %(count)s 个", count=len(lines)),),
        (_("导出时间：%(at)s　导出人：%(name)s", at=at, name=me().name),),
        (_("登录名"), _("姓名"), _("角色"), _("状态")),
    ]
    rows += [
        (line.login, line.name, _held_words(line, names), _state_word(line))
        for line in lines
    ]
    answer = Response(csv_bytes(rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="staff.csv"'
    return answer


@bp.get("/new")
@allow(Role.SYSTEM)
def new() -> ResponseReturnValue:
    return render_template("accounts/staff_new.html", form=StaffForm())


@bp.post("/new")
@allow(Role.SYSTEM)
def create() -> ResponseReturnValue:
    form = StaffForm(request.form)
    if not form.validate():
        return render_template("accounts/staff_new.html", form=form), 422
    try:
        with unit_of_work() as db:
            order = staff.NewStaff(
                form.login.data or "", form.name.data or "", _authority(db, form)
            )
            public_id, password = staff.create(
                db, order, by=me().id, policy=signing.policy(), now=now()
            )
    except (
        LoginTakenError,
        staff.RoleNotScopedError,
        _UnknownDepartmentError,
        *_ABOUT_ROOMS,
    ) as error:
        taken = isinstance(error, LoginTakenError)
        field = form.login if taken else _field(form, error)
        field.errors = [*field.errors, wording.sentence(error.code, error.facts)]
        return render_template("accounts/staff_new.html", form=form), status_of(error)
    log.info("staff.created", by=me().id, account=public_id, role=form.role.data)
    return _password_page(public_id, password)


@bp.get("/<public_id>")
@allow(Role.SYSTEM)
def account(public_id: str) -> ResponseReturnValue:
    return _account_page(public_id, RoleForm())


@bp.post("/<public_id>/roles")
@allow(Role.SYSTEM)
def grant(public_id: str) -> ResponseReturnValue:
    form = RoleForm(request.form)
    if not form.validate():
        return _account_page(public_id, form), 422
    try:
        with unit_of_work() as db:
            order = _authority(db, form)
            staff.grant(db, public_id, order, by=_by(), now=now())
    except (
        staff.RoleNotScopedError,
        _UnknownDepartmentError,
        *_ABOUT_ROOMS,
    ) as error:
        field = _field(form, error)
        field.errors = [*field.errors, wording.sentence(error.code, error.facts)]
        return _account_page(public_id, form), status_of(error)
    return _done(public_id, "staff.granted", _("角色已授予，本人需要重新登录。"))


@bp.post("/<public_id>/roles/<int:grant_id>/withdraw")
@allow(Role.SYSTEM)
def withdraw(public_id: str, grant_id: int) -> ResponseReturnValue:
    with unit_of_work() as db:
        staff.withdraw(db, public_id, grant_id, by=_by(), now=now())
    return _done(public_id, "staff.withdrawn", _("角色已收回。"))


@bp.post("/<public_id>/disable")
@allow(Role.SYSTEM)
def disable(public_id: str) -> ResponseReturnValue:
    form = ReasonForm(request.form)
    if not form.validate():
        return _account_page(public_id, RoleForm(), form), 422
    with unit_of_work() as db:
        staff.disable(db, public_id, now=now())
    log.info("staff.disable_reason", account=public_id, reason=form.reason.data)
    return _done(public_id, "staff.disabled", _("账号已停用，已有的登录失效。"))


@bp.post("/<public_id>/enable")
@allow(Role.SYSTEM)
def enable(public_id: str) -> ResponseReturnValue:
    with unit_of_work() as db:
        staff.enable(db, public_id)
    return _done(public_id, "staff.enabled", _("账号已恢复，密码不变。"))


@bp.post("/<public_id>/sign-outs")
@allow(Role.SYSTEM)
def sign_out(public_id: str) -> ResponseReturnValue:
    with unit_of_work() as db:
        staff.sign_out_everywhere(db, public_id, by=_by(), now=now())
    return _done(public_id, "staff.signed_out", _("这个账号的登录已全部失效。"))


@bp.post("/<public_id>/password")
@allow(Role.SYSTEM)
def password(public_id: str) -> ResponseReturnValue:
    with unit_of_work() as db:
        issued = staff.new_password(db, public_id, policy=signing.policy(), now=now())
    log.info("staff.password_issued", by=me().id, account=public_id)
    return _password_page(public_id, issued)


class _UnknownDepartmentError(RefusedError):
    code = "staff_department_unknown"


class _UnknownRoomError(RefusedError):
    code = "staff_room_unknown"


_ABOUT_ROOMS = (_UnknownRoomError, staff.InvigilatorNeedsARoomError)


def _authority(db: Session, form: RoleForm) -> Authority:
    code = (form.department.data or "").strip()
    role = Role(form.role.data)
    room_id = _room(db, (form.room.data or "").strip())
    if not code:
        return Authority(role, room_id=room_id)
    department_id = hooks.department_named(db, code)
    if department_id is None:
        raise _UnknownDepartmentError(department=code)
    return Authority(role, department_id, room_id)


def _room(db: Session, code: str) -> int | None:
    room_id = hooks.room_named(db, code) if code else None
    if code and room_id is None:
        raise _UnknownRoomError(room=code)
    return room_id


def _field(form: RoleForm, error: Exception) -> Any:
    return form.room if isinstance(error, _ABOUT_ROOMS) else form.department


def _by() -> staff.By:
    return staff.By(me().id, me().sign_in_id)


def _done(public_id: str, event: str, sentence: str) -> ResponseReturnValue:
    log.info(event, by=me().id, account=public_id)
    flash(sentence, "good")
    return redirect(url_for(".account", public_id=public_id), 303)


def _account_page(
    public_id: str, form: RoleForm, reason: ReasonForm | None = None
) -> str:
    with reading() as db:
        found = staff.account(db, public_id)
        names = _department_names(db, [found])
    return render_template(
        "accounts/staff_account.html",
        account=found,
        form=form,
        reason=reason or ReasonForm(),
        roles=ROLE_NAMES,
        departments=names,
        rooms=_room_names(found),
        moment_now=now(),
    )


def _room_names(line: staff.StaffLine) -> Mapping[int, str]:
    ids = {held.room_id for held in line.roles} - {None}
    with reading() as db:
        return hooks.room_names(db, [one for one in ids if one is not None])


def _password_page(public_id: str, issued: str) -> str:
    with reading() as db:
        found = staff.account(db, public_id)
    return render_template(
        "accounts/staff_password.html", account=found, password=issued
    )


def _department_names(
    db: Session, lines: Sequence[staff.StaffLine]
) -> Mapping[int, str]:
    ids = {held.department_id for line in lines for held in line.roles}
    return hooks.department_names(db, {one for one in ids if one is not None})


def _held_words(line: staff.StaffLine, names: Mapping[int, str]) -> str:
    words = []
    for held in line.roles:
        where = names.get(held.department_id or 0, "")
        name = str(ROLE_NAMES.get(held.role, held.role))
        words.append(f"{name}（{where}）" if where else name)
    return "、".join(words)


def _state_word(line: staff.StaffLine) -> str:
    return str(_("已停用") if line.disabled_at else _("启用"))


def _wish() -> Wish:
    return lists.wish(filters=staff.FILTERS, sorts=staff.SORTS)


def _filters() -> Sequence[lists.Filter]:
    roles = [(role, str(name)) for role, name in ROLE_NAMES.items()]
    states = [("active", _("启用")), ("disabled", _("已停用"))]
    return (
        lists.Filter("role", _("角色"), roles),
        lists.Filter("state", _("状态"), states),
    )


def _export_url(state: dict[str, object]) -> str:
    values: dict[str, Any] = state
    return url_for(".export", **values)
