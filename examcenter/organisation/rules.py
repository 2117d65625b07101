"""What is true about departments and the people in them."""

import re
import unicodedata
from datetime import date
from enum import StrEnum


class Status(StrEnum):
    """What somebody is to their department; only those on post sit exams."""

    ON_POST = "在职"
    SECONDED = "借调"
    ATTACHED = "挂职"
    RETIRED = "离退"
    TRANSFERRED = "调出"
    DECEASED = "死亡"


# Seconded and attached people sit and count where their post is, which is where the
# roster lists them.
ON_POST = frozenset({Status.ON_POST, Status.SECONDED, Status.ATTACHED})

_STATUS_NAMES = {str(status): status for status in Status} | {
    "": Status.ON_POST,
    "在岗": Status.ON_POST,
    "离休": Status.RETIRED,
    "退休": Status.RETIRED,
    "离退休": Status.RETIRED,
    "调离": Status.TRANSFERRED,
    "去世": Status.DECEASED,
}

NOT_A_UNIT = "430401"
"""GB/T 2260 lists it as 市辖区: a heading of the code table, not a department."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_RESIDENT = re.compile(r"\d{17}[\dX]")
_FIRST_GENERATION = re.compile(r"\d{15}")
_OTHER_PAPER = re.compile(r"[0-9A-Z()\-]{4,18}")
_RESIDENT_PAPERS = frozenset(
    {"", "身份证", "居民身份证", "公民身份证", "二代身份证", "中华人民共和国居民身份证"}
)

# Surnames of two characters, without which 欧阳明 would be masked as 欧**.
_DOUBLE_SURNAMES = re.compile(
    "欧阳|上官|司马|诸葛|司徒|夏侯|皇甫|尉迟|公孙|慕容|长孙|令狐|宇文|东方|南宫|轩辕|端木|"
    "独孤|申屠|淳于|单于|太史|闻人|呼延|赫连|澹台|百里"
)


class IdNumberError(ValueError):
    """An ID number that cannot be right; *code* says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def status_named(text: str) -> Status | None:
    """Return the status that a roster's cell names; an empty one is on post."""
    return _STATUS_NAMES.get(text)


def is_resident_paper(kind: str) -> bool:
    """Whether *kind*, a cell under 证件类型, names the resident identity card."""
    return kind in _RESIDENT_PAPERS


def check_digit(first_17: str) -> str:
    """Return the last character of a resident's ID number (GB 11643-1999)."""
    total = sum(w * int(d) for w, d in zip(_WEIGHTS, first_17, strict=True))
    return _CHECK_DIGITS[total % 11]


def resident_id_number(text: str) -> str:
    """Return *text* as an 18-character resident's ID number.

    A small ``x`` becomes ``X``; an old number of 15 digits gets its century and its
    check digit.  Withdrawn area codes are accepted: people keep their numbers.

    Raises IdNumberError with id_number_form, id_number_date or id_number_check.
    """
    number = text.upper()
    if _FIRST_GENERATION.fullmatch(number) and number.isascii():
        longer = f"{number[:6]}19{number[6:]}"
        number = longer + check_digit(longer)
    if not _RESIDENT.fullmatch(number) or not number.isascii():
        raise IdNumberError("id_number_form")
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError as error:
        raise IdNumberError("id_number_date") from error
    if check_digit(number[:17]) != number[17]:
        raise IdNumberError("id_number_check")
    return number


def other_paper_number(text: str) -> str:
    """Return the number of a passport, officer's card and the like, in capitals.

    Raises IdNumberError with id_number_form for what no such paper carries.
    """
    number = text.upper()
    if not _OTHER_PAPER.fullmatch(number):
        raise IdNumberError("id_number_form")
    return number


def masked_id_number(number: str | None) -> str:
    """Return the first three and last four characters, the rest as stars.

    Three and four, because six and four would hide the birth date alone, which
    colleagues know.
    """
    if not number:
        return ""
    if len(number) <= 7:  # noqa: PLR2004 - nothing would be left to hide
        return "*" * len(number)
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def masked_phone(phone: str) -> str:
    """Return ``138****1234``; shorter numbers keep their last two digits alone."""
    if len(phone) >= 11:  # noqa: PLR2004 - a mobile number
        return phone[:3] + "*" * (len(phone) - 7) + phone[-4:]
    return "*" * (len(phone) - 2) + phone[-2:] if len(phone) > 2 else "*" * len(phone)  # noqa: PLR2004


def masked_name(name: str) -> str:
    """Return the name for a public screen: 张*, 张*明, 欧阳**."""
    if len(name) > 2 and _DOUBLE_SURNAMES.match(name):  # noqa: PLR2004
        return name[:2] + "*" * (len(name) - 2)
    if len(name) <= 2:  # noqa: PLR2004 - surname and one character
        return name[:1] + "*" * (len(name) - 1)
    return name[0] + "*" * (len(name) - 2) + name[-1]


def is_han(text: str) -> bool:
    """Whether *text* consists of Chinese characters and nothing else."""
    return bool(text) and all(
        unicodedata.name(sign, "").startswith("CJK") for sign in text
    )
