"""Statutes written for the tests, and the library that holds them."""

from datetime import datetime

from sqlalchemy.orm import Session

from examcenter.laws import service
from examcenter.laws.rules import Loaded, gather

OLD_FIVE = "申请人应当自知道该行为之日起三十日内提出申请。"
NEW_FIVE = "申请人应当自知道该行为之日起六十日内提出申请。"


def a_statute(
    *articles: str,
    name: str = "中华人民共和国评议法",
    begins: str = "",
) -> str:
    """Return a statute of *articles*, numbered from one, as a Markdown file has it."""
    numerals = "一二三四五六七八九十"
    body = "\n\n".join(
        f"第{numerals[number]}条 {text}" for number, text in enumerate(articles)
    )
    last = f"\n\n第{numerals[len(articles)]}条 本法自{begins}起施行。" if begins else ""
    head = f"# {name}\n\n2019年3月1日 第九次会议通过\n\n<!-- INFO END -->\n\n"
    return f"{head}## 第一章 总则\n\n{body}{last}\n"


FIRST = a_statute("为了评议，制定本法。", "评议应当公开。", OLD_FIVE)
SECOND = a_statute("为了评议，制定本法。", "评议应当公开。", NEW_FIVE)
RENUMBERED = a_statute(
    "为了评议，制定本法。", "新增的一条。", "评议应当公开。", NEW_FIVE
)


def a_library(db: Session, *files: tuple[str, str], now: datetime) -> Loaded:
    """Load *files*, pairs of a name and a text, at the moment *now*."""
    return service.load(db, gather(files).statutes, by=None, now=now)
