"""Pages for signing in and out and for choosing a password."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from examcenter.accounts import service, sign_ins, signing
from examcenter.accounts.forms import PasswordForm, SignInForm
from examcenter.web import wording
from examcenter.web.context import now, settings, unit_of_work
from examcenter.web.errors import status_of
from examcenter.web.signin import me, public, signed_in_even_with_first_password
from examcenter.web.targets import own_path

bp = Blueprint("accounts", __name__)


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    return _sign_in_page(SignInForm())


@bp.post("/sign-in")
@public
def begin() -> ResponseReturnValue:
    moment = now()
    form = SignInForm(request.form)
    if not form.validate():
        return _sign_in_page(form), 422
    try:
        signing.sign_in(form.login.data or "", form.password.data or "", now=moment)
    except (sign_ins.WrongCredentialsError, sign_ins.WaitBeforeSignInError) as error:
        sentence = wording.sentence(error.code, error.facts)
        form.password.errors = [*form.password.errors, sentence]
        return _sign_in_page(form), status_of(error)
    target = own_path(request.args.get("next", ""))
    return redirect(target or url_for("home.start"), 303)


def _sign_in_page(form: SignInForm) -> str:
    target = request.args.get("next", "")
    return render_template("accounts/sign_in.html", form=form, next=target)


@bp.post("/sign-out")
@signed_in_even_with_first_password
def sign_out() -> ResponseReturnValue:
    signing.sign_out(me().sign_in_id, now=now())
    answer = redirect(url_for(".sign_in"), 303)
    # Only the browser knows whether somebody's answers still wait in it to be sent.
    if request.form.get("storage") == "empty":
        answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


@bp.get("/password")
@signed_in_even_with_first_password
def password() -> ResponseReturnValue:
    return render_template("accounts/password.html", form=PasswordForm())


@bp.post("/password")
@signed_in_even_with_first_password
def choose_password() -> ResponseReturnValue:
    form = PasswordForm(request.form)
    if not form.validate():
        return render_template("accounts/password.html", form=form), 422
    try:
        with unit_of_work() as db:
            service.choose_password(
                db,
                form.new_password.data or "",
                by=signing.chooser(),
                settings=settings().accounts,
                now=now(),
            )
    except service.WeakPasswordError as error:
        sentences = [wording.sentence(code) for code in error.faults]
        form.new_password.errors = [*form.new_password.errors, *sentences]
        return render_template("accounts/password.html", form=form), 422
    flash(_("密码已修改。"), "good")
    return redirect(url_for("home.start"), 303)
