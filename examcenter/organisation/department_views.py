"""The page of the tree of departments."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from examcenter.accounts.rules import Role
from examcenter.organisation import departments, service
from examcenter.web.context import reading
from examcenter.web.signin import allow, me

bp = Blueprint("departments", __name__, url_prefix="/departments")

READERS = (Role.EXAM_OFFICER, Role.HR, Role.SYSTEM)


@bp.get("")
@allow(*READERS)
def index() -> ResponseReturnValue:
    with reading() as db:
        scope = service.scope_of(db, me().id, *READERS)
        tops = service.branches(db, scope=scope)
        may_import = departments.may_import(db, me().id)
    return render_template(
        "organisation/departments.html",
        tops=tops,
        may_import=may_import,
        may_see_people=bool({Role.EXAM_OFFICER, Role.HR} & me().roles),
    )
