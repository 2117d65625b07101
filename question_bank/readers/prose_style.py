"""Which of the numbers in a running text are those of its questions."""

from collections.abc import Sequence

from question_bank.model import Kind
from question_bank.normalise import plain
from question_bank.readers.answer_tables import table_entries
from question_bank.readers.answers import answer_in_stem
from question_bank.readers.prose_fields import option_run
from question_bank.readers.prose_marks import Line, Name, Style, labels_in, number_of
from question_bank.readers.prose_parting import ALL_LABELS

FARTHEST = 20
"""So many numbers may be missing between two questions of one list."""


def style_of(lines: Sequence[Line]) -> Style | None:
    """Return the style that numbers the questions, None where they have no numbers.

    It is the one under whose numbers most lists of options, answers and signs of truth
    stand; a text numbers other things too.
    """
    scores: dict[Style, int] = {}
    answers = sum(
        any(label.name is Name.ANSWER for label in labels_in(line.text))
        for line in lines
    )
    for style in Style:
        starts = _chain(lines, style)
        ends = [*starts[1:], len(lines)]
        scores[style] = sum(
            _looks_like_question(lines[begin:end])
            for begin, end in zip(starts, ends, strict=False)
        )
    best = max(scores, key=lambda style: scores[style])
    most = scores[best]
    return best if most and (most * 2 >= answers or answers <= 1) else None


def _chain(lines: Sequence[Line], style: Style) -> list[int]:
    """Return where numbers of *style* go up from 1, or from 1 again."""
    found = []
    last = 0
    for at, line in enumerate(lines):
        number = number_of(line.text)
        if number is None or number.style is not style or table_entries(line.text, 0):
            continue
        follows = last < number.value <= last + FARTHEST
        if number.doubtful:
            follows = number.value == last + 1
        if follows or (number.value == 1 and not number.doubtful):
            found.append(at)
            last = number.value
    return found


def _looks_like_question(lines: Sequence[Line]) -> bool:
    text = "\n".join(line.text for line in lines[:60])
    if any(label.name is Name.ANSWER for label in labels_in(text)):
        return True
    printed = answer_in_stem(lines[0].text, None, ALL_LABELS)
    truth = answer_in_stem(lines[0].text, Kind.TRUE_FALSE, 0)
    begun = "\n".join(line.text for line in lines[:12])
    return bool(option_run(begun) or printed or truth) or "A" in _first_letters(lines)


def _first_letters(lines: Sequence[Line]) -> set[str]:
    return {plain(line.text)[:1] for line in lines[1:8] if len(plain(line.text)) > 1}
