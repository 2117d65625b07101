"""Pages on which a plan is made: a new one, one from a file, a draft changed."""

from zoneinfo import ZoneInfo

import structlog
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from examcenter.accounts.rules import Role
from examcenter.exams import plan_text, planning, plans, service
from examcenter.exams.forms import PlanFileForm, PlanForm
from examcenter.exams.rules import AlreadyPublishedError, PlanRefusedError
from examcenter.organisation import service as organisation
from examcenter.organisation.service import Scope
from examcenter.web.context import now, reading, settings, unit_of_work
from examcenter.web.signin import allow, me

bp = Blueprint("plans", __name__)
log = structlog.get_logger()


def zone() -> ZoneInfo:
    """Return where the clocks on the centre's walls stand."""
    return ZoneInfo(settings().locale.timezone)


def my_scope(db: Session) -> Scope:
    """Return the part of the tree whose exams whoever asks looks after."""
    return organisation.scope_of(db, me().id, Role.EXAM_OFFICER)


@bp.get("/new")
@allow(Role.EXAM_OFFICER)
def new() -> ResponseReturnValue:
    moment = now()
    plan = plan_text.usual_plan(moment, zone())
    if "like" in request.args:
        with reading() as db:
            like = service.find(db, request.args["like"], my_scope(db)).plan
        plan = plan_text.copied(like, moment, zone())
    form = PlanForm(data=plan_text.texts_of(plan, zone()))
    return _new_page(form, PlanFileForm())


@bp.post("/new")
@allow(Role.EXAM_OFFICER)
def create() -> ResponseReturnValue:
    form = PlanForm(request.form)
    if "more" in request.form:
        form.add_row(request.form["more"])
        return _new_page(form, PlanFileForm())
    try:
        plan = form.plan(zone())
        with unit_of_work() as db:
            scope = my_scope(db)
            exam_id = planning.create(db, plan, scope=scope, by=me().id, now=now())
    except PlanRefusedError as error:
        form.show(error.faults)
        return _new_page(form, PlanFileForm()), 422
    return _created(exam_id)


@bp.post("/new/file")
@allow(Role.EXAM_OFFICER)
def upload() -> ResponseReturnValue:
    form = PlanFileForm(request.files)
    if not form.validate():
        return _new_page(_usual_form(), form), 422
    try:
        plan = plans.read(*form.upload())
        with unit_of_work() as db:
            scope = my_scope(db)
            exam_id = planning.create(db, plan, scope=scope, by=me().id, now=now())
    except PlanRefusedError as error:
        page = render_template("exams/file_refused.html", faults=error.faults)
        return page, 422
    return _created(exam_id)


def _usual_form() -> PlanForm:
    usual = plan_text.usual_plan(now(), zone())
    return PlanForm(data=plan_text.texts_of(usual, zone()))


def _created(exam_id: str) -> ResponseReturnValue:
    log.info("exam.created", exam=exam_id, by=me().id)
    flash(_("草稿已保存。请核对方案，然后发布。"), "good")
    return redirect(url_for("exams.overview", exam_id=exam_id), 303)


def _new_page(form: PlanForm, file_form: PlanFileForm) -> str:
    _offer(form)
    return render_template("exams/new.html", form=form, file_form=file_form)


@bp.get("/<exam_id>/edit")
@allow(Role.EXAM_OFFICER)
def edit(exam_id: str) -> ResponseReturnValue:
    with reading() as db:
        exam = service.find(db, exam_id, my_scope(db))
    if exam.is_published:
        raise AlreadyPublishedError
    form = PlanForm(data=plan_text.texts_of(exam.plan, zone()))
    return _edit_page(exam_id, form)


@bp.post("/<exam_id>/edit")
@allow(Role.EXAM_OFFICER)
def change(exam_id: str) -> ResponseReturnValue:
    form = PlanForm(request.form)
    if "more" in request.form:
        form.add_row(request.form["more"])
        return _edit_page(exam_id, form)
    try:
        plan = form.plan(zone())
        with unit_of_work() as db:
            planning.edit(db, exam_id, plan, scope=my_scope(db))
    except PlanRefusedError as error:
        form.show(error.faults)
        return _edit_page(exam_id, form), 422
    log.info("exam.changed", exam=exam_id, by=me().id)
    flash(_("方案已保存。"), "good")
    return redirect(url_for("exams.overview", exam_id=exam_id), 303)


def _edit_page(exam_id: str, form: PlanForm) -> str:
    _offer(form)
    return render_template("exams/edit.html", form=form, exam_id=exam_id)


def _offer(form: PlanForm) -> None:
    with reading() as db:
        units = planning.units(db, my_scope(db))
        banks = planning.banks(db)
    form.offer(units, banks)
