"""What stands in a line and is no letter: pictures, formulas, raised words.

While a text is parted each of them is one sign of the private use area, so that no rule
about lines, labels and options has to know markup.  In the end a question that holds
such a sign becomes rich, and any other stays plain.
"""

import dataclasses
import re

from question_bank.checks import Problem
from question_bank.markup import clean, escaped
from question_bank.model import Question
from question_bank.readers.gathering import Gathering
from question_bank.readers.grid import Cell, UnreadableFileError
from question_bank.readers.reading import Source
from question_bank.readers.understanding import Outcome

_FIRST = 0xF0000
_MOST = 20_000
_SIGNS = re.compile(f"[{chr(_FIRST)}-{chr(_FIRST + _MOST)}]")


class Inline:
    """Keeps HTML behind signs; the same HTML gets the same sign."""

    def __init__(self) -> None:
        self._signs: dict[str, str] = {}
        self._html: list[str] = []
        self._broken: dict[str, Problem] = {}

    def sign(self, html: str) -> str:
        """Return the sign that stands for *html* from now on.

        Raises UnreadableFileError for more things than a file of questions has.
        """
        if html not in self._signs:
            if len(self._html) >= _MOST:
                raise UnreadableFileError(
                    "too_many_cells",
                    f"文件中的图片和公式超过 {_MOST} 个。请拆分成几个文件后分别导入。",
                )
            self._signs[html] = chr(_FIRST + len(self._html))
            self._html.append(html)
        return self._signs[html]

    def broken(self, code: str, message: str) -> str:
        """Return a sign for what could not be read; its question is refused."""
        sign = self.sign(f"<s>{code}</s>")
        self._broken[sign] = Problem(code, message)
        return sign

    def restore_all(self, found: Gathering) -> None:
        """Put markup for the signs into all that was *found*."""
        kept, found.candidates = found.candidates, []
        for one in kept:
            outcome = self.restored(Outcome(one.question.kind, one.question))
            source = self._shown_source(one.source)
            found.settle(source, outcome, self.shown(one.question.stem))
        found.rejections = [
            dataclasses.replace(
                one,
                excerpt=self.shown(one.excerpt),
                message=self.shown(one.message),
                source=one.source and self._shown_source(one.source),
            )
            for one in found.rejections
        ]

    def _shown_source(self, source: Source) -> Source:
        cells = tuple(
            Cell(self.shown(cell.text), cell.trouble) for cell in source.cells
        )
        return dataclasses.replace(source, cells=cells)

    def restored(self, outcome: Outcome) -> Outcome:
        """Return *outcome* with markup for the signs in its question."""
        question = outcome.question
        if question is None or not any(map(_SIGNS.search, question.texts)):
            return outcome
        signs = {sign for text in question.texts for sign in _SIGNS.findall(text)}
        problems = [self._broken[sign] for sign in sorted(signs & set(self._broken))]
        return dataclasses.replace(
            outcome,
            question=self._rich(question),
            problems=(*outcome.problems, *problems),
        )

    def shown(self, text: str) -> str:
        """Return *text* with ``[图]`` for signs, where no markup can be."""
        return _SIGNS.sub("[图]", text)

    def _rich(self, question: Question) -> Question:
        material, stem, *options, explanation = map(self._markup, question.texts)
        return dataclasses.replace(
            question,
            material=material,
            stem=stem,
            options=tuple(options),
            explanation=explanation,
            rich=True,
        )

    def _markup(self, text: str) -> str:
        return clean(_SIGNS.sub(self._behind, escaped(text)))

    def _behind(self, sign: re.Match[str]) -> str:
        return self._html[ord(sign[0]) - _FIRST]


def without_signs(text: str) -> str:
    """Return *text* of a file without letters that would be taken for signs."""
    return _SIGNS.sub("", text)
