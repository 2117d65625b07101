"""Numbers as a spreadsheet shows them: ``0.5`` in a cell formatted as ``0%`` is 50%.

Only what can be shown exactly is shown; any other format makes its cell one that cannot
be trusted, for an option that reads 0.5 where people see ½ is a wrong option.
"""

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from xml.etree.ElementTree import Element

TROUBLE = "formatted_number"
_BUILT_IN = {
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    37: "#,##0 ;(#,##0)",
    38: "#,##0 ;[Red](#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;[Red](#,##0.00)",
    48: "##0.0E+0",
}
_AS_IT_IS = frozenset({"", "general", "@", "0", "#"})
_DATE = re.compile(r"[ymdhs年月日时分秒]", re.IGNORECASE)
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|_.|\*.')
_NUMBER = re.compile(r"(#,##)?[#0]*0(?:\.(0+))?(%)?")


def special_formats(styles: Element) -> dict[int, str]:
    """Return the formats that change how a number looks, by the index of the style."""
    codes = dict(_BUILT_IN)
    for one in _every(styles, "numFmt"):
        codes[int(one.get("numFmtId", "0"))] = one.get("formatCode", "")
    found = {}
    for cells in _every(styles, "cellXfs"):
        for index, style in enumerate(cells):
            code = codes.get(int(style.get("numFmtId", "0")), "")
            if not _is_plain(code):
                found[index] = code
    return found


def _every(root: Element, name: str) -> list[Element]:
    return [one for one in root.iter() if one.tag.rpartition("}")[2] == name]


def _is_plain(code: str) -> bool:
    # The reader of workbooks makes dates of dates; those are troubles of their own.
    bare = _QUOTED.sub("", code)
    return code.strip().lower() in _AS_IT_IS or bool(_DATE.search(bare))


def shown(value: float, code: str) -> tuple[str, str]:
    """Return *value* as the format *code* shows it, and the trouble with it."""
    sections = code.split(";")
    negative = value < 0
    section = sections[0]
    if negative and len(sections) > 1:
        section, value, negative = sections[1], -value, False
    marks: dict[str, str] = {}

    def kept(mark: re.Match[str]) -> str:
        literal = mark[1] or mark[2] or mark[3] or ""
        sign = chr(0xE000 + len(marks))
        marks[sign] = literal
        return sign if literal else ""

    pattern = _QUOTED.sub(kept, section)
    number = _NUMBER.search(pattern)
    around = _NUMBER.sub("", pattern, count=1)
    if number is None or any(
        sign not in "¥￥$ ()-+" for sign in _unmarked(around, marks)
    ):
        return repr(value), TROUBLE
    text = _written(abs(value), number)
    whole = f"{pattern[: number.start()]}{text}{pattern[number.end() :]}"
    said = "".join(marks.get(sign, sign) for sign in whole).strip()
    return (f"-{said}" if negative else said), ""


def _unmarked(text: str, marks: Mapping[str, str]) -> str:
    return "".join(sign for sign in text if sign not in marks)


def _written(value: float, number: re.Match[str]) -> str:
    places = len(number[2] or "")
    exact = Decimal(repr(value)) * (100 if number[3] else 1)
    rounded = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return (
        f"{rounded:,f}{number[3] or ''}"
        if number[1]
        else f"{rounded:f}{number[3] or ''}"
    )
