"""``examcenter bank import`` as a script sees it."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from examcenter.bank import service
from examcenter.bank.importing import ImportRefusedError
from examcenter.bank.rules import Pool
from examcenter.bank.service import BankNotFoundError
from examcenter.cli import cli
from examcenter.cli.context import Cli
from examcenter.config import Settings
from examcenter.db import Database
from question_bank.readers.questions import read_questions
from tests.conftest import SHARED
from tests.question_bank.words import png
from tests.support.bank_factories import a_file, a_row, a_truth

Run = Callable[..., Result]
RICH = (
    """[html]<p>图中是<img src\\="data\\:image/png;base64,{}">什么？</p>{{=甲 ~乙}}"""
)

GOOD = a_file(a_row("甲（　　）。"), a_truth("乙。", "错误"))
MIXED = a_file(a_row("甲（　　）。"), a_row("丙（　　）。", "E"))
CONTRADICTION = a_file(a_row("甲（　　）。", "D"))


@pytest.fixture
def run(settings: Settings, database: Database, tmp_path: Path) -> Run:
    """Call ``bank import`` on a file with these bytes."""
    del database  # the command opens the same file itself

    def call(data: bytes, *options: str) -> Result:
        file = tmp_path / "题库.csv"
        file.write_bytes(data)
        arguments = ["bank", "import", str(file), *options]
        return CliRunner().invoke(cli, arguments, obj=Cli(home=settings.home))

    return call


def _stored(database: Database) -> int:
    with database.reading() as db:
        return sum(bank.questions for bank in service.banks(db))


def _document(result: Result) -> Any:
    return json.loads(result.stdout)


def test_a_good_file_ends_with_what_was_done(run: Run, database: Database) -> None:
    result = run(GOOD)

    assert result.exit_code == 0
    assert "已导入 2 道题到题库“学法题库”。" in result.stdout
    assert _stored(database) == 2


def test_the_document_has_the_keys_that_scripts_rely_on(run: Run) -> None:
    document = _document(run(GOOD, "--json"))

    assert (
        document.items()
        >= {
            "file": "题库.csv",
            "format": "csv",
            "encoding": "gb18030",
            "questions": 2,
            "accepted": 2,
            "by_kind": {"single": 1, "true_false": 1},
            "rejected": [],
            "duplicates": [],
            "conflicts": [],
        }.items()
    )
    assert document["seconds"] > 0


@pytest.mark.parametrize("dry", [(), ("--dry-run",)], ids=["really", "dry run"])
def test_one_bad_row_refuses_the_file_with_its_place(
    run: Run, database: Database, dry: tuple[str, ...]
) -> None:
    result = run(MIXED, "--json", *dry)

    document = _document(result)
    assert result.exit_code == 1
    assert isinstance(result.exception, ImportRefusedError)
    assert [(r["place"], r["code"]) for r in document["rejected"]] == [
        ("R3", "answer_not_an_option")
    ]
    assert _stored(database) == 0


def test_people_read_the_reasons_before_the_refusal(run: Run) -> None:
    result = run(MIXED)

    assert result.exit_code == 1
    assert "R3\t第 3 行：答案 E 不在选项 A–D 之中" in result.stdout
    assert "已导入" not in result.stdout


def test_a_dry_run_stores_nothing(run: Run, database: Database) -> None:
    result = run(GOOD, "--dry-run")

    assert result.exit_code == 0
    assert "没有写入任何题目" in result.stdout
    assert _stored(database) == 0


def test_the_good_rows_alone(run: Run, database: Database) -> None:
    result = run(MIXED, "--only-good")

    assert result.exit_code == 0
    assert "已导入 1 道题到题库“学法题库”，跳过 1 道。" in result.stdout
    assert _stored(database) == 1


@pytest.mark.parametrize("options", [(), ("--only-good",)], ids=["whole", "only good"])
def test_the_same_file_again_is_no_fault(
    run: Run, database: Database, options: tuple[str, ...]
) -> None:
    run(GOOD)

    again = run(GOOD, "--json", *options)

    document = _document(again)
    assert again.exit_code == 0
    assert document["accepted"] == 0
    assert document["questions"] == len(document["duplicates"]) == 2
    assert _stored(database) == 2


@pytest.mark.parametrize("options", [(), ("--dry-run",), ("--only-good",)])
def test_a_contradiction_with_the_bank_is_refused_with_both_places(
    run: Run, options: tuple[str, ...]
) -> None:
    run(GOOD)

    result = run(CONTRADICTION, "--json", *options)

    (conflict,) = _document(result)["conflicts"]
    assert result.exit_code == 1
    assert conflict["place"] == "R2"
    assert conflict["of"] == "题库“学法题库”第 1 题"


def test_a_file_that_is_no_table_is_one_rejection_named_by_the_file(run: Run) -> None:
    result = run(b"\x89PNG\r\n\x1a\n", "--json", "--only-good")

    document = _document(result)
    assert result.exit_code == 1
    assert document["questions"] == len(document["rejected"]) == 1
    assert document["rejected"][0]["place"] == "题库.csv"


def test_the_rows_to_mend_go_to_a_workbook(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "errors.xlsx"

    run(MIXED, "--errors", str(out))

    (fault,) = read_questions(out.read_bytes(), out.name).rejections
    assert fault.code == "answer_not_an_option"


def test_a_file_without_faults_leaves_no_workbook(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "errors.xlsx"

    run(GOOD, "--errors", str(out))

    assert not out.exists()


def test_a_bank_is_made_for_the_pool_that_was_named(
    run: Run, database: Database
) -> None:
    run(GOOD, "--bank", "练习题库", "--pool", "practice")

    with database.reading() as db:
        (bank,) = service.banks(db)
    assert (bank.name, bank.pool, bank.questions) == ("练习题库", Pool.PRACTICE, 2)


@pytest.mark.parametrize("dry", [(), ("--dry-run",)], ids=["really", "dry run"])
def test_another_pool_than_the_banks_is_refused(run: Run, dry: tuple[str, ...]) -> None:
    run(GOOD)

    assert run(a_file(a_row()), "--pool", "practice", *dry).exit_code == 1


@pytest.mark.parametrize(
    "options",
    [("--bank", " "), ("--bank", "长" * 101), ("--pool", "secret")],
    ids=["no name", "too long a name", "unknown pool"],
)
def test_wrong_usage_is_told_apart_from_a_bad_file(
    run: Run, options: tuple[str, ...]
) -> None:
    assert run(GOOD, *options).exit_code == 2


@pytest.mark.skipif(
    not (SHARED / "data/questions/agieval/jec-qa-kd.jsonl").is_file(),
    reason="needs the real questions in ../shared/data/questions/agieval",
)
def test_real_questions_are_all_accounted_for(run: Run, database: Database) -> None:
    lines = (SHARED / "data/questions/agieval/jec-qa-kd.jsonl").read_text("utf-8")
    rows = [_real_row(json.loads(line)) for line in lines.splitlines()]

    document = _document(run(a_file(*rows), "--json", "--only-good"))

    taken = document["accepted"] + len(document["duplicates"])
    faults = len(document["rejected"]) + len(document["conflicts"])
    assert document["questions"] == taken + faults == len(rows)
    assert document["accepted"] == _stored(database) > 0.98 * len(rows)


def _real_row(source: Any) -> dict[str, str]:
    options = {f"选项{text[1]}": text[3:].strip() for text in source["options"] if text}
    kind = "单选题" if len(source["label"]) == 1 else "多选题"
    key = "".join(source["label"])
    return {"题型": kind, "题干": source["question"], **options, "答案": key}


@pytest.fixture
def export(settings: Settings, database: Database, tmp_path: Path) -> Run:
    """Call ``bank export`` on 学法题库, into the file ``out``."""
    del database

    def call(*options: str) -> Result:
        arguments = ["bank", "export", *options, str(tmp_path / "out")]
        return CliRunner().invoke(cli, arguments, obj=Cli(home=settings.home))

    return call


def a_rich_file() -> bytes:
    data = base64.b64encode(png()).decode().replace("=", "\\=")
    return RICH.format(data).encode()


@pytest.mark.parametrize("name", ["gift", "moodle-xml", "qti", "json"])
def test_a_bank_goes_out_and_comes_back_with_its_pictures(
    run: Run, export: Run, tmp_path: Path, name: str
) -> None:
    assert run(GOOD).exit_code == 0
    assert run(a_rich_file()).exit_code == 0

    done = export("--bank", "学法题库", "--format", name)

    assert done.exit_code == 0
    assert "3 道题" in done.output
    reading = read_questions((tmp_path / "out").read_bytes(), "out")
    assert reading.format == name
    assert sum(one.question.rich for one in reading.candidates) == 1
    assert [one.data for one in reading.media] == [png()]
    again = run((tmp_path / "out").read_bytes(), "--json")
    assert len(json.loads(again.stdout)["duplicates"]) == 3


def test_a_workbook_says_what_it_cannot_hold(run: Run, export: Run) -> None:
    run(a_rich_file())

    done = export("--bank", "学法题库", "--format", "xlsx")

    assert done.exit_code == 0
    assert "1 道题含有图片" in done.stderr


def test_a_bank_that_is_not_there_is_not_exported(export: Run, tmp_path: Path) -> None:
    done = export("--bank", "没有", "--format", "json")

    assert isinstance(done.exception, BankNotFoundError)
    assert not (tmp_path / "out").exists()
