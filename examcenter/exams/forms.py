"""What may be said about exams: a plan as a form, and confirmations.

The form says what a plan file would say; `plans.plan_of` judges both.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FileField,
    FormField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, DateTimeLocalInput, ListWidget

from examcenter.errors import Fault
from examcenter.exams import plans, wording
from examcenter.exams.plan_text import moment, number
from examcenter.exams.planning import Unit
from examcenter.exams.rules import Plan, PlanRefusedError
from examcenter.web.forms import Form

_NUMERIC = {"inputmode": "numeric", "autocomplete": "off"}

Choices = Sequence[tuple[str, Any]]


def _choices(named: Mapping[str, object]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in named.items()]


class _SectionForm(Form):
    title = StringField(_("标题"))
    kind = SelectField(_("题型"), choices=_choices(wording.KINDS))
    count = StringField(_("题数"), render_kw=_NUMERIC)
    marks = StringField(_("每题分值"), render_kw={"inputmode": "decimal"})
    scoring = SelectField(_("给分规则"), choices=_choices(wording.SCORINGS))
    instructions = StringField(_("答题说明"))


class _GradeForm(Form):
    name = StringField(_("等次"))
    begins = StringField(_("起点分"), render_kw={"inputmode": "decimal"})


class _CategoryForm(Form):
    category = StringField(_("类别"))
    least = StringField(_("每卷至少（题）"), render_kw=_NUMERIC)


class PlanForm(Form):
    title = StringField(_("考试名称"), validators=[InputRequired()])
    opens_at = StringField(
        _("开始时间"), validators=[InputRequired()], widget=DateTimeLocalInput()
    )
    closes_at = StringField(
        _("结束时间"),
        description=_("到这个时间，所有没有交的答卷由系统收回。"),
        validators=[InputRequired()],
        widget=DateTimeLocalInput(),
    )
    duration_minutes = StringField(
        _("每人答题时长（分钟）"), render_kw=_NUMERIC, validators=[InputRequired()]
    )
    late_entry_minutes = StringField(
        _("迟到时限（分钟）"),
        description=_("开始后超过这个时间，不能再进入考试。"),
        render_kw=_NUMERIC,
        validators=[InputRequired()],
    )
    departments = SelectMultipleField(
        _("参加单位（含下级）"),
        description=_(
            "勾选的单位和它们的所有下级参加；都不选，就是管理范围内全部参加。"
        ),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    more_departments = StringField(
        _("其他单位代码"), description=_("上面没有列出的单位，填写代码，用逗号分开。")
    )
    bank = SelectField(_("题库"), validate_choice=False)
    sections = FieldList(FormField(_SectionForm), min_entries=5, max_entries=30)
    by_category = FieldList(FormField(_CategoryForm), min_entries=4, max_entries=60)
    pass_mark = StringField(
        _("合格线（分）"),
        render_kw={"inputmode": "decimal"},
        validators=[InputRequired()],
    )
    grades = FieldList(FormField(_GradeForm), min_entries=4, max_entries=10)
    attempts = StringField(
        _("每人次数"),
        description=_("每次作答是一份新试卷。最多 9 次。"),
        render_kw=_NUMERIC,
        validators=[InputRequired()],
    )
    attempt_rule = SelectField(
        _("几次成绩怎么算"), choices=_choices(wording.ATTEMPT_RULES)
    )
    release = SelectField(_("成绩公布"), choices=_choices(wording.RELEASES))
    review = SelectField(_("答案和解析"), choices=_choices(wording.REVIEWS))
    shuffle_questions = BooleanField(_("打乱题目顺序（大题之内）"))
    shuffle_options = BooleanField(_("打乱选项顺序（判断题除外）"))
    max_neighbour_overlap = StringField(
        _("相邻座位最多相同题数"),
        description=_("超过时不能发布。留空就不限制。"),
        render_kw=_NUMERIC,
    )
    camera = SelectField(_("摄像头"), choices=_choices(wording.CAMERAS))
    snapshot_from = StringField(
        _("抓拍间隔：最短（秒）"), render_kw=_NUMERIC, validators=[InputRequired()]
    )
    snapshot_to = StringField(
        _("抓拍间隔：最长（秒）"), render_kw=_NUMERIC, validators=[InputRequired()]
    )
    retain_days = StringField(
        _("照片保存天数"), render_kw=_NUMERIC, validators=[InputRequired()]
    )

    def offer(self, units: Sequence[Unit], banks: Sequence[str]) -> None:
        """Set what there is to choose from; what was chosen stays named."""
        self.departments.choices = [
            SelectChoice(unit.code, "　" * unit.depth + unit.name) for unit in units
        ]
        offered = {unit.code for unit in units}
        chosen = self._departments()
        self.departments.data = [code for code in chosen if code in offered]
        rest = [code for code in chosen if code not in offered]
        self.more_departments.data = "，".join(rest)
        names = dict.fromkeys([*banks, *filter(None, [self.bank.data])])
        self.bank.choices = [SelectChoice(name) for name in names]

    def plan(self, zone: ZoneInfo) -> Plan:
        """Return the plan; moments are those of a clock on the wall in *zone*.

        Raises PlanRefusedError, whose faults `show` puts to their fields.
        """
        # A file cannot name a category twice; a form can.
        rows = [row.form for row in self._rows("by_category")]
        names = Counter((form.category.data or "").strip() for form in rows)
        for name in (name for name, times in names.items() if times > 1):
            words = "这个类别写了两次，请合并成一行。"
            place = f"draw.by_category.{name}"
            raise PlanRefusedError((Fault(place, "twice", words, name),))
        return plans.plan_of(self._document(zone))

    def show(self, faults: Sequence[Fault]) -> None:
        """Put *faults* to the fields where they can be mended."""
        for fault in faults:
            words = wording.IN_A_FORM.get((fault.place, fault.code), fault.message)
            field = self._field_at(fault.place)
            if field is None:
                self.form_errors.append(words)
            else:
                field.errors = [*field.errors, words]
        for rows in self._lists().values():  # a list is wrong where a row of it is
            rows.errors = [row.errors for row in rows if row.errors]

    def add_row(self, name: str) -> None:
        """Give the list *name* another empty row; other names change nothing."""
        rows = self._lists().get(name)
        if rows is not None and len(rows) < (rows.max_entries or 0):
            rows.append_entry()

    def _lists(self) -> dict[str, "FieldList[Any]"]:
        return {
            "sections": self.sections,
            "by_category": self.by_category,
            "grades": self.grades,
        }

    def _field_at(self, place: str) -> Field | None:
        row = re.fullmatch(r"(sections|grades)\[(\d+)\]\.(\w+)", place)
        if row:
            form: Form = self._rows(row[1])[int(row[2]) - 1].form
            return form[_FIELDS.get(row[3], row[3])]
        key, *rest = place.removeprefix("draw.").split(".", 1)
        if key == "by_category" and rest:
            rows = (one.form for one in self._rows(key))
            named = (
                f.least for f in rows if (f.category.data or "").strip() == rest[0]
            )
            return next(named, None)
        name = _FIELDS.get(place, place.removeprefix("draw.").split("[")[0])
        return self[name] if name in self and name not in self._lists() else None

    def _document(self, zone: ZoneInfo) -> dict[str, Any]:
        """Return what a plan file with the same content would say."""
        given: dict[str, Any] = {
            "title": self.title.data or "",
            "opens_at": moment(self.opens_at.data, zone),
            "closes_at": moment(self.closes_at.data, zone),
            "departments": self._departments(),
            "bank": self.bank.data or "",
            "sections": [_section(row.form) for row in self._rows("sections")],
            "grades": [_grade(row.form) for row in self._rows("grades")],
            "draw": self._draw(),
            "proctoring": {
                "camera": self.camera.data,
                "snapshot_seconds": [
                    number(self.snapshot_from.data),
                    number(self.snapshot_to.data),
                ],
                "retain_days": number(self.retain_days.data),
            },
            "attempt_rule": self.attempt_rule.data,
            "release": self.release.data,
            "review": self.review.data,
        }
        numbers = ("duration_minutes", "late_entry_minutes", "pass_mark", "attempts")
        # What is left empty has no default here: the form showed one.
        return given | {name: number(self[name].data) for name in numbers}

    def _departments(self) -> list[str]:
        more = re.split(r"[\s,，、;；]+", self.more_departments.data or "")
        return list(
            dict.fromkeys([*(self.departments.data or []), *filter(None, more)])
        )

    def _draw(self) -> dict[str, Any]:
        rows = [row.form for row in self._rows("by_category")]
        bound = (self.max_neighbour_overlap.data or "").strip()
        return {
            "shuffle_questions": bool(self.shuffle_questions.data),
            "shuffle_options": bool(self.shuffle_options.data),
            "by_category": {
                (form.category.data or "").strip(): number(form.least.data)
                for form in rows
            },
            **({"max_neighbour_overlap": number(bound)} if bound else {}),
        }

    def _rows(self, name: str) -> list[Any]:
        """Return the rows of a list in which somebody wrote something."""
        return [row for row in self._lists()[name] if _is_used(row.form)]


_FIELDS = {
    "from": "begins",
    "proctoring.snapshot_seconds": "snapshot_from",
    "proctoring.retain_days": "retain_days",
    "proctoring.camera": "camera",
}
_CHOSEN = ("kind", "scoring")


def _is_used(form: Form) -> bool:
    # A choice stands in every row, also in those left empty.
    return any(
        (field.data or "").strip() for field in form if field.short_name not in _CHOSEN
    )


def _section(form: _SectionForm) -> dict[str, object]:
    return {
        "title": form.title.data or "",
        "kind": form.kind.data,
        "count": number(form.count.data),
        "marks": number(form.marks.data),
        "scoring": form.scoring.data,
        "instructions": form.instructions.data or "",
    }


def _grade(form: _GradeForm) -> dict[str, object]:
    return {"name": form.name.data or "", "from": number(form.begins.data)}


class PlanFileForm(Form):
    file = FileField(_("方案文件"), render_kw={"accept": ".toml", "required": True})

    def validate_file(self, field: FileField) -> None:
        if not isinstance(field.data, FileStorage) or not field.data.filename:
            raise ValidationError(_("请选择方案文件。"))

    def upload(self) -> tuple[bytes, str]:
        """Return bytes and name of the file; raises InvalidFormError without one."""
        self.checked()
        assert isinstance(self.file.data, FileStorage)  # noqa: S101 - validate_file
        return self.file.data.read(), self.file.data.filename or ""


class ReasonForm(Form):
    reason = StringField(
        _("原因"),
        description=_("写明原因，会记入日志。"),
        validators=[InputRequired(), Length(max=200)],
    )


class CodesForm(Form):
    department = SelectField(
        _("单位（含下级）"),
        description=_("给谁发登录码。再次生成时，这些人原来的登录码作废。"),
    )

    def offer(self, departments: Choices) -> None:
        """Set the departments to choose from."""
        self.department.choices = [
            SelectChoice("", _("全部参加单位")),
            *(SelectChoice(code, f"{name}（{code}）") for code, name in departments),
        ]

    def chosen(self) -> str | None:
        """Return the department's code, None for all; raises InvalidFormError."""
        self.checked()
        return self.department.data or None
