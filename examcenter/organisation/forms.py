"""What may be said when loading departments and people and issuing passwords."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, FileField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length

from examcenter.organisation.first_passwords import Wanted
from examcenter.web.forms import Form


class ImportForm(Form):
    file = FileField(
        _("文件"),
        validators=[InputRequired(_("请选择要导入的文件。"))],
        render_kw={"accept": ".csv,.xlsx"},
    )


class ReasonForm(Form):
    reason = StringField(
        _("原因"),
        description=_("例如：本人忘记密码。原因会记入日志。"),
        validators=[InputRequired(), Length(max=200)],
    )


class PasswordsForm(ReasonForm):
    department = SelectField(
        _("单位（含下级）"), description=_("名单按单位排列，可以打印后裁开发放。")
    )
    again = BooleanField(_("还没有修改初始密码的人，也重新生成（原来的作废）"))

    def offer(self, departments: Sequence[tuple[str, str]]) -> None:
        """Set the departments to choose from."""
        self.department.choices = [
            SelectChoice("", _("全部（管理范围内）")),
            *(SelectChoice(code, f"{name}（{code}）") for code, name in departments),
        ]

    def wanted(self) -> Wanted:
        """Return the order; raises InvalidFormError."""
        self.checked()
        return Wanted(self.department.data or "", again=bool(self.again.data))
