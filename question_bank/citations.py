"""Article references as offices write them, read and compared with no library at hand.

``《民法典》第一千一百六十五条``, ``民法典1165条``, ``第十条至第十二条``,
``第三条第二款、第五条第（一）项`` and ``本法第六条`` are all understood.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from question_bank.laws import ArticleNumber, law_key
from question_bank.normalise import plain
from question_bank.numerals import NUMERAL, chinese, value


class Citation(NamedTuple):
    """A reference to an article of a law.

    *law* is a `law_key`; *name* is how the text calls it.  *paragraph* (款) and *item*
    (项) are 0 where the text names none; *year* is that of the version that the text
    itself names, ``（2017年修正）``, and else 0.
    """

    law: str
    name: str
    article: ArticleNumber
    paragraph: int = 0
    item: int = 0
    year: int = 0

    @property
    def label(self) -> str:
        """The reference in full, ``《民法典》第三条第二款``."""
        return f"《{self.name}》{self.where}"

    @property
    def where(self) -> str:
        """The reference without the law."""
        text = self.article.label
        if self.paragraph:
            text += f"第{chinese(self.paragraph)}款"
        if self.item:
            text += f"第（{chinese(self.item)}）项"
        return text


_ALIASES: Mapping[str, str] = {
    "治安处罚法": "治安管理处罚法",
    "选举法": "全国人民代表大会和地方各级人民代表大会选举法",
    "代表法": "全国人民代表大会和地方各级人民代表大会代表法",
    "监督法": "各级人民代表大会常务委员会监督法",
    "地方组织法": "地方各级人民代表大会和地方各级人民政府组织法",
    "政务处分法": "公职人员政务处分法",
    "居委会组织法": "城市居民委员会组织法",
    "居民委员会组织法": "城市居民委员会组织法",
    "村委会组织法": "村民委员会组织法",
    "法院组织法": "人民法院组织法",
    "检察院组织法": "人民检察院组织法",
    "民诉法": "民事诉讼法",
    "刑诉法": "刑事诉讼法",
    "行诉法": "行政诉讼法",
    "道交法": "道路交通安全法",
    "保密法": "保守国家秘密法",
    "国安法": "国家安全法",
    "香港国安法": "香港特别行政区维护国家安全法",
    "香港基本法": "香港特别行政区基本法",
    "澳门基本法": "澳门特别行政区基本法",
    "个保法": "个人信息保护法",
    "消费者保护法": "消费者权益保护法",
    "消法": "消费者权益保护法",
    "老年人保护法": "老年人权益保障法",
    "妇女保护法": "妇女权益保障法",
    "劳动仲裁法": "劳动争议调解仲裁法",
    "反电诈法": "反电信网络诈骗法",
    "固废法": "固体废物污染环境防治法",
    "水污染法": "水污染防治法",
    "环保法": "环境保护法",
    "环评法": "环境影响评价法",
}
"""Short names in use among offices; keys and values are `law_key` forms."""


def canonical(name: str) -> str:
    """Return the `law_key` of the law that offices call *name*."""
    key = law_key(name)
    return _ALIASES.get(key, key)


_SHORT = rf"(?:第(?P<paragraph>{NUMERAL})款)?(?:第?\(?(?P<item>{NUMERAL})\)?项)?"
_TOKEN = re.compile(
    r"《(?P<name>[^《》]{2,60})》(?:\((?P<year>\d{4})年?[^()]{0,6}\))?"
    rf"|(?P<the>第)?(?P<number>{NUMERAL})条(?:之(?P<branch>{NUMERAL})(?![款项]))?{_SHORT}"
    rf"|第(?P<more_paragraph>{NUMERAL})款(?:第?\(?(?P<more_item>{NUMERAL})\)?项)?"
    rf"|第\(?(?P<lone_item>{NUMERAL})\)?项"
)
_YEAR_INSIDE = re.compile(r"\((\d{4})年?(?:修正|修订|版|修)[^()]*\)$")
_LIST = re.compile(r"[、,;和及与或以]*(?:以及|及其)?")
_RANGE = re.compile(r"[至到\-~—–－]+")
_DIRECT = re.compile(r"(?:的|之|中|规定的?|[:,\"“”'])*")
_SAME_LAW = re.compile(r"(?:本|该|上述|前述)(?:部?法律?|条例|规定|办法)(?:的|中|之)*$")
_RUN = re.compile(r"[\u4e00-\u9fff()]+$")
_A_NAME = re.compile(
    r"[\u4e00-\u9fff()]{1,40}(?:法|法典|条例|规定|办法|细则|修正案(?:\([^()]*\))?)$"
)
_BEFORE_A_NAME = "据照依按反和与及或由在对是为于的见参用因从如以用即,。、;:!?()"
_LEADING = re.compile(
    f".*(?:根据|依据|依照|按照|违反|参照|参见|适用|符合|[{_BEFORE_A_NAME}])"
)
_MOST_IN_A_RANGE = 60
_LONGEST_NAME = 45


def citations(text: str, known: Collection[str] = ()) -> tuple[Citation, ...]:
    """Return the articles that *text* refers to, each once, in the order of the text.

    Names in 《》 are always understood; *known* holds the `law_key` forms of laws that
    may be named without.  A reference that names no law, and follows none, is left out.
    """
    if "条" not in text:
        return ()
    reader = _Reader(plain(text), frozenset(known) | _ALIASES.keys())
    return tuple(dict.fromkeys(reader.read()))


@dataclass
class _Reader:
    """Walks through a text and remembers which law it speaks of."""

    text: str
    known: Collection[str]
    law: str = ""
    name: str = ""
    year: int = 0
    end: int = 0
    last: Citation | None = None
    named_at: int = field(default=-1)

    def read(self) -> Iterator[Citation]:
        for found in _TOKEN.finditer(self.text):
            if found["name"]:
                self._names(found["name"], found["year"])
                self.named_at = found.end()
            elif found["number"]:
                yield from self._article(found)
            else:
                yield from self._part(found)
            self.end = found.end()

    def _names(self, name: str, year: str | None) -> None:
        inside = _YEAR_INSIDE.search(name)
        if inside:
            name, year = name[: inside.start()], inside[1]
        self.law, self.name, self.year = canonical(name), _shown(name), int(year or 0)
        self.last = None

    def _article(self, found: re.Match[str]) -> Iterator[Citation]:
        number = value(found["number"])
        gap = self.text[self.end : found.start()]
        if not number or not self._is_of_a_law(found, gap):
            self.last = None
            return
        branch = value(found["branch"]) or 0 if found["branch"] else 0
        one = Citation(
            self.law,
            self.name,
            ArticleNumber(number, branch),
            value(found["paragraph"] or "") or 0,
            value(found["item"] or "") or 0,
            self.year,
        )
        if self.last and _RANGE.fullmatch(gap):
            yield from _between(self.last, one)
        yield one
        self.last = one

    def _is_of_a_law(self, found: re.Match[str], gap: str) -> bool:
        """Find out whose article this is; false where nobody can tell."""
        if self.last and (_LIST.fullmatch(gap) or _RANGE.fullmatch(gap)):
            return True
        if self.end == self.named_at and _DIRECT.fullmatch(gap):
            return True
        if _SAME_LAW.search(gap):
            return bool(self.law)
        if self._bare_name(gap):
            return True
        # Later in the text an article without a name is one of the law named last.
        return bool(found["the"] and self.law)

    def _bare_name(self, gap: str) -> bool:
        run = _RUN.search(gap.rstrip("的中之"))
        if run is None:
            return False
        letters = run[0]
        name = self._longest_known(letters) or _unknown(letters)
        if name:
            self._names(name, None)
        return bool(name)

    def _longest_known(self, run: str) -> str:
        for size in range(min(len(run), _LONGEST_NAME), 1, -1):
            name, before = run[-size:], run[:-size]
            if law_key(name) in self.known and _may_precede(before):
                return name
        return ""

    def _part(self, found: re.Match[str]) -> Iterator[Citation]:
        """Read ``、第二款`` or ``、第三项`` after an article: another part of it."""
        gap = self.text[self.end : found.start()]
        if self.last is None or not (_LIST.fullmatch(gap) or _RANGE.fullmatch(gap)):
            return
        if found["lone_item"]:
            one = self.last._replace(item=value(found["lone_item"]) or 0)
        else:
            one = self.last._replace(
                paragraph=value(found["more_paragraph"]) or 0,
                item=value(found["more_item"] or "") or 0,
            )
        yield one
        self.last = one


def _may_precede(before: str) -> bool:
    """Whether a name may begin after *before*: a word that leads to one, or a law."""
    return not before or before[-1] in _BEFORE_A_NAME or before.endswith("法")


def _unknown(run: str) -> str:
    name = _A_NAME.search(run)
    return _LEADING.sub("", name[0]) if name else ""


def _shown(name: str) -> str:
    return name.removeprefix("中华人民共和国") or name


def _between(first: Citation, last: Citation) -> Iterator[Citation]:
    """Yield what lies between the ends of a range, both left out."""
    start, end = first.article, last.article
    if start.number == end.number:
        for branch in range(start.branch + 1, end.branch):
            yield last._replace(article=ArticleNumber(start.number, branch))
    elif end.number - start.number <= _MOST_IN_A_RANGE:
        for number in range(start.number + 1, end.number):
            yield last._replace(article=ArticleNumber(number), paragraph=0, item=0)
