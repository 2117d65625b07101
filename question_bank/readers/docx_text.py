"""The text of one Word paragraph, with signs for what is no letter."""

import html
import re
import zipfile
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from question_bank.media import UnusablePictureError, picture
from question_bank.readers.docx_formulas import M, mathml
from question_bank.readers.docx_numbering import Numbering, W, value
from question_bank.readers.gathering import Gathering
from question_bank.readers.inline import Inline, without_signs

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_V = "{urn:schemas-microsoft-com:vml}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_LARGEST_PART = 8 * 1024 * 1024
_PASSED_OVER = frozenset(
    {f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr", f"{W}delText", f"{_MC}Fallback"}
)
_BREAKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "  ", f"{W}noBreakHyphen": "-"}
_RAISED = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
_SIMPLE = {"sup": re.compile("[0-9+n-]+"), "sub": re.compile("[0-9+-]+")}
# Wingdings and its kin put their ticks and crosses into the private use area.
_SYMBOLS = {
    "F0FC": "√",
    "F0FB": "×",
    "F0FE": "√",
    "F0FD": "×",
    "F050": "√",
    "F04F": "×",
}
_OFF = frozenset({"0", "false", "none", "off"})
_UNDERLINED_ANSWER = re.compile(r"\s*([A-HＡ-Ｈ]{1,8})\s*")


@dataclass(slots=True)
class Document:
    """What paragraphs refer to, and what was noticed while they were read."""

    package: zipfile.ZipFile
    known: set[str]
    targets: dict[str, str]
    numbering: Numbering
    found: Gathering
    inline: Inline = field(default_factory=Inline)
    hidden: int = 0
    boxes: int = 0

    def picture_sign(self, relation: str) -> str:
        """Return the sign for the picture behind *relation*."""
        path = self.targets.get(relation, "")
        if path not in self.known:
            return self.inline.broken(
                "picture_missing", "图片没有保存在文件中。请重新插入图片。"
            )
        if self.package.getinfo(path).file_size > _LARGEST_PART:
            return self.inline.broken(
                "picture_over_limit", "图片过大。请压缩图片后重新插入。"
            )
        try:
            address = self.found.keep(picture(self.package.read(path)))
        except UnusablePictureError as error:
            return self.inline.broken(error.code, str(error))
        return self.inline.sign(f'<img src="{address}">')

    def tell(self, found: Gathering, name: str) -> None:
        """Say what stands in the document and was not read."""
        if self.hidden:
            found.caution(
                name,
                "hidden_text",
                f"文档中有 {self.hidden} 处隐藏文字，未读取，请核对。",
            )
        if self.boxes:
            found.caution(
                name,
                "text_box_not_read",
                f"文档中有 {self.boxes} 个文本框，其中的文字未读取。"
                "请把文字移到正文后重新上传。",
            )


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """Reads paragraphs in the order of the document, so that numbers count up."""

    document: Document

    def text(self, paragraph: Element) -> str:
        """Return the text of *paragraph* behind the number that Word shows."""
        label = self.document.numbering.label(paragraph)
        words = "".join(self._inside(child) for child in paragraph)
        return f"{label} {words}" if label else words

    def _inside(self, element: Element) -> str:
        tag = element.tag
        if tag in _PASSED_OVER:
            return ""
        if tag == f"{W}r":
            return self._run(element)
        if tag == f"{M}oMath":
            return self.document.inline.sign(mathml(element))
        if tag == f"{W}instrText":
            return self._field(element.text or "")
        return "".join(self._inside(child) for child in element)

    def _field(self, instruction: str) -> str:
        """Return nothing, but for a formula that is drawn by an instruction."""
        if not instruction.strip().upper().startswith("EQ "):
            return ""
        return self.document.inline.broken(
            "formula_not_read",
            "题目中有用域代码书写的公式，无法读取。请改用 Word 的公式编辑器重新插入。",
        )

    def _run(self, run: Element) -> str:
        properties = run.find(f"{W}rPr")
        if _is_on(properties, "vanish"):
            self.document.hidden += any(text.text for text in run.iter(f"{W}t"))
            return ""
        words = "".join(self._piece(child) for child in run)
        raised = "" if properties is None else value(properties.find(f"{W}vertAlign"))
        if raised in {"superscript", "subscript"} and words.strip():
            return self._moved("sup" if raised == "superscript" else "sub", words)
        if _is_on(properties, "u") and words:
            return _underlined(words)
        return words

    def _piece(self, element: Element) -> str:
        tag = element.tag
        if tag == f"{W}t":
            return without_signs(element.text or "")
        if tag in _BREAKS:
            is_page = element.get(f"{W}type") in {"page", "column"}
            return "" if is_page else _BREAKS[tag]
        if tag == f"{W}sym":
            return _SYMBOLS.get(element.get(f"{W}char", "").upper(), "")
        if tag in {f"{W}drawing", f"{W}pict", f"{W}object", f"{_MC}AlternateContent"}:
            return self._drawn(element)
        return self._inside(element)

    def _drawn(self, element: Element) -> str:
        box = f"{W}txbxContent"
        if any(
            any(text.text for text in one.iter(f"{W}t")) for one in element.iter(box)
        ):
            self.document.boxes += 1
            return ""
        signs = []
        for one in element.iter():
            if one.tag == f"{_A}blip":
                signs.append(self.document.picture_sign(one.get(f"{_R}embed", "")))
            elif one.tag == f"{_V}imagedata" and not signs:
                signs.append(self.document.picture_sign(one.get(f"{_R}id", "")))
        return "".join(signs)

    def _moved(self, tag: str, words: str) -> str:
        """Return raised or lowered *words*: figures as such, all else as markup."""
        if _SIMPLE[tag].fullmatch(words):
            return words.translate(_RAISED if tag == "sup" else _LOWERED)
        return self.document.inline.sign(f"<{tag}>{html.escape(words)}</{tag}>")


def _is_on(properties: Element | None, name: str) -> bool:
    if properties is None:
        return False
    found = properties.find(W + name)
    return found is not None and found.get(f"{W}val", "1") not in _OFF


def _underlined(words: str) -> str:
    """Return a line to write on for underlined space, and a printed answer in brackets.

    Where an answer is printed on the line, the brackets let it be found and taken out.
    """
    if not words.strip():
        return "____"
    answer = _UNDERLINED_ANSWER.fullmatch(words)
    return f"（{answer[1]}）" if answer and words != answer[1] else words
