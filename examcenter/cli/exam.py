"""``examcenter exam``: plans into drafts, drafts into exams, codes, the end."""

import os
from importlib import import_module
from pathlib import Path

import click
from sqlalchemy.orm import Session

from examcenter.cli.context import Cli, json_option, note, pass_cli, say
from examcenter.csv_text import csv_bytes
from examcenter.errors import FaultyInputError, NotFoundError, RefusedError
from examcenter.exams import codes, planning, plans, publishing, readiness, service
from examcenter.exams.codes import IssuedCode, NoSuchUnitError
from examcenter.exams.rules import (
    AlreadyPublishedError,
    NotPublishedError,
    cautions,
    opening_at,
)
from examcenter.exams.service import ExamFacts
from examcenter.exams.wording import CAUTIONS, LEFT_OUT
from examcenter.organisation.service import EVERYTHING
from examcenter.wishes import Wish

_OUT = click.Path(dir_okay=False, path_type=Path)
_LARGEST_PLAN = 1024 * 1024
_OVER = (
    "注意：结束时间已过，这份草稿不能发布。请改正文件里的 opens_at 和 closes_at 后重新"
    "创建；只是试用，加 --opens-now 现在就开考。"
)
_COLUMNS = ("staff_number", "name", "department", "code")


@click.group()
def exam() -> None:
    """Plan exams, publish them, hand out sign-in codes, end them."""


@exam.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--opens-now",
    is_flag=True,
    help="Open this minute instead of at opens_at; the window keeps its length.",
)
@json_option
@pass_cli
def create(cli: Cli, file: Path, *, opens_now: bool, as_json: bool) -> None:
    """Create a draft from the plan FILE (TOML); every fault in it is listed."""
    moment = cli.clock.now()
    with file.open("rb") as handle:
        data = handle.read(_LARGEST_PLAN + 1)
    if len(data) > _LARGEST_PLAN:
        raise RefusedError(f"{file.name} 太大，不是考试方案文件。没有写入任何数据。")
    try:
        plan = plans.read(data, file.name)
        if opens_now:
            plan = opening_at(plan, moment.replace(second=0, microsecond=0))
        with cli.unit_of_work() as db:
            public_id = planning.create(db, plan, by=None, now=moment)
    except FaultyInputError as error:
        raise _listed(error) from error
    for code in cautions(plan):
        note(f"注意：{CAUTIONS[code]}")
    if plan.closes_at <= moment:
        note(_OVER)
    if as_json:
        cli.print_json({"exam": public_id})
    else:
        say(f"已创建考试 {public_id}（草稿）：{plan.title}。")


@exam.command()
@click.argument("exam_id", metavar="EXAM")
@json_option
@pass_cli
def publish(cli: Cli, exam_id: str, *, as_json: bool) -> None:
    """Check EXAM, freeze its roster and questions, draw all papers."""
    moment = cli.clock.now()
    try:
        with cli.reading() as db:
            checked = readiness.check(db, exam_id, now=moment)
            note(f"正在抽取 {checked.papers:,} 份试卷……")
            prepared = publishing.draw(db, checked)
        with cli.unit_of_work() as db:
            done = publishing.store(db, prepared, by=None, now=moment)
    except FaultyInputError as error:
        raise _listed(error) from error
    except NotFoundError as error:
        raise _unknown(exam_id) from error
    except AlreadyPublishedError as error:
        raise RefusedError(f"考试 {exam_id} 已经发布过，没有改动。") from error
    if as_json:
        cli.print_json(done)
        return
    say(f"已发布：{done.examinees:,} 人，{done.papers:,} 份试卷。")
    say(f"冻结 {done.questions:,} 题，用时 {done.seconds:.1f} 秒。")
    for reason, count in done.left_out.items():
        say(f"没有抽 {count:,} 题：{LEFT_OUT[reason]}")
    say(f"抽题种子的 SHA-256：{done.seed_digest}")


