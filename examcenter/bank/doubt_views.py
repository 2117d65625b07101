"""Pages about questions in doubt: what a check finds, stale ones, keys in conflict."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from examcenter.accounts.rules import Role
from examcenter.bank import checking, rulings, service, staleness, wiring
from examcenter.bank.checking import BARRING
from examcenter.bank.forms import ApprovalForm, RulingForm
from examcenter.bank.rules import Shortage
from examcenter.bank.rulings import Verdict
from examcenter.bank.wording import DOUBTS, FINDINGS, KINDS
from examcenter.errors import InvalidFormError
from examcenter.web.context import now, reading, unit_of_work
from examcenter.web.signin import allow, me

bp = Blueprint("doubts", __name__, url_prefix="/check")


@bp.get("")
@allow(Role.BANK_EDITOR)
def index() -> ResponseReturnValue:
    bank = request.args.get("bank") or None
    moment = now()
    with reading() as db:
        banks = [one.name for one in service.banks(db)]
        found = checking.check(db, wiring.hooks().statutes, bank=bank, now=moment)
        short: list[Shortage] = [*wiring.hooks().shortages(db, bank=bank, now=moment)]
    return render_template(
        "bank/check.html",
        bank=bank,
        banks=banks,
        found=found,
        shortages=short,
        findings=FINDINGS,
        barring=BARRING,
    )


@bp.get("/conflicts")
@allow(Role.BANK_EDITOR)
def conflicts() -> ResponseReturnValue:
    return _conflicts_page(RulingForm())


@bp.post("/conflicts")
@allow(Role.BANK_EDITOR)
def rule() -> ResponseReturnValue:
    form = RulingForm(request.form)
    try:
        ruling = form.command()
    except InvalidFormError:
        return _conflicts_page(form), 422
    with unit_of_work() as db:
        rulings.rule(db, ruling, by=me().id, now=now())
    flash(_("已记下您的裁定。"), "good")
    return redirect(url_for(".conflicts"), 303)


@bp.get("/stale/<public_id>")
@allow(Role.BANK_EDITOR)
def stale(public_id: str) -> ResponseReturnValue:
    return _stale_page(public_id, ApprovalForm())


@bp.post("/stale/<public_id>")
@allow(Role.BANK_EDITOR)
def approve(public_id: str) -> ResponseReturnValue:
    form = ApprovalForm(request.form)
    try:
        approval = form.command(public_id)
    except InvalidFormError:
        return _stale_page(public_id, form), 422
    statutes = wiring.hooks().statutes
    with unit_of_work() as db:
        staleness.approve(db, statutes, approval, by=me().id, now=now())
    flash(_("已确认：这道题按现行法条仍然正确，重新参加抽题。"), "good")
    return redirect(url_for("bank.question", public_id=public_id), 303)


def _stale_page(public_id: str, form: ApprovalForm) -> str:
    with reading() as db:
        question = service.question(db, public_id)
        standing = staleness.standing(db, wiring.hooks().statutes, public_id, now=now())
    form.seen.data = staleness.seen_digest(standing.changes)
    return render_template(
        "bank/stale.html",
        question=question,
        standing=standing,
        form=form,
        kinds=KINDS,
        doubts=DOUBTS,
    )


def _conflicts_page(form: RulingForm) -> str:
    with reading() as db:
        found = rulings.conflicts(db)
    return render_template(
        "bank/conflicts.html", conflicts=found, form=form, verdicts=Verdict
    )
