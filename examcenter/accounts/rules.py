"""Who somebody is to the centre, and what a password must be."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person may be to the centre; everyone on the roster is an examinee."""

    EXAMINEE = "examinee"
    BANK_EDITOR = "bank_editor"
    EXAM_OFFICER = "exam_officer"
    INVIGILATOR = "invigilator"
    HR = "hr"
    SYSTEM = "system"


STAFF_ROLES = frozenset(Role) - {Role.EXAMINEE}


@dataclass(frozen=True, slots=True)
class Identity:
    """The signed-in person, as every page and service needs to know them.

    *only_exam* is the exam of the code they signed in with, or None; then nothing
    but that exam exists for them.
    """

    id: int
    sign_in_id: int
    login: str
    name: str
    department: str
    roles: frozenset[str]
    seen_at: datetime
    must_change_password: bool = False
    only_exam: int | None = None


def normalised_login(text: str) -> str:
    """Return the one spelling under which *text* is an account.

    Full-width digits, case, surrounding spaces and zero-width marks do not make
    another person.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = (c for c in folded if unicodedata.category(c) not in {"Cf", "Cc"})
    return "".join(kept).strip()


def password_faults(
    password: str, *, shortest: int, own_words: Collection[str]
) -> tuple[str, ...]:
    """Return the codes of what is wrong with a password that a person chose.

    *own_words* are texts about the person (staff number, name, ID number) that the
    password may not contain or be contained in.
    """
    faults = []
    if len(password) < shortest:
        faults.append("password_too_short")
    if len(password) > 200:  # noqa: PLR2004 - hashing is not for novels
        faults.append("password_too_long")
    if _kinds_of_characters(password) < 3:  # noqa: PLR2004 - three of four, GB/T 22239
        faults.append("password_too_plain")
    folded = password.casefold()
    long_enough = [w.casefold() for w in own_words if len(w) >= 4]  # noqa: PLR2004
    if any(word in folded for word in long_enough):
        faults.append("password_is_about_you")
    if any(common in folded for common in _COMMON):
        faults.append("password_is_common")
    return tuple(faults)


_COMMON = ("password", "qwerty", "123456", "888888", "000000", "111111", "abc123")


def _kinds_of_characters(password: str) -> int:
    return sum(
        (
            any(c.islower() for c in password),
            any(c.isupper() for c in password),
            any(c.isdigit() for c in password),
            any(not c.isalnum() for c in password),
        )
    )
