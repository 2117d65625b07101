"""What a simulated examinee answers."""

from typing import Any

from examcenter.load.sheet import Sheet

LABELS = ("A", "B", "C", "D")


def a_question(number: int, kind: str = "single") -> dict[str, Any]:
    return {
        "number": number,
        "kind": kind,
        "options": [{"label": label, "text": ""} for label in LABELS],
    }


def test_versions_of_a_question_rise_by_one() -> None:
    sheet = Sheet([a_question(n) for n in (1, 2, 3)])
    versions: dict[int, list[int]] = {}

    for _ in range(200):
        change = sheet.change()
        versions.setdefault(change.question, []).append(change.version)

    assert sorted(versions) == [1, 2, 3]
    assert all(v == list(range(1, len(v) + 1)) for v in versions.values())


def test_every_question_comes_once_before_most_come_twice() -> None:
    sheet = Sheet([a_question(n) for n in range(1, 41)])

    changes = [sheet.change() for _ in range(120)]

    assert {change.question for change in changes} == set(range(1, 41))


def test_a_single_choice_is_one_label_and_a_multiple_one_or_more() -> None:
    single, multiple = Sheet([a_question(1)]), Sheet([a_question(1, "multiple")])

    ones = {single.change().value for _ in range(100)}
    several = {multiple.change().value for _ in range(300)}

    assert {len(value) for value in ones} == {1}
    assert {len(value) for value in several} == {1, 2, 3, 4}
    assert all(set(value) <= set(LABELS) for value in several)


def test_a_question_without_options_gets_a_text() -> None:
    sheet = Sheet([{"number": 1, "kind": "blank", "options": []}])

    assert sheet.change().value != sheet.change().value
