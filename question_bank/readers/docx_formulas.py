"""Word's formulas (OMML) as MathML, which browsers show.

What has no rule of its own is written as the row of its parts, so that no letter of a
formula is lost.
"""

import html
from collections.abc import Callable
from xml.etree.ElementTree import Element

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DEEPEST = 40
_PROPERTIES = frozenset({"rPr", "ctrlPr"})


def mathml(formula: Element) -> str:
    """Return the element ``m:oMath`` as one ``math`` element."""
    return f"<math>{_children(formula, 0)}</math>"


def _children(element: Element, depth: int) -> str:
    return "".join(_one(child, depth + 1) for child in element)


def _one(element: Element, depth: int) -> str:
    name = element.tag.rpartition("}")[2]
    if depth > _DEEPEST or name in _PROPERTIES or name.endswith("Pr"):
        return ""
    if name == "r":
        return "".join(_tokens(text.text or "") for text in element.iter(f"{M}t"))
    rule = _RULES.get(name)
    return rule(element, depth) if rule else _row(element, depth)


def _row(element: Element | None, depth: int) -> str:
    return (
        "<mrow></mrow>"
        if element is None
        else f"<mrow>{_children(element, depth)}</mrow>"
    )


def _tokens(text: str) -> str:
    """Return *text* as numbers, names and signs."""
    written = ""
    number = ""
    for letter in text:
        if letter.isdigit() or (letter == "." and number):
            number += letter
            continue
        written += _number(number) + _token(letter)
        number = ""
    return written + _number(number)


def _number(digits: str) -> str:
    return f"<mn>{digits}</mn>" if digits else ""


def _token(letter: str) -> str:
    if letter.isspace():
        return ""
    tag = "mi" if letter.isalpha() else "mo"
    return f"<{tag}>{html.escape(letter, quote=False)}</{tag}>"


def _parts(tag: str, *names: str) -> Callable[[Element, int], str]:
    def write(element: Element, depth: int) -> str:
        parts = (_row(element.find(M + name), depth) for name in names)
        return f"<{tag}>{''.join(parts)}</{tag}>"

    return write


def _property(element: Element, path: str, otherwise: str) -> str:
    found = element.find("/".join(M + name for name in path.split("/")))
    return otherwise if found is None else found.get(f"{M}val", "")


def _operator(sign: str) -> str:
    return f"<mo>{html.escape(sign, quote=False)}</mo>" if sign else ""


def _radical(element: Element, depth: int) -> str:
    degree = element.find(f"{M}deg")
    if degree is None or not len(degree):
        return f"<msqrt>{_row(element.find(f'{M}e'), depth)}</msqrt>"
    base = _row(element.find(f"{M}e"), depth)
    return f"<mroot>{base}{_row(degree, depth)}</mroot>"


def _fenced(element: Element, depth: int) -> str:
    between = _operator(_property(element, "dPr/sepChr", "|"))
    parts = between.join(_row(part, depth) for part in element.findall(f"{M}e"))
    begin = _operator(_property(element, "dPr/begChr", "("))
    end = _operator(_property(element, "dPr/endChr", ")"))
    return f"<mrow>{begin}{parts}{end}</mrow>"


def _large(element: Element, depth: int) -> str:
    sign = _operator(_property(element, "naryPr/chr", "∫"))
    below, above = (_row(element.find(M + name), depth) for name in ("sub", "sup"))
    base = _row(element.find(f"{M}e"), depth)
    return f"<mrow><munderover>{sign}{below}{above}</munderover>{base}</mrow>"


def _accented(element: Element, depth: int) -> str:
    sign = _operator(_property(element, "accPr/chr", "\u0302"))
    return f"<mover>{_row(element.find(f'{M}e'), depth)}{sign}</mover>"


def _barred(element: Element, depth: int) -> str:
    return f"<mover>{_row(element.find(f'{M}e'), depth)}<mo>¯</mo></mover>"


def _matrix(element: Element, depth: int) -> str:
    rows = (
        "".join(f"<mtd>{_children(cell, depth)}</mtd>" for cell in row.findall(f"{M}e"))
        for row in element.findall(f"{M}mr")
    )
    return f"<mtable>{''.join(f'<mtr>{row}</mtr>' for row in rows)}</mtable>"


def _lines(element: Element, depth: int) -> str:
    rows = (
        f"<mtr><mtd>{_children(line, depth)}</mtd></mtr>"
        for line in element.findall(f"{M}e")
    )
    return f"<mtable>{''.join(rows)}</mtable>"


_RULES: dict[str, Callable[[Element, int], str]] = {
    "f": _parts("mfrac", "num", "den"),
    "sSup": _parts("msup", "e", "sup"),
    "sSub": _parts("msub", "e", "sub"),
    "sSubSup": _parts("msubsup", "e", "sub", "sup"),
    "limLow": _parts("munder", "e", "lim"),
    "limUpp": _parts("mover", "e", "lim"),
    "rad": _radical,
    "d": _fenced,
    "nary": _large,
    "acc": _accented,
    "bar": _barred,
    "m": _matrix,
    "eqArr": _lines,
}
