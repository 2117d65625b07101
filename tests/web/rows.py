"""Who may reach what: one row for every view of the application.

A view without a row fails `test_access`, so whoever adds a page says here who reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

import cv2
import numpy as np

from examcenter.accounts.rules import Role

ANYBODY: frozenset[Role] = frozenset()
SIGNED_IN = frozenset(Role)
EXAMINEE = frozenset({Role.EXAMINEE})
EDITOR = frozenset({Role.BANK_EDITOR})
OFFICER = frozenset({Role.EXAM_OFFICER})
SYSTEM = frozenset({Role.SYSTEM})
STAFF = frozenset({Role.EXAM_OFFICER, Role.INVIGILATOR})
READERS = frozenset({Role.EXAM_OFFICER, Role.HR})
TREE = frozenset({Role.EXAM_OFFICER, Role.HR, Role.SYSTEM})
TREE_WRITERS = frozenset({Role.EXAM_OFFICER, Role.SYSTEM})


class Outside(Enum):
    """What somebody of the right role gets who does not belong to our department."""

    MISSING = "it does not exist"
    BLANK = "nothing of ours is in it"
    GONE = "a way back, and nothing of ours"
    ALIKE = "the same as everybody"


@dataclass(frozen=True, slots=True)
class Row:
    """Who reaches a view.

    *fill* names the facts of the world in its address, *query* follows it, *body* is
    what somebody sends who means it: a refusal must not come from an empty form.
    *raw* with its *headers* is the same for what is no form.  *strangers* are further
    people who get what those outside do.
    """

    roles: frozenset[Role]
    outside: Outside = Outside.ALIKE
    fill: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    strangers: frozenset[str] = frozenset()
    raw: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


_REASON = {"reason": "因为要检查"}
_ANSWERS = {"lease": 1, "answers": []}

_SIGNAL = {
    "id": "6f1c1d6e-0000-4000-8000-000000000003",
    "kind": "focus_lost",
    "at": "2026-12-01T09:00:00+08:00",
}
_SIGNALS = {"signals": [_SIGNAL]}
CAMERA = {
    "Content-Type": "image/jpeg",
    "X-Snapshot-Id": "6f1c1d6e-0000-4000-8000-000000000002",
    "X-Captured-At": "2026-12-01T09:00:00+08:00",
}
A_PICTURE = cv2.imencode(".jpg", np.full((48, 64, 3), 128, np.uint8))[1].tobytes()

_MINE = Row(EXAMINEE, Outside.MISSING)
_MY_END = Row(EXAMINEE, Outside.MISSING, {"attempt_id": "ended_attempt"})
_EXAM = Row(OFFICER, Outside.MISSING)
_EXAM_WITH_REASON = Row(OFFICER, Outside.MISSING, body=_REASON)
_DRAFT = Row(OFFICER, Outside.MISSING, {"exam_id": "draft"})
_PERSON = {"public_id": "person"}
_QUESTION = Row(EDITOR, fill={"public_id": "question"})
_ORDER = {"bank": "学法题库", "pool": "formal", "only_good": "y"}
_BANK_FILE = Row(
    EDITOR,
    fill={"token": "bank_token"},
    query="bank=学法题库&pool=formal",
    body=_ORDER,
)
_TREE_FILE = Row(
    TREE_WRITERS,
    Outside.GONE,
    {"token": "departments_token"},
    strangers=frozenset({"a system administrator"}),
)
_PEOPLE_FILE = Row(OFFICER, Outside.GONE, {"token": "people_token"})
_STAFF = Row(SYSTEM, fill={"public_id": "staff"})

A_PLAN = {
    "title": "改过的方案",
    "opens_at": "2026-12-02T09:00",
    "closes_at": "2026-12-02T11:00",
    "duration_minutes": "60",
    "late_entry_minutes": "30",
    "departments": "430411",
    "bank": "学法题库",
    "sections-0-title": "判断题",
    "sections-0-kind": "true_false",
    "sections-0-count": "2",
    "sections-0-marks": "50",
    "sections-0-scoring": "all_or_nothing",
    "pass_mark": "60",
    "grades-0-name": "合格",
    "grades-0-begins": "60",
    "attempts": "1",
    "attempt_rule": "best",
    "release": "at_submission",
    "review": "none",
    "camera": "off",
    "snapshot_from": "20",
    "snapshot_to": "40",
    "retain_days": "180",
}

HOME = {
    "static": Row(ANYBODY, fill={"filename": "stylesheet"}),
    "bootstrap.static": Row(ANYBODY, fill={"filename": "bootstrap"}),
    "home.healthz": Row(ANYBODY),
    "home.readyz": Row(ANYBODY),
    "home.metrics": Row(ANYBODY),
    "home.language": Row(ANYBODY),
    "home.api_description": Row(ANYBODY),
    "home.start": Row(SIGNED_IN, Outside.BLANK),
}

ACCOUNTS = {
    "accounts.sign_in": Row(ANYBODY),
    "accounts.begin": Row(ANYBODY),
    "accounts.sign_out": Row(SIGNED_IN),
    "accounts.password": Row(SIGNED_IN),
    "accounts.choose_password": Row(SIGNED_IN),
    "session_api.sign_in": Row(ANYBODY),
    "session_api.sign_out": Row(SIGNED_IN),
    "session_api.choose_password": Row(SIGNED_IN),
    "staff.index": Row(SYSTEM),
    "staff.export": Row(SYSTEM),
    "staff.new": Row(SYSTEM),
    "staff.create": Row(SYSTEM),
    "staff.account": _STAFF,
    "staff.grant": _STAFF,
    "staff.withdraw": _STAFF,
    "staff.disable": replace(_STAFF, body=_REASON),
    "staff.enable": _STAFF,
    "staff.sign_out": _STAFF,
    "staff.password": _STAFF,
}

ORGANISATION = {
    "departments.index": Row(TREE, Outside.BLANK),
    "people.index": Row(READERS, Outside.BLANK),
    "people.export": Row(READERS, Outside.BLANK),
    "people.person": Row(READERS, Outside.MISSING, _PERSON),
    "people.person_password": Row(OFFICER, Outside.MISSING, _PERSON, body=_REASON),
    "people.passwords": Row(OFFICER, Outside.BLANK),
    "people.issue": Row(OFFICER, Outside.BLANK, body=_REASON),
    "organisation_import.departments_choose": Row(TREE_WRITERS, Outside.BLANK),
    "organisation_import.departments_keep": Row(TREE_WRITERS, Outside.BLANK),
    "organisation_import.departments_preview": _TREE_FILE,
    "organisation_import.departments_errors": replace(
        _TREE_FILE, outside=Outside.MISSING
    ),
    "organisation_import.departments_confirm": _TREE_FILE,
    "organisation_import.people_choose": Row(OFFICER, Outside.BLANK),
    "organisation_import.people_keep": Row(OFFICER, Outside.BLANK),
    "organisation_import.people_preview": _PEOPLE_FILE,
    "organisation_import.people_errors": replace(_PEOPLE_FILE, outside=Outside.MISSING),
    "organisation_import.people_confirm": _PEOPLE_FILE,
}

BANK = {
    "bank.index": Row(EDITOR),
    "bank.export": Row(EDITOR),
    "bank.template": Row(EDITOR),
    "bank.question": _QUESTION,
    "bank.retire": _QUESTION,
    "bank.restore": _QUESTION,
    "bank.imported": Row(EDITOR),
    "bank.imports.choose": Row(EDITOR),
    "bank.imports.keep": Row(EDITOR),
    "bank.imports.preview": _BANK_FILE,
    "bank.imports.rows_to_mend": _BANK_FILE,
    "bank.imports.confirm": _BANK_FILE,
}

EXAMS = {
    "exams.index": Row(OFFICER, Outside.BLANK),
    "exams.export": Row(OFFICER, Outside.BLANK),
    "exams.overview": _EXAM,
    "exams.publish": _DRAFT,
    "exams.confirm_publishing": _DRAFT,
    "exams.plans.new": Row(OFFICER, Outside.BLANK),
    "exams.plans.create": Row(OFFICER, Outside.BLANK),
    "exams.plans.upload": Row(OFFICER, Outside.BLANK),
    "exams.plans.edit": _DRAFT,
    "exams.plans.change": replace(_DRAFT, body=A_PLAN),
    "exams.running.progress": _EXAM,
    "exams.running.board_export": _EXAM,
    "exams.running.codes_form": _EXAM,
    "exams.running.issue_codes": _EXAM,
    "exams.running.close": _EXAM,
    "exams.running.confirm_closing": _EXAM_WITH_REASON,
    "exams.running.release": _EXAM,
    "exams.running.confirm_release": _EXAM_WITH_REASON,
}

ATTEMPTS = {
    "attempts.mine": Row(EXAMINEE, Outside.BLANK),
    "attempts.notice": _MINE,
    "attempts.start": _MINE,
    "attempts.paper": _MINE,
    "attempts.result": _MY_END,
    "attempts_api.exams": Row(EXAMINEE, Outside.BLANK),
    "attempts_api.start": _MINE,
    "attempts_api.resume": _MINE,
    "attempts_api.take_lease": _MINE,
    "attempts_api.save_answers": replace(_MINE, body=_ANSWERS),
    "attempts_api.submit": replace(_MINE, body=_ANSWERS),
    "attempts_api.shown": _MY_END,
}

_ACT = Row(STAFF, Outside.MISSING, {"act": "pause"}, body=_REASON)
_ASKING = Row(OFFICER, Outside.MISSING, {"act": "asked"}, body=_REASON)
_WAITING = Row(OFFICER, Outside.MISSING, body=_REASON)
_ROOM = Row(STAFF, Outside.MISSING)
_ROOMS_FILE = Row(OFFICER, Outside.GONE, {"token": "rooms_token"})
_OF_OWNER = "person=OW00001"

ACTS = {
    "clock.confirm": Row(OFFICER),
    "clock.adopt": Row(OFFICER, body=_REASON),
    "acts.record": Row(STAFF, Outside.MISSING),
    "acts.confirm": _ACT,
    "acts.do": _ACT,
    "acts.confirm_asking": _ASKING,
    "acts.ask": _ASKING,
    "acts.waiting": _WAITING,
    "acts.decide": _WAITING,
    "acts.grant": Row(STAFF, Outside.MISSING, query=_OF_OWNER),
    "acts.give_time": Row(
        STAFF, Outside.MISSING, body={"minutes": "5", **_REASON}, query=_OF_OWNER
    ),
    "acts.late_entry": Row(STAFF, Outside.MISSING, query=_OF_OWNER),
    "acts.admit": Row(
        STAFF, Outside.MISSING, body={"until": "09:10", **_REASON}, query=_OF_OWNER
    ),
}

ROOMS = {
    "rooms.index": Row(STAFF, Outside.BLANK),
    "rooms.rooms_choose": Row(OFFICER, Outside.BLANK),
    "rooms.rooms_keep": Row(OFFICER, Outside.BLANK),
    "rooms.rooms_preview": _ROOMS_FILE,
    "rooms.rooms_errors": replace(_ROOMS_FILE, outside=Outside.MISSING),
    "rooms.rooms_confirm": _ROOMS_FILE,
    "rooms.seats": _EXAM,
    "rooms.give_seats": replace(_EXAM, body={"rooms": "101"}),
    "room_board.index": _ROOM,
    "room_board.board": _ROOM,
    "room_board.swap": replace(_ROOM, query=_OF_OWNER),
    "room_board.change_seat": replace(
        _ROOM, body={"seat": "2", "minutes": "0", **_REASON}, query=_OF_OWNER
    ),
}

PROCTORING = {
    "proctoring.attempt": Row(OFFICER, Outside.MISSING),
    "proctoring.export": Row(OFFICER, Outside.MISSING),
    "proctoring.picture": Row(OFFICER, Outside.MISSING),
    "proctoring_api.snapshot": replace(_MINE, raw=A_PICTURE, headers=CAMERA),
    "proctoring_api.signals": replace(_MINE, body=_SIGNALS),
}

REPORTS = {
    "reports.index": Row(READERS, Outside.BLANK),
    "reports.departments": Row(READERS, Outside.MISSING),
    "reports.download": Row(READERS, Outside.MISSING),
    "reports.people": Row(READERS, Outside.MISSING),
    "reports.people_csv": Row(READERS, Outside.MISSING),
}

ROWS: Mapping[str, Row] = {
    **HOME,
    **ACCOUNTS,
    **ORGANISATION,
    **BANK,
    **EXAMS,
    **ATTEMPTS,
    **ACTS,
    **ROOMS,
    **PROCTORING,
    **REPORTS,
}
