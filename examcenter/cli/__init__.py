"""The command line: one module per noun, loaded only when it is called."""

import sys
from importlib import import_module
from pathlib import Path

import click

from examcenter.cli.context import Cli
from examcenter.errors import EnvironmentUnfitError, ExamCenterError, UnavailableError

_COMMANDS = {
    "init": ("examcenter.cli.system", "init"),
    "run": ("examcenter.cli.server", "run"),
    "serve": ("examcenter.cli.server", "serve"),
    "work": ("examcenter.cli.server", "work"),
    "migrate-to": ("examcenter.cli.moving", "migrate_to"),
    "doctor": ("examcenter.cli.system", "doctor"),
    "departments": ("examcenter.cli.departments", "departments"),
    "roster": ("examcenter.cli.roster", "roster"),
    "bank": ("examcenter.cli.bank", "bank"),
    "exam": ("examcenter.cli.exam", "exam"),
    "attempt": ("examcenter.cli.attempt", "attempt"),
    "rooms": ("examcenter.cli.rooms", "rooms"),
    "report": ("examcenter.cli.report", "report"),
    "proctor": ("examcenter.cli.proctor", "proctor"),
    "load": ("examcenter.cli.load", "load"),
}

REFUSED = 1
UNFIT = 3


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=_Commands)
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    help="Data directory: database, secret key, evidence, exports (default var/).",
)
@click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Settings file (default config.toml).",
)
@click.version_option(package_name="examcenter")
@click.pass_context
def cli(ctx: click.Context, home: Path | None, config_file: Path | None) -> None:
    """Examcenter: an online legal-knowledge exam centre."""
    if ctx.obj is None:  # a test may hand in one with a clock of its own
        ctx.obj = Cli(home=home, config_file=config_file)
    ctx.call_on_close(ctx.obj.close)


def main() -> None:
    """Run a command; exit 1 when the input was refused, 3 when the machine is unfit."""
    try:
        sys.exit(cli(standalone_mode=False) or 0)
    except click.exceptions.Abort:
        sys.exit(REFUSED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except EnvironmentUnfitError as error:
        click.echo(f"{error}", err=True)
        sys.exit(UNFIT)
    except UnavailableError as error:
        click.echo(f"数据库不可用：{error}", err=True)
        click.echo(
            "请先运行 examcenter init；已初始化的，运行 doctor 查原因。", err=True
        )
        sys.exit(UNFIT)
    except ExamCenterError as error:
        click.echo(describe(error), err=True)
        sys.exit(REFUSED)


def describe(error: ExamCenterError) -> str:
    """Return *error* as a sentence for a terminal."""
    facts = ", ".join(f"{k}={v}" for k, v in error.facts.items())
    words = error.message or error.code
    return f"{words} ({facts})" if facts else words
