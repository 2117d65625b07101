"""ID numbers, statuses and what is shown of a person."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examcenter.organisation.rules import (
    IdNumberError,
    Status,
    check_digit,
    masked_id_number,
    masked_name,
    masked_phone,
    other_paper_number,
    resident_id_number,
    status_named,
)

AREAS = st.sampled_from(["110105", "430405", "430482", "430401"])
BIRTHDAYS = st.dates(date(1900, 1, 1), date(2025, 12, 31))
ORDERS = st.integers(0, 999)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        pytest.param("11010519491231002X", "11010519491231002X", id="the-specimen"),
        pytest.param("11010519491231002x", "11010519491231002X", id="a-small-x"),
        pytest.param("430405198001011239", "430405198001011239", id="a-plain-one"),
        pytest.param("430482197202290033", "430482197202290033", id="a-leap-day"),
        pytest.param("430405800101123", "430405198001011239", id="fifteen-digits"),
    ],
)
def test_a_right_id_number_has_one_spelling(typed: str, stored: str) -> None:
    assert resident_id_number(typed) == stored


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        pytest.param("430405198001011238", "id_number_check", id="wrong-check-digit"),
        pytest.param("430482197302290030", "id_number_date", id="no-such-leap-day"),
        pytest.param("430401199913010043", "id_number_date", id="a-13th-month"),
        pytest.param("430405198001011000", "id_number_check", id="digits-lost"),
        pytest.param("4.30405E+17", "id_number_form", id="scientific"),
        pytest.param("43040519800101123", "id_number_form", id="17-digits"),
        pytest.param("٤٣٠٤٠٥١٩٨٠٠١٠١١٢٣٩", "id_number_form", id="other-digits"),
    ],
)
def test_a_wrong_id_number_is_refused_with_its_reason(typed: str, code: str) -> None:
    with pytest.raises(IdNumberError) as refusal:
        resident_id_number(typed)

    assert refusal.value.code == code


@given(area=AREAS, born=BIRTHDAYS, order=ORDERS)
def test_a_number_with_its_check_digit_is_always_accepted(
    area: str, born: date, order: int
) -> None:
    first = f"{area}{born:%Y%m%d}{order:03}"
    number = first + check_digit(first)

    assert resident_id_number(number) == number


@given(
    area=AREAS,
    born=BIRTHDAYS,
    order=ORDERS,
    at=st.integers(0, 16),
    other=st.integers(1, 9),
)
def test_one_mistyped_digit_is_always_noticed(
    area: str, born: date, order: int, at: int, other: int
) -> None:
    first = f"{area}{born:%Y%m%d}{order:03}"
    number = first + check_digit(first)
    digit = str((int(number[at]) + other) % 10)

    with pytest.raises(IdNumberError):
        resident_id_number(number[:at] + digit + number[at + 1 :])


@given(area=AREAS, born=BIRTHDAYS, order=ORDERS, at=st.integers(0, 15))
def test_two_swapped_neighbours_are_always_noticed(
    area: str, born: date, order: int, at: int
) -> None:
    first = f"{area}{born:%Y%m%d}{order:03}"
    number = first + check_digit(first)
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    if swapped == number:
        return

    with pytest.raises(IdNumberError):
        resident_id_number(swapped)


@given(born=st.dates(date(1930, 1, 1), date(1999, 12, 31)), order=ORDERS)
def test_an_old_number_and_its_new_form_are_one(born: date, order: int) -> None:
    old = f"430405{born:%y%m%d}{order:03}"

    new = resident_id_number(old)

    assert new == resident_id_number(new)
    assert new[:6] + new[8:17] == old


@given(st.text(max_size=25))
def test_no_text_is_an_id_number_by_accident_of_its_characters(text: str) -> None:
    try:
        number = resident_id_number(text)
    except IdNumberError:
        return

    assert len(number) == 18
    assert number.isascii()


def test_a_passport_number_is_not_held_to_the_check_digit() -> None:
    assert other_paper_number("e12345678") == "E12345678"


def test_other_papers_are_refused_beyond_letters_and_digits() -> None:
    with pytest.raises(IdNumberError):
        other_paper_number("护照123")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", Status.ON_POST),
        ("在职", Status.ON_POST),
        ("借调", Status.SECONDED),
        ("退休", Status.RETIRED),
        ("休假", None),
    ],
)
def test_a_status_is_one_of_six(text: str, status: Status | None) -> None:
    assert status_named(text) == status


def test_lists_show_three_and_four_of_an_id_number() -> None:
    assert masked_id_number("430405198001011239") == "430***********1239"


def test_a_missing_id_number_stays_missing() -> None:
    assert masked_id_number(None) == ""


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        pytest.param("13800001234", "138****1234", id="mobile"),
        pytest.param("8866123", "*****23", id="short"),
        pytest.param("12", "**", id="two-digits"),
        pytest.param("", "", id="none"),
    ],
)
def test_a_telephone_is_masked(phone: str, shown: str) -> None:
    assert masked_phone(phone) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [("张三", "张*"), ("张小明", "张*明"), ("欧阳小明", "欧阳**"), ("张", "张")],
)
def test_a_name_is_masked_for_the_hall(name: str, shown: str) -> None:
    assert masked_name(name) == shown
