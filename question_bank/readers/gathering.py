"""What is found in a file so far, whatever its format: one ledger for all readers."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from question_bank.checks import KIND_NAMES, Problem
from question_bank.media import Media
from question_bank.model import LABELS, Kind, Question
from question_bank.readers.grid import Cell, UnreadableFileError
from question_bank.readers.reading import (
    Candidate,
    Caution,
    Reading,
    Rejection,
    SheetHead,
    Source,
    excerpt,
)
from question_bank.readers.rows import Said
from question_bank.readers.understanding import Outcome

FORM = "题目"
"""The sheet under which rows to mend come back from files that are no tables."""

MOST_FAULTS = 5_000
"""Where so many questions are faulty and none is good, the fault is in all of them."""

_OPTION_COLUMNS = 8
TITLES = (
    "题型",
    "题干",
    *(f"选项{label}" for label in LABELS[:_OPTION_COLUMNS]),
    "答案",
    "解析",
    "知识点",
    "法律依据",
    "难度",
    "材料",
)
FORM_HEAD = SheetHead(FORM, TITLES, tells_kind=True)


@dataclass(slots=True)
class Gathering:
    """Every part of a file ends here as one thing or another."""

    candidates: list[Candidate] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    cautions: list[Caution] = field(default_factory=list)
    ignored: dict[str, None] = field(default_factory=dict)
    heads: list[SheetHead] = field(default_factory=list)
    media: dict[str, Media] = field(default_factory=dict)
    blank_rows: int = 0
    heading_rows: int = 0
    joined_rows: int = 0

    def settle(
        self, source: Source, outcome: Outcome, words: str, where: str = ""
    ) -> None:
        """Take what *outcome* says of the row *source* as a candidate or a rejection.

        *words* are to recognise the row by, *where* begins every sentence about it.
        Raises UnreadableFileError at the `MOST_FAULTS`th fault before anything good.
        """
        problems = outcome.problems
        if outcome.question is not None and not problems:
            self.candidates.append(Candidate(source, outcome.question))
            for one in outcome.cautions:
                self.caution(source.place, one.code, where + one.message)
            return
        message = where + "".join(problem.message for problem in problems)
        codes = tuple(problem.code for problem in problems)
        self.rejections.append(
            Rejection(source.place, codes[0], message, excerpt(words), source, codes)
        )
        if len(self.rejections) >= MOST_FAULTS and not self.candidates:
            raise UnreadableFileError(
                "too_many_faults",
                f"开头的 {MOST_FAULTS:,} 题没有一题可以读取，例如：{message}"
                "请改正后重新上传；若是表头不对，请参照 Excel 模板。",
            )

    def caution(self, place: str, code: str, message: str) -> None:
        self.cautions.append(Caution(place, code, message))

    def keep(self, media: Media) -> str:
        """Keep a picture; return the address that markup gives it."""
        self.media.setdefault(media.sha256, media)
        return media.address

    def reading(self, file: str, format_: str, encoding: str | None = None) -> Reading:
        """Return all that was found in *file*."""
        used = {mark for one in self.candidates for mark in one.question.media}
        return Reading(
            file=file,
            format=format_,
            encoding=encoding,
            candidates=tuple(self.candidates),
            rejections=tuple(self.rejections),
            cautions=tuple(self.cautions),
            ignored_columns=tuple(self.ignored),
            blank_rows=self.blank_rows,
            heading_rows=self.heading_rows,
            joined_rows=self.joined_rows,
            heads=tuple(self.heads),
            media=tuple(self.media[mark] for mark in sorted(used & set(self.media))),
        )


def form_source(place: str, row: int, said: Said, kind: Kind | None) -> Source:
    """Return the source of a question that stood in no table, as a row of our form."""
    named = dict(zip(LABELS, said.options, strict=False))
    options = [named.get(label, "") for label in LABELS[:_OPTION_COLUMNS]]
    texts = (
        KIND_NAMES[kind] if kind else said.kind,
        said.stem,
        *options,
        "|".join(said.answers),
        said.explanation,
        said.category,
        said.citation,
        said.difficulty,
        said.material,
    )
    return Source(place, FORM, row, tuple(map(Cell, texts)), kind)


def said_by(question: Question) -> Said:
    """Return what a row of our form would say for *question*."""
    return Said(
        kind=KIND_NAMES[question.kind],
        stem=question.stem,
        options=question.options,
        together="",
        answers=question.key,
        flagged=(),
        explanation=question.explanation,
        category=question.category,
        difficulty=question.difficulty,
        citation=question.citation,
        material=question.material,
    )


def nothing_said(stem: str, answers: Sequence[str] = ()) -> Said:
    """Return a row of our form with a stem, perhaps answers, and nothing else."""
    return Said("", stem, (), "", tuple(answers), (), "", "", "", "", "")


def refused(code: str, message: str, kind: Kind | None = None) -> Outcome:
    """Return the outcome of something that cannot be a question of ours."""
    return Outcome(kind, None, (Problem(code, message),))
