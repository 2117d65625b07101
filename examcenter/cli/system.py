"""``init`` and ``doctor``: making a centre, and asking whether it is fit."""

from datetime import datetime

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter import schema, secret
from examcenter.accounts import service as accounts
from examcenter.accounts.models import Grant
from examcenter.accounts.passwords import Policy
from examcenter.accounts.rules import Role
from examcenter.cli.context import Cli, json_option, note, pass_cli, say
from examcenter.cli.health import Check, examine
from examcenter.errors import EnvironmentUnfitError


@click.command(
    help="Create or migrate the database and the secret key; print the first "
    "administrator's one-time password."
)
@click.option("--demo", is_flag=True, help="Fill the centre with a fictional city.")
@click.option(
    "--admin", default="admin", show_default=True, help="Login of the administrator."
)
@pass_cli
def init(cli: Cli, *, demo: bool, admin: str) -> None:
    home = cli.settings.home
    secret.create(home)
    schema.upgrade(cli.database)
    now = cli.clock.now()
    with cli.unit_of_work() as session:
        password = _first_administrator(cli, session, admin, now)
    say(f"数据目录 {home.resolve()} 已就绪。")
    if password:
        say(f"系统管理员 {admin} 的一次性密码：{password}  （首次登录后须修改）")
    if demo:
        _fill(cli)


def _first_administrator(
    cli: Cli, session: Session, login: str, now: datetime
) -> str | None:
    there = select(Grant.id).where(Grant.role == Role.SYSTEM)
    if session.execute(there).first() is not None:
        return None
    account = accounts.create_account(session, login, "系统管理员", now=now)
    authority = accounts.Authority(Role.SYSTEM)
    accounts.grant(session, account, authority, by=None, now=now)
    policy = Policy(cli.secret, cli.settings.accounts)
    return accounts.issue_first_password(session, account, policy=policy, now=now)


def _fill(cli: Cli) -> None:
    from examcenter import demo  # noqa: PLC0415 - needed by nobody else

    note("正在准备演示数据（首次约需半分钟）…")
    home = cli.settings.home
    signs = demo.fill(cli.database, home=home, now=cli.clock.now())
    say("演示账号：")
    for sign in signs:
        say(f"  {sign.role:<12}{sign.login:<12}{sign.password}")


_MARKS = {"ok": "正常", "warning": "注意", "fault": "故障"}


@click.command(help="Say everything that would stop an exam day.")
@json_option
@pass_cli
def doctor(cli: Cli, *, as_json: bool) -> None:
    checks = examine(cli.settings, cli.clock)
    if as_json:
        cli.print_json({"ok": not _faults(checks), "checks": checks})
    else:
        for check in checks:
            say(f"{_MARKS[check.state]}  {check.what}：{check.found}")
            if check.cure:
                say(f"      → {check.cure}")
    if _faults(checks):
        raise EnvironmentUnfitError("体检发现故障，见上。")


def _faults(checks: list[Check]) -> list[Check]:
    return [check for check in checks if check.state == "fault"]
