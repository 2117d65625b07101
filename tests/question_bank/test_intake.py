from collections.abc import Callable, Mapping, Sequence

import pytest

from question_bank.duplicates import fingerprint, key_digest
from question_bank.intake import Intake, Known, sift
from question_bank.readers.questions import read_questions
from tests.question_bank.files import HEADER, Value, a_question, comma_separated, xlsx

Bank = Callable[[Sequence[str]], Mapping[str, Known]]


def empty_bank(_: Sequence[str]) -> Mapping[str, Known]:
    return {}


def bank_of(place: str, row: Sequence[Value]) -> Bank:
    """Return a bank that has the question of *row* at *place*."""
    (candidate,) = read_questions(xlsx([HEADER, row]), "x").candidates
    mark = fingerprint(candidate.question)
    known = Known(place, key_digest(candidate.question))
    return lambda marks: {mark: known} if mark in marks else {}


def intake_of(*rows: Sequence[Value], known: Bank = empty_bank) -> Intake:
    return sift(read_questions(xlsx([HEADER, *rows]), "题库.xlsx"), known)


def test_a_clean_file_goes_in_as_a_whole() -> None:
    intake = intake_of(
        a_question(), a_question(题干="另一题", 题型="多选题", 答案="AB")
    )

    assert not intake.would_be_refused
    assert intake.by_kind == {"multiple": 1, "single": 1}


def test_the_same_question_twice_is_taken_once() -> None:
    intake = intake_of(
        a_question(),
        a_question(选项A="国务院", 选项B="全国人大", 答案="B", 题型="单选"),
    )

    (twin,) = intake.duplicates

    assert [one.source.row for one in intake.accepted] == [2]
    assert (twin.candidate.source.place, twin.of) == ("Sheet1!R3", "Sheet1!R2")
    assert not intake.would_be_refused


def test_the_same_question_with_two_keys_is_taken_neither_way() -> None:
    intake = intake_of(a_question(), a_question(), a_question(答案="B"))

    places = [(one.candidate.source.row, one.of) for one in intake.conflicts]

    assert intake.accepted == ()
    assert places == [(2, "Sheet1!R4"), (3, "Sheet1!R4"), (4, "Sheet1!R2")]
    assert intake.would_be_refused


def test_a_question_that_the_bank_has_is_a_duplicate() -> None:
    intake = intake_of(a_question(), known=bank_of("Q-17", a_question()))

    assert [one.of for one in intake.duplicates] == ["Q-17"]
    assert not intake.would_be_refused


def test_another_key_than_the_banks_is_a_conflict() -> None:
    intake = intake_of(
        a_question(), a_question(答案="C"), known=bank_of("Q-17", a_question())
    )

    assert [one.candidate.source.row for one in intake.duplicates] == [2]
    assert [one.candidate.source.row for one in intake.conflicts] == [3]
    assert intake.would_be_refused


def test_the_bank_is_asked_once_for_all() -> None:
    asked: list[Sequence[str]] = []

    def known(marks: Sequence[str]) -> Mapping[str, Known]:
        asked.append(marks)
        return {}

    intake_of(a_question(), a_question(), a_question(题干="另一题"), known=known)

    assert [len(marks) for marks in asked] == [2]


def test_every_row_is_in_exactly_one_part() -> None:
    intake = intake_of(
        a_question(),
        a_question(),
        a_question(题干="甲题"),
        a_question(题干="甲题", 答案="D"),
        a_question(答案="E"),
        [],
        a_question(题干="末题"),
    )

    document = intake.document(seconds=0.25)

    assert document["questions"] == 6
    assert document["accepted"] == 2
    assert [one["place"] for one in document["rejected"]] == ["Sheet1!R6"]
    assert [one["place"] for one in document["duplicates"]] == ["Sheet1!R3"]
    assert [one["place"] for one in document["conflicts"]] == ["Sheet1!R4", "Sheet1!R5"]
    assert document["blank_rows"] == 1


def test_the_report_has_the_keys_that_scripts_rely_on() -> None:
    data = comma_separated([(*HEADER, "审核人"), [*a_question(答案="E"), "某"]], "gbk")

    document = sift(read_questions(data, "题库.csv"), empty_bank).document(0.5)

    assert document == {
        "file": "题库.csv",
        "format": "csv",
        "encoding": "gb18030",
        "questions": 1,
        "accepted": 0,
        "by_kind": {},
        "rejected": [
            {
                "place": "R2",
                "code": "answer_not_an_option",
                "message": "第 2 行：答案 E 不在选项 A–D 之中。请改正答案或补上选项。",
                "excerpt": "宪法的修改由谁通过？",
            }
        ],
        "duplicates": [],
        "similar": [],
        "conflicts": [],
        "ignored_columns": ["审核人"],
        "warnings": [],
        "blank_rows": 0,
        "seconds": 0.5,
    }


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-", b"PK\x03\x04"], ids=["empty", "pdf", "zip"]
)
def test_an_unreadable_file_gives_the_same_report(data: bytes) -> None:
    document = sift(read_questions(data, "题库.xlsx"), empty_bank).document(0)

    assert document["questions"] == 1
    assert document["accepted"] == 0
    assert [one["place"] for one in document["rejected"]] == ["题库.xlsx"]
