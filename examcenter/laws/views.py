"""Pages of the law library: the list, one law, two versions side by side."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from examcenter.accounts.rules import Role
from examcenter.errors import NotFoundError
from examcenter.laws import finding
from examcenter.web import lists
from examcenter.web.context import now, reading
from examcenter.web.signin import allow

bp = Blueprint("laws", __name__, url_prefix="/laws")

_MOST_FIGURES = 9


@bp.get("")
@allow(Role.BANK_EDITOR, Role.EXAM_OFFICER)
def index() -> ResponseReturnValue:
    asked = lists.wish(sorts=finding.SORTS)
    with reading() as db:
        found = finding.find_laws(db, asked, now=now())
    return render_template("laws/index.html", listing=lists.listing(asked, found))


@bp.get("/<law_id>")
@allow(Role.BANK_EDITOR, Role.EXAM_OFFICER)
def law(law_id: str) -> ResponseReturnValue:
    version = _number("version")
    with reading() as db:
        found = finding.law(db, law_id, version=version, now=now())
    return render_template("laws/law.html", law=found)


@bp.get("/<law_id>/compare")
@allow(Role.BANK_EDITOR, Role.EXAM_OFFICER)
def compare(law_id: str) -> ResponseReturnValue:
    old, new = _number("old"), _number("new")
    with reading() as db:
        if not (old and new):
            finding.law(db, law_id, now=now())
            return redirect(url_for(".law", law_id=law_id), 303)
        found = finding.compared(db, law_id, old, new)
    only_changed = request.args.get("all") != "1"
    return render_template(
        "laws/compare.html", comparison=found, only_changed=only_changed
    )


def _number(name: str) -> int:
    """Return the number of a version, 0 where the address names none."""
    text = request.args.get(name, "")
    if not text:
        return 0
    if not text.isascii() or not text.isdigit() or len(text) > _MOST_FIGURES:
        raise NotFoundError
    return int(text)
