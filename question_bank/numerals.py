"""Chinese numerals, as statutes number their articles and exam offices cite them."""

import re

NUMERAL = r"[零〇一二两三四五六七八九十百千\d０-９]+"
"""A pattern for a number in Chinese or Arabic figures, of either width."""

LARGEST = 9999
"""No statute has more articles, so nothing larger is read or written."""

_DIGITS = "零一二三四五六七八九"
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)} | {"〇": 0, "两": 2}
_UNITS = (("千", 1000), ("百", 100), ("十", 10))
_PLACES = re.compile(r"(?:(.)千)?(?:(.)百)?(?:(.?)十)?(.?)")


def chinese(number: int) -> str:
    """Return *number*, 1 to `LARGEST`, as a statute writes it: 10 is ``十``.

    Raises ValueError for any other number.
    """
    if not 1 <= number <= LARGEST:
        raise ValueError(f"{number} is no number of an article")
    written, rest, gap = "", number, False
    for unit, worth in _UNITS:
        digit, rest = divmod(rest, worth)
        if digit:
            written += ("零" if gap else "") + _DIGITS[digit] + unit
        gap = bool(written) and (not digit if rest else False)
    if rest:
        written += ("零" if gap else "") + _DIGITS[rest]
    return written.removeprefix("一") if written.startswith("一十") else written


def value(text: str) -> int | None:
    """Return the number that *text* writes in Chinese or Arabic figures, else None.

    ``一一六五`` is read figure by figure, as some offices write it.
    """
    if text.isdecimal():
        number = int(text) if len(text) <= len(str(LARGEST)) else 0
        return number or None
    if all(sign in _VALUES for sign in text):
        return value("".join(str(_VALUES[sign]) for sign in text)) if text else None
    return _placed(text)


def _placed(text: str) -> int | None:
    found = _PLACES.fullmatch(text.replace("零", "").replace("〇", ""))
    if found is None:
        return None
    *places, ones = found.groups()
    total = _VALUES.get(ones, 0) if ones else 0
    for figure, (_, worth) in zip(places, _UNITS, strict=True):
        if figure is None:
            continue
        digit = _VALUES.get(figure) if figure else 1
        if not digit:
            return None
        total += digit * worth
    return total or None if not ones or ones in _VALUES else None
