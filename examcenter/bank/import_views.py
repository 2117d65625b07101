"""Pages that take a file in: choose it, see what is in it, then say yes."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import CombinedMultiDict

from examcenter.accounts.rules import Role
from examcenter.bank import importing, service
from examcenter.bank.downloads import workbook
from examcenter.bank.forms import OrderForm, UploadForm
from examcenter.bank.importing import Examined, ImportRefusedError, PoolDiffersError
from examcenter.bank.rules import DEFAULT_BANK, ImportOrder
from examcenter.bank.wording import KINDS
from examcenter.errors import Fault, InvalidFormError, NotFoundError
from examcenter.web import uploads, wording
from examcenter.web.context import now, reading, settings, unit_of_work
from examcenter.web.signin import allow, me
from question_bank.intake import Intake
from question_bank.markup import visible
from question_bank.writers.errors_xlsx import write_errors

bp = Blueprint("imports", __name__, url_prefix="/import")


@bp.get("")
@allow(Role.BANK_EDITOR)
def choose() -> ResponseReturnValue:
    bank = request.args.get("bank", DEFAULT_BANK)
    return _choose_page(UploadForm(bank=bank))


@bp.post("")
@allow(Role.BANK_EDITOR)
def keep() -> ResponseReturnValue:
    form = UploadForm(CombinedMultiDict((request.files, request.form)))
    try:
        order = form.command()
        with reading() as db:
            importing.refuse_other_pool(db, order)
    except InvalidFormError:
        return _choose_page(form), 422
    except PoolDiffersError as error:
        sentence = wording.sentence(error.code, error.facts)
        form.pool.errors = [*form.pool.errors, sentence]
        return _choose_page(form), 409
    token = uploads.keep(request.files["file"], me().id)
    return redirect(_preview_url(token, order), 303)


@bp.get("/<token>")
@allow(Role.BANK_EDITOR)
def preview(token: str) -> ResponseReturnValue:
    order = OrderForm(request.args).command()
    try:
        intake = _examined(token, order).intake
    except NotFoundError:
        return _gone()
    return render_template(
        "bank/preview.html",
        token=token,
        order=order,
        intake=intake,
        faults=_faults(intake),
        kinds=KINDS,
        visible=visible,
    )


@bp.get("/<token>/errors.xlsx")
@allow(Role.BANK_EDITOR)
def rows_to_mend(token: str) -> ResponseReturnValue:
    examined = _examined(token, OrderForm(request.args).command())
    return workbook(write_errors(examined.intake), _("需要改正的题目.xlsx"))


@bp.post("/<token>")
@allow(Role.BANK_EDITOR)
def confirm(token: str) -> ResponseReturnValue:
    order = OrderForm(request.form).command()
    try:
        examined = _examined(token, order)
        with unit_of_work() as db:
            done = importing.import_questions(
                db, examined, order, by=me().id, now=now()
            )
    except NotFoundError:
        return _gone()
    except ImportRefusedError as error:
        flash(wording.sentence(error.code), "bad")
        return redirect(_preview_url(token, order), 303)
    uploads.drop(token)
    return _done(done, order)


def _examined(token: str, order: ImportOrder) -> Examined:
    name, data = uploads.take(token, me().id)
    limits = importing.limits_of(settings().imports)
    with reading() as db:
        return importing.examine(db, data, name, order=order, limits=limits)


def _choose_page(form: UploadForm) -> str:
    with reading() as db:
        banks = service.banks(db)
    most = settings().imports
    return render_template("bank/choose.html", form=form, banks=banks, most=most)


def _done(done: importing.Imported, order: ImportOrder) -> ResponseReturnValue:
    intake = done.intake
    if done.import_id is None:
        flash(_("题库“%(bank)s”已有这些题目，没有新题。", bank=order.bank), "good")
        return redirect(url_for("bank.index", bank=order.bank), 303)
    count = len(intake.accepted)
    flash(_("已导入 %(count)s 道题。", count=f"{count:,}"), "good")
    skipped = len(intake.rejected) + len(intake.conflicts)
    if skipped:
        sentence = _(
            "跳过了 %(skipped)s 行。改正后重新上传同一文件即可，已导入的题目不会重复。",
            skipped=f"{skipped:,}",
        )
        flash(sentence, "warn")
    return redirect(url_for("bank.imported", import_id=done.import_id), 303)


def _gone() -> ResponseReturnValue:
    flash(_("上传的文件已经导入，或已超过一小时而删除。请重新选择文件。"), "warn")
    return redirect(url_for(".choose"), 303)


def _preview_url(token: str, order: ImportOrder) -> str:
    return url_for(".preview", token=token, bank=order.bank, pool=order.pool)


def _faults(intake: Intake) -> tuple[Fault, ...]:
    """Return all that has to be mended, rows and contradictions alike."""
    return (
        *(Fault(r.place, r.code, r.message, r.excerpt) for r in intake.rejected),
        *(
            Fault(
                one.candidate.source.place,
                "key_conflict",
                one.message,
                one.candidate.excerpt,
            )
            for one in intake.conflicts
        ),
    )
