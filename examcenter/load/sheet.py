"""What a simulated examinee answers: every question once, then changes of mind."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_CHANGES_MIND = 0.25
_SEVERAL = frozenset({"multiple", "indeterminate"})
_DICE = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an answer; its version is one higher than the last."""

    question: int
    version: int
    value: tuple[str, ...]


class Sheet:
    """The answers of one attempt as the page holds them."""

    def __init__(self, questions: Sequence[Mapping[str, Any]]) -> None:
        self._questions = {int(q["number"]): q for q in questions}
        self._unanswered = sorted(self._questions, reverse=True)
        self._versions: dict[int, int] = {}

    def change(self) -> Change:
        """Answer the next question, or now and then an earlier one anew."""
        earlier = list(self._versions)
        if earlier and (not self._unanswered or _DICE.random() < _CHANGES_MIND):
            number = _DICE.choice(earlier)
        else:
            number = self._unanswered.pop()
        version = self._versions.get(number, 0) + 1
        self._versions[number] = version
        return Change(number, version, _value(self._questions[number], version))


def _value(question: Mapping[str, Any], version: int) -> tuple[str, ...]:
    labels = [option["label"] for option in question["options"]]
    if not labels:
        return (f"第{version}次的答案",)
    if question["kind"] not in _SEVERAL:
        return (_DICE.choice(labels),)
    return tuple(sorted(_DICE.sample(labels, _DICE.randint(1, len(labels)))))
