"""``examcenter attempt load-file``: an answer file that somebody brought by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy.orm import Session

from examcenter.attempts import answer_file, deciding, sealing
from examcenter.attempts.deciding import Late, Verdict
from examcenter.attempts.late import Came
from examcenter.attempts.late_rules import Difference, Source
from examcenter.cli.context import Cli, json_option, pass_cli, say
from examcenter.errors import EnvironmentUnfitError
from examcenter.organisation.service import EVERYTHING
from examcenter.results import service as results


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What loading a file did; *stored* answers count already, others wait."""

    file: str
    attempt: str
    delivery: str
    staff_number: str
    state: str
    differences: int
    stored: int


@click.command("load-file")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
@pass_cli
def load_file(cli: Cli, file: Path, *, as_json: bool) -> None:
    """Load an answer FILE that an examinee saved when the server was out of reach.

    While the attempt runs, answers that are newer than the stored ones are stored at
    once.  After its end the file becomes late evidence, and an exam officer decides.
    Exits 1 for a file that is damaged, of another centre, or holds nothing new.
    """
    try:
        with file.open("rb") as opened:
            data = opened.read(answer_file.MOST_FILE_BYTES + 1)
    except OSError as error:
        raise EnvironmentUnfitError(f"{file}：读不了：{error.strerror}") from error
    with cli.unit_of_work() as db:
        loaded = _load(db, cli, file.name, data)
    if as_json:
        cli.print_json(loaded)
    elif loaded.state == "running":
        say(f"{loaded.staff_number}：作答进行中，已存入 {loaded.stored} 题。")
    else:
        say(
            f"{loaded.staff_number}：作答已结束，{loaded.differences} 题与已存答案"
            "不同，已作为迟到材料保存。请考务人员在“迟到材料”页决定是否采用。"
        )


def _load(db: Session, cli: Cli, name: str, data: bytes) -> _Loaded:
    now = cli.clock.now()
    kept = answer_file.load(
        db,
        data,
        Came(at=now, source=Source.FILE, sealed=True, address=""),
        key_of=lambda attempt_id: sealing.key_of(cli.secret, attempt_id),
        scope=EVERYTHING,
    )
    late, differences = deciding.find(db, kept.delivery or "", EVERYTHING)
    stored = 0
    if late.submitted_at is None and late.decided is None and _newer(differences):
        verdict = Verdict(by=None, at=now, reason="作答期间由命令行载入答卷文件")
        stored = deciding.admit(
            db, late.id, verdict, EVERYTHING, rescore=results.score_again
        )
    return _Loaded(
        file=name,
        attempt=late.attempt_id,
        delivery=late.id,
        staff_number=late.staff_number,
        state=_state(late),
        differences=len(differences),
        stored=stored,
    )


def _newer(differences: Sequence[Difference]) -> bool:
    return any(not one.is_older for one in differences)


def _state(late: Late) -> str:
    return "running" if late.submitted_at is None else "submitted"
