"""``examcenter load``: simulated examinees against a running server."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from examcenter.cli.context import Cli, json_option, note, pass_cli, say
from examcenter.load import service
from examcenter.load.report import Found
from examcenter.load.rules import Orders, loopback
from examcenter.load.running import Tell

_PHASES = {
    "sign_in": "登录",
    "start": "同时开考",
    "save": "作答",
    "submit": "同时交卷",
    "result": "查看成绩",
}
_SIGN_INS_PER_SECOND = 25
_FAILED = 1
_SECONDS = click.FloatRange(min=0.1, max=3600)


@click.command()
@click.option("--exam", "exam_id", metavar="EXAM", required=True, help="An open exam.")
@click.option(
    "--examinees", type=click.IntRange(1, 20_000), required=True, help="How many sit."
)
@click.option(
    "--minutes",
    type=click.FloatRange(min=0.05, max=240),
    default=1.0,
    show_default=True,
    help="How long they answer.",
)
@click.option("--url", help="The server on this machine (default from the settings).")
@click.option(
    "--think",
    type=_SECONDS,
    default=15.0,
    show_default=True,
    help="Seconds between two answers of one examinee, give or take a half.",
)
@click.option(
    "--snapshot",
    type=click.FloatRange(min=0, max=3600),
    default=30.0,
    show_default=True,
    help="Seconds between two pictures of one examinee; 0 sends none.",
)
@click.option(
    "--pulse",
    type=_SECONDS,
    default=5.0,
    show_default=True,
    help="Seconds after which a page without news asks how things stand.",
)
@click.option(
    "--sign-in", type=_SECONDS, help="Seconds over which the sign-ins are spread."
)
@click.option(
    "--patience",
    type=_SECONDS,
    default=60.0,
    show_default=True,
    help="Seconds for which one request is tried again before it is an error.",
)
@json_option
@pass_cli
def load(
    cli: Cli,
    /,
    exam_id: str,
    url: str | None,
    sign_in: float | None,
    *,
    as_json: bool,
    **pace: Any,
) -> None:
    """Let simulated examinees sit EXAM on this machine's running server.

    They use up attempts of real people on its roster: rehearse on an exam made for
    it.  At the end every acknowledged answer is looked up in the database.  Exits 1
    when a request failed or an acknowledged answer is missing.
    """
    server = cli.settings.server
    address = loopback(url or f"http://{server.host}:{server.port}")
    examinees: int = pace["examinees"]
    spread = sign_in or max(1.0, examinees / _SIGN_INS_PER_SECOND)
    orders = Orders(sign_in=spread, **pace)
    note(f"将以本场考试的 {examinees:,} 名应考人员的身份作答，用掉他们各一次应试机会。")
    centre = service.Centre(cli.database, cli.secret, cli.clock, address)
    with _stopped_in_order(), _progress() as tell:
        found = service.load(centre, exam_id, orders, tell)
    if as_json:
        cli.print_json(found.document())
    else:
        _print(found)
    if not found.is_good:
        raise click.exceptions.Exit(_FAILED)


@contextmanager
def _stopped_in_order() -> Iterator[None]:
    """Let SIGTERM end the run as Ctrl+C does, so that lent codes are taken back."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(_FAILED))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _progress() -> Iterator[Tell]:
    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}/{task.total:,.0f}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        refresh_per_second=4,
    )
    tasks: dict[str, int] = {}

    def tell(phase: str, done: float, total: float) -> None:
        if phase not in tasks:
            tasks[phase] = bars.add_task(_PHASES[phase], total=total)
        bars.update(tasks[phase], completed=min(done, total))  # type: ignore[arg-type]  # a number of rich's own type

    with bars:
        yield tell


def _print(found: Found) -> None:
    Console().print(found.table())
    document = found.document()
    for code, times in found.tally.errors.items():
        say(f"出错 {times:,} 次：{code}")
    for one in document["missing"]:
        say(f"缺失：{one['attempt']} 第 {one['question']} 题（{one['why']}）")
    client = document["client"]
    say(
        f"重发 {sum(found.tally.again.values()):,} 次；"
        f"模拟端每个请求用 CPU {client['cpu_ms_per_request']} 毫秒。"
    )
    say(
        f"已确认 {found.ledger.count:,} 个答案、{found.ledger.receipts:,} 份交卷，"
        f"核对后缺失 {len(found.missing):,}，出错 {document['errors']:,}。"
    )
