"""What may be said when a file goes into a bank."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, FileField, HiddenField, RadioField, StringField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length

from examcenter.bank.rules import (
    DEFAULT_BANK,
    LONGEST_BANK_NAME,
    ImportOrder,
    Pool,
)
from examcenter.bank.rulings import Ruling, Verdict
from examcenter.bank.staleness import Approval
from examcenter.bank.wording import POOLS
from examcenter.web.forms import Form


def _stripped(text: str | None) -> str | None:
    return text.strip() if text else text


def _pools() -> dict[str, str]:
    return {pool.value: str(name) for pool, name in POOLS.items()}


class UploadForm(Form):
    file = FileField(_("题库文件"), validators=[InputRequired(_("请选择文件。"))])
    bank = StringField(
        _("题库名称"),
        default=DEFAULT_BANK,
        description=_("填已有题库的名称就导入到那个题库；填新名称则新建题库。"),
        filters=[_stripped],
        validators=[DataRequired(), Length(max=LONGEST_BANK_NAME)],
    )
    pool = RadioField(
        _("用途"),
        choices=_pools,
        default=Pool.FORMAL.value,
        description=_("正式考试的题和练习的题分开存放，不能互换。"),
    )

    def command(self) -> ImportOrder:
        """Return where the file goes; raises InvalidFormError."""
        self.checked()
        return ImportOrder(self.bank.data or "", Pool(self.pool.data))


class OrderForm(Form):
    """The same once the file is kept: in an address, and in the confirmation."""

    bank = HiddenField(
        filters=[_stripped],
        validators=[DataRequired(), Length(max=LONGEST_BANK_NAME)],
    )
    pool = HiddenField(validators=[AnyOf([pool.value for pool in Pool])])
    only_good = BooleanField()

    def command(self) -> ImportOrder:
        """Return where the file goes, and how; raises InvalidFormError."""
        self.checked()
        return ImportOrder(
            self.bank.data or "", Pool(self.pool.data or ""), bool(self.only_good.data)
        )


class ApprovalForm(Form):
    """An editor's word that a question holds under the present text."""

    seen = HiddenField(validators=[DataRequired()])
    reason = StringField(
        _("确认的理由"),
        description=_("写明为什么题目和答案按新条文仍然正确；与两个文本一起保存。"),
        filters=[_stripped],
        validators=[DataRequired(), Length(max=500)],
    )

    def command(self, public_id: str) -> Approval:
        """Return which question is approved and why; raises InvalidFormError."""
        self.checked()
        return Approval(public_id, self.reason.data or "", self.seen.data or "")


class RulingForm(Form):
    """An editor's word about two questions that are the same with different keys."""

    first = HiddenField(validators=[DataRequired(), Length(max=32)])
    second = HiddenField(validators=[DataRequired(), Length(max=32)])
    verdict = HiddenField(validators=[AnyOf([one.value for one in Verdict])])
    reason = StringField(
        _("裁定的理由"),
        filters=[_stripped],
        validators=[DataRequired(), Length(max=500)],
    )

    def command(self) -> Ruling:
        """Return the ruling; raises InvalidFormError."""
        self.checked()
        return Ruling(
            self.first.data or "",
            self.second.data or "",
            Verdict(self.verdict.data or ""),
            self.reason.data or "",
        )
