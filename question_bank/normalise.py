"""One spelling for what offices write in many: texts, kinds and answers."""

import re
import unicodedata

from question_bank.model import Kind

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|_x000[dD]_")
_SUPERSCRIPTS = {ord(sign): f"^{value}" for value, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
_ONE_SIGN = str.maketrans("。、“”‘’「」『』—–―‐〜·•・", '.,""\'\'""""----~...')
_BLANK_AT_END = re.compile(r"(?:\(\)|_+|[.,:;?!])+$")

_KINDS = (
    (Kind.INDETERMINATE, r"不定项(?:选择)?|indeterminate"),
    (Kind.MULTIPLE, r"多选|多项选择|多选择|multiple(?:choice)?|multi"),
    (Kind.SINGLE, r"单选|单项选择|单选择|single(?:choice)?|radio"),
    (Kind.TRUE_FALSE, r"判断|判断正误|是非|对错|正误|true_?false|tf|judge"),
    (Kind.BLANK, r"填空|blank"),
    (Kind.SHORT_ANSWER, r"简答|问答|论述|简述|short_?answer|saq|tkt"),
    # Last, because the longer names end with it.
    (Kind.SINGLE, r"选择"),
)
_EXACT_KINDS = [(kind, re.compile(f"(?:{names})(?:题|型)?")) for kind, names in _KINDS]
_IN_NAMES = [(kind, re.compile(f"(?:{names})题")) for kind, names in _KINDS]
_ORDINAL = r"(?:\(?第?[一二三四五六七八九十\d]+(?:部分|大题)?[、.:)]*)?"
_HEADING = re.compile(_ORDINAL + r"([^\W\d]+?)(?:题型?)?(?:[(:,].*)?")
_HEADING_WITH_COUNTS = re.compile(
    _ORDINAL + r"([^\W\d]+?题)(?:[(:,;.。-]|\d|共|每|本大?题|合计|总计|满分).{0,80}"
)
_CODES = re.compile(r"(\d)[-=:.、]?([^\d,;、/=\s()]+)")

_TRUE = "正确 对 是 同意 √ ✓ ✔ v t true y yes 1 ☑"
_FALSE = "错误 错 否 不同意 × ✗ ✘ ╳ x f false n no 0 不对 不正确 ☒ ❌"
_TRUTHS = dict.fromkeys(_TRUE.split(), True) | dict.fromkeys(_FALSE.split(), False)


def tidy(text: str) -> str:
    """Return *text* as it is to be shown: visible characters alone, lines kept.

    Zero-width and control characters go, other spaces become plain ones, line ends
    become line feeds; full-width letters and punctuation stay as the office wrote them.
    """
    # Nearly all cells are one printable line, and there are millions of them.
    if text.isprintable() and "_x000" not in text:
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROL.sub("", _INVISIBLE.sub("", text)).replace("\u00a0", " ")
    return "\n".join(line.strip() for line in text.split("\n")).strip()


def plain(text: str) -> str:
    """Return *text* in half width without any space: equal for what looks equal."""
    text = unicodedata.normalize("NFKC", tidy(text).translate(_SUPERSCRIPTS))
    # Once more, for without its space an accent joins the letter before.
    return unicodedata.normalize("NFKC", "".join(text.split()))


def folded(text: str) -> str:
    """Return the form in which two texts are compared to find what is said twice.

    Beyond `plain`, case and the shapes of quotes, dashes and stops are levelled, and
    the empty brackets or stops at the end are dropped, for offices differ in them.
    """
    text = plain(text).casefold().translate(_ONE_SIGN)
    return _BLANK_AT_END.sub("", text) or text


def kind_named(text: str) -> Kind | None:
    """Return the kind that a cell such as ``【单选题】`` names, else None."""
    name = plain(text).casefold().strip("[]【】()_*:")
    for kind, spelling in _EXACT_KINDS:
        if spelling.fullmatch(name):
            return kind
    return None


def kind_in_heading(text: str) -> Kind | None:
    """Return the kind that a line like ``一、单选题（每题1分，共39道题）`` announces.

    A sentence that merely speaks of a kind announces none.
    """
    line = plain(text)
    for pattern in (_HEADING, _HEADING_WITH_COUNTS):
        if (heading := pattern.fullmatch(line)) and (kind := kind_named(heading[1])):
            return kind
    return None


def kind_in_name(name: str) -> Kind | None:
    """Return the kind that a sheet's *name* speaks of; None where it names two."""
    rest = plain(name).casefold()
    found = set()
    for kind, spelling in _IN_NAMES:
        rest, times = spelling.subn("", rest)
        if times:
            found.add(kind)
    if not found:
        return kind_in_heading(name)
    return found.pop() if len(found) == 1 else None


def kind_codes(header: str) -> dict[str, Kind]:
    """Return what numbers mean in a column headed ``题型(0单选,1判断,2多选)``."""
    named = {
        code: kind_named(name)
        for code, name in _CODES.findall(plain(header).casefold())
    }
    return {code: kind for code, kind in named.items() if kind is not None}


def truth(text: str) -> bool | None:
    """Return what an answer to a true-or-false question says, None for other words.

    ``正确 对 是 同意 √ ✓ T Y 1 TRUE`` are true, their opposites false, in either width
    and case; a lone A or B is a label and not a word.
    """
    return _TRUTHS.get(plain(text).casefold().strip("[]【】().。"))
