"""Questions in running text, as Word files and plain text have them.

First the lines are parted into blocks, a question each (`prose_blocks`), then each
block into what a table's row would say (`prose_fields`).  From there on a question is
understood as one from a table is.  Answers may stand apart, at the end or after each
part; they find their questions by number, and by section where numbers begin anew.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

from question_bank.checks import Problem
from question_bank.model import Kind
from question_bank.normalise import kind_named, tidy
from question_bank.readers.answer_tables import Entry, Part
from question_bank.readers.answers import UnclearError, truth_in
from question_bank.readers.answers import labels_in as answer_labels
from question_bank.readers.gathering import FORM_HEAD, Gathering, form_source
from question_bank.readers.grid import UnreadableFileError
from question_bank.readers.prose_blocks import part
from question_bank.readers.prose_fields import Fields, fields_of, holds_options
from question_bank.readers.prose_marks import Line, Name
from question_bank.readers.prose_parting import Block, Parting
from question_bank.readers.rows import Said
from question_bank.readers.understanding import Outcome, understand

NO_QUESTIONS = (
    "文件中没有找到题目。请按“1. 题干”“A. 选项”“答案：A”的形式分行书写，"
    "或改用 Excel 模板，然后重新上传。"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Places:
    """How lines are called: ``L17``, and in a sentence ``第 17 行``."""

    sign: str = "L"
    unit: str = "行"

    def place(self, number: int) -> str:
        return f"{self.sign}{number}"

    def where(self, number: int) -> str:
        return f"第 {number} {self.unit}："


def take_prose(
    lines: Sequence[Line],
    found: Gathering,
    places: Places,
) -> None:
    """Take every question in *lines* into *found*."""
    parting = part(lines)
    answered = _answers_for(parting)
    found.heads.append(FORM_HEAD)
    found.blank_rows += parting.blank
    found.heading_rows += parting.headings
    for block in parting.blocks:
        found.joined_rows += len(block.lines) - 1
        _take(block, answered.get(id(block), _NOTHING), found, places)
    _tell(parting, found, places)


def require_questions(found: Gathering) -> None:
    """Raise UnreadableFileError where nothing in a file was like a question."""
    if not found.candidates and not found.rejections:
        raise UnreadableFileError("no_questions", NO_QUESTIONS)


@dataclasses.dataclass(frozen=True, slots=True)
class _Apart:
    """What a table of answers says about one question."""

    answer: str = ""
    explanation: str = ""
    problem: Problem | None = None


_NOTHING = _Apart()


def _take(
    block: Block,
    apart: _Apart,
    found: Gathering,
    places: Places,
) -> None:
    fields = fields_of(block.text)
    said = _said(fields, block, apart)
    announced = fields.kind or block.kind
    outcome = understand(said, {}, announced)
    problems = [*_unclear(fields, said, outcome.kind)]
    problems += [apart.problem] if apart.problem else []
    if apart.answer:
        problems += _contradiction(said, apart, outcome)
    problems += outcome.problems
    outcome = dataclasses.replace(outcome, problems=tuple(problems))
    number = block.lines[0].number
    source = form_source(places.place(number), number, said, outcome.kind)
    found.settle(source, outcome, said.stem or block.text, places.where(number))


def _unclear(fields: Fields, said: Said, kind: Kind | None) -> Iterator[Problem]:
    """Yield what of the layout could be read in two ways."""
    if fields.unclear and not said.options:
        yield Problem(
            "options_unclear",
            "选项无法拆分：字母不连续，或有重复。请按“A. …”“B. …”的形式分行书写。",
        )
    if said.options and holds_options(said.stem):
        yield Problem(
            "stem_holds_options",
            "题干中还有一组选项，可能是两道题连在了一起。请检查题号，每题另起一行。",
        )
    if len(said.answers) > 1 and (kind is None or kind.is_chosen):
        yield Problem(
            "answers_disagree",
            f"这道题有几处答案（{'；'.join(said.answers)[:40]}）。请只保留正确的一处。",
        )


def _said(fields: Fields, block: Block, apart: _Apart) -> Said:
    answers = fields.parts.get(Name.ANSWER, [])
    if not answers and apart.answer:
        answers = [apart.answer]
    kind = fields.of(Name.KIND)
    return Said(
        kind=kind if kind and kind_named(kind) else "",
        stem=fields.stem,
        options=fields.options,
        together="",
        answers=tuple(dict.fromkeys(tidy(one) for one in answers)),
        flagged=(),
        explanation=tidy(fields.of(Name.EXPLANATION) or apart.explanation),
        category=fields.of(Name.CATEGORY),
        difficulty=fields.of(Name.DIFFICULTY),
        citation=fields.of(Name.CITATION),
        material=block.material,
    )


def _contradiction(said: Said, apart: _Apart, outcome: Outcome) -> list[Problem]:
    """Return the problem that the table says another answer than the question."""
    question = outcome.question
    if question is None or not question.kind.is_chosen:
        return []
    read = truth_in if question.kind is Kind.TRUE_FALSE else answer_labels
    try:
        if read(apart.answer, said.options) == question.key:
            return []
    except UnclearError as unclear:
        return [unclear.problem]
    return [
        Problem(
            "answers_disagree",
            f"题目中的答案是 {''.join(question.key)}，而答案表中是 {apart.answer}。"
            "请核对后改成一致。",
        )
    ]


def _answers_for(parting: Parting) -> dict[int, _Apart]:
    """Return what the tables of answers say, by the identity of the block."""
    found: dict[int, _Apart] = {}
    start = 0
    for parts in _consecutive(parting.parts):
        end = parts[0].before
        blocks = parting.blocks[start:end] or parting.blocks[end:]
        for one in parts:
            for key, apart in _matched(one, blocks, sectioned=len(parts) > 1).items():
                found[key] = _UNCLEAR if key in found else apart
        start = end
    return found


def _consecutive(parts: Iterable[Part]) -> list[list[Part]]:
    """Group *parts* that stand at the same place: they speak of the same questions."""
    groups: list[list[Part]] = []
    for one in parts:
        if groups and groups[-1][0].before == one.before:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _matched(
    answers: Part, blocks: Sequence[Block], *, sectioned: bool
) -> dict[int, _Apart]:
    by_number: dict[int, list[Block]] = {}
    for block in blocks:
        if _is_meant(block, answers, sectioned=sectioned):
            by_number.setdefault(block.number, []).append(block)
    found: dict[int, _Apart] = {}
    told: dict[int, list[Entry]] = {}
    for entry in answers.entries:
        told.setdefault(entry.number, []).append(entry)
    for number, entries in told.items():
        for block in by_number.get(number, []):
            found[id(block)] = _apart(entries, len(by_number[number]))
    return found


def _is_meant(block: Block, answers: Part, *, sectioned: bool) -> bool:
    if answers.chapter and block.chapter and answers.chapter != block.chapter:
        return False
    if answers.kind and block.kind:
        same_kind = answers.kind is block.kind
        return same_kind and (
            not answers.ordinal or block.ordinal in {"", answers.ordinal}
        )
    if sectioned and answers.ordinal and block.ordinal:
        return answers.ordinal == block.ordinal
    return True


_UNCLEAR = _Apart(
    problem=Problem(
        "answer_table_unclear",
        "答案表中有不止一处可能是这道题的答案。请把答案写在各题之后。",
    )
)


def _apart(entries: Sequence[Entry], blocks: int) -> _Apart:
    texts = {entry.answer for entry in entries}
    if blocks > 1 or len(texts) > 1:
        return _Apart(
            problem=Problem(
                "answer_table_unclear",
                f"答案表中的第 {entries[0].number} 题对应不止一道题，或有不止一个答案。"
                "请把答案写在各题之后。",
            )
        )
    (text,) = texts
    if text is None:
        return _Apart(
            problem=Problem(
                "answer_table_mismatch",
                f"答案表（第 {entries[0].line} 行）中答案的个数与题号范围不符，"
                "无法确定各题的答案。请逐题核对并补全。",
            )
        )
    explanation = "\n".join(line for entry in entries for line in entry.explanation)
    return _Apart(text, explanation)


def _tell(parting: Parting, found: Gathering, places: Places) -> None:
    """Say what of the text was not read as a question."""
    for lines in parting.unread:
        first, last = lines[0].number, lines[-1].number
        span = (
            f"第 {first}–{last} {places.unit}" if last > first else places.where(first)
        )
        words = "".join(line.text for line in lines)[:40]
        found.caution(
            places.place(first),
            "text_not_read",
            f"{span.rstrip('：')}不是题目，未读取：“{words}”。",
        )
    known = {block.number for block in parting.blocks}
    for one in parting.parts:
        for entry in one.entries:
            if entry.number not in known:
                found.caution(
                    places.place(entry.line),
                    "answer_without_question",
                    f"{places.where(entry.line)}答案表中的第 {entry.number} 题"
                    "没有对应的题目。",
                )
