"""Questions from exchange formats: their HTML, their pictures, their weights.

GIFT, Moodle XML and QTI state keys outright, so nothing is read from words here.  What
our model cannot hold — partial credit, matching, numbers with a tolerance — is refused
by its name and never made into something else.
"""

import binascii
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from question_bank import checks
from question_bank.checks import Problem
from question_bank.exchange import picture_in_address, with_tags
from question_bank.markup import escaped, is_markup, simplified, visible
from question_bank.media import Media, UnusablePictureError
from question_bank.model import ALTERNATIVE, LABELS, TRUE_FALSE_OPTIONS, Kind, Question
from question_bank.normalise import tidy, truth
from question_bank.readers.answers import UnclearError, are_truths
from question_bank.readers.gathering import Gathering, form_source, said_by
from question_bank.readers.understanding import Outcome

FULL = 100.0
_NEARLY = 0.6
"""Three thirds of a weight are written as 33.33 and add up to less than all."""

_SOUNDS = (".mp3", ".mp4", ".wav", ".ogg", ".webm", ".m4a", ".avi", ".mov", ".flv")

_NOT_HELD = {
    "matching_not_supported": "配对题",
    "ordering_not_supported": "排序题",
    "numerical_not_supported": "数值题（有误差范围）",
    "cloze_not_supported": "综合填空题",
    "calculated_not_supported": "计算题（带变量）",
    "drag_not_supported": "拖放题",
    "hotspot_not_supported": "热点图题",
    "upload_not_supported": "上传题",
    "slider_not_supported": "滑块题",
    "interaction_not_supported": "含有多个或其他类型作答区的题",
    "media_not_supported": "含有音频或视频的题",
    "template_not_supported": "带随机变量的题",
}


def not_held(code: str, said: str = "") -> UnclearError:
    """Return the refusal of a type of question that our model cannot hold."""
    what = _NOT_HELD[code] + (f"（{said}）" if said else "")
    return UnclearError(code, f"暂不支持{what}。请改为选择题、判断题、填空题或简答题。")


