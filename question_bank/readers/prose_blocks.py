"""Running text parted into questions, headings, materials and tables of answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from question_bank.model import Kind
from question_bank.normalise import plain
from question_bank.readers.answer_tables import Part, entry_in, parted, table_entries
from question_bank.readers.prose_fields import option_run, seems_to_offer
from question_bank.readers.prose_marks import (
    Line,
    Name,
    Number,
    Style,
    begins_material,
    ends_material,
    heading_kind,
    is_answers_heading,
    is_chapter,
    labels_in,
    material_range,
    material_text,
    number_of,
    ordinal_of,
)
from question_bank.readers.prose_parting import Block, Material, Parting
from question_bank.readers.prose_style import FARTHEST, style_of

_ALIKE = frozenset({Style.DOTTED, Style.COMMA, Style.HALF_BRACKETED, Style.TITLED})
"""Styles that one list may mix by a slip of the pen."""

_LONGEST_ENTRY = 12


def part(lines: Sequence[Line]) -> Parting:
    """Part *lines*, which may be a text with or without numbered questions."""
    style = style_of(lines)
    parter = _Parter(lines, style)
    parter.run()
    return parter.parting


@dataclass(slots=True)
class _Parter:
    """Walks through the lines once; what a line is depends on those before it."""

    lines: Sequence[Line]
    style: Style | None
    parting: Parting = field(default_factory=Parting)
    at: int = 0
    block: Block | None = None
    material: Material | None = None
    ranged: list[Material] = field(default_factory=list)
    in_material: bool = False
    kind: Kind | None = None
    ordinal: str = ""
    chapter: str = ""
    chapter_of_answers: str = ""
    answers: Part | None = None
    after_blank: bool = True
    last: int = 0

    def run(self) -> None:
        for at, line in enumerate(self.lines):
            self.at = at
            if not line.text.strip():
                self.parting.blank += 1
                self.after_blank = True
                continue
            self._take(line)
            self.after_blank = False
        self._apply_ranges()
        if self.style is None:
            self._leave_what_asks_nothing()

    def _leave_what_asks_nothing(self) -> None:
        """Without numbers any line may seem to begin a question: leave mere words."""
        asking = []
        for block in self.parting.blocks:
            if block.is_whole or block.kind is not None or seems_to_offer(block.text):
                asking.append(block)
            else:
                self.parting.unread.append(block.lines)
                self.parting.headings += len(block.lines)
        if len(asking) < len(self.parting.blocks):
            kept = {id(block) for block in asking}
            for one in self.parting.parts:
                before = self.parting.blocks[: one.before]
                one.before = sum(id(block) in kept for block in before)
            self.parting.blocks = asking
            self.parting.unread.sort(key=lambda lines: lines[0].number)

    def _take(self, line: Line) -> None:
        if self._is_answers(line):
            return
        if self._is_heading(line) or self._is_material(line):
            return
        number = number_of(line.text)
        if self._starts_question(line, number):
            self._start(line, number)
        elif self.in_material and self.material is not None:
            self.material.lines.append(line.text)
            self.parting.headings += 1
        elif self.block is not None:
            self.block.add(line)
        else:
            self._leave(line)

    # Answers apart

    def _is_answers(self, line: Line) -> bool:
        entries = table_entries(line.text, line.number)
        if entries and self._is_table():
            self._answers_part(parted(line.text)[0]).entries.extend(entries)
            self.parting.headings += 1
            self.block = None
            return True
        if is_answers_heading(line.text) and self._answers_follow():
            self.answers = None
            self._answers_part()
            self.parting.headings += 1
            self.block = None
            return True
        return self.answers is not None and self._goes_on_answering(line)

    def _is_table(self) -> bool:
        """Whether a line of entries is a table, and not what fills several blanks."""
        open_one = self.block is not None and not self.block.is_whole
        written = self.kind is not None and not self.kind.is_chosen
        return self.answers is not None or not (open_one and written)

    def _answers_follow(self) -> bool:
        following = [one.text for one in self.lines[self.at + 1 :] if one.text.strip()]
        for text in following[:3]:
            if table_entries(text, 0) or entry_in(text, 0):
                return True
            if not (heading_kind(text) or is_chapter(text) or ordinal_of(text)):
                return False
        return False

    def _answers_part(self, heading: str = "") -> Part:
        """Return where answers go: what is open, or a new part under *heading*."""
        if self.answers is None or heading:
            kind, ordinal = heading_kind(heading), ordinal_of(heading)
            self._open_part(kind, ordinal)
        return self._opened()

    def _open_part(self, kind: Kind | None, ordinal: str) -> None:
        before = len(self.parting.blocks)
        self.answers = Part(kind, ordinal, before, self.chapter_of_answers)
        self.parting.parts.append(self.answers)

    def _opened(self) -> Part:
        if self.answers is None:
            raise RuntimeError("no part of answers is open")
        return self.answers

    def _goes_on_answering(self, line: Line) -> bool:
        """Take a line after a heading of answers, unless it begins questions again."""
        if self.answers is None:
            return False
        if heading_kind(line.text) or is_chapter(line.text):
            if not self._answers_follow():
                self.answers = None
                return False
            if is_chapter(line.text):
                self.chapter_of_answers = plain(line.text)
            self._open_part(heading_kind(line.text), ordinal_of(line.text))
            self.parting.headings += 1
            return True
        if entry := entry_in(line.text, line.number):
            self.answers.entries.append(entry)
            self.parting.headings += 1
            return True
        number = number_of(line.text)
        if self._begins_again(number, line):
            self.answers = None
            return False
        if self.answers.entries:
            self.answers.entries[-1].explanation.append(_explained(line.text))
        self.parting.headings += 1
        return True

    def _begins_again(self, number: Number | None, line: Line) -> bool:
        if self.style is None:
            return self._next_offers(line)
        if number is None or number.style is not self.style:
            return False
        long = len(plain(line.text[number.end :])) > _LONGEST_ENTRY
        return long and (number.value == 1 or self._next_offers(line))

    def _next_offers(self, line: Line) -> bool:
        texts = [
            line.text,
            *(one.text for one in self.lines[self.at + 1 : self.at + 6]),
        ]
        return option_run("\n".join(_until_number(texts, self.style))) is not None

    # Headings and materials

    def _is_heading(self, line: Line) -> bool:
        kind = heading_kind(line.text)
        chapter = kind is None and is_chapter(line.text)
        if kind is None and not chapter:
            return False
        if self.block is not None and not self.block.is_whole and self.kind is None:
            # A mark alone on its line belongs to the question that it stands in.
            return False
        self.kind = kind
        self.ordinal = ordinal_of(line.text)
        if chapter:
            self.chapter, self.chapter_of_answers = plain(line.text), ""
        self.last = 0
        self.block = self.material = None
        self.in_material = False
        self.parting.headings += 1
        return True

    def _is_material(self, line: Line) -> bool:
        if ends_material(line.text):
            self.material = self.block = None
            self.in_material = False
            self.parting.headings += 1
            return True
        if self.block is not None and not self.block.is_whole:
            return False
        number = number_of(line.text)
        text = line.text[number.end :] if number else line.text
        if not begins_material(text) or (number and number.style is self.style):
            return False
        words = material_text(text)
        if self.in_material and self.material is not None and not self.material.range:
            self.material.lines.append(text)
            self.material.range = material_range(text)
        else:
            self.material = Material(
                [words] if words.strip() else [],
                material_range(text),
                len(self.parting.blocks),
            )
            self.ranged.append(self.material)
        self.in_material, self.block = True, None
        self.parting.headings += 1
        return True

    def _apply_ranges(self) -> None:
        """Give materials with a range to their questions, wherever those stand."""
        for material in self.ranged:
            if material.range is None:
                continue
            wanted = set(range(material.range[0], material.range[1] + 1))
            following = self.parting.blocks[material.blocks_before :]
            for block in [*following, *self.parting.blocks[: material.blocks_before]]:
                if block.number in wanted:
                    wanted.discard(block.number)
                    block.material = "\n".join(material.lines)

    # Questions

    def _starts_question(self, line: Line, number: Number | None) -> bool:
        if self.style is None:
            return self._starts_unnumbered(line)
        if number is None or not self._is_ours(number):
            return False
        is_first = number.value == 1 and (
            self.block is None or self.block.is_whole or not self.last
        )
        follows = self.last < number.value <= self.last + FARTHEST
        next_one = number.value == self.last + 1
        whole = self.block is None or self.block.is_whole
        if number.doubtful:
            return next_one and whole
        return is_first or next_one or (follows and whole)

    def _is_ours(self, number: Number) -> bool:
        """Whether *number* is of the text's style, or a slip of the pen beside it."""
        slip = number.value == self.last + 1 and {number.style, self.style} <= _ALIKE
        whole = self.block is None or self.block.is_whole
        return number.style is self.style or (slip and whole)

    def _starts_unnumbered(self, line: Line) -> bool:
        block = self.block
        if block is None:
            return not labels_at_start(line.text)
        if labels_at_start(line.text) or _is_option_line(line.text):
            return False
        if self.kind is Kind.TRUE_FALSE and block.is_whole and not block.is_answered:
            return True
        if block.is_answered:
            explains = block.last_label is Name.EXPLANATION
            return self.after_blank or not explains or self._options_next()
        return block.is_whole and (self.after_blank or self._options_next())

    def _options_next(self) -> bool:
        following = [one.text for one in self.lines[self.at + 1 :] if one.text.strip()]
        return bool(following) and _is_option_line(following[0], "AＡ")

    def _start(self, line: Line, number: Number | None) -> None:
        text = line.text
        value = 0
        if number is not None and self.style is not None:
            text, value = line.text[number.end :], number.value
            self.last = value
        self.in_material = False
        material = self.material
        shared = material is not None and material.range is None
        words = "\n".join(material.lines) if material and shared else ""
        self.block = Block(
            value, [line], [text], self.kind, self.ordinal, self.chapter, words
        )
        self.parting.blocks.append(self.block)

    def _leave(self, line: Line) -> None:
        unread = self.parting.unread
        if unread and unread[-1][-1].number == line.number - 1:
            unread[-1].append(line)
        else:
            unread.append([line])
        self.parting.headings += 1


def labels_at_start(text: str) -> bool:
    """Whether a line begins with the label of a part, such as ``答案：``."""
    return any(label.at_line_start for label in labels_in(text)[:1])


def _is_option_line(
    text: str, letters: str = "ABCDEFGHABCDEFGHＡＢＣＤＥＦＧＨ"
) -> bool:
    words = text.strip().lstrip("(（[【- ")
    return (
        len(words) > 1 and words[0] in letters and words[1] in ".．、:：)）]】 \t\u3000"
    )


def _until_number(texts: Sequence[str], style: Style | None) -> list[str]:
    """Return *texts* up to the next that is numbered as questions are."""
    kept = list(texts[:1])
    for text in texts[1:]:
        number = number_of(text)
        if number is not None and number.style is style:
            break
        kept.append(text)
    return kept


def _explained(text: str) -> str:
    labels = labels_in(text)
    return text[labels[0].end :] if labels and labels[0].start == 0 else text
