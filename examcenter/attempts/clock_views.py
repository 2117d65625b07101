"""The officer's word about clocks that disagree: on record, with a reason."""

import structlog
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from examcenter.accounts.rules import Role
from examcenter.attempts import clock_alarms
from examcenter.attempts.act_rules import Act
from examcenter.attempts.forms import ReasonForm
from examcenter.web.context import centre, now, reading, unit_of_work
from examcenter.web.signin import allow, me

bp = Blueprint("clock", __name__, url_prefix="/clock")
log = structlog.get_logger()


@bp.get("")
@allow(Role.EXAM_OFFICER)
def confirm() -> ResponseReturnValue:
    return _page(ReasonForm())


@bp.post("")
@allow(Role.EXAM_OFFICER)
def adopt() -> ResponseReturnValue:
    moment, form = now(), ReasonForm(request.form)
    if not form.validate():
        return _page(form), 422
    reason = (form.reason.data or "").strip()
    with unit_of_work() as db:
        clock_alarms.answer(db, Act(me().id, moment, reason))
        # Before the commit: the guard must not find the old time without an alarm.
        moves = centre().clock.adopt()
    log.warning(
        "clock.adopted", by=me().id, seconds=moves.total_seconds(), reason=reason
    )
    flash(_("已改用服务器现在的时间，到时自动收卷已恢复。"), "good")
    return redirect(url_for("exams.index"), 303)


def _page(form: ReasonForm) -> str:
    with reading() as db:
        alarm = clock_alarms.alarm(db)
    return render_template(
        "clock/confirm.html",
        form=form,
        alarm=alarm,
        seconds=round(centre().clock.off().total_seconds()),
    )
