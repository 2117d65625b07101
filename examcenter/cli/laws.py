"""``examcenter laws``: statutes into the law library."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from examcenter.bank import staleness
from examcenter.cli.context import Cli, json_option, note, pass_cli, say
from examcenter.errors import RefusedError
from examcenter.exams.readiness import STATUTES
from examcenter.laws import service
from examcenter.laws.folder import files_in
from examcenter.laws.rules import Remark, gather
from question_bank.library import day_of


@click.group()
def laws() -> None:
    """Statutes that questions are checked against."""


@dataclass(frozen=True, slots=True)
class _Report:
    """What ``laws import --json`` prints.

    *laws* counts new laws and *versions* new versions; *stale_questions* are all those
    that wait for an editor now.
    """

    dir: str
    files: int
    laws: int
    versions: int
    unchanged: int
    articles: int
    newer_versions: tuple[str, ...]
    skipped: tuple[Remark, ...]
    rejected: tuple[Remark, ...]
    cautions: tuple[Remark, ...]
    stale_questions: int
    seconds: float


@laws.command(name="import")
@click.argument(
    "folder",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@json_option
@pass_cli
def import_(cli: Cli, folder: Path, *, as_json: bool) -> None:
    """Load every statute below DIR; what is there already stays as it is."""
    report = _load(cli, folder)
    if as_json:
        cli.print_json(report)
    else:
        for line in _lines(report):
            say(line)
    if not report.versions + report.unchanged:
        raise RefusedError(f"{folder} 里没有可以导入的法律文本。没有写入任何数据。")


def _load(cli: Cli, folder: Path) -> _Report:
    began = time.perf_counter()
    files = list(files_in(folder))
    note(f"正在读取 {len(files):,} 个文件……")
    gathered = gather(files)
    now = cli.clock.now()
    with cli.unit_of_work() as db:
        loaded = service.load(db, gathered.statutes, by=None, now=now)
    with cli.reading() as db:
        stale = staleness.stale(db, STATUTES, on=day_of(now))
    return _Report(
        dir=str(folder),
        files=len(files),
        laws=loaded.laws,
        versions=loaded.versions,
        unchanged=loaded.unchanged,
        articles=loaded.articles,
        newer_versions=loaded.newer_versions,
        skipped=gathered.skipped,
        rejected=(*gathered.rejected, *loaded.rejected),
        cautions=gathered.cautions,
        stale_questions=len(stale),
        seconds=round(time.perf_counter() - began, 3),
    )


def _lines(report: _Report) -> Iterator[str]:
    for remark in (*report.rejected, *report.cautions):
        yield f"{remark.file}\t{remark.message}"
    yield (
        f"共 {report.files:,} 个文件：新增 {report.laws:,} 部法律、"
        f"{report.versions:,} 个版本、{report.articles:,} 条，"
        f"已有 {report.unchanged:,} 个版本，有误 {len(report.rejected):,} 个，"
        f"不是法律文本 {len(report.skipped):,} 个。"
    )
    if report.stale_questions:
        yield (
            f"有 {report.stale_questions:,} 道题引用的法条已经修改，不再参加抽题，"
            "请题库管理员逐题确认。"
        )
