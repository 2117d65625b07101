"""Which features there are, and what a lower one is handed of a higher one."""

from collections.abc import Callable, Sequence

from flask import Blueprint, url_for
from flask_babel import lazy_gettext as _
from sqlalchemy import exists
from sqlalchemy.orm import Session

from examcenter.accounts import api as session_api
from examcenter.accounts import signing, staff_views
from examcenter.accounts import views as accounts
from examcenter.accounts import wording as accounts_wording
from examcenter.accounts.models import Account
from examcenter.accounts.rules import Role
from examcenter.attempts import act_views, clock_alarms, clock_views, room_views
from examcenter.attempts import api as attempts_api
from examcenter.attempts import service as attempts_service
from examcenter.attempts import views as attempts
from examcenter.attempts import wiring as attempts_wiring
from examcenter.attempts import wording as attempts_wording
from examcenter.attempts.models import Attempt
from examcenter.bank import views as bank
from examcenter.bank import wording as bank_wording
from examcenter.exams import codes
from examcenter.exams import views as exams
from examcenter.exams import wiring as exams_wiring
from examcenter.exams import wording as exams_wording
from examcenter.exams.models import ExamCode
from examcenter.home import views as home
from examcenter.organisation import department_views, import_views
from examcenter.organisation import service as organisation
from examcenter.organisation import views as people
from examcenter.organisation import wording as organisation_wording
from examcenter.organisation.models import Person
from examcenter.proctoring import api as proctoring_api
from examcenter.proctoring import service as proctoring
from examcenter.proctoring import views as proctoring_views
from examcenter.proctoring import wording as proctoring_wording
from examcenter.reports import views as reports
from examcenter.reports import wording as reports_wording
from examcenter.results import closing, reviewing
from examcenter.results import service as results
from examcenter.results import wording as results_wording
from examcenter.rooms import service as rooms
from examcenter.rooms import views as rooms_views
from examcenter.rooms import wording as rooms_wording
from examcenter.web import wording
from examcenter.web.context import centre
from examcenter.web.signin import SignedIn
from examcenter.web.templating import Place

BLUEPRINTS: Sequence[Blueprint] = (
    home.bp,
    accounts.bp,
    staff_views.bp,
    session_api.bp,
    department_views.bp,
    people.bp,
    import_views.bp,
    bank.bp,
    exams.bp,
    rooms_views.bp,
    room_views.bp,
    act_views.bp,
    clock_views.bp,
    attempts.bp,
    attempts_api.bp,
    proctoring_api.bp,
    proctoring_views.bp,
    reports.bp,
)

_OFFICER, _HR, _SYSTEM = Role.EXAM_OFFICER, Role.HR, Role.SYSTEM

PLACES: Sequence[Place] = (
    Place(_("首页"), "home.start", frozenset(Role)),
    Place(_("我的考试"), "attempts.mine", frozenset({Role.EXAMINEE})),
    Place(_("题库"), "bank.index", frozenset({Role.BANK_EDITOR})),
    Place(_("单位"), "departments.index", frozenset({_OFFICER, _HR, _SYSTEM})),
    Place(_("人员"), "people.index", frozenset({_OFFICER, _HR})),
    Place(_("考试"), "exams.index", frozenset({_OFFICER})),
    Place(_("考场"), "rooms.index", frozenset({_OFFICER, Role.INVIGILATOR})),
    Place(_("参考率与合格率"), "reports.index", frozenset({_OFFICER, _HR})),
    Place(_("工作人员账号"), "staff.index", frozenset({_SYSTEM})),
)

SENTENCES = (
    accounts_wording.SENTENCES,
    organisation_wording.SENTENCES,
    bank_wording.SENTENCES,
    exams_wording.SENTENCES,
    rooms_wording.SENTENCES,
    attempts_wording.SENTENCES,
    proctoring_wording.SENTENCES,
    results_wording.SENTENCES,
    reports_wording.SENTENCES,
)


def wire_features() -> Callable[[str], SignedIn | None]:
    """Hand features what they need of each other; return who loads a sign-in."""
    for sentences in SENTENCES:
        wording.add(sentences)
    signing.hooks.code_exam = _code_exam
    signing.hooks.place = organisation.place
    staff_views.hooks.department_named = organisation.department_named
    staff_views.hooks.department_names = organisation.department_names
    staff_views.hooks.room_named = rooms.room_named
    staff_views.hooks.room_names = rooms.room_names
    staff_views.hooks.on_roster = exists().where(Person.id == Account.id)
    exams_wiring.install(
        exams_wiring.Hooks(
            close=closing.close_exam,
            progress=attempts_service.progress,
            attempt_url=lambda attempt_id: url_for(
                "acts.record", attempt_id=attempt_id
            ),
            clock_alarm=clock_alarms.alarm,
        )
    )
    attempts_wiring.install(
        attempts_wiring.Hooks(
            score=results.score,
            shown=results.shown,
            released=results.released,
            reviewed=reviewing.reviewed,
            recorded=proctoring.recorded,
            unmark=results.unmark,
        )
    )
    return signing.load


def _code_exam(session: Session, account_id: int, password: str) -> int | None:
    shared = centre()
    return codes.code_exam(
        session,
        account_id,
        password,
        key=shared.secret,
        overtime=exists().where(
            Attempt.exam_id == ExamCode.exam_id,
            Attempt.person_id == ExamCode.person_id,
            Attempt.submitted_at.is_(None),
        ),
        now=shared.clock.now(),
    )


open_lane = attempts_wiring.open_lane
