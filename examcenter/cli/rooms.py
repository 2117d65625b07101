"""``examcenter rooms``: load rooms and seats, give seats for an exam."""

from pathlib import Path

import click

from examcenter.cli.context import Cli, json_option, note, pass_cli, say
from examcenter.cli.departments import read_up_to, tell
from examcenter.errors import ConflictError, NotFoundError, RefusedError
from examcenter.exams import service as exams
from examcenter.organisation.errors_sheet import errors_sheet
from examcenter.organisation.imports import limits_of
from examcenter.rooms import importing, seating
from examcenter.rooms.rules import NoSuchRoomError
from examcenter.rooms.wording import SENTENCES


@click.group()
def rooms() -> None:
    """Look after rooms and who sits where."""


@rooms.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check the file and store nothing.")
@json_option
@click.option(
    "--errors",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT.xlsx",
    help="Write the rows to mend, with reasons, to this workbook.",
)
@pass_cli
def import_(
    cli: Cli, file: Path, *, dry_run: bool, as_json: bool, errors: Path | None
) -> None:
    """Load rooms and their seats from FILE (CSV or XLSX), all of them or none."""
    limits = limits_of(cli.settings.imports)
    data = read_up_to(file, limits.file_size)
    table = importing.read(data, file.name, limits=limits)
    with cli.reading() as db:
        report = importing.preview(db, table)
    if report.is_to_be_written and not dry_run:
        with cli.unit_of_work() as db:
            report = importing.take_in(db, table)
    if errors and report.rejected:
        errors.write_bytes(errors_sheet(table, report.rejected))
        note(f"需要改正的行已写入 {errors}。")
    done = "考场文件检查通过（未写入）" if dry_run else "考场已导入"
    tell(cli, report, as_json=as_json, done=done)


@rooms.command()
@click.argument("exam_id", metavar="EXAM")
@click.argument("codes", metavar="ROOM...", nargs=-1, required=True)
@json_option
@pass_cli
def seat(cli: Cli, exam_id: str, codes: tuple[str, ...], *, as_json: bool) -> None:
    """Give everybody in EXAM a seat in the rooms, by the exam's seed."""
    try:
        with cli.unit_of_work() as db:
            exam = exams.find(db, exam_id)
            done = seating.give(db, exam, codes, by=None, now=cli.clock.now())
    except NoSuchRoomError as error:
        raise RefusedError(f"没有代码为 {error.facts['room']} 的考场。") from error
    except NotFoundError as error:
        raise RefusedError(f"没有编号为 {exam_id} 的考试。") from error
    except (ConflictError, RefusedError) as error:
        words = str(SENTENCES.get(error.code, "考试还没有发布，不能编排座位。"))
        raise RefusedError(words.format_map(error.facts)) from error
    if as_json:
        cli.print_json(done)
    else:
        say(f"已为 {done.people:,} 人在 {done.rooms} 个考场编排座位。")
        say(f"空余 {done.free:,} 座。")
