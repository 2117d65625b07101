"""``examcenter roster``: the people who sit exams, and their first passwords."""

import os
from pathlib import Path

import click

from examcenter.accounts.passwords import Policy
from examcenter.cli.context import Cli, json_option, note, pass_cli, say
from examcenter.cli.departments import read_up_to, tell
from examcenter.csv_text import csv_bytes
from examcenter.errors import NotFoundError, RefusedError
from examcenter.organisation import first_passwords
from examcenter.organisation import roster as importing
from examcenter.organisation.errors_sheet import errors_sheet
from examcenter.organisation.imports import ImportReport, limits_of
from examcenter.organisation.roster_rows import Roster
from examcenter.organisation.service import EVERYTHING

_OUT = click.Path(dir_okay=False, path_type=Path)


@click.group()
def roster() -> None:
    """Look after the people who sit exams."""


@roster.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check the file and store nothing.")
@json_option
@click.option(
    "--errors",
    type=_OUT,
    metavar="OUT.xlsx",
    help="Write the rows to mend, with reasons, to this workbook.",
)
@pass_cli
def import_(
    cli: Cli, file: Path, *, dry_run: bool, as_json: bool, errors: Path | None
) -> None:
    """Load people from FILE (CSV or XLSX), all of them or none."""
    limits = limits_of(cli.settings.imports)
    people = importing.read(
        read_up_to(file, limits.file_size), file.name, limits=limits
    )
    report = _loaded(cli, people, dry_run=dry_run)
    if errors and report.rejected:
        errors.write_bytes(errors_sheet(people, report.rejected))
        note(f"需要改正的行已写入 {errors}。")
    done = "名册检查通过（未写入）" if dry_run else "名册已导入"
    tell(cli, report, as_json=as_json, done=done)


def _loaded(cli: Cli, people: Roster, *, dry_run: bool) -> ImportReport:
    with cli.reading() as db:
        report = importing.preview(db, people, by=None)
    if dry_run or not report.is_to_be_written:
        return report
    with cli.unit_of_work() as db:
        return importing.take_in(db, people, by=None, now=cli.clock.now())


@roster.command()
@click.option("--output", type=_OUT, required=True, help="The CSV file to write.")
@click.option("--department", default="", help="Code of a department, with all below.")
@click.option("--again", is_flag=True, help="Replace first passwords not yet changed.")
@pass_cli
def passwords(cli: Cli, *, output: Path, department: str, again: bool) -> None:
    """Issue first passwords to people who have none of their own."""
    part = output.with_name(f"{output.name}.part")
    # Opened first: passwords that cannot be written down must not be issued.
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise RefusedError(f"不能写入 {output}：{error.strerror}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            slips = _issue(cli, first_passwords.Wanted(department, again))
            file.write(csv_bytes(first_passwords.rows_of(slips)))
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
    say(f"已为 {len(slips)} 人生成初始密码，写入 {output}。")


def _issue(
    cli: Cli, wanted: first_passwords.Wanted
) -> tuple[first_passwords.Slip, ...]:
    policy = Policy(key=cli.secret, settings=cli.settings.accounts)
    try:
        with cli.unit_of_work() as db:
            return first_passwords.issue(
                db, wanted, scope=EVERYTHING, policy=policy, now=cli.clock.now()
            )
    except NotFoundError as error:
        raise RefusedError(f"没有单位代码 {wanted.department}。") from error
