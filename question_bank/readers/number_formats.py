"""What a person sees of a number: 0.3 is shown as 30 %, 7 as 007, 0.5 as 1/2.

A workbook stores the number and the name of a format.  Typing ``30%`` into a cell is
enough to get one, and the option must read 30 % and not 0.3.
"""

import re

from defusedxml import ElementTree

PERCENT = "percent:"
"""Before the count of decimals: the number is to be shown as a percentage."""

DISGUISED = "formatted_number"
"""The number is shown as something else than digits, which cannot be told here."""

_BUILT_IN = {9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??"} | {
    48: "##0.0E+0",
    **dict.fromkeys((5, 6, 7, 8, 42, 44), '"¥"0'),
}
_NO_SIGN = re.compile(r"\[[^\]]*\]|_.|\*.|\\[-() ]|\s")
_PLAIN = re.compile(r"(?:general|#?[#,]*0?(?:\.[0#?]+)?|@)?")
_PERCENTAGE = re.compile(r"[#,]*0?(?:\.(0+))?%")
_DATE = re.compile(r"[ymdhs年月日时分秒]")


def disguise(code: str) -> str:
    """Return how numbers with the format *code* are shown: empty for plain digits."""
    shown = _NO_SIGN.sub("", code.split(";", maxsplit=1)[0]).casefold()
    if _PLAIN.fullmatch(shown):
        return ""
    if percentage := _PERCENTAGE.fullmatch(shown):
        return f"{PERCENT}{len(percentage[1] or '')}"
    if _DATE.search(re.sub(r'"[^"]*"', "", shown)):
        return ""  # read as a date, which is a trouble of its own
    return DISGUISED


def disguises(styles: bytes) -> dict[bytes, str]:
    """Return by number of style, of those in the part *styles*, how they disguise.

    Raises ParseError where the part is no XML.
    """
    root = ElementTree.fromstring(styles)
    own: dict[int, str] = {}
    found: dict[bytes, str] = {}
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        if name == "numFmt" and element.get("numFmtId", "").isdecimal():
            own[int(element.get("numFmtId", ""))] = element.get("formatCode", "")
        elif name == "cellXfs":
            for at, style in enumerate(element):
                number = style.get("numFmtId", "0")
                code = _code(int(number), own) if number.isdecimal() else ""
                if how := disguise(code):
                    found[b"%d" % at] = how
    return found


def percentage(value: float, how: str) -> str:
    """Return *value* as the percentage that a cell so disguised shows."""
    return f"{value * 100:.{int(how.removeprefix(PERCENT))}f}%"


def _code(number: int, own: dict[int, str]) -> str:
    return own.get(number) or _BUILT_IN.get(number, "")
