"""``examcenter bank``: question files into the banks."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from examcenter.bank import importing
from examcenter.bank.importing import ImportRefusedError
from examcenter.bank.rules import DEFAULT_BANK, LONGEST_BANK_NAME, ImportOrder, Pool
from examcenter.cli.bank_check import check
from examcenter.cli.context import Cli, json_option, note, pass_cli, say
from question_bank.checks import KIND_NAMES
from question_bank.intake import Intake
from question_bank.model import Kind
from question_bank.writers.errors_xlsx import write_errors

_MOST_LINES = 200

_STEPS = ("读取文件", "写入题库")


@click.group()
def bank() -> None:
    """Questions and the banks that hold them."""


@dataclass(frozen=True, slots=True)
class _Request:
    """What one call of ``bank import`` was asked to do."""

    file: Path
    order: ImportOrder
    dry_run: bool


@bank.command(name="import")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
)
@click.option("--bank", "bank_name", default=DEFAULT_BANK, help="Name of the bank.")
@click.option(
    "--pool",
    type=click.Choice([pool.value for pool in Pool]),
    help="What the bank is for; a new one is formal unless told.",
)
@click.option("--dry-run", is_flag=True, help="Check the file and store nothing.")
@json_option
@click.option(
    "--errors",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="OUT.xlsx",
    help="Write the rows to mend, with reasons, to this workbook.",
)
@click.option("--only-good", is_flag=True, help="Take what is good, leave the rest.")
@pass_cli
def import_(  # noqa: PLR0913 - one argument for each option of the command
    cli: Cli,
    *,
    file: Path,
    bank_name: str,
    pool: str | None,
    dry_run: bool,
    as_json: bool,
    errors: Path | None,
    only_good: bool,
) -> None:
    """Read questions from FILE (XLSX or CSV) into a bank, whole or not at all."""
    started = time.perf_counter()
    order = ImportOrder(_name(bank_name), Pool(pool) if pool else None, only_good)
    intake, refusal = _work(cli, _Request(file, order, dry_run))
    if errors and intake.would_be_refused:
        errors.write_bytes(write_errors(intake))
        note(f"需要改正的行已写入 {errors}。")
    if as_json:
        cli.print_json(intake.document(time.perf_counter() - started))
    else:
        for line in _lines(intake):
            say(line)
    if refusal:
        raise refusal
    if not as_json:
        say(_result(intake, order, dry_run=dry_run))


def _name(text: str) -> str:
    name = text.strip()
    if not 1 <= len(name) <= LONGEST_BANK_NAME:
        raise click.BadParameter(
            f"a bank's name has 1 to {LONGEST_BANK_NAME} characters",
            param_hint="--bank",
        )
    return name


def _work(cli: Cli, asked: _Request) -> tuple[Intake, ImportRefusedError | None]:
    """Do it, and return what the file holds and why it was refused, if it was."""
    limits = importing.limits_of(cli.settings.imports)
    with asked.file.open("rb") as source:
        data = source.read(limits.file_size + 1)
    with _progress() as step:
        step(_STEPS[0])
        with cli.reading() as db:
            examined = importing.examine(
                db, data, asked.file.name, order=asked.order, limits=limits
            )
        if asked.dry_run:
            good = importing.goes_in(examined.intake, only_good=asked.order.only_good)
            refusal = None if good else ImportRefusedError(examined.intake)
            return examined.intake, refusal
        step(_STEPS[1])
        try:
            with cli.unit_of_work() as db:
                done = importing.import_questions(
                    db, examined, asked.order, by=None, now=cli.clock.now()
                )
        except ImportRefusedError as error:
            return error.intake, error
        return done.intake, None


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Show on a terminal which step runs; elsewhere stay silent."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415 - slow to load, for terminals only
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=len(_STEPS))

        def step(name: str) -> None:
            done = _STEPS.index(name)
            progress.update(task, completed=done, description=f"正在{name}")

        yield step


def _lines(intake: Intake) -> Iterator[str]:
    """Yield what people want to know of a file, the faults first."""
    faults = [(one.place, one.message) for one in intake.rejected]
    faults += [(one.candidate.source.place, one.message) for one in intake.conflicts]
    for place, message in faults[:_MOST_LINES]:
        yield f"{place}\t{message}"
    if len(faults) > _MOST_LINES:
        yield f"另有 {len(faults) - _MOST_LINES} 处，请用 --errors OUT.xlsx 取得全部。"
    for caution in intake.reading.cautions[:_MOST_LINES]:
        yield f"{caution.place}\t提示：{caution.message}"
    for one in intake.similar[:_MOST_LINES]:
        place, share = one.candidate.source.place, one.similarity
        yield f"{place}\t提示：与 {one.of} 几乎相同（相似度 {share}），已照收。"
    if intake.reading.ignored_columns:
        yield f"未导入的列：{'、'.join(intake.reading.ignored_columns)}"
    kinds = "，".join(
        f"{KIND_NAMES[Kind(k)]} {n} 道" for k, n in intake.by_kind.items()
    )
    yield (
        f"共 {intake.questions} 道题：可导入 {len(intake.accepted)} 道"
        f"{f'（{kinds}）' if kinds else ''}，"
        f"有误 {len(intake.rejected)} 道，重复 {len(intake.duplicates)} 道，"
        f"答案冲突 {len(intake.conflicts)} 道。"
    )


def _result(intake: Intake, order: ImportOrder, *, dry_run: bool) -> str:
    if dry_run:
        return "检查完毕，没有写入任何题目。"
    if not intake.accepted:
        return f"题库“{order.bank}”已有这些题目，没有新题需要导入。"
    skipped = intake.questions - len(intake.accepted)
    left_out = f"，跳过 {skipped} 道" if skipped else ""
    return f"已导入 {len(intake.accepted)} 道题到题库“{order.bank}”{left_out}。"


bank.add_command(check)
