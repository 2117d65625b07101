"""Logins, and what a password that somebody chose must be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examcenter.accounts.rules import normalised_login, password_faults

OWN = ("HY00001", "张小明", "市司法局")


@pytest.mark.parametrize(
    "spelling",
    ["HY00001", " hy00001 ", "ＨＹ００００１", "HY\u200b00001", "hy00001\r\n"],
    ids=ascii,
)
def test_one_login_has_one_spelling(spelling: str) -> None:
    assert normalised_login(spelling) == "hy00001"


@given(st.text(max_size=40))
def test_the_one_spelling_stays_what_it_is(text: str) -> None:
    once = normalised_login(text)

    assert normalised_login(once) == once


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        pytest.param("Ab1-xyz", "password_too_short", id="seven-characters"),
        pytest.param("abcdefghijkl", "password_too_plain", id="one-kind"),
        pytest.param("Abcdefghijkl", "password_too_plain", id="two-kinds"),
        pytest.param("Ok-hy00001-x", "password_is_about_you", id="the-staff-number"),
        pytest.param("Q-市司法局-77q", "password_is_about_you", id="the-department"),
        pytest.param("Password-77q", "password_is_common", id="a-common-word"),
        pytest.param("Zx-888888-q", "password_is_common", id="the-old-habit"),
        pytest.param("Aa1-" * 51, "password_too_long", id="a-novel"),
    ],
)
def test_a_weak_password_is_told_why(password: str, fault: str) -> None:
    assert fault in password_faults(password, shortest=10, own_words=OWN)


def test_a_good_password_has_no_fault() -> None:
    assert password_faults("Right-Horse-42", shortest=10, own_words=OWN) == ()


def test_short_own_words_forbid_nothing() -> None:
    assert password_faults("Right-Horse-42", shortest=10, own_words=("R", "")) == ()
