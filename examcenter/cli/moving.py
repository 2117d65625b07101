"""``migrate-to``: a centre's rows into another database."""

import time

import click
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from examcenter.cli.context import Cli, json_option, note, pass_cli, say
from examcenter.db import Database


@click.command(
    name="migrate-to",
    help="Copy the whole centre into the empty database at URL, of either engine; the "
    "one it comes from stays as it is.",
)
@click.argument("url")
@json_option
@pass_cli
def migrate_to(cli: Cli, url: str, *, as_json: bool) -> None:
    from examcenter import moving  # noqa: PLC0415 - migrations take time to import

    target = Database(_checked(cli, url))
    begun = time.monotonic()
    try:
        moved = moving.move(cli.database, target, tell=lambda name: note(f"  {name}"))
    finally:
        target.dispose()
    rows = sum(table.rows for table in moved)
    if as_json:
        seconds = round(time.monotonic() - begun, 1)
        cli.print_json(
            {
                "from": cli.database.engine.dialect.name,
                "to": target.engine.dialect.name,
                "rows": rows,
                "tables": moved,
                "seconds": seconds,
            }
        )
        return
    say(f"已复制 {len(moved)} 张表、{rows} 行，两边逐表核对一致。")
    say("原数据库没有改动。把 database.url 改成新地址后重新启动：")
    say(f"  {make_url(url).render_as_string(hide_password=True)}")


def _checked(cli: Cli, url: str) -> str:
    try:
        engine = make_url(url).get_backend_name()
    except ArgumentError as error:
        raise click.BadParameter("不是数据库地址", param_hint="URL") from error
    if engine not in {"sqlite", "postgresql"}:
        words = "应以 sqlite:/// 或 postgresql:// 开头"
        raise click.BadParameter(words, param_hint="URL")
    if make_url(url) == make_url(cli.settings.database_url):
        raise click.BadParameter("就是现在的数据库", param_hint="URL")
    return url