def partial_credit(said: str) -> UnclearError:
    return UnclearError(
        "partial_credit",
        f"答案“{said[:30]}”只得部分分数，本系统的题目只有对和错。请改为全对或全错。",
    )


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a file: *html* tells whether it is markup."""

    words: str
    html: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """An option: its text, and what choosing it earns in percent."""

    text: Text
    percent: float


@dataclass(slots=True)
class Item:
    """One question as an exchange format states it.

    *pictures* gives the bytes behind an address in its markup, None where there are
    none; *cautions* are told when it is taken.
    """

    place: str
    row: int
    where: str
    kind: Kind = Kind.SINGLE
    stem: Text = Text("")
    options: list[Text] = field(default_factory=list)
    key: tuple[str, ...] = ()
    explanation: Text = Text("")
    category: str = ""
    tags: Sequence[str] = ()
    pictures: Callable[[str], Media | None] = lambda _: None
    cautions: list[Problem] = field(default_factory=list)


def take_item(item: Item, read: Callable[[Item], None], found: Gathering) -> None:
    """Let *read* fill *item*, then take it into *found*, or why it cannot be taken."""
    try:
        read(item)
        question = _question(item, found)
    except (UnclearError, UnusablePictureError) as error:
        problem = (
            error.problem
            if isinstance(error, UnclearError)
            else Problem(error.code, str(error))
        )
        blank = Question(item.kind, tidy(item.stem.words), (), ())
        source = form_source(item.place, item.row, said_by(blank), None)
        outcome = Outcome(None, None, (problem,))
        found.settle(source, outcome, item.stem.words, item.where)
        return
    source = form_source(item.place, item.row, said_by(question), question.kind)
    outcome = Outcome(
        question.kind,
        question,
        checks.check(question),
        (*item.cautions, *checks.cautions(question)),
    )
    found.settle(source, outcome, visible(question, question.stem), item.where)


def _question(item: Item, found: Gathering) -> Question:
    texts = [item.stem, item.explanation, *item.options]
    read = [_read(text, item, found) for text in texts]
    rich = any(is_rich for _, is_rich in read)
    words = [text if is_rich or not rich else escaped(text) for text, is_rich in read]
    stem, explanation, *options = words
    is_truth = item.kind is Kind.TRUE_FALSE
    question = Question(
        kind=item.kind,
        stem=stem,
        options=TRUE_FALSE_OPTIONS if is_truth else tuple(options),
        key=item.key,
        explanation=explanation,
        category=item.category,
        rich=rich,
    )
    return with_tags(question, item.tags)


def _read(text: Text, item: Item, found: Gathering) -> tuple[str, bool]:
    if not text.html:
        return tidy(text.words), False
    lowered = text.words.lower()
    if any(f'{sound}"' in lowered for sound in _SOUNDS) or "<audio" in lowered:
        raise not_held("media_not_supported")

    def address(given: str) -> str:
        try:
            media = picture_in_address(given) or item.pictures(given)
        except (binascii.Error, ValueError):
            media = None
        if media is None:
            raise UnclearError(
                "picture_missing",
                f"图片“{given[:60]}”不在文件中。请把图片放进文件后重新导出。",
            )
        return found.keep(media)

    return simplified(text.words, address)


def text_of_unknown(words: str) -> Text:
    """Return *words* of a format that allows HTML and does not say whether it is."""
    if is_markup(words):
        return Text(words, html=True)
    return Text(words)


def chosen_from(choices: Sequence[Choice], item: Item, *, several: bool) -> None:
    """Set kind, options and key of *item* from *choices* and what each earns.

    *several* says that the examinee may choose more than one.
    """
    full = [choice.percent >= FULL - _NEARLY for choice in choices]
    parts = [0 < choice.percent < FULL - _NEARLY for choice in choices]
    right = full
    if any(parts):
        partly = choices[parts.index(True)]
        earned = sum(choice.percent for choice in choices if choice.percent > 0)
        if not several or any(full) or abs(earned - FULL) > _NEARLY:
            raise partial_credit(partly.text.words)
        right = parts
    if not several and sum(full) > 1:
        item.cautions.append(
            Problem(
                "several_full_answers",
                f"单选题有 {sum(full)} 个满分答案，已按多选题导入，请核对。",
            )
        )
    many = several or sum(right) > 1
    item.kind = Kind.MULTIPLE if many else Kind.SINGLE
    item.options = [choice.text for choice in choices]
    item.key = tuple(
        label for label, is_right in zip(LABELS, right, strict=False) if is_right
    )
    _as_truth(item)


def joined_blanks(right: list[str]) -> tuple[str, ...]:
    """Return the key for texts that are right; ``|`` parts the blanks in each."""
    pieces = [text.split("|") for text in right]
    counts = {len(one) for one in pieces}
    if len(counts) != 1 or counts == {1}:
        return (ALTERNATIVE.join(right),) if right else ()
    return tuple(
        ALTERNATIVE.join(dict.fromkeys(one[at].strip() for one in pieces))
        for at in range(counts.pop())
    )


def _as_truth(item: Item) -> None:
    """Make a choice between ``正确`` and ``错误`` the question it is."""
    words = [option.words for option in item.options]
    if (
        item.kind is Kind.SINGLE
        and are_truths(words)
        and words[0] in TRUE_FALSE_OPTIONS
    ):
        is_true = {truth(words[LABELS.index(label)]) for label in item.key}
        item.kind = Kind.TRUE_FALSE
        item.key = tuple("A" if right else "B" for right in is_true)


def feedback_left(texts: Iterable[str], item: Item) -> None:
    """Say that comments on single options were there, and have no place here."""
    count = sum(bool(text.strip()) for text in texts)
    if count:
        item.cautions.append(
            Problem("feedback_not_read", f"有 {count} 处针对单个选项的反馈，未导入。")
        )
