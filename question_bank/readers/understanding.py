"""From what a row says to the question it means; what is unclear is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from question_bank import checks
from question_bank.checks import Problem
from question_bank.model import TRUE_FALSE_OPTIONS, Kind, Question
from question_bank.normalise import kind_named, plain, truth
from question_bank.readers import answers, blanks
from question_bank.readers.answers import UnclearError
from question_bank.readers.options import split_options, split_truths, without_labels
from question_bank.readers.rows import Said


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a row means.  Only without *problems* is there a good *question*."""

    kind: Kind | None
    question: Question | None
    problems: tuple[Problem, ...] = ()
    cautions: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Answer:
    """The key of a row, and the stem without it."""

    key: tuple[str, ...]
    stem: str
    problems: tuple[Problem, ...] = ()
    cautions: tuple[Problem, ...] = ()


def understand(
    said: Said, codes: Mapping[str, Kind], announced: Kind | None
) -> Outcome:
    """Return the question that *said* means, or what keeps it from being one.

    *codes* tells what numbers mean as kinds, *announced* the kind that a heading or the
    sheet's name gave for rows that name none.  Without either the answer decides: a
    truth without options, or options that are a truth and its opposite, make
    ``true_false``; a text for a stem with ``__`` makes ``blank``; else one label makes
    ``single`` and several make ``multiple``.
    """
    kind = None
    try:
        kind = _kind(said, codes) or announced or _blank_kind(said)
        options = _options(said)
    except UnclearError as unclear:
        return Outcome(kind, None, (unclear.problem,))
    if kind is not None and not kind.is_chosen:
        return _written(said, kind, options)
    kind = kind or _truth_kind(said, options)
    answer = _answer(said, kind, options)
    kind = kind or _chosen_kind(answer.key)
    if kind is None:
        problems = answer.problems or (checks.kind_unknown(""), checks.answer_missing())
        return Outcome(None, None, problems)
    question = _question(said, kind, options, answer)
    return Outcome(
        kind,
        question,
        (*answer.problems, *_checked(question, answer)),
        (*answer.cautions, *checks.cautions(question)),
    )


def _written(said: Said, kind: Kind, options: tuple[str, ...]) -> Outcome:
    """Return what a row means whose answer is a text."""
    stem = blanks.with_gaps(said.stem) if kind is Kind.BLANK else said.stem
    try:
        if kind is Kind.BLANK:
            key = blanks.filled(said.answers, stem)
        else:
            key = ("\n".join(said.answers),) if said.answers else ()
    except UnclearError as unclear:
        return Outcome(kind, None, (unclear.problem,))
    question = _question(said, kind, options, _Answer(key, stem))
    return Outcome(kind, question, checks.check(question), checks.cautions(question))


def _blank_kind(said: Said) -> Kind | None:
    """Return ``BLANK`` for a stem with a line to write on and words to write there."""
    if said.options or said.together or said.flagged or not said.answers:
        return None
    words = [text for text in said.answers if truth(text) is None]
    is_gapped = "__" in blanks.with_gaps(said.stem)
    return Kind.BLANK if is_gapped and words else None


def _kind(said: Said, codes: Mapping[str, Kind]) -> Kind | None:
    if not said.kind:
        return None
    kind = kind_named(said.kind) or codes.get(plain(said.kind))
    if kind is None:
        problem = checks.kind_unknown(said.kind)
        raise UnclearError(problem.code, problem.message)
    return kind


def _options(said: Said) -> tuple[str, ...]:
    if said.options or not said.together:
        return without_labels(said.options)
    options = split_options(said.together) or split_truths(said.together)
    if not options:
        raise UnclearError(
            "options_unclear",
            "“选项”单元格无法拆分成各个选项。请按“A. …”“B. …”的形式分行填写，"
            "字母要连续、不重复。",
        )
    return options


def _truth_kind(said: Said, options: Sequence[str]) -> Kind | None:
    if options:
        return Kind.TRUE_FALSE if answers.are_truths(options) else None
    given = said.answers or _printed_texts(said.stem, None, 0)
    if given and all(truth(text) is not None for text in given):
        return Kind.TRUE_FALSE
    return None


def _chosen_kind(key: Sequence[str]) -> Kind | None:
    if not key:
        return None
    return Kind.SINGLE if len(key) == 1 else Kind.MULTIPLE


def _printed_texts(stem: str, kind: Kind | None, options: int) -> tuple[str, ...]:
    printed = answers.answer_in_stem(stem, kind, options)
    return (printed.text,) if printed else ()


def _answer(said: Said, kind: Kind | None, options: Sequence[str]) -> _Answer:
    printed = answers.answer_in_stem(said.stem, kind, len(options))
    try:
        key = _agreed(said, kind, options)
        shown = _read((printed.text,), kind, options) if printed else ()
    except UnclearError as unclear:
        return _Answer((), said.stem, problems=(unclear.problem,))
    if printed is None:
        return _Answer(key, said.stem)
    if key and key != shown:
        caution = Problem(
            "stem_shows_letters",
            f"题干括号中的“{printed.text}”与答案不同，已按答案列导入，题干未改动，请核对。",
        )
        return _Answer(key, said.stem, cautions=(caution,))
    caution = Problem(
        "answer_in_stem", f"题干中印有答案“{printed.text}”，已替换为空括号，请核对。"
    )
    return _Answer(shown, printed.stem, cautions=(caution,))


def _agreed(said: Said, kind: Kind | None, options: Sequence[str]) -> tuple[str, ...]:
    """Return the key of answer cells and flags, which must not disagree."""
    key = _read(said.answers, kind, options)
    flagged = _read(("".join(said.flagged),), kind, options) if said.flagged else key
    if key and key != flagged:
        raise UnclearError(
            "answers_disagree",
            f"答案列是 {''.join(key)}，而逐项标记的正确选项是 {''.join(flagged)}。"
            "请核对后改成一致。",
        )
    return flagged


def _read(
    texts: Sequence[str], kind: Kind | None, options: Sequence[str]
) -> tuple[str, ...]:
    read = answers.truth_in if kind is Kind.TRUE_FALSE else answers.labels_in
    labels = {label for text in texts for label in read(text, options)}
    return tuple(sorted(labels))


def _question(
    said: Said, kind: Kind, options: tuple[str, ...], answer: _Answer
) -> Question:
    return Question(
        kind=kind,
        stem=answer.stem,
        options=TRUE_FALSE_OPTIONS if kind is Kind.TRUE_FALSE else options,
        key=answer.key,
        explanation=said.explanation,
        category=said.category,
        difficulty=said.difficulty,
        citation=said.citation,
        material=said.material,
    )


def _checked(question: Question, answer: _Answer) -> tuple[Problem, ...]:
    """Return what is wrong, but for the lack of a key that could not be read."""
    return tuple(
        problem
        for problem in checks.check(question)
        if not (answer.problems and problem.code == "answer_missing")
    )
