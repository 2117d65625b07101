"""Pages that load departments or people: choose a file, see what is in it, say yes."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from examcenter.accounts.rules import Role
from examcenter.organisation import departments, import_steps, roster
from examcenter.organisation.import_steps import Kind
from examcenter.web.signin import allow

bp = Blueprint("organisation_import", __name__)

DEPARTMENTS = Kind(
    "organisation",
    "departments",
    departments.read,
    lambda db, table, by: departments.preview(db, table, by=by),
    lambda db, table, by, _now: departments.take_in(db, table, by=by),
    "departments.index",
)
PEOPLE = Kind(
    "organisation",
    "people",
    roster.read,
    lambda db, table, by: roster.preview(db, table, by=by),
    lambda db, table, by, at: roster.take_in(db, table, by=by, now=at),
    "people.index",
)


@bp.get("/departments/import")
@allow(Role.EXAM_OFFICER, Role.SYSTEM)
def departments_choose() -> ResponseReturnValue:
    return import_steps.choose(DEPARTMENTS)


@bp.post("/departments/import")
@allow(Role.EXAM_OFFICER, Role.SYSTEM)
def departments_keep() -> ResponseReturnValue:
    return import_steps.keep(DEPARTMENTS)


@bp.get("/departments/import/<token>")
@allow(Role.EXAM_OFFICER, Role.SYSTEM)
def departments_preview(token: str) -> ResponseReturnValue:
    return import_steps.preview(DEPARTMENTS, token)


@bp.get("/departments/import/<token>/errors.xlsx")
@allow(Role.EXAM_OFFICER, Role.SYSTEM)
def departments_errors(token: str) -> ResponseReturnValue:
    return import_steps.errors(DEPARTMENTS, token)


@bp.post("/departments/import/<token>")
@allow(Role.EXAM_OFFICER, Role.SYSTEM)
def departments_confirm(token: str) -> ResponseReturnValue:
    return import_steps.confirm(DEPARTMENTS, token)


@bp.get("/people/import")
@allow(Role.EXAM_OFFICER)
def people_choose() -> ResponseReturnValue:
    return import_steps.choose(PEOPLE)


@bp.post("/people/import")
@allow(Role.EXAM_OFFICER)
def people_keep() -> ResponseReturnValue:
    return import_steps.keep(PEOPLE)


@bp.get("/people/import/<token>")
@allow(Role.EXAM_OFFICER)
def people_preview(token: str) -> ResponseReturnValue:
    return import_steps.preview(PEOPLE, token)


@bp.get("/people/import/<token>/errors.xlsx")
@allow(Role.EXAM_OFFICER)
def people_errors(token: str) -> ResponseReturnValue:
    return import_steps.errors(PEOPLE, token)


@bp.post("/people/import/<token>")
@allow(Role.EXAM_OFFICER)
def people_confirm(token: str) -> ResponseReturnValue:
    return import_steps.confirm(PEOPLE, token)
