"""``examcenter bank check``: what is wrong with a bank as it stands."""

import time
from collections.abc import Iterator

import click

from examcenter.bank import checking
from examcenter.bank.checking import Checked, Fact
from examcenter.bank.rules import Shortage
from examcenter.bank.service import BankNotFoundError
from examcenter.bank.wording import FINDINGS
from examcenter.cli.context import Cli, json_option, pass_cli, say
from examcenter.errors import RefusedError
from examcenter.exams import strata
from examcenter.exams.readiness import STATUTES

_MOST_LINES = 200


@click.command()
@click.option("--bank", "bank_name", help="Only this bank.")
@json_option
@pass_cli
def check(cli: Cli, *, bank_name: str | None, as_json: bool) -> None:
    """List duplicates, conflicting keys, doubtful citations and small strata."""
    began = time.perf_counter()
    now = cli.clock.now()
    try:
        with cli.reading() as db:
            found = checking.check(db, STATUTES, bank=bank_name, now=now)
            short = strata.shortages(db, bank=bank_name, now=now)
    except BankNotFoundError as error:
        raise RefusedError(f"没有名为“{bank_name}”的题库。") from error
    if as_json:
        seconds = round(time.perf_counter() - began, 3)
        cli.print_json(_document(bank_name, found, short, seconds))
        return
    for line in _lines(found, short):
        say(line)


def _document(
    bank: str | None, found: Checked, short: list[Shortage], seconds: float
) -> dict[str, object]:
    return {
        "bank": bank,
        "questions": found.questions,
        "counts": {code.value: number for code, number in found.counts.items()},
        "findings": found.facts,
        "strata": short,
        "seconds": seconds,
    }


def _lines(found: Checked, short: list[Shortage]) -> Iterator[str]:
    for fact in found.facts[:_MOST_LINES]:
        yield _line(fact)
    if len(found.facts) > _MOST_LINES:
        yield f"另有 {len(found.facts) - _MOST_LINES:,} 处，用 --json 取得全部。"
    for one in short:
        yield f"考试“{one.title}”\t{one.message}"
    yield f"检查了 {found.questions:,} 道题，有 {len(found.facts):,} 处需要留意。"


def _line(fact: Fact) -> str:
    about = fact.citation
    if fact.other is not None:
        about = f"题库“{fact.other_bank}”第 {fact.other} 题"
    return f"题库“{fact.bank}”第 {fact.number} 题\t{FINDINGS[fact.code]}\t{about}"
