"""``examcenter report``: the figures of an exam."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from examcenter.cli.context import Cli, note, pass_cli
from examcenter.errors import NotFoundError, RefusedError
from examcenter.organisation.service import EVERYTHING
from examcenter.reports import service, tables
from examcenter.reports.service import Report
from examcenter.web.wire import as_json

_FORMATS = ("json", "csv", "xlsx", "pdf", "html")


class PdfNotOfferedError(RefusedError):
    """Reports cannot be written as PDF yet."""

    code = "pdf_not_offered"


@click.group()
def report() -> None:
    """Print or write the figures of an exam."""


@dataclass(frozen=True, slots=True)
class _Order:
    """What one call was asked for."""

    exam: str
    form: str
    output: Path | None
    depth: int | None


@report.command()
@click.option("--exam", required=True, metavar="EXAM", help="Id of a published exam.")
@click.option(
    "--format", "form", type=click.Choice(_FORMATS), default="json", show_default=True
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; without it, standard output.",
)
@click.option(
    "--depth",
    type=click.IntRange(min=0),
    help="Leave out departments deeper than this below the root, which is 0.",
)
@pass_cli
def departments(
    cli: Cli, exam: str, form: str, output: Path | None, depth: int | None
) -> None:
    """Tell for each department who sat, who passed, and the rates."""
    order = _Order(exam, form, output, depth)
    if form == "pdf":
        raise PdfNotOfferedError(
            "目前不能直接生成 PDF 报表。请用 --format html，再在浏览器中打印为 PDF。"
        )
    if form == "xlsx" and output is None and sys.stdout.isatty():
        raise click.UsageError("工作簿不能显示在终端里，请用 --output 指定文件。")
    _deliver(_written(cli, order), output)


def _written(cli: Cli, order: _Order) -> bytes:
    found = _report(cli, order)
    zone = ZoneInfo(cli.settings.locale.timezone)
    if order.form == "csv":
        return tables.csv_of(found)
    if order.form == "xlsx":
        return tables.xlsx_of(found, zone)
    if order.form == "html":
        return tables.html_of(found, zone).encode()
    text = json.dumps(found, ensure_ascii=False, indent=2, default=as_json(zone))
    return f"{text}\n".encode()


def _report(cli: Cli, order: _Order) -> Report:
    try:
        with cli.reading() as db:
            return service.departments(
                db,
                order.exam,
                scope=EVERYTHING,
                depth=order.depth,
                now=cli.clock.now(),
            )
    except NotFoundError as error:
        raise RefusedError(f"没有考试 {order.exam}。") from error


def _deliver(data: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(data)
        return
    part = output.with_name(f"{output.name}.part")
    try:
        # Whole or not at all: a report that was cut short looks like a true one.
        part.write_bytes(data)
        part.replace(output)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise RefusedError(f"不能写入 {output}：{error.strerror}") from error
    note(f"已写入 {output}。")
