"""``examcenter departments``: the tree of departments."""

from pathlib import Path

import click

from examcenter.cli.context import Cli, json_option, note, pass_cli, say
from examcenter.errors import RefusedError
from examcenter.organisation import departments as importing
from examcenter.organisation.imports import ImportReport, limits_of

_MOST_LINES = 200


@click.group()
def departments() -> None:
    """Look after the departments of the centre."""


@departments.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
@pass_cli
def import_(cli: Cli, file: Path, *, as_json: bool) -> None:
    """Load departments from FILE (CSV or XLSX), all of them or none."""
    limits = limits_of(cli.settings.imports)
    table = importing.read(read_up_to(file, limits.file_size), file.name, limits=limits)
    with cli.unit_of_work() as db:
        report = importing.take_in(db, table, by=None)
    tell(cli, report, as_json=as_json, done="单位已导入")


def read_up_to(file: Path, size: int) -> bytes:
    """Return the bytes of *file*; of one that is too large just enough to refuse it."""
    with file.open("rb") as source:
        return source.read(size + 1)


def tell(cli: Cli, report: ImportReport, *, as_json: bool, done: str) -> None:
    """Print what an import came to; raises RefusedError when it was refused."""
    if as_json:
        cli.print_json(report)
    else:
        _print(report, done)
    if report.rejected:
        number = len(report.rejected)
        raise RefusedError(f"有 {number} 处需要改正，没有写入任何数据。")


def _print(report: ImportReport, done: str) -> None:
    for words in report.notes:
        note(words)
    if report.ignored_columns:
        note(f"这些列没有读取：{'、'.join(report.ignored_columns)}。")
    for fault in report.rejected[:_MOST_LINES]:
        say(f"{fault.place}：{fault.message}")
    if len(report.rejected) > _MOST_LINES:
        say(f"另有 {len(report.rejected) - _MOST_LINES} 处没有列出。")
    if not report.rejected:
        say(
            f"{done}：共 {report.rows} 行，新增 {report.created}，"
            f"变更 {report.changed}，不变 {report.unchanged}。"
        )
