"""``examcenter proctor``: what the analysis says about a folder of pictures."""

import stat
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from examcenter.cli.context import Cli, json_option, pass_cli
from examcenter.errors import RefusedError
from examcenter.proctoring.analyst import Analyst
from examcenter.proctoring.rules import READABLE, Analysis, Verdict, unreadable

_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif"})
_WORDS = {
    Verdict.ONE_FACE: "一张人脸",
    Verdict.NO_FACE: "没有人脸",
    Verdict.SEVERAL_FACES: "多张人脸",
    Verdict.COVERED: "镜头被遮挡",
    Verdict.DARK: "画面过暗",
    Verdict.BLURRED: "画面模糊",
    Verdict.UNDECIDED: "无法判断",
}


@dataclass(frozen=True, slots=True)
class _Looked:
    file: str
    analysis: Analysis


@click.group("proctor")
def proctor() -> None:
    """Proctoring without a database."""


@proctor.command("analyse")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@json_option
@pass_cli
def analyse(cli: Cli, folder: Path, *, as_json: bool) -> None:
    """Run the snapshot analysis over the pictures of FOLDER (JPEG and PNG).

    Folders inside it are not entered.  Exits 1 when there is no picture in it, 2 when
    it is not a folder, 3 when no face detector can run here.
    """
    wishes = cli.settings.proctoring
    with Analyst(
        wishes.face_model, wishes.face_model_sha256, seconds=wishes.analysis_seconds
    ) as analyst:
        detector = analyst.detector()
        pictures = list(_looked_at(_pictures_in(folder), analyst))
    if as_json:
        cli.print_json({"detector": detector, "pictures": _documents(pictures)})
    elif pictures:
        Console().print(_table(pictures, detector))
    if not pictures:
        raise RefusedError(
            f"{folder}：没有图片。请把 JPEG 或 PNG 图片放入该目录后重试。"
        )


def _pictures_in(folder: Path) -> list[Path]:
    # A pipe or a device that is called x.jpg would never end.
    return sorted(
        (p for p in folder.iterdir() if p.suffix.lower() in _SUFFIXES and p.is_file()),
        key=lambda path: path.name,
    )


def _looked_at(files: list[Path], analyst: Analyst) -> Iterator[_Looked]:
    progress = Console(stderr=True)
    for file in track(
        files,
        description="正在分析图片",
        console=progress,
        transient=True,
        disable=not progress.is_terminal,
    ):
        yield _Looked(file.name, _analysis_of(file, analyst))


def _analysis_of(file: Path, analyst: Analyst) -> Analysis:
    try:
        about = file.stat()
        if not stat.S_ISREG(about.st_mode) or about.st_size > READABLE.max_bytes:
            return unreadable(0.0)
        return analyst.analyse_safely(file.read_bytes())
    except OSError:
        return unreadable(0.0)


def _documents(pictures: list[_Looked]) -> list[dict[str, object]]:
    return [{"file": one.file, **asdict(one.analysis)} for one in pictures]


def _table(pictures: list[_Looked], detector: str) -> Table:
    table = Table(caption=f"共 {len(pictures)} 张；检测器：{detector}")
    table.add_column("文件", overflow="fold")
    table.add_column("结论")
    for heading in ("人脸（个）", "置信度", "用时（毫秒）"):
        table.add_column(heading, justify="right")
    for one in pictures:
        seen = one.analysis
        table.add_row(
            one.file,
            _WORDS[seen.verdict] if seen.readable else "无法读取",
            "—" if seen.faces is None else str(seen.faces),
            f"{seen.confidence:.2f}",
            f"{seen.milliseconds:.0f}",
        )
    return table
