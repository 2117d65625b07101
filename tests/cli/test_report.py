"""``examcenter report`` as a script sees it."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from examcenter.cli import cli
from examcenter.cli.context import Cli
from examcenter.clock import FixedClock
from examcenter.config import Settings
from examcenter.db import Database
from examcenter.errors import RefusedError
from examcenter.reports.definitions import HEADINGS
from tests.support.results_factories import Sitter, an_exam_held

Run = Callable[..., Result]


@pytest.fixture
def exam_id(database: Database) -> str:
    with database.unit_of_work() as db:
        return an_exam_held(
            db,
            [
                Sitter("4304001", (9000,)),
                Sitter("4304001"),
                Sitter("4308001", (5000,)),
            ],
        )


@pytest.fixture
def run(settings: Settings, clock: FixedClock, exam_id: str) -> Run:
    def call(*arguments: str) -> Result:
        command = ["report", "departments", "--exam", exam_id, *arguments]
        return CliRunner().invoke(
            cli, command, obj=Cli(home=settings.home, clock=clock)
        )

    return call


def test_the_report_is_one_json_document_with_the_promised_keys(
    run: Run, exam_id: str
) -> None:
    result = run()

    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert document["report"] == "departments"
    assert document["exam"] == {"id": exam_id, "title": "2026年度学法考试"}
    assert document["as_of"] == "2026-12-01T09:00:00.000+08:00"
    assert document["version"] == 1
    assert document["digest"].startswith("sha256:")
    assert {"participation_rate", "pass_rate"} <= document["definitions"].keys()
    assert list(document["rows"][0]) == list(document["total"]) == list(HEADINGS)
    assert document["total"]["participation_rate"] == "66.66%"


def test_two_reports_of_the_same_figures_have_the_same_digest(run: Run) -> None:
    first, second = (json.loads(run().stdout)["digest"] for _ in range(2))

    assert first == second


def test_depth_counts_from_the_root(run: Run) -> None:
    document = json.loads(run("--depth", "0").stdout)

    assert [row["code"] for row in document["rows"]] == ["4304"]
    assert document["rows"][0]["sat"] == document["total"]["sat"] == 2


def test_a_csv_goes_to_standard_output(run: Run) -> None:
    result = run("--format", "csv")

    rows = list(csv.reader(io.StringIO(result.stdout_bytes.decode("utf-8-sig"))))
    assert rows[0][0] == "单位代码"
    assert [row[1] for row in rows[1:]][-1] == "合计"


def test_a_workbook_goes_to_the_named_file(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "表.xlsx"

    result = run("--format", "xlsx", "--output", str(out))

    assert result.exit_code == 0
    assert result.stdout == ""
    assert openpyxl.load_workbook(out).worksheets[0]["A1"].value == "单位代码"
    assert list(tmp_path.glob("*.part")) == []


def test_an_html_document_stands_alone(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "表.html"

    run("--format", "html", "--output", str(out))

    page = out.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert page.count("<tr") == 7  # heads, five departments, total


def test_pdf_is_refused_by_name_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "表.pdf"

    result = run("--format", "pdf", "--output", str(out))

    assert isinstance(result.exception, RefusedError)
    assert "PDF" in str(result.exception)
    assert not out.exists()


def test_an_unknown_exam_and_an_unwritable_file_are_refused(
    run: Run, tmp_path: Path
) -> None:
    unknown = run("--exam", "nothing")
    unwritable = run("--output", str(tmp_path / "no" / "such" / "folder.json"))

    assert isinstance(unknown.exception, RefusedError)
    assert "nothing" in str(unknown.exception)
    assert isinstance(unwritable.exception, RefusedError)


@pytest.mark.parametrize("wrong", [("--depth", "-1"), ("--format", "docx")])
def test_wrong_usage_exits_2(run: Run, wrong: tuple[str, str]) -> None:
    assert run(*wrong).exit_code == 2
