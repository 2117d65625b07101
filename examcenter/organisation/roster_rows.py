"""What one row of a roster says about a person, and what is wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass

from examcenter.accounts.rules import normalised_login
from examcenter.organisation.columns import Entry, Table, Vocabulary
from examcenter.organisation.rules import (
    IdNumberError,
    Status,
    is_han,
    is_resident_paper,
    other_paper_number,
    resident_id_number,
    status_named,
)

VOCABULARY = Vocabulary(
    names={
        "staff_number": (
            "工号",
            "职工号",
            "员工号",
            "职工编号",
            "人员编号",
            "staff_number",
        ),
        "name": ("姓名", "名字", "name"),
        "department": (
            "单位代码",
            "单位编码",
            "所属单位代码",
            "编制单位代码",
            "department",
            "department_code",
        ),
        "id_number": (
            "证件号码",
            "证件号",
            "身份证号",
            "身份证号码",
            "公民身份号码",
            "身份证",
            "id_number",
        ),
        "id_kind": ("证件类型", "证件种类", "id_type", "id_kind"),
        "category": ("人员类别", "人员类型", "类别", "category"),
        "rank": ("职务层次", "职务级别", "职务/职级", "职级", "rank"),
        "phone": ("手机号", "手机号码", "手机", "联系电话", "电话", "phone", "mobile"),
        "status": ("在职状态", "人员状态", "状态", "status"),
        "exemption": ("免考原因", "免考情形", "免考", "exemption"),
    },
    required=("staff_number", "name", "department"),
)

_CODES = frozenset({"staff_number", "department", "id_number", "phone"})
_LONGEST = {
    "staff_number": 64,
    "name": 100,
    "department": 40,
    "category": 40,
    "rank": 40,
    "phone": 40,
    "exemption": 200,
}
_NOT_EXEMPT = frozenset({"", "无", "否", "不", "-", "—", "/", "no"})
_NOT_A_REASON = frozenset({"是", "免考", "免", "其他", "yes"})
_ID_NUMBER_WORDS = {
    "id_number_form": "证件号码不是 18 位或 15 位居民身份证号"
    "（其他证件请在“证件类型”列写明）",
    "id_number_date": "证件号码中的出生日期不存在",
    "id_number_check": "证件号码的校验码不对",
}
_OTHER_PAPER_WORDS = "证件号码应为 4 至 18 个字母或数字"

Problem = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Listed:
    """A person as a row of the roster has them.

    None stands for a column that the file does not have: what is stored stays then.
    """

    entry: Entry
    login: str
    staff_number: str
    name: str
    department: str
    id_number: str | None
    category: str | None
    rank: str | None
    phone: str | None
    status: str | None
    exemption: str | None

    def has(self, field: str) -> bool:
        return self.entry.has(field)


@dataclass(frozen=True, slots=True)
class Roster(Table):
    """A roster's table with what each of its rows says and what is wrong with it."""

    people: tuple[tuple[Listed, tuple[Problem, ...]], ...] = ()


def listed(entry: Entry) -> tuple[Listed, tuple[Problem, ...]]:
    """Return what *entry* says and, as codes and sentences, what is wrong with it."""
    problems = list(entry.spoilt())
    problems += _lacking(entry)
    number, wrong = _id_number(entry) if not problems else (None, [])
    status, unknown = _status(entry)
    exemption, unfounded = _exemption(entry)
    row = Listed(
        entry=entry,
        login=normalised_login(entry.code("staff_number")),
        staff_number=entry.code("staff_number"),
        name=_name(entry),
        department=entry.code("department"),
        id_number=number,
        category=_given(entry, "category"),
        rank=_given(entry, "rank"),
        phone=_given(entry, "phone"),
        status=status,
        exemption=exemption,
    )
    return row, (*problems, *wrong, *unknown, *unfounded)


def _text(entry: Entry, field: str) -> str:
    return entry.code(field) if field in _CODES else entry.text(field)


def _given(entry: Entry, field: str) -> str | None:
    return _text(entry, field) if entry.has(field) else None


def _name(entry: Entry) -> str:
    """Return the name; forms pad names of two characters with a space: 张　三."""
    name = entry.text("name")
    together = name.replace(" ", "")
    return together if is_han(together) else name


def _lacking(entry: Entry) -> Iterator[Problem]:
    for field in VOCABULARY.required:
        if not _text(entry, field):
            yield f"{field}_missing", f"缺少{VOCABULARY.title(field)}"
    for field, longest in _LONGEST.items():
        if len(_text(entry, field)) > longest:
            yield "too_long", f"{VOCABULARY.title(field)}超过 {longest} 个字符"


def _id_number(entry: Entry) -> tuple[str | None, list[Problem]]:
    text = entry.code("id_number")
    if not text:
        return None, []
    resident = is_resident_paper(entry.text("id_kind"))
    try:
        return (resident_id_number if resident else other_paper_number)(text), []
    except IdNumberError as error:
        words = _ID_NUMBER_WORDS[error.code] if resident else _OTHER_PAPER_WORDS
        return None, [(error.code, words)]


def _status(entry: Entry) -> tuple[str | None, list[Problem]]:
    if not entry.has("status"):
        return None, []
    status = status_named(entry.text("status"))
    if status is None:
        allowed = "、".join(Status)
        words = f"在职状态“{entry.text('status')}”不认识，应为：{allowed}"
        return None, [("status_unknown", words)]
    return str(status), []


def _exemption(entry: Entry) -> tuple[str | None, list[Problem]]:
    if not entry.has("exemption"):
        return None, []
    reason = entry.text("exemption")
    if reason.casefold() in _NOT_EXEMPT:
        return "", []
    if reason.casefold() in _NOT_A_REASON:
        words = f"免考原因只写了“{reason}”，请写明原因，例如“产假”"
        return None, [("exemption_without_reason", words)]
    return reason, []