@exam.command(name="codes")
@click.argument("exam_id", metavar="EXAM")
@click.option("--output", type=_OUT, required=True, help="The CSV file to write.")
@click.option("--department", help="Code of a department, with all below.")
@pass_cli
def codes_(cli: Cli, exam_id: str, *, output: Path, department: str | None) -> None:
    """Issue sign-in codes for EXAM; earlier codes of these people end."""
    part = output.with_name(f"{output.name}.part")
    # Opened first: codes that cannot be written down must not replace others.
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise RefusedError(f"不能写入 {output}：{error.strerror}") from error
    try:
        with os.fdopen(handle, "wb") as file, cli.unit_of_work() as db:
            issued = _issued(cli, db, exam_id, department)
            file.write(csv_bytes([_COLUMNS, *map(_row, issued)]))
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
    say(f"已为 {len(issued):,} 人生成登录码，写入 {output}。")


def _issued(
    cli: Cli, db: Session, exam_id: str, department: str | None
) -> list[IssuedCode]:
    try:
        return codes.issue_codes(
            db,
            service.find(db, exam_id),
            key=cli.secret,
            department_code=department,
            by=None,
            now=cli.clock.now(),
        )
    except NotFoundError as error:
        raise _unknown(exam_id) from error
    except NotPublishedError as error:
        raise RefusedError(f"考试 {exam_id} 还没有发布，不能生成登录码。") from error
    except NoSuchUnitError as error:
        raise RefusedError(f"本场考试没有代码为 {department} 的单位。") from error


def _row(one: IssuedCode) -> tuple[str, ...]:
    return one.staff_number, one.name, one.department, one.code


@exam.command()
@click.argument("exam_id", metavar="EXAM")
@json_option
@pass_cli
def close(cli: Cli, exam_id: str, *, as_json: bool) -> None:
    """End EXAM: every running attempt is submitted and scored."""
    # Here and not above: results stand higher, and only this command needs them.
    closing = import_module("examcenter.results.closing")
    try:
        with cli.unit_of_work() as db:
            closed = closing.close_exam(db, exam_id, by=None, now=cli.clock.now())
    except NotFoundError as error:
        raise _unknown(exam_id) from error
    except NotPublishedError as error:
        raise RefusedError(f"考试 {exam_id} 还没有发布，无需结束。") from error
    if as_json:
        cli.print_json(closed)
    else:
        say(
            f"考试已结束：收回 {closed.submitted:,} 份答卷，评分 {closed.scored:,} 份。"
        )


@exam.command(name="list")
@json_option
@pass_cli
def list_(cli: Cli, *, as_json: bool) -> None:
    """List all exams, those that open first coming first."""
    moment = cli.clock.now()
    with cli.reading() as db:
        lines, _ = planning.exams(db, Wish(size=_ALL), scope=EVERYTHING, now=moment)
    if as_json:
        cli.print_json({"exams": [_summary(line) for line in lines]})
        return
    for line in lines:
        say(f"{line.exam.public_id}  {line.state}  {line.exam.plan.title}")
    if not lines:
        say("还没有考试。用 exam create 创建一场。")


_ALL = 10_000


def _summary(line: planning.ExamLine) -> dict[str, object]:
    facts: ExamFacts = line.exam
    return {
        "id": facts.public_id,
        "title": facts.plan.title,
        "state": line.state,
        "opens_at": facts.plan.opens_at,
        "closes_at": facts.plan.closes_at,
        "enrolled": line.enrolled,
        "exempt": line.exempt,
    }


def _listed(error: FaultyInputError) -> RefusedError:
    lines = [f"{fault.place}：{fault.message}" for fault in error.faults]
    return RefusedError("\n".join([*lines, "没有写入任何数据。"]))


def _unknown(exam_id: str) -> RefusedError:
    return RefusedError(f"没有编号为 {exam_id} 的考试。")
